/**
 * Verdicts about money: the exchange's log beside what the books made of fills, funding and settlements. A difference is told
 * to a person, who takes it as it is; it blocks nothing, and no money is ever moved because of it.
 */
import { type Decimal, ZERO, add, isZero, neg, sub } from '../base/decimal.ts';
import { isoTime } from '../base/time.ts';
import type { CashRow } from '../domain/account.ts';
import { type RowJudged, feeOf } from '../domain/accounts.ts';
import { type WaitingFee, feeKey } from '../domain/held.ts';
import type { BreakKind, CoverageState } from '../domain/shown.ts';
import {
  type Difference,
  endAcceptance,
  evidence,
  findBreak,
  raise,
  settleBreak,
} from './breaks.ts';
import { LAG } from './limits.ts';
import { type Turn, factor } from './turn.ts';

const rowEvidence = (row: CashRow): Difference['evidence'] => [
  evidence({
    kind: 'account',
    id: row.id,
    at: row.at,
    text: `${row.type} moved ${row.change}, balance ${row.balance}`,
    raw: row,
  }),
];

/** What no person has to answer, but may: taken as it is, it is not raised again. */
const ACCEPT = { life: 'needs_you', proposal: 'accept', options: ['accept'] } as const;

/** A row whose balance does not follow from the one before it. */
export function tellDrift(turn: Turn, row: CashRow, balance: Decimal): void {
  raise(turn, {
    kind: 'balance_drift',
    subject: row.currency,
    instrument: row.instrument ?? row.currency,
    strategy: null,
    life: 'confirmed',
    books: `${balance} + ${row.change}`,
    exchange: row.balance,
    amount: sub(row.balance, add(balance, row.change)),
    currency: row.currency,
    evidence: rowEvidence(row),
  });
}

const agree = (turn: Turn, kind: BreakKind, subject: string, reason: string): void =>
  settleBreak(turn, kind, subject, { action: 'auto', by: 'reconciler', reason });

/** What a row of the log showed of a fee or a settlement that the books had otherwise. */
export function tellMoney(turn: Turn, row: CashRow, judged: RowJudged): void {
  if (judged.kind === 'trade') return tellFee(turn, row, judged.met);
  if (judged.kind === 'move') return;
  const { rest, as } = judged.judged;
  if (as !== 'open') turn.live.compared.add('funding');
  if (as !== 'unexplained') return;
  raise(turn, {
    ...ACCEPT,
    kind: 'fee_or_funding_difference',
    subject: `settlement/${judged.instrument}/${isoTime(row.at)}`,
    instrument: judged.instrument,
    strategy: null,
    books: sub(row.change, rest),
    exchange: row.change,
    amount: rest,
    currency: row.currency,
    evidence: rowEvidence(row),
  });
}

const feeSubject = (fee: Pick<WaitingFee, 'currency' | 'tradeId'>): string => `fee/${feeKey(fee)}`;

function tellFee(
  turn: Turn,
  row: CashRow,
  met: Extract<RowJudged, { readonly kind: 'trade' }>['met'],
): void {
  if (met.as !== 'met' || row.tradeId === null) return;
  const { net } = feeOf(row);
  const subject = feeSubject({ currency: row.currency, tradeId: row.tradeId });
  if (isZero(met.rest))
    return agree(turn, 'fee_or_funding_difference', subject, 'the log has the fee of the fill');
  raise(turn, {
    ...ACCEPT,
    kind: 'fee_or_funding_difference',
    subject,
    instrument: row.instrument ?? row.currency,
    strategy: null,
    books: sub(met.rest, net),
    exchange: neg(net),
    amount: met.rest,
    currency: row.currency,
    evidence: rowEvidence(row),
  });
}

/** Fees that the log should tell of by now: it shows rows of after their fills, and not all that they cost. */
export function tellUnmet(turn: Turn, currency: string, rows: readonly CashRow[]): void {
  turn.live.compared.add('fees');
  const last = rows.reduce<CashRow | null>(
    (latest, row) => (latest === null || row.at > latest.at ? row : latest),
    null,
  );
  if (last === null) return;
  for (const [key, fee] of turn.books.fees) {
    if (fee.currency !== currency || fee.side === 'row') continue;
    const at = turn.books.fills.get(key);
    if (at === undefined || last.at - at < LAG * factor(turn)) continue;
    raise(turn, {
      ...ACCEPT,
      kind: 'fee_or_funding_difference',
      subject: feeSubject(fee),
      instrument: last.instrument ?? currency,
      strategy: null,
      books: fee.net,
      exchange: ZERO,
      amount: fee.net,
      currency: fee.currency,
      evidence: rowEvidence(last),
    });
  }
}

/**
 * The balance that the exchange showed in the check beside what its own log adds up to. Compared where no row is so new that
 * the check may have been before it, and told when two checks show the same.
 */
export function compareBalance(turn: Turn, currency: string, rows: readonly CashRow[]): void {
  const { balances, drifts } = turn.live;
  const shown = balances.get(currency);
  const held = turn.books.cash.get(currency)?.balance ?? ZERO;
  if (shown === undefined) return;
  const isBusy = rows.some(({ at }) => at > shown.at - 2 * LAG * factor(turn));
  if (isBusy) return;
  const seen = drifts.get(currency);
  drifts.delete(currency);
  if (held === shown.balance) {
    const isOurs = findBreak(turn, 'balance_drift', currency)?.proposal === 'accept';
    const why = 'the log leads to the balance again';
    if (isOurs) agree(turn, 'balance_drift', currency, why);
    endAcceptance(turn, 'balance_drift', currency, why);
    return;
  }
  const difference = `${held} ${shown.balance}`;
  drifts.set(currency, difference);
  if (seen !== difference) return;
  raise(turn, {
    ...ACCEPT,
    kind: 'balance_drift',
    subject: currency,
    instrument: currency,
    strategy: null,
    books: held,
    exchange: shown.balance,
    amount: sub(shown.balance, held),
    currency,
    evidence: [
      evidence({
        kind: 'account',
        id: `summary ${currency}`,
        at: shown.at,
        text: `the log leads to ${held}, the account shows ${shown.balance}`,
        raw: { currency, balance: shown.balance },
      }),
    ],
  });
}

/** How far the money of the account is compared with the log: only what was read since the start counts. */
export function coveredMoney(
  turn: Turn,
): Readonly<Record<'fees' | 'funding' | 'balance', CoverageState>> {
  const subjects = [...turn.books.breaks.values()].flatMap(({ break: found, subject }) =>
    found.kind === 'fee_or_funding_difference' || found.kind === 'balance_drift'
      ? [`${found.kind}/${subject}`]
      : [],
  );
  const state = (part: 'fees' | 'funding', prefix: string): CoverageState =>
    subjects.some((subject) => subject.startsWith(prefix))
      ? 'difference'
      : turn.live.compared.has(part)
        ? 'ok'
        : 'unknown';
  return {
    fees: state('fees', 'fee_or_funding_difference/fee/'),
    funding: state('funding', 'fee_or_funding_difference/settlement/'),
    balance: subjects.some((subject) => subject.startsWith('balance_drift/')) ? 'difference' : 'ok',
  };
}
