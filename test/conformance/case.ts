/**
 * What a case of the conformance suite is: data that says what to ask an exchange and what a true answer looks like. The
 * same cases run against the practice exchange and against the venue's test network.
 *
 * A text that begins with `$` stands for a value: one that the runner knows (`$perp`, `$amount`, `$far_buy`, `$now+3000`), or
 * one that an earlier step kept. Inside a text such a value stands as `{perp}`.
 */

/** What a value has to be. Members that a shape does not name are allowed: the venue adds some without notice. */
export type Shape =
  | { readonly is: 'number' | 'integer' | 'text' | 'flag' | 'anything' }
  | { readonly is: 'one'; readonly of: readonly (string | number | boolean | null)[] }
  | { readonly is: 'list'; readonly of: Shape; readonly least: number; readonly most: number }
  | { readonly is: 'has'; readonly members: Readonly<Record<string, Shape>> }
  | { readonly is: 'absent' }
  | { readonly is: 'maybe'; readonly of: Shape }
  | { readonly is: 'either'; readonly of: readonly Shape[] };

export type Expected =
  | { readonly kind: 'result'; readonly shape: Shape; readonly relations: readonly string[] }
  | { readonly kind: 'error'; readonly codes: readonly number[]; readonly data: Shape }
  /** Anything that is framed as an answer. */
  | { readonly kind: 'answer' }
  | { readonly kind: 'silence' };

export type Params = Readonly<Record<string, unknown>>;

export type Step =
  | {
      readonly kind: 'call';
      readonly method: string;
      readonly params: Params;
      readonly expect: Expected;
      /** Names for members of the result, by path. */
      readonly keep: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'frame'; readonly text: string; readonly expect: Shape }
  | {
      readonly kind: 'http';
      readonly method: string;
      readonly params: Params;
      readonly as: 'nobody' | 'key' | 'wrong key';
      readonly expect: Expected;
    }
  /** A notification that has come since the last step, or comes within `ms`. */
  | { readonly kind: 'push'; readonly channel: string; readonly data: Shape; readonly ms: number }
  | { readonly kind: 'no push'; readonly channel: string; readonly ms: number }
  /** A frame of the exchange's own that is no notification. */
  | { readonly kind: 'beat'; readonly shape: Shape; readonly ms: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'closed'; readonly codes: readonly number[]; readonly ms: number }
  /** A connection of its own from here on. */
  | { readonly kind: 'connect'; readonly login: boolean; readonly scope: string };

export type Case = {
  readonly id: string;
  readonly title: string;
  /** Section of the fact reference. */
  readonly source: string;
  /** `practice`: means something on a practice exchange only; `slow`: waits for real time elsewhere. */
  readonly needs: readonly ('login' | 'market' | 'practice' | 'slow')[];
  readonly steps: readonly Step[];
};

export const number: Shape = { is: 'number' };
export const integer: Shape = { is: 'integer' };
export const text: Shape = { is: 'text' };
export const flag: Shape = { is: 'flag' };
export const anything: Shape = { is: 'anything' };
export const absent: Shape = { is: 'absent' };
export const nothing: Shape = { is: 'one', of: [null] };
export const one = (...of: readonly (string | number | boolean | null)[]): Shape => ({
  is: 'one',
  of,
});
export const list = (of: Shape, least = 0, most = Infinity): Shape => ({
  is: 'list',
  of,
  least,
  most,
});
export const has = (members: Readonly<Record<string, Shape>>): Shape => ({ is: 'has', members });
export const maybe = (of: Shape): Shape => ({ is: 'maybe', of });
export const either = (...of: readonly Shape[]): Shape => ({ is: 'either', of });
/** A shape with more members. */
export const with_ = (shape: Shape, members: Readonly<Record<string, Shape>>): Shape =>
  shape.is === 'has' ? has({ ...shape.members, ...members }) : shape;

export const gives = (shape: Shape, ...relations: readonly string[]): Expected => ({
  kind: 'result',
  shape,
  relations,
});
export const refuses = (codes: number | readonly number[], data: Shape = anything): Expected => ({
  kind: 'error',
  codes: typeof codes === 'number' ? [codes] : codes,
  data,
});
/** The refusal that names a parameter. */
export const refusesParam = (param: string): Expected =>
  refuses(-32602, has({ param: one(param), reason: text }));

export const call = (
  method: string,
  params: Params,
  expect: Expected = { kind: 'answer' },
  keep: Readonly<Record<string, string>> = {},
): Step => ({ kind: 'call', method, params, expect, keep });
export const push = (channel: string, data: Shape, ms = 2_000): Step => ({
  kind: 'push',
  channel,
  data,
  ms,
});
export const connect = (login = true, scope = ''): Step => ({ kind: 'connect', login, scope });

/** A case on a connection that is logged in. */
export const logged = (
  id: string,
  title: string,
  source: string,
  ...steps: readonly Step[]
): Case => ({ id, title, source, needs: ['login'], steps: [connect(), ...steps] });
/** The same, where fills are needed. */
export const traded = (
  id: string,
  title: string,
  source: string,
  ...steps: readonly Step[]
): Case => ({ ...logged(id, title, source, ...steps), needs: ['login', 'market'] });
/** A case on a connection that is not. */
export const open = (
  id: string,
  title: string,
  source: string,
  ...steps: readonly Step[]
): Case => ({ id, title, source, needs: [], steps: [connect(false), ...steps] });
