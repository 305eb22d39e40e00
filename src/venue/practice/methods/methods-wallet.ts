/**
 * The methods of the wallet: what came in, what goes out, and transfers between the accounts of the exchange. The account
 * `main` may move cash between all of them, any other one only its own.
 */
import * as z from 'zod';
import type { Decimal } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import { CURRENCIES, WITHDRAWAL_PRIORITIES } from '../../protocol/values.ts';
import { accountFor, type Handler, type PrivateCall, withLogin } from '../wire/call.ts';
import { decimal, integer, oneOf, readParams, text } from '../wire/params.ts';
import { type Answer, refuse, refuseParam } from '../wire/refusal.ts';
import type { AccountRecord } from '../state.ts';
import {
  addressOf,
  cancelWithdrawal,
  changedAt,
  isCash,
  priorityValue,
  repeated,
  stateOf,
  type Transfer,
  transfer,
  type Withdrawal,
  withdraw,
} from '../money/wallet.ts';
import { num, type WireValue } from '../wire/wire-json.ts';
import type { World } from '../world.ts';

const currency = oneOf(CURRENCIES);

const withdrawalObject = (world: World, move: Withdrawal): WireValue => {
  const state = stateOf(move, world.now);
  const updated = changedAt(move, world.now);
  const completed = state === 'completed';
  return {
    id: move.id,
    currency: move.currency,
    address: move.address,
    amount: num(move.amount),
    fee: num(move.fee),
    priority: num(priorityValue(move.priority)),
    state,
    transaction_id: completed ? `practice-${move.id}` : null,
    created_timestamp: move.at,
    confirmed_timestamp: completed ? updated : null,
    updated_timestamp: updated,
    ...(move.nonce === null ? {} : { nonce: move.nonce }),
  };
};

/** A transfer as one of its two sides sees it. */
const transferObject = (move: Transfer, viewer: AccountRecord): WireValue => ({
  id: move.id,
  created_timestamp: move.at,
  updated_timestamp: move.at,
  type: move.between,
  currency: move.currency,
  amount: num(move.amount),
  other_side: move.to === viewer.id ? move.account : move.to,
  state: 'confirmed',
  direction: move.to === viewer.id ? 'income' : 'payment',
  ...(move.nonce === null ? {} : { nonce: move.nonce }),
});

const listParams = z.object({
  currency,
  count: integer.pipe(z.number().min(1).max(1_000)).default(10),
  offset: integer.pipe(z.number().min(0)).default(0),
});
/** A page of rows, newest first. */
const newestFirst = (rows: (call: PrivateCall, asked: string) => readonly WireValue[]): Handler =>
  withLogin((call) => {
    const read = readParams(listParams, call.params);
    if (!read.ok) return read;
    const { count, offset } = read.value;
    const found = rows(call, read.value.currency).toReversed();
    return ok({ count: found.length, data: found.slice(offset, offset + count) });
  });

const deposits = newestFirst((call, asked) => {
  const account = accountFor(call);
  return call.desk.world.state.rows
    .filter((row) => row.type === 'deposit' && row.account === account.id && row.currency === asked)
    .map((row) => ({
      currency: row.currency,
      address: addressOf(account, asked),
      amount: num(row.change),
      state: 'completed',
      transaction_id: `practice-${row.id}`,
      received_timestamp: row.at,
      updated_timestamp: row.at,
    }));
});

const withdrawals = newestFirst(({ desk, login }, asked) =>
  [...desk.world.state.moves.values()].flatMap((move) =>
    move.kind === 'withdrawal' && move.account === login.key.account && move.currency === asked
      ? [withdrawalObject(desk.world, move)]
      : [],
  ),
);

const transfers = newestFirst((call, asked) => {
  const own = accountFor(call);
  return [...call.desk.world.state.moves.values()].flatMap((move) =>
    move.kind === 'transfer' &&
    (move.account === own.id || move.to === own.id) &&
    move.currency === asked
      ? [transferObject(move, own)]
      : [],
  );
});

const depositAddress = withLogin((call) => {
  const read = readParams(z.object({ currency }), call.params);
  if (!read.ok) return read;
  const account = accountFor(call);
  return ok({
    creation_timestamp: account.createdAt,
    currency: read.value.currency,
    address: addressOf(account, read.value.currency),
    type: 'deposit',
  });
});

/** Each account has one address for each currency, and gets no others. */
const createDepositAddress = withLogin((call) => {
  const read = readParams(z.object({ currency }), call.params);
  return read.ok ? refuse(11095) : read;
});

const all = (call: PrivateCall): readonly AccountRecord[] => [
  ...call.desk.world.state.accounts.values(),
];
/** The account that deposits to an address go to, or that has this name. */
const accountAt = (call: PrivateCall, asked: string, destination: string) =>
  all(call).find((one) => one.id === destination || addressOf(one, asked) === destination);

