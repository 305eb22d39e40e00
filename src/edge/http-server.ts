/**
 * The server of the dashboard and the API: one loopback port for pages, JSON and the stream. Every request passes the guard
 * before anything looks at it, and every answer carries the headers that keep browsers from being misled.
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { must } from '../base/assert.ts';
import { nearest } from '../base/nearest.ts';
import { PageRefused } from '../view/limits.ts';
import { type Clock, systemClock } from './clock.ts';
import { joinPath, makeFolder, personName, removeFile, writePrivate } from './files.ts';
import { type Answer, json, refuse, responseOf } from './http-answer.ts';
import { alertRoutes } from './http-alerts.ts';
import { commandRoutes } from './http-commands.ts';
import { entranceRoutes, linkOf } from './http-entrance.ts';
import { createFeeds } from './http-feeds.ts';
import { createGuard, type Guard, type HeaderOf, isCaller } from './http-guard.ts';
import { bodyOf, queryOf, readStrictly } from './http-input.ts';
import { createDamper, createLoginCodes } from './http-login.ts';
import { openPages, type Pages } from './http-pages.ts';
import { dailyRoutes } from './http-daily.ts';
import { journalRoutes } from './http-journal.ts';
import { readRoutes } from './http-reads.ts';
import { API, type Route } from './http-routes.ts';
import { openSessions } from './http-sessions.ts';
import { accountsOf, type Served } from './http-sources.ts';
import { createStream } from './http-stream.ts';
import { openToken } from './http-token.ts';
import type { Log } from './log.ts';

export type ServerOptions = {
  /** The accounts behind it, at least one. */
  readonly cells: readonly Served[];
  /** Holds `api-token`, `sessions.json` and, while the server runs, `engine.json`. */
  readonly dataDir: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly host: string;
  /** The built dashboard. */
  readonly webRoot: string;
  /** Where the practice exchange is, for the practice page; null where there is none. */
  readonly practiceOrigin: string | null;
  readonly log: Log;
  readonly clock?: Clock;
};

export type RunningServer = {
  readonly port: number;
  /** A new one-time login link. */
  readonly loginLink: () => string;
  readonly close: () => Promise<void>;
};

/** The server could not start; `code` is stable and `next` says what to do. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
  readonly code: 'host_refused' | 'port_taken' | 'port_refused';
  readonly next: string;

  constructor(code: NotStarted['code'], message: string, next: string) {
    super(message);
    this.code = code;
    this.next = next;
  }
}

const LOOPBACK = ['127.0.0.1', 'localhost'];

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const headerOf =
  (context: Context): HeaderOf =>
  (name) =>
    context.req.header(name);

/** Answers one route: who asks, may they, what do they say, and only then the handler. */
async function answerRoute(route: Route, guard: Guard, context: Context): Promise<Answer> {
  const header = headerOf(context);
  const caller = route.access === 'anyone' ? undefined : guard.caller(header);
  if (caller !== undefined && !isCaller(caller)) return caller;
  if (route.method === 'post' && caller?.kind !== 'token') {
    const forged = guard.forgery(header);
    if (forged !== undefined) return forged;
  }
  if (route.access === 'token' && caller?.kind !== 'token') {
    return refuse(403, 'token_needed', {
      title: 'Not allowed from here',
      detail: 'Only the API token may ask for this.',
      next: 'Run "npx lockstep open".',
    });
  }
  const texts = queryOf(new URL(context.req.url));
  if (!texts.ok) return texts.error;
  const query = readStrictly(route.query, 'query', texts.value);
  if (!query.ok) return query.error;
  const raw =
    route.method === 'get' ? ({ ok: true, value: {} } as const) : await bodyOf(context.req.raw);
  if (!raw.ok) return raw.error;
  const body = readStrictly(route.body, 'body', raw.value);
  if (!body.ok) return body.error;
  return route.handle({
    params: context.req.param(),
    query: query.value,
    body: body.value,
    header,
    caller,
  });
}

