/** An account at its beginning: its number, and its first deposits as rows of its log. */
import { type Decimal, neg, ZERO } from '../../../base/decimal.ts';
import type { AccountOptions } from '../exchange.ts';
import { post, rowOf } from './ledger.ts';
import type { World } from '../world.ts';

/** Opens an account with its first deposits, as rows of its log. */
export function openAccount(world: World, account: AccountOptions, userId: number): void {
  const record = {
    id: account.id,
    userId,
    createdAt: world.now,
    balances: {} as Record<string, Decimal>,
    positions: {},
    userSeq: 0,
  };
  world.state.accounts.set(account.id, record);
  for (const [currency, amount] of Object.entries(account.cash)) {
    const row = rowOf({ type: 'deposit', change: amount, commission: ZERO });
    post(world, currency, [
      { account: record, row },
      { book: 'outside', change: neg(amount) },
    ]);
  }
}