const withdrawParams = z.object({
  currency,
  address: text.min(1).max(128),
  amount: decimal,
  priority: oneOf(WITHDRAWAL_PRIORITIES).default('high'),
  nonce: text.min(1).max(64).optional(),
});
const withdrawal = withLogin((call) => {
  const read = readParams(withdrawParams, call.params);
  if (!read.ok) return read;
  const { currency: asked, amount, address, priority } = read.value;
  if (!isCash(asked, amount)) return refuseParam('amount', 'wrong format');
  const account = accountFor(call);
  const { world } = call.desk;
  const nonce = read.value.nonce ?? null;
  const known = repeated(world, account, nonce);
  if (known?.kind === 'withdrawal') return ok(withdrawalObject(world, known));
  if (accountAt(call, asked, address) !== undefined) return refuse(11096);
  const begun = withdraw(world, account, { currency: asked, amount, address, priority, nonce });
  return begun.ok ? ok(withdrawalObject(world, begun.value)) : begun;
});

const byIdParams = z.object({ currency, id: integer });
const cancel = withLogin((call) => {
  const read = readParams(byIdParams, call.params);
  if (!read.ok) return read;
  const { world } = call.desk;
  const move = world.state.moves.get(read.value.id);
  if (
    move?.kind !== 'withdrawal' ||
    move.account !== call.login.key.account ||
    move.currency !== read.value.currency
  )
    return refuse(11053);
  const cancelled = cancelWithdrawal(world, move);
  return cancelled.ok ? ok(withdrawalObject(world, cancelled.value)) : cancelled;
});

/** Transfers are confirmed at once, so that none can be cancelled. */
const cancelTransfer = withLogin((call) => {
  const read = readParams(byIdParams, call.params);
  if (!read.ok) return read;
  const move = call.desk.world.state.moves.get(read.value.id);
  const own =
    move?.kind === 'transfer' &&
    move.account === call.login.key.account &&
    move.currency === read.value.currency;
  return refuse(own ? 12100 : 11053);
});

type Asked = {
  readonly from: AccountRecord;
  readonly to: AccountRecord;
  readonly currency: string;
  readonly amount: Decimal;
  readonly between: Transfer['between'];
  readonly nonce?: string | undefined;
};

function submit(call: PrivateCall, asked: Asked): Answer<WireValue> {
  if (!isCash(asked.currency, asked.amount)) return refuseParam('amount', 'wrong format');
  const nonce = asked.nonce ?? null;
  const { world } = call.desk;
  const known = repeated(world, asked.from, nonce);
  if (known?.kind === 'transfer') return ok(transferObject(known, asked.from));
  const done = transfer(world, { ...asked, nonce });
  return done.ok ? ok(transferObject(done.value, asked.from)) : done;
}

const amountOf = { currency, amount: decimal };

const toUser = withLogin((call) => {
  const read = readParams(z.object({ ...amountOf, destination: text }), call.params);
  if (!read.ok) return read;
  const to = accountAt(call, read.value.currency, read.value.destination);
  if (to === undefined) return refuse(11091);
  return submit(call, { ...read.value, from: accountFor(call), to, between: 'user' });
});

const betweenParams = z.object({
  ...amountOf,
  destination: integer,
  source: integer.optional(),
  nonce: text.min(1).max(64).optional(),
});
/** 12100 for another account's cash; 11091 where no account has that number. */
const betweenAccounts = withLogin((call) => {
  const read = readParams(betweenParams, call.params);
  if (!read.ok) return read;
  const own = accountFor(call);
  const named = (id: number) => all(call).find(({ userId }) => userId === id);
  const from = read.value.source === undefined ? own : named(read.value.source);
  const to = named(read.value.destination);
  if (from === undefined || to === undefined) return refuse(11091);
  if (from !== own && own.id !== 'main') return refuse(12100);
  const { currency: asked, amount, nonce } = read.value;
  return submit(call, { from, to, currency: asked, amount, between: 'subaccount', nonce });
});

export const WALLET_METHODS = {
  'private/get_current_deposit_address': depositAddress,
  'private/create_deposit_address': createDepositAddress,
  'private/get_deposits': deposits,
  'private/get_withdrawals': withdrawals,
  'private/withdraw': withdrawal,
  'private/cancel_withdrawal': cancel,
  'private/get_transfers': transfers,
  'private/submit_transfer_to_user': toUser,
  'private/submit_transfer_to_subaccount': betweenAccounts,
  'private/submit_transfer_between_subaccounts': betweenAccounts,
  'private/cancel_transfer_by_id': cancelTransfer,
} as const satisfies Readonly<Record<string, Handler>>;
