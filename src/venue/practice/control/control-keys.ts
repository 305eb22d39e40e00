/** Control calls about who may come in and how much they may spend: tokens, keys, credits, announcements. */
import * as z from 'zod';
import { ok } from '../../../base/result.ts';
import { accountKnown, bad, type Outcome, readBody } from './control-input.ts';
import { drain } from '../wire/credits.ts';
import type { Desk, Login } from '../desk.ts';
import { narrowed } from '../wire/granting.ts';
import { flag, text } from '../wire/params.ts';
import { announce } from '../market/announcing.ts';
import { endLogins, prune } from '../wire/tokens.ts';

const keyOf = (desk: Desk, id: string) => {
  const key = desk.keys.find((one) => one.id === id);
  return key !== undefined
    ? ok(key)
    : bad({
        code: 'unknown_key',
        message: `there is no key ${id}`,
        field: 'key',
        accepted: desk.keys.map((one) => one.id).join(', '),
      });
};

/** Takes back every token of a key; its connections stay and are answered 13009. */
export function postRevoke(desk: Desk, body: unknown): Outcome {
  const read = readBody(z.strictObject({ key: text }), body);
  if (!read.ok) return read;
  const key = keyOf(desk, read.value.key);
  if (!key.ok) return key;
  return ok({ revoked: endLogins(desk, (login) => login.key.id === key.value.id) });
}

/** Changes what a key may do, also for those who are logged in with it: its scopes, or whether it works at all. */
export function postKey(desk: Desk, body: unknown): Outcome {
  const read = readBody(
    z.strictObject({ key: text, scopes: z.array(text).optional(), enabled: flag.optional() }),
    body,
  );
  if (!read.ok) return read;
  const found = keyOf(desk, read.value.key);
  if (!found.ok) return found;
  const { scopes, enabled } = read.value;
  const key = {
    ...found.value,
    scopes: scopes ?? found.value.scopes,
    disabled: enabled === undefined ? (found.value.disabled ?? false) : !enabled,
  };
  desk.keys.splice(desk.keys.indexOf(found.value), 1, key);
  if (key.disabled) endLogins(desk, (login) => login.key.id === key.id);
  for (const login of desk.logins.values()) {
    if (login.key.id !== key.id) continue;
    const changed: Login = {
      ...login,
      key: { ...key, account: login.key.account },
      scopes: narrowed(login.scopes, key.scopes),
    };
    desk.logins.set(login.token, changed);
    for (const conn of desk.conns.values())
      if (conn.login?.token === login.token) conn.login = changed;
  }
  prune(desk);
  return ok({ key: key.id, scopes: key.scopes, enabled: !key.disabled });
}

/** Sets the tier of all accounts, whether an empty bucket costs the connection, and empties those of an account. */
export function postCredits(desk: Desk, body: unknown): Outcome {
  const read = readBody(
    z.strictObject({
      tier: z
        .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
        .nullable()
        .optional(),
      closes: flag.optional(),
      drain: text.optional(),
    }),
    body,
  );
  if (!read.ok) return read;
  const { credits, options } = desk;
  const { tier, closes, drain: spender } = read.value;
  if (spender !== undefined) {
    const account = accountKnown(desk, spender);
    if (!account.ok) return account;
    drain(credits, spender, desk.mono);
  }
  if (tier !== undefined) credits.tier = tier;
  if (closes !== undefined) options.rateLimitCloses = closes;
  return ok({ tier: credits.tier, closes: options.rateLimitCloses });
}

/** Announces something to everybody. */
export function postAnnounce(desk: Desk, body: unknown): Outcome {
  const read = readBody(
    z.strictObject({ title: text, body: text.default(''), important: flag.default(false) }),
    body,
  );
  return read.ok ? ok({ id: announce(desk, read.value) }) : read;
}
