/**
 * What becomes of each row of another program's table (`reconcile/import.ts` says what fills prove). A closed row is kept as
 * proved or as told; an open one becomes a trade as far as the exchange still holds it (N2), and what is gone ends by its
 * fills or unseen (N1).
 */
import {
  type Decimal,
  ZERO,
  abs,
  add,
  dec,
  gt,
  isZero,
  lte,
  mul,
  roundTo,
  sign,
  sub,
} from '../base/decimal.ts';
import { isoTime, type Millis } from '../base/time.ts';
import type { Command } from '../domain/command.ts';
import { CLOSED_BY, type ImportedTrade, type ImportRow } from '../domain/import.ts';
import { averagePrice, grossPnl } from '../domain/money.ts';
import {
  amountOf,
  findEnd,
  type Pool,
  proveClosed,
  proveEntry,
  shareOut,
} from '../reconcile/import.ts';
import { undecided } from './adopt.ts';
import { evidence, raise } from './breaks.ts';
import { stopOf, targetOf } from './distance.ts';
import type { Step } from './reply.ts';
import { record, type Turn } from './turn.ts';

/** Digits of a result that is told. */
const NET_PLACES = 8;
/** A table may be this far off before it is told: it rounds, and may leave funding out. */
const TOLD_SHARE = dec('0.01');

/** What is said of a row, and how it enters the books; null where it does not. */
type Judged = { readonly step: Step; readonly enter: (() => void) | null };

/** What rows are judged with. */
export type Work = {
  readonly turn: Turn;
  readonly command: Extract<Command, { readonly verb: 'import' }>;
  readonly pool: Pool;
  /** Whether the fills that were read are all that there are. */
  readonly whole: boolean;
};

/** A row that the books have. */
export const alreadyThere = ({ row }: ImportRow): Judged => ({
  step: { action: 'known', text: `row ${row}: imported before` },
  enter: null,
});

const tradeId = ({ books }: Turn): string =>
  `trd_${books.counters.trade + 1}_${books.birth.slice(0, 8)}`;

/** The net result by prices and fees, as the trade will show it, and what the table says where that is something else. */
function netOf(
  turn: Turn,
  row: ImportRow,
  { entries, exits, fees }: Pick<ImportedTrade, 'entries' | 'exits' | 'fees'>,
): string {
  const instrument = turn.books.instruments.get(row.instrument);
  const gross = grossPnl(instrument?.kind ?? 'linear', row.direction, entries, exits);
  const net = roundTo(sub(gross, fees), NET_PLACES);
  const shown = `${net} ${instrument?.settlementCurrency ?? ''}`;
  if (row.told === null) return shown;
  const apart = abs(sub(row.told, net));
  return lte(apart, mul(abs(net), TOLD_SHARE)) ? shown : `${shown}, the table says ${row.told}`;
}

type Ended = Pick<
  ImportedTrade,
  'entries' | 'exits' | 'unseen' | 'fees' | 'closedAt' | 'exit' | 'result' | 'fills'
> & { readonly openedAt?: Millis };

function recordEnded({ turn, command }: Work, row: ImportRow, ended: Ended): string {
  const trade = tradeId(turn);
  const { strategy, instrument, direction, openedAt, stopLoss, takeProfit } = row;
  record(
    turn,
    {
      type: 'TRADE_IMPORTED',
      v: 1,
      data: {
        imported: {
          trade,
          source: command.source,
          row: row.row,
          strategy,
          instrument,
          direction,
          openedAt,
          stopLoss,
          takeProfit,
          ...ended,
        },
        by: command.by.id,
      },
    },
    command.by,
  );
  return trade;
}

/** A row that the table calls closed: by its fills, else as told. */
export function judgeClosed(
  work: Work,
  row: ImportRow & { readonly exit: NonNullable<ImportRow['exit']> },
): Judged {
  const { exit } = row;
  const by = CLOSED_BY[exit.reason];
  const proof = proveClosed(work.pool, row);
  const ended: Ended =
    proof === null
      ? {
          entries: [{ amount: row.amount, price: row.entryPrice }],
          exits: [{ amount: row.amount, price: exit.price }],
          unseen: ZERO,
          fees: ZERO,
          closedAt: exit.at,
          exit: { reason: exit.reason, by },
          result: 'imported',
          fills: [],
        }
      : {
          entries: proof.entry.lots,
          exits: proof.exit.lots,
          unseen: ZERO,
          fees: add(proof.entry.fees, proof.exit.fees),
          openedAt: proof.entry.at,
          closedAt: proof.exit.at,
          exit: { reason: exit.reason, by: proof.exit.by === 'unknown' ? by : proof.exit.by },
          result: 'fills',
          fills: [...proof.entry.fills, ...proof.exit.fills],
        };
  const net = netOf(work.turn, row, ended);
  const step =
    proof === null
      ? { action: 'told', text: `row ${row.row}: no fills show it; kept as told, ${net}` }
      : { action: 'proved', text: `row ${row.row}: proved by fills, ${net}` };
  return { step, enter: () => void recordEnded(work, row, ended) };
}

