/** An account at its beginning: its number, and its first deposits as rows of its log. */
import { type Decimal, dec } from '../../base/decimal.ts';
import type { AccountOptions } from './exchange.ts';
import { addRow, type World } from './world.ts';

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
    addRow(world, record, {
      currency,
      type: 'deposit',
      change: amount,
      cashflow: amount,
      balance: amount,
      equity: amount,
      commission: dec(0),
      instrument: null,
      position: null,
      side: '-',
      amount: null,
      price: null,
      mark: null,
      index: null,
      trade: null,
      order: null,
      role: null,
      session: null,
      source: null,
    });
  }
}
