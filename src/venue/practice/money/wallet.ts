/**
 * Cash that comes, goes and changes hands without a trade: deposits, withdrawals, transfers between accounts. None takes
 * more than the account has free (`available_withdrawal_funds`), so that no margin is ever taken away. A withdrawal leaves
 * the balance at once, can be taken back while it is unconfirmed, and is completed a minute of server time later.
 */
import { type Decimal, add, dec, gt, neg, roundTo, sign, ZERO } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import { MINUTE, type Millis } from '../../../base/time.ts';
import type { WithdrawalPriority } from '../../protocol/values.ts';
import { decimalsOf } from '../products/instruments.ts';
import { post, rowOf, type Side } from './ledger.ts';
import { walletOf } from './margin.ts';
import { type Answer, refuse } from '../wire/refusal.ts';
import type { AccountRecord, WalletMove } from '../state.ts';
import { accountOf, type World } from '../world.ts';

export type Withdrawal = Extract<WalletMove, { kind: 'withdrawal' }>;
export type Transfer = Extract<WalletMove, { kind: 'transfer' }>;

/** What a withdrawal costs beside its amount. */
export const WITHDRAWAL_FEE = dec('0.0001');
/** Each priority as the number that stands for it. */
const PRIORITY_VALUES: Readonly<Record<WithdrawalPriority, string>> = {
  very_low: '0.15',
  low: '0.5',
  mid: '1',
  high: '1.2',
  very_high: '1.5',
  extreme_high: '2',
  insane: '3.5',
};
export const priorityValue = (priority: WithdrawalPriority): Decimal =>
  dec(PRIORITY_VALUES[priority]);
/** How long a withdrawal is unconfirmed. */
const CONFIRMED_AFTER: Millis = MINUTE;

/** Where an account's deposits of a currency go. */
export const addressOf = ({ id }: AccountRecord, currency: string): string =>
  `practice-${id}-${currency.toLowerCase()}`;

/** Whether an amount is above 0 and no finer than the currency's cash. */
export const isCash = (currency: string, amount: Decimal): boolean =>
  sign(amount) > 0 && roundTo(amount, decimalsOf(currency)) === amount;

const covers = (world: World, account: AccountRecord, currency: string, amount: Decimal): boolean =>
  !gt(amount, walletOf(world, account, currency).withdrawable);

/** Cash that a hand puts in (> 0) or takes out: a deposit or withdrawal, or what the exchange itself books. 10009 when it is not covered. */
export function moveCash(
  world: World,
  account: AccountRecord,
  of: {
    readonly currency: string;
    readonly amount: Decimal;
    readonly as: 'deposit' | 'correction' | 'swap';
  },
): Answer<null> {
  const { currency, amount } = of;
  const out = sign(amount) < 0;
  if (out && !covers(world, account, currency, neg(amount))) return refuse(10009);
  const addr = addressOf(account, currency);
  post(world, currency, [
    {
      account,
      row: rowOf({
        type: of.as === 'deposit' && out ? 'withdrawal' : of.as,
        change: amount,
        commission: ZERO,
        ...(of.as === 'deposit' ? { info: { addr, deposit_type: 'wallet' } } : {}),
      }),
    },
    { book: 'outside', change: neg(amount) },
  ]);
  return ok(null);
}

/** What an account has asked for with that mark before. */
export const repeated = (
  world: World,
  account: AccountRecord,
  nonce: string | null,
): WalletMove | undefined =>
  nonce === null
    ? undefined
    : [...world.state.moves.values()].find(
        (move) => move.account === account.id && move.nonce === nonce,
      );

function keep<M extends WalletMove>(world: World, move: M): M {
  world.state.moves.set(move.id, move);
  world.touched.moves.add(move.id);
  return move;
}

const nextId = ({ state }: World): number => state.moves.size + 1;

/** Begins a withdrawal: amount and fee leave the balance. 10009 when it has less than both free. */
export function withdraw(
  world: World,
  account: AccountRecord,
  asked: Pick<Withdrawal, 'currency' | 'amount' | 'address' | 'priority' | 'nonce'>,
): Answer<Withdrawal> {
  const { currency, amount } = asked;
  if (!covers(world, account, currency, add(amount, WITHDRAWAL_FEE))) return refuse(10009);
  const move = keep(world, {
    kind: 'withdrawal',
    id: nextId(world),
    account: account.id,
    ...asked,
    fee: WITHDRAWAL_FEE,
    at: world.now,
    cancelledAt: null,
  } satisfies Withdrawal);
  post(world, currency, sidesOf(account, move, 1));
  return ok(move);
}

/** The sides of a withdrawal, or of one that is taken back. */
function sidesOf(account: AccountRecord, move: Withdrawal, way: 1 | -1): Side[] {
  const signed = (value: Decimal): Decimal => (way === 1 ? value : neg(value));
  const { amount, fee, address: addr } = move;
  return [
    {
      account,
      row: rowOf({
        type: 'withdrawal',
        change: signed(neg(add(amount, fee))),
        cashflow: signed(neg(amount)),
        commission: signed(fee),
        info: { addr, withdrawal_id: move.id, ...(way === 1 ? {} : { state: 'cancelled' }) },
      }),
    },
    { book: 'outside', change: signed(amount) },
    { book: 'fees', change: signed(fee) },
  ];
}

/** How far a withdrawal has come. */
export const stateOf = (
  move: Withdrawal,
  now: Millis,
): 'unconfirmed' | 'cancelled' | 'completed' =>
  move.cancelledAt !== null
    ? 'cancelled'
    : now < move.at + CONFIRMED_AFTER
      ? 'unconfirmed'
      : 'completed';

/** When a withdrawal last changed its state. */
export function changedAt(move: Withdrawal, now: Millis): Millis {
  if (move.cancelledAt !== null) return move.cancelledAt;
  const completedAt = move.at + CONFIRMED_AFTER;
  return now < completedAt ? move.at : completedAt;
}

/** Takes an unconfirmed withdrawal back; 12100 when it is cancelled or on its way. */
export function cancelWithdrawal(world: World, move: Withdrawal): Answer<Withdrawal> {
  if (stateOf(move, world.now) !== 'unconfirmed') return refuse(12100);
  const cancelled = keep(world, { ...move, cancelledAt: world.now });
  post(world, move.currency, sidesOf(accountOf(world, move.account), cancelled, -1));
  return ok(cancelled);
}

/** Moves cash from one account to another: at once, without a fee, by one row in the log of each. 10009 when it is not covered. */
export function transfer(
  world: World,
  asked: {
    readonly from: AccountRecord;
    readonly to: AccountRecord;
    readonly currency: string;
    readonly amount: Decimal;
    readonly between: Transfer['between'];
    readonly nonce: string | null;
  },
): Answer<Transfer> {
  const { from, to, currency, amount, between, nonce } = asked;
  if (from === to) return refuse(12100);
  if (!covers(world, from, currency, amount)) return refuse(10009);
  const move = keep(world, {
    kind: 'transfer',
    id: nextId(world),
    account: from.id,
    to: to.id,
    currency,
    amount,
    between,
    nonce,
    at: world.now,
  } satisfies Transfer);
  const side = (account: AccountRecord, other: AccountRecord, change: Decimal): Side => ({
    account,
    row: rowOf({
      type: 'transfer',
      change,
      commission: ZERO,
      info: { transfer_type: between, other_user_id: other.userId, other_user: other.id },
    }),
  });
  post(world, currency, [side(from, to, neg(amount)), side(to, from, amount)]);
  return ok(move);
}
