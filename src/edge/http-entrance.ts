/** The routes of coming and going: log in with a one-time code, log out, and ask for a new login link with the API token. */
import { isoTime } from '../base/time.ts';
import { loginLinkSchema } from '../wire/schemas-answers.ts';
import { emptyBody, loginBody, noQuery } from '../wire/schemas-requests.ts';
import { z } from 'zod';
import { json, refuse } from './http-answer.ts';
import { cookieName } from './http-guard.ts';
import type { Damper, LoginCodes } from './http-login.ts';
import { type Route, route } from './http-routes.ts';
import { SESSION_MS, type Sessions } from './http-sessions.ts';

export type Entrance = {
  readonly port: () => number;
  readonly codes: LoginCodes;
  readonly sessions: Sessions;
  readonly damper: Damper;
  /** Called when a session was ended before its time. */
  readonly ended: () => void;
};

const doneSchema = z.object({ ok: z.literal(true) });

/** A login link that works once. */
export const linkOf = (port: number, code: string): string => `http://127.0.0.1:${port}/?k=${code}`;

const cookieOf = (port: number, reference: string, seconds: number): string =>
  `${cookieName(port)}=${reference}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict`;

/** The three routes. */
export function entranceRoutes({
  port,
  codes,
  sessions,
  damper,
  ended,
}: Entrance): readonly Route[] {
  const common = { method: 'post', query: noQuery, keyed: false } as const;
  return [
    route({
      ...common,
      path: '/login',
      summary: 'Trade the code of a one-time login link for a session cookie',
      body: loginBody,
      answer: doneSchema,
      access: 'anyone',
      handle: async ({ body }) => {
        if (!codes.use(body.code)) {
          const wait = damper.wrong();
          const answer = refuse(wait > 0 ? 429 : 401, wait > 0 ? 'too_many_tries' : 'link_used', {
            title: 'This login link does not work',
            detail: 'It was used before, or it is older than ten minutes.',
            next: 'Run "npx lockstep open" for a new one.',
          });
          return wait > 0
            ? { ...answer, headers: { 'retry-after': String(Math.ceil(wait / 1_000)) } }
            : answer;
        }
        const { reference } = sessions.begin();
        return {
          ...json({ ok: true }),
          headers: { 'set-cookie': cookieOf(port(), reference, SESSION_MS / 1_000) },
        };
      },
    }),
    route({
      ...common,
      path: '/logout',
      summary: 'End this session',
      body: emptyBody,
      answer: doneSchema,
      access: 'member',
      handle: async ({ caller }) => {
        if (caller?.kind === 'session') {
          sessions.end(caller.session.id);
          ended();
        }
        return { ...json({ ok: true }), headers: { 'set-cookie': cookieOf(port(), '', 0) } };
      },
    }),
    route({
      ...common,
      path: '/login-links',
      summary: 'A new one-time login link, ten minutes good',
      body: emptyBody,
      answer: loginLinkSchema,
      access: 'token',
      handle: async () => {
        const { code, endsAt } = codes.make();
        return json({ link: linkOf(port(), code), expiresAt: isoTime(endsAt) }, 201);
      },
    }),
  ];
}
