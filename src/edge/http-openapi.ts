/** The OpenAPI document of the API, made from the very list of routes that the server answers. */
import { OpenAPIHono, z } from '@hono/zod-openapi';
import { problemSchema } from '../wire/schemas-answers.ts';
import { API, type Route } from './http-routes.ts';

const keyHeader = z.object({
  'Idempotency-Key': z.string().min(8).max(128).optional().meta({
    description:
      'Made by the client, new for each command; the same key is carried out once. A dry run needs none.',
  }),
});

const problems = (access: Route['access']): Readonly<Record<number, string>> => ({
  400: 'A field or parameter is unknown, missing or wrong',
  ...(access === 'anyone'
    ? { 401: 'The login link does not work' }
    : { 401: 'No session and no token' }),
  403: 'Wrong host, wrong origin, or a missing header',
});

const problemAnswers = (access: Route['access']) =>
  Object.fromEntries(
    Object.entries(problems(access)).map(([status, description]) => [
      status,
      { description, content: { 'application/problem+json': { schema: problemSchema } } },
    ]),
  );

const typeOf = (path: string): string =>
  path.endsWith('.html')
    ? 'text/html'
    : path.endsWith('/export')
      ? 'application/x-ndjson'
      : 'application/json';

const paramsOf = (path: string): z.ZodObject =>
  z.object(
    Object.fromEntries(
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name as string, z.string()]),
    ),
  );

/** The document, for routes under `/api/v1`. */
export function openApiOf(routes: readonly Route[], version: string): unknown {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'lockstep-PORT',
  });
  for (const { method, path, summary, query, body, answer, access, keyed } of routes) {
    registry.registerPath({
      method,
      path: `${API}${path}`,
      summary,
      security:
        access === 'anyone'
          ? []
          : access === 'token'
            ? [{ token: [] }]
            : [{ token: [] }, { session: [] }],
      request: {
        params: paramsOf(path),
        query: query as unknown as z.ZodObject,
        ...(keyed ? { headers: keyHeader } : {}),
        ...(method === 'post'
          ? { body: { content: { 'application/json': { schema: body } } } }
          : {}),
      },
      responses: {
        200: { description: summary, content: { [typeOf(path)]: { schema: answer } } },
        ...problemAnswers(access),
      },
    });
  }
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Lockstep',
      version,
      description:
        'Decimals are text, times ISO 8601 in UTC, lists `{items, next}` with a cursor. The stream is a WebSocket at `/api/v1/stream`.',
    },
  });
}
