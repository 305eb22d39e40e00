/** One request on its way to a method, and what methods need to find in it. */
import { ok } from '../../../base/result.ts';
import type { Conn, Desk, Login } from '../desk.ts';
import type { InstrumentSpec } from '../products/instruments.ts';
import { type Answer, refuse, refuseParam } from './refusal.ts';
import type { AccountRecord } from '../state.ts';
import { accountOf } from '../world.ts';
import type { WireValue } from './wire-json.ts';

/** `conn` is null over HTTP; `login` is null for public methods. */
export type Call = {
  readonly desk: Desk;
  readonly conn: Conn | null;
  readonly address: string;
  readonly login: Login | null;
  readonly params: unknown;
};
export type Handler = (call: Call) => Answer<WireValue>;

/** A private call, its login and account at hand. */
export type PrivateCall = Call & { readonly login: Login };

/** Makes a method of a function that needs a login; without one the answer is 10000. */
export const withLogin =
  (handler: (call: PrivateCall) => Answer<WireValue>): Handler =>
  (call) => {
    const { login } = call;
    return login === null ? refuse(10000) : handler({ ...call, login });
  };

export const accountFor = (call: PrivateCall): AccountRecord =>
  accountOf(call.desk.world, call.login.key.account);

/**
 * The account that a read is about: the caller's own or, from `main`, any other by its number. 13012 for another one's
 * where the caller is none that may see it, -32602 where there is none.
 */
export function accountAsked(
  call: PrivateCall,
  subaccount: number | undefined,
): Answer<AccountRecord> {
  const own = accountFor(call);
  if (subaccount === undefined || subaccount === own.userId) return ok(own);
  if (own.id !== 'main') return refuse(13012);
  const asked = [...call.desk.world.state.accounts.values()].find(
    ({ userId }) => userId === subaccount,
  );
  return asked === undefined ? refuseParam('subaccount_id', 'wrong format') : ok(asked);
}

/** The instrument of that name; 13020 when there is none. */
export function findSpec(desk: Desk, name: string): Answer<InstrumentSpec> {
  const spec = desk.world.specs.get(name);
  return spec === undefined ? refuse(13020) : ok(spec);
}
