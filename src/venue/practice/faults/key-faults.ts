/** Keys and tokens that stop being good while somebody uses them: expired, disabled, or with fewer scopes. */
import type { ApiKey, Desk, Login } from '../desk.ts';
import { type Fault, holding } from './faults.ts';
import { narrowed } from '../wire/granting.ts';
import { endLogins, prune } from '../wire/tokens.ts';

const means = (key: ApiKey) => (fault: Fault) => fault.key === undefined || fault.key === key.id;

/** Whether a key has been switched off, by a control call or for as long as a fault holds. */
export const isKeyOff = (desk: Desk, key: ApiKey): boolean =>
  key.disabled === true ||
  holding(desk.faults, 'key_disabled', desk.mono, means(key)) !== undefined;

/** What is left of granted scopes while the key's own are reduced. */
export function leftOf(desk: Desk, key: ApiKey, scopes: readonly string[]): readonly string[] {
  const fault = holding(desk.faults, 'scope_reduced', desk.mono, means(key));
  return fault === undefined ? scopes : narrowed(scopes, (fault.scope ?? '').split(' '));
}

/** Ends the logins of a key, or of all; it gets none while the fault holds. */
export const switchOff = (desk: Desk, fault: Fault): void =>
  void endLogins(desk, (login) => means(login.key)(fault));

/** Takes scopes away from the logins that a fault means, as they stand, and the channels that they allowed. */
export function reduceScopes(desk: Desk): void {
  relog(desk, (login) => ({ ...login, scopes: leftOf(desk, login.key, login.scopes) }));
  prune(desk);
}

/** Ends the tokens of a key, or of all, now; their refresh tokens stay good. */
export const expireTokens = (desk: Desk, fault: Fault): void =>
  relog(desk, (login) => (means(login.key)(fault) ? { ...login, expiresAt: desk.mono } : login));

function relog(desk: Desk, change: (login: Login) => Login): void {
  for (const [token, login] of desk.logins) desk.logins.set(token, change(login));
  for (const conn of desk.conns.values())
    if (conn.login !== null) conn.login = desk.logins.get(conn.login.token) ?? conn.login;
}