/** What is said where nothing is. */
function nothingHere(routes: readonly Route[], method: string, path: string): Answer {
  const fits = (route: Route): boolean =>
    new RegExp(`^${API}${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  const other = routes.find(fits);
  if (other !== undefined) {
    const allowed = other.method.toUpperCase();
    const words = {
      title: 'Method not allowed',
      detail: `${method} is not possible here.`,
      accepted: allowed,
    };
    return { ...refuse(405, 'method_not_allowed', words), headers: { allow: allowed } };
  }
  const meant = nearest(
    path,
    routes.map((route) => `${API}${route.path}`),
  );
  const next =
    meant === undefined ? `GET ${API}/openapi.json lists all addresses.` : `Did you mean ${meant}?`;
  return refuse(404, 'not_found', {
    title: 'Not found',
    detail: `There is nothing at ${path}.`,
    next,
  });
}

/** The address as the router wants it; what follows a name in it belongs to the name's pattern. */
const pathOf = ({ path }: Route): string =>
  path.replace(/\{(\w+)\}\.html$/, ':$1{[^/]+\\.html}').replaceAll(/\{(\w+)\}/g, ':$1');

type AppParts = {
  readonly routes: readonly Route[];
  readonly guard: Guard;
  readonly pages: Pages;
  readonly cells: readonly Served[];
  readonly version: string;
  readonly log: Log;
};

function createApp({ routes, guard, pages, cells, version, log }: AppParts): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    const strange = guard.stranger(headerOf(context));
    if (strange === undefined) await next();
    else context.res = responseOf(strange);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    }
  });
  app.get('/healthz', () => responseOf(json({ ok: true })));
  app.get('/readyz', () => {
    const ready = cells.every(({ door }) => door.pulse().ready);
    return responseOf(json({ ready }, ready ? 200 : 503));
  });
  for (const route of routes) {
    app.on(route.method, `${API}${pathOf(route)}`, async (context) =>
      responseOf(await answerRoute(route, guard, context)),
    );
  }
  let document: unknown;
  app.get(`${API}/openapi.json`, async (context) => {
    const caller = guard.caller(headerOf(context));
    if (!isCaller(caller)) return responseOf(caller);
    // Few ask, and what makes the document takes more memory than all the rest of the server.
    const { openApiOf } = await import('./http-openapi.ts');
    document ??= openApiOf(routes, version);
    return responseOf(json(document));
  });
  app.get('*', async (context, next) => {
    if (context.req.path.startsWith('/api/')) return next();
    const request = {
      host: context.req.header('host') ?? '',
      ifNoneMatch: context.req.header('if-none-match') ?? null,
    };
    return pages.answer(context.req.path, request) ?? next();
  });
  app.notFound((context) => responseOf(nothingHere(routes, context.req.method, context.req.path)));
  app.onError((error, context) => {
    if (error instanceof PageRefused) {
      const words = { title: 'Invalid value', detail: `${error.message}.`, field: error.field };
      return responseOf(
        refuse(400, 'invalid_field', { ...words, next: 'Ask for the first page again.' }),
      );
    }
    log.error('a request failed', { method: context.req.method, path: context.req.path, error });
    return responseOf(
      refuse(500, 'internal', {
        title: 'Something went wrong',
        detail: 'The engine could not answer this.',
        next: 'Try again; the log of the engine names the place.',
      }),
    );
  });
  return app;
}

/** Listens, or says in words why it can't. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const message = taken
        ? `Port ${port} is in use.`
        : `Can't listen on port ${port}: ${error.message}.`;
      reject(
        new NotStarted(
          taken ? 'port_taken' : 'port_refused',
          message,
          'Choose another with --port, or 0 for a free one.',
        ),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Starts the server. Throws `NotStarted` when the host is no loopback or the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { cells, dataDir, log, clock = systemClock } = options;
  const [first, ...others] = cells;
  const accounts = accountsOf([must(first, 'an account'), ...others]);
  if (!LOOPBACK.includes(options.host)) {
    const message = `The dashboard listens on this machine only; "${options.host}" is not 127.0.0.1.`;
    throw new NotStarted(
      'host_refused',
      message,
      'Set the host to 127.0.0.1 and reach it from elsewhere through an SSH tunnel.',
    );
  }
  makeFolder(dataDir);
  let bound = options.port;
  const port = (): number => bound;
  const token = openToken(dataDir);
  log.hide(token);
  const sessions = openSessions(joinPath(dataDir, 'sessions.json'), clock.wall);
  const codes = createLoginCodes(clock);
  const damper = createDamper(clock.mono);
  const guard = createGuard({ port, token, sessions, damper, person: personName() });
  const feed = await createFeeds(cells, (error) => log.error('a stream failed', { error }));
  const stream = createStream({ feed, guard, sessions, clock, log });
  const routes = [
    ...dailyRoutes(accounts),
    ...journalRoutes(accounts),
    ...readRoutes(accounts),
    ...alertRoutes(accounts),
    ...commandRoutes(accounts),
    ...entranceRoutes({ port, codes, sessions, damper, ended: stream.recheck }),
  ];
  const pages = openPages({ webRoot: options.webRoot, practiceOrigin: options.practiceOrigin });
  const app = createApp({
    routes,
    guard,
    pages,
    cells,
    version: accounts.all.each[0].door.version,
    log,
  });
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: 16_384 },
  }) as Server;
  server.on('upgrade', stream.upgrade);
  try {
    bound = await listen(server, options.port);
  } catch (error) {
    await stream.close();
    feed.close();
    throw error;
  }
  const address = joinPath(dataDir, 'engine.json');
  writePrivate(address, `${JSON.stringify({ port: bound, pid: process.pid })}\n`);
  log.info('listening', { port: bound });
  return {
    port: bound,
    loginLink: () => linkOf(bound, codes.make().code),
    close: async () => {
      removeFile(address);
      feed.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await stream.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
