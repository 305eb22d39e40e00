/** The control call that moves cash between an account and the outside world. */
import * as z from 'zod';
import { abs, roundTo } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import { accountKnown, bad, type Outcome, readBody } from './control-input.ts';
import type { Desk } from '../desk.ts';
import { CURRENCY_DECIMALS, decimalsOf } from '../products/instruments.ts';
import { walletOf } from '../money/margin.ts';
import { decimal, oneOf, text } from '../wire/params.ts';
import { isCash, moveCash } from '../money/wallet.ts';
import { accountOf } from '../world.ts';

const schema = z.strictObject({
  account: text.default('main'),
  currency: text.refine((currency) => Object.hasOwn(CURRENCY_DECIMALS, currency)),
  /** What is taken out is below 0. */
  amount: decimal,
  as: oneOf(['deposit', 'correction', 'swap']).default('deposit'),
});

const ACCEPTED: Readonly<Record<string, string>> = {
  currency: Object.keys(CURRENCY_DECIMALS).join(', '),
  amount: 'a number other than 0, no finer than the currency; below 0 it is taken out',
  as: 'deposit, correction or swap',
};

/** Puts cash in or takes it out, as a row of that type; a deposit below 0 is a withdrawal. */
export function postDeposit(desk: Desk, body: unknown): Outcome {
  const read = readBody(schema, body, ACCEPTED);
  if (!read.ok) return read;
  const { currency, amount } = read.value;
  const known = accountKnown(desk, read.value.account);
  if (!known.ok) return known;
  if (!isCash(currency, abs(amount)))
    return bad({
      code: 'bad_field',
      message: `amount ${amount} is no cash of ${currency}`,
      field: 'amount',
      accepted: ACCEPTED['amount'] ?? '',
    });
  const { world } = desk;
  const account = accountOf(world, known.value);
  const moved = moveCash(world, account, read.value);
  const free = roundTo(
    walletOf(world, account, currency).withdrawable,
    decimalsOf(currency),
    'down',
  );
  if (!moved.ok)
    return bad({
      code: moved.error.message,
      message: `${account.id} has ${free} ${currency} free`,
      field: 'amount',
      accepted: `at least -${free}`,
    });
  desk.moved = true;
  return ok({
    account: account.id,
    currency,
    balance: account.balances[currency],
    available: free,
  });
}
