/** The auditor of double entry: each account of the living books is what the facts of the journal in use add up to. */
import { type Decimal, ZERO, add, neg, sum } from '../../src/base/decimal.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { currencyOf, type Evidence, rule } from './evidence.ts';

const TRANSFERS = new Set(['deposit', 'withdrawal', 'transfer', 'swap']);

type Told = readonly (readonly [currency: string, account: string, amount: Decimal])[];

/** What a fact adds to accounts that are plain sums. */
function toldBy(fact: Fact): Told {
  if (fact.type === 'BASELINE_TAKEN')
    return fact.data.balances.map(({ currency, balance }) => [currency, 'opening', neg(balance)]);
  if (fact.type === 'FILL_BOOKED')
    return [[fact.data.fill.feeCurrency, 'fees', fact.data.fill.fee]];
  if (fact.type === 'POSITION_DELIVERED') return [[fact.data.currency, 'fees', fact.data.fee]];
  if (fact.type === 'FUNDING_ACCRUED') {
    const { instrument, allocations } = fact.data;
    return [[currencyOf(instrument), 'funding', neg(sum(allocations.map(({ amount }) => amount)))]];
  }
  if (fact.type !== 'CASH_BOOKED' || !TRANSFERS.has(fact.data.row.type)) return [];
  const { currency, change } = fact.data.row;
  return [[currency, 'transfers', neg(change)]];
}

/** [I14] All accounts of a currency sum to zero; cash, opening, fees, funding and transfers are what their facts say. */
export function auditAccounts(evidence: Evidence): void {
  const { accounts, cash } = evidence.books();
  const sums = new Map<string, Decimal>();
  for (const [key, amount] of accounts) {
    const currency = key.slice(0, key.indexOf('/'));
    sums.set(currency, add(sums.get(currency) ?? ZERO, amount));
  }
  for (const [currency, left] of sums)
    rule('I14', left === ZERO, () => `${currency}: all accounts sum to ${left}`, evidence);
  for (const [currency, { balance }] of cash) {
    const held = accounts.get(`${currency}/cash`) ?? ZERO;
    rule('I14', held === balance, () => `${currency}: account ${held}, cash ${balance}`, evidence);
  }
  const told = new Map<string, Decimal>();
  for (const fact of evidence.facts())
    for (const [currency, account, amount] of toldBy(fact)) {
      const key = `${currency}/${account}`;
      told.set(key, add(told.get(key) ?? ZERO, amount));
    }
  for (const [key, amount] of told) {
    const held = accounts.get(key) ?? ZERO;
    rule('I14', held === amount, () => `${key}: books ${held}, facts ${amount}`, evidence);
  }
}
