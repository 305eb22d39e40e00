/** While the exchange liquidates an account in a currency, its owner can neither place nor change nor cancel anything there. */
import { ok } from '../../../base/result.ts';
import { type Answer, refuse } from '../wire/refusal.ts';
import type { AccountRecord } from '../state.ts';
import { accountOf, specOf, type World } from '../world.ts';

/** Whether the exchange is liquidating the account in that currency. */
export const isLocked = (account: AccountRecord, currency: string): boolean =>
  account.liquidations?.[currency] !== undefined;

/** How an owner is refused who acts on an instrument of a locked currency; the documents name no code (FACTS, section 17). */
export function checkLock(world: World, account: string, instrument: string): Answer<null> {
  if (!isLocked(accountOf(world, account), specOf(world, instrument).settlement)) return ok(null);
  return refuse(world.options.liquidationLock === 'account_locked' ? 11098 : 10019);
}
