/**
 * Who may come in. Every request names this very host and no foreign origin; beyond the open addresses it carries the API
 * token (scripts) or the session cookie (browsers); a change by a browser also needs the exact origin and a header that no
 * foreign page can set [I47]; every WebSocket upgrade passes the same checks [I48].
 */
import type { Millis } from '../base/time.ts';
import type { Actor } from '../domain/fact.ts';
import { type Answer, refuse } from './http-answer.ts';
import { sameSecret } from './entropy.ts';
import type { Damper } from './http-login.ts';
import type { Session, Sessions } from './http-sessions.ts';

/** Reads a header by its lowercase name. */
export type HeaderOf = (name: string) => string | undefined;

export type Caller =
  | { readonly kind: 'session'; readonly session: Session; readonly actor: Actor }
  | { readonly kind: 'token'; readonly actor: Actor };

export type Guard = {
  /** Why a request of any kind may not come in: its host or its origin. */
  readonly stranger: (header: HeaderOf) => Answer | undefined;
  /** Who asks; a problem when nobody that we know. */
  readonly caller: (header: HeaderOf) => Caller | Answer;
  /** Why this browser request may not change anything (log-in included); undefined when it may. */
  readonly forgery: (header: HeaderOf) => Answer | undefined;
  /** The caller of a WebSocket upgrade. */
  readonly upgrade: (header: HeaderOf) => Caller | Answer;
  readonly origins: () => readonly string[];
};

export type GuardOptions = {
  readonly port: () => number;
  readonly token: string;
  readonly sessions: Sessions;
  readonly damper: Damper;
  /** Whose sessions these are: the person whom the operating system knows. */
  readonly person: string;
};

/** Browsers keep cookies by host and not by port, so the port stands in the name. */
export const cookieName = (port: number): string => `lockstep-${port}`;

/** The header by which our own page says that it means it. */
export const PAGE_HEADER = 'x-lockstep';

const BY = /^[\p{L}\p{N}._@ -]{1,64}$/u;

const isAnswer = (value: Caller | Answer): value is Answer =>
  value.kind === 'json' || value.kind === 'problem';

/** Whether the guard let somebody in. */
export const isCaller = (value: Caller | Answer): value is Caller => !isAnswer(value);

/** The value of a cookie. */
function cookie(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const [key = '', ...value] = part.split('=');
    if (key.trim() === name) return value.join('=').trim();
  }
  return undefined;
}

const unknownCaller = (title: string, detail: string, wait: Millis = 0): Answer => {
  const words = {
    title,
    detail,
    next: 'Run "npx lockstep open" for a login link, or send the token of <data>/api-token.',
  };
  const code = wait > 0 ? 'too_many_tries' : 'log_in';
  const answer = refuse(wait > 0 ? 429 : 401, code, words);
  const headers: Record<string, string> =
    wait > 0
      ? { 'retry-after': String(Math.ceil(wait / 1_000)) }
      : { 'www-authenticate': 'Bearer' };
  return { ...answer, headers };
};

const forbidden = (code: string, detail: string, accepted: string): Answer =>
  refuse(403, code, { title: 'Not allowed from here', detail, accepted });

/** The guard of one server. */
export function createGuard({ port, token, sessions, damper, person }: GuardOptions): Guard {
  const hosts = (): readonly string[] => [`127.0.0.1:${port()}`, `localhost:${port()}`];
  const origins = (): readonly string[] => hosts().map((host) => `http://${host}`);

  const stranger = (header: HeaderOf): Answer | undefined => {
    const host = header('host');
    if (host === undefined || !hosts().includes(host.toLowerCase())) {
      return forbidden('wrong_host', `The Host header is "${host ?? ''}".`, hosts().join(' or '));
    }
    const origin = header('origin');
    if (origin === undefined || origins().includes(origin)) return undefined;
    return forbidden(
      'wrong_origin',
      `Pages of ${origin} may not ask here.`,
      `${origins().join(' or ')}, or no Origin at all`,
    );
  };

  const byToken = (header: HeaderOf, given: string): Caller | Answer => {
    if (!sameSecret(given, token)) {
      return unknownCaller(
        'Wrong token',
        'The API token is not the one of this data folder.',
        damper.wrong(),
      );
    }
    const by = header('x-lockstep-by');
    return {
      kind: 'token',
      actor: { kind: 'token', id: by !== undefined && BY.test(by) ? by : 'api-token' },
    };
  };

  const caller = (header: HeaderOf): Caller | Answer => {
    const authorization = header('authorization');
    if (authorization !== undefined) {
      const given = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      if (given === undefined)
        return unknownCaller('Wrong kind of authorization', 'Only "Bearer <token>" is understood.');
      return byToken(header, given);
    }
    const site = header('sec-fetch-site');
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      return forbidden(
        'wrong_origin',
        'This request was made by the page of another site.',
        origins().join(' or '),
      );
    }
    const reference = cookie(header('cookie'), cookieName(port()));
    const session = reference === undefined ? undefined : sessions.find(reference);
    if (session === undefined) {
      return unknownCaller(
        'Log in first',
        reference === undefined ? 'There is no session and no token.' : 'This session is over.',
      );
    }
    return { kind: 'session', session, actor: { kind: 'person', id: person } };
  };

  const forgery = (header: HeaderOf): Answer | undefined => {
    if (!origins().includes(header('origin') ?? '')) {
      return forbidden(
        'wrong_origin',
        'A change by a browser needs the Origin header of this dashboard.',
        origins().join(' or '),
      );
    }
    if (header(PAGE_HEADER) === '1') return undefined;
    return forbidden(
      'missing_header',
      'A change by a browser needs the header X-Lockstep.',
      'X-Lockstep: 1',
    );
  };

  const upgrade = (header: HeaderOf): Caller | Answer => {
    const strange = stranger(header);
    if (strange !== undefined) return strange;
    const found = caller(header);
    if (!isCaller(found) || found.kind === 'token' || header('origin') !== undefined) return found;
    return forbidden(
      'wrong_origin',
      'A stream for a browser needs the Origin header of this dashboard.',
      origins().join(' or '),
    );
  };

  return { stranger, caller, forgery, upgrade, origins };
}
