/** Keys and tokens that stop being good while somebody uses them: expired, disabled, or with fewer scopes. */
import type { ApiKey, Desk, Login } from './desk.ts';
import { type Fault, holding } from './faults.ts';

const means = (key: ApiKey) => (fault: Fault) => fault.key === undefined || fault.key === key.id;

/** Whether a key has been switched off. */
export const isKeyOff = (desk: Desk, key: ApiKey): boolean =>
  holding(desk.faults, 'key_disabled', desk.mono, means(key)) !== undefined;

/** What is left of granted scopes while the key's own are reduced; the kind of session stays. */
export function leftOf(desk: Desk, key: ApiKey, scopes: readonly string[]): readonly string[] {
  const fault = holding(desk.faults, 'scope_reduced', desk.mono, means(key));
  if (fault === undefined) return scopes;
  const left = (fault.scope ?? '').split(' ');
  return scopes.flatMap((scope) => {
    if (left.includes(scope) || !/:(read|read_write)$/.test(scope)) return [scope];
    const read = scope.replace(/_write$/, '');
    return left.includes(read) ? [read] : [];
  });
}

/** Takes scopes away from the logins that a fault means, as they stand. */
export const reduceScopes = (desk: Desk): void =>
  relog(desk, (login) => ({ ...login, scopes: leftOf(desk, login.key, login.scopes) }));

/** Ends the tokens of a key, or of all, now; their refresh tokens stay good. */
export const expireTokens = (desk: Desk, fault: Fault): void =>
  relog(desk, (login) => (means(login.key)(fault) ? { ...login, expiresAt: desk.mono } : login));

function relog(desk: Desk, change: (login: Login) => Login): void {
  for (const [token, login] of desk.logins) desk.logins.set(token, change(login));
  for (const conn of desk.conns.values())
    if (conn.login !== null) conn.login = desk.logins.get(conn.login.token) ?? conn.login;
}