/** Open rows, by instrument and side: the exchange's position is shared out, and what is gone is ended. */
export function judgeOpen(work: Work, rows: readonly ImportRow[]): readonly Judged[] {
  const groups = Map.groupBy(rows, ({ instrument, direction }) => `${instrument}/${direction}`);
  return [...groups.values()].flatMap((group) => {
    const [{ instrument, direction }] = group as [ImportRow, ...ImportRow[]];
    const amount = undecided(work.turn, instrument);
    const held = sign(amount) === (direction === 'long' ? 1 : -1) ? abs(amount) : ZERO;
    const shares = shareOut(group, held);
    const oldestFirst = [...group].sort((a, b) => a.openedAt - b.openedAt);
    return oldestFirst.flatMap((row) => {
      const share = shares.get(row) ?? ZERO;
      const gone = sub(row.amount, share);
      return [
        ...(isZero(share) ? [] : [judgeHeld(work, row, share)]),
        ...(isZero(gone) ? [] : [judgeGone(work, row, gone)]),
      ];
    });
  });
}

/** What the exchange holds becomes a trade of its strategy, which must be one that trades the instrument here. */
function judgeHeld(work: Work, row: ImportRow, amount: Decimal): Judged {
  const { turn, command } = work;
  const { instrument, direction, strategy } = row;
  const config = turn.books.strategies.get(strategy)?.config;
  if (config?.instrument !== instrument)
    return {
      step: {
        action: 'left',
        text: `row ${row.row}: the exchange holds ${amount}, but no strategy ${strategy} trades ${instrument} here; configure it and import the row again`,
      },
      enter: null,
    };
  const kind = turn.books.instruments.get(instrument)?.kind ?? 'linear';
  const proof = amount === row.amount ? proveEntry(work.pool, row) : null;
  const price = (proof && averagePrice(kind, proof.lots)) ?? row.entryPrice;
  const entry = { instrument, strategy, direction, price };
  return {
    step: {
      action: 'adopted',
      text: `row ${row.row}: ${strategy} takes over ${amount} at ${price}`,
    },
    enter: () =>
      void record(
        turn,
        {
          type: 'TRADE_ADOPTED',
          v: 1,
          data: {
            trade: tradeId(turn),
            strategy,
            instrument,
            direction,
            amount,
            entryPrice: price,
            openedAt: row.openedAt,
            fees: proof?.fees ?? ZERO,
            entry: proof === null ? 'table' : 'fills',
            imported: { source: command.source, row: row.row },
            orders: [],
            stopLoss: row.stopLoss ?? stopOf(turn, entry),
            takeProfit: row.takeProfit ?? targetOf(turn, entry),
            by: command.by.id,
          },
        },
        command.by,
      ),
  };
}

/** What the table calls open and the exchange does not hold (N1): ended by the fills that reduced it, else unseen. */
function judgeGone(work: Work, row: ImportRow, amount: Decimal): Judged {
  const { turn } = work;
  const end = findEnd(work.pool, row, amount);
  const unseen = sub(amount, amountOf(end));
  if (gt(unseen, ZERO) && !work.whole)
    return {
      step: {
        action: 'later',
        text: `row ${row.row}: the exchange has not indexed all fills of a day ago yet; import it again in some minutes`,
      },
      enter: null,
    };
  const ended: Ended = {
    entries: [{ amount, price: row.entryPrice }],
    exits: end?.lots ?? [],
    unseen,
    fees: end?.fees ?? ZERO,
    closedAt: end?.at ?? turn.now.server,
    exit: { reason: 'ghost_trade_cleanup', by: end?.by ?? 'unknown' },
    result: gt(unseen, ZERO) ? 'unknown' : 'fills',
    fills: end?.fills ?? [],
  };
  const step =
    ended.result === 'fills'
      ? {
          action: 'ended',
          text: `row ${row.row}: ended long ago by fills until ${isoTime(ended.closedAt)}, ${netOf(turn, row, ended)}`,
        }
      : {
          action: 'unknown',
          text: `row ${row.row}: ${unseen} left unseen; a person states its end`,
        };
  return {
    step,
    enter: () => {
      const trade = recordEnded(work, row, ended);
      if (ended.result === 'unknown') tellUnseen(turn, row, { trade, unseen });
    },
  };
}

function tellUnseen(
  turn: Turn,
  row: ImportRow,
  { trade, unseen }: { readonly trade: string; readonly unseen: Decimal },
): void {
  raise(turn, {
    kind: 'ghost_trade',
    subject: trade,
    instrument: row.instrument,
    strategy: row.strategy,
    life: 'needs_you',
    books: `${trade} open ${unseen}`,
    exchange: 'flat',
    amount: unseen,
    evidence: [
      evidence({
        kind: 'read',
        id: 'fills',
        at: turn.now.server,
        text: `row ${row.row} is open in the table; no fill since then ends it`,
        raw: row,
      }),
    ],
    proposal: 'enter',
    options: ['enter', 'accept'],
  });
}
