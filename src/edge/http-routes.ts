/** What a route of the API is: an address with its schemas and what answers it. The list of routes makes server and OpenAPI alike. */
import type { z } from 'zod';
import type { Answer } from './http-answer.ts';
import type { Caller, HeaderOf } from './http-guard.ts';

/** A strict object schema. */
export type ObjectSchema = z.ZodType & { readonly shape: Readonly<Record<string, z.ZodType>> };

export type Call<Query, Body> = {
  /** Values of the `{names}` in the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly header: HeaderOf;
  readonly caller: Caller | undefined;
};

export type RouteSpec<Query extends ObjectSchema, Body extends ObjectSchema> = {
  readonly method: 'get' | 'post';
  /** Under `/api/v1`, with `{names}`. */
  readonly path: string;
  readonly summary: string;
  readonly query: Query;
  readonly body: Body;
  readonly answer: z.ZodType;
  /** `anyone`: no session and no token needed (log-in). `token`: only with the API token. */
  readonly access: 'member' | 'token' | 'anyone';
  /** Whether an `Idempotency-Key` is read. */
  readonly keyed: boolean;
  readonly handle: (call: Call<z.output<Query>, z.output<Body>>) => Promise<Answer>;
};

/** A route whose schemas and handler are known to fit. */
export type Route = RouteSpec<ObjectSchema, ObjectSchema>;

/** Checks that a handler fits its schemas, then forgets their types. */
export const route = <Query extends ObjectSchema, Body extends ObjectSchema>(
  spec: RouteSpec<Query, Body>,
): Route => spec as unknown as Route;

/** The part of the address that all routes share. */
export const API = '/api/v1';
