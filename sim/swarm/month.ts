/**
 * Days of an account on which everything happens: strategies on linear, inverse and dated instruments, a person who trades,
 * moves and cancels, liquidations, deliveries, options, deposits, swaps, transfers, lost answers, crashes. Each day has its
 * report, and each row of the exchange's log its explanation, to the last unit.
 */
import { AssertionFailed, must } from '../../src/base/assert.ts';
import { dec, isZero } from '../../src/base/decimal.ts';
import { DAY, HOUR, isoTime, type Millis, parseIso } from '../../src/base/time.ts';
import type { StrategyConfig } from '../../src/domain/config.ts';
import { expiriesAt, expiryText } from '../../src/venue/practice/products/expiries.ts';
import { periodOf } from '../../src/view/daily-memory.ts';
import { audit, auditCash } from '../auditor/audit.ts';
import { createWatch } from '../auditor/watch.ts';
import { sha256 } from '../node/hashing.ts';
import { botOn, INVERSE, PERPETUAL } from '../world/defaults.ts';
import { createWorld, type World } from '../world/world.ts';
import { type Draw, drawing } from './draw.ts';
import { end } from './ends.ts';
import { cutWire, dropLinks, loseAnswers, losePushes } from './faults.ts';
import {
  attempt,
  cancelByHand,
  decideAll,
  editByHand,
  liquidate,
  movePrice,
  tradeByHand,
} from './people.ts';

/** 2026-03-05 10:00:50 UTC, a Thursday: what is weekly ends on the next day. */
const BEGIN = parseIso('2026-03-05T10:00:50.000Z') ?? 0;
/** As fast as a world goes: a day in 86 seconds. */
const SPEED = 1_000;
const PERPETUALS = [PERPETUAL, INVERSE];

export type MonthOptions = {
  readonly seed: number;
  readonly days: number;
  /** Market time between two events, on average. */
  readonly everyMs: Millis;
  /** Told what happens, as it happens. */
  readonly tell?: (line: string) => void;
};

export type Month = {
  readonly seed: number;
  readonly days: number;
  readonly reports: number;
  /** Rows of the log by type, all of them explained. */
  readonly rows: Readonly<Record<string, number>>;
  /** Trades by how they ended. */
  readonly ends: Readonly<Record<string, number>>;
  readonly fills: number;
  readonly starts: number;
  readonly powerLosses: number;
  readonly facts: number;
};

const FRIDAYS = { week: 14 * DAY, month: 14 * DAY, quarter: 14 * DAY };

/** The future that ends next, unless that is within a few hours. */
function weekly(base: string, at: Millis): string {
  const [next] = expiriesAt(at + 3 * HOUR, FRIDAYS);
  return `${base}-${expiryText(must(next, 'a Friday'))}`;
}

/** Two on one instrument, two on the inverse one, two on futures that end this week. */
const strategiesAt = (at: Millis): readonly StrategyConfig[] => [
  botOn(PERPETUAL, 'one'),
  botOn(PERPETUAL, 'two'),
  botOn(INVERSE, 'coin'),
  botOn(INVERSE, 'coin-two'),
  botOn(weekly('BTC_USDC', at), 'week'),
  botOn(weekly('BTC', at), 'week-coin'),
];

type Scene = { readonly world: World; readonly draw: Draw; readonly tell: (line: string) => void };

/** Each strategy has a signal most of the time, its ends now near, now far. */
function wish({ world, draw }: Scene): void {
  for (const { id } of strategiesAt(world.serverNow())) {
    if (draw.chance(0.3)) continue;
    const direction = draw.of(['long', 'long', 'short'] as const);
    const stopLossPercent = dec(draw.of(['0.3', '1', '4']));
    const takeProfitPercent = dec(draw.of(['0.3', '1', '4']));
    const sizeUsd = dec(draw.of(['150', '420', '990']));
    world.signal({ direction, stopLossPercent, takeProfitPercent, sizeUsd }, { id });
  }
}

/** Numbers of the two accounts, as the exchange gives them. */
const [MAIN, SAVINGS] = [1_001, 1_002];

/** Cash that comes, goes, is changed, put right, or moved to another account and back. */
function moveCash({ world, draw }: Scene): string {
  const currency = draw.of(['USDC', 'BTC', 'ETH']);
  const whole = draw.between(1, 90);
  const amount = currency === 'USDC' ? `${whole}.${draw.between(1, 999_999)}` : `0.0${whole}`;
  const kind = draw.of(['deposit', 'withdrawal', 'swap', 'correction', 'transfer', 'back']);
  return attempt(`${kind} of ${amount} ${currency}`, () => {
    if (kind === 'transfer' || kind === 'back') {
      const [source, destination] = kind === 'back' ? [SAVINGS, MAIN] : [MAIN, SAVINGS];
      const params = { currency, amount: Number(amount), source, destination };
      return world.hand('private/submit_transfer_between_subaccounts', params, 'program');
    }
    const isOut = kind === 'withdrawal' || (kind !== 'deposit' && draw.chance(0.5));
    const as = kind === 'swap' || kind === 'correction' ? kind : 'deposit';
    const moved = { account: 'main', currency, amount: isOut ? `-${amount}` : amount, as };
    return world.control('POST', 'deposit', moved);
  });
}

/** A person buys or sells an option of this week near the money. */
function tradeOption({ world, draw }: Scene): string {
  const at = world.serverNow();
  const base = weekly('BTC_USDC', at);
  const mark = Number(world.exchange().instruments.find(({ name }) => name === PERPETUAL)?.mark);
  const strike = Math.round(mark / 1_000) * 1_000 + draw.between(-2, 2) * 1_000;
  const instrument = `${base}-${strike}-${draw.of(['C', 'P'])}`;
  const direction = draw.of(['buy', 'buy', 'sell']);
  return attempt(`a person ${direction}s 0.1 ${instrument}`, () =>
    world.control('POST', 'order', { instrument, direction, amount: '0.1' }),
  );
}

/** One of the things that happen. */
async function happen(scene: Scene): Promise<string> {
  const { world, draw } = scene;
  const at = world.serverNow();
  const all = [...PERPETUALS, weekly('BTC_USDC', at), weekly('BTC', at)];
  const kind = draw.below(20);
  if (kind < 3) return tradeByHand(world, draw, PERPETUALS);
  if (kind === 3) return tradeOption(scene);
  if (kind < 7) return moveCash(scene);
  if (kind < 9) return movePrice(world, draw, PERPETUALS);
  if (kind === 9) return liquidate(world, draw, all);
  if (kind === 10) return cancelByHand(world, draw);
  if (kind === 11) return editByHand(world, draw);
  if (kind < 14) return loseAnswers(world, draw);
  if (kind === 14) return losePushes(world, draw);
  if (kind === 15) return dropLinks(world, draw);
  if (kind === 16) return cutWire(world, draw);
  if (kind === 17) return end(world, draw, true);
  if (kind === 18) return end(world, draw, false);
  return `${decideAll(world, draw)} questions answered`;
}

function demand(holds: boolean, what: string, world: World): void {
  if (!holds) throw new AssertionFailed(`${what}\n${world.trace()}`);
}

/**
 * [I13] All cash of a stretch of the journal is explained, row by row, to the last unit; answers how many rows there were. In
 * the last one no row waits for a fill that is booked behind it.
 */
function judgeCash(
  world: World,
  { from, to, isLast }: { readonly from: Millis; readonly to: Millis; readonly isLast: boolean },
): number {
  const { report, rows } = periodOf(
    world.facts(),
    { day: null, from, to, over: false, rows: true },
    { sha256, hashAt: () => '' },
  );
  for (const line of report.money)
    demand(isZero(line.unexplained), `[I13] ${isoTime(from)}: ${JSON.stringify(line)}`, world);
  const { lines, more } = must(rows, 'rows');
  for (const line of lines) {
    const waits = line.why.by === 'nothing' && (isLast || line.type !== 'trade');
    const isWhole = line.booked === line.balance && !waits;
    const isExplained = line.parts.every(({ of }) => of !== 'unexplained');
    demand(isWhole && isExplained, `[I13] ${JSON.stringify(line)}`, world);
  }
  return lines.length + more;
}

/** Judges the days whose reports were made since the first `seen`; answers how many there are now. */
function judgeReports(world: World, seen: number): number {
  const ready = world.of('REPORT_READY');
  for (const { data } of ready.slice(seen)) {
    const { day, summary } = data.daily;
    demand(!summary.unexplained, `[I13] the report of ${day} says unexplained`, world);
    const from = parseIso(`${day}T00:00Z`) ?? 0;
    judgeCash(world, { from, to: from + DAY, isLast: false });
  }
  return ready.length;
}

/** Faults stop, people answer, all that is open is closed, and every row is read. */
async function comeToRest(scene: Scene): Promise<void> {
  const { world, draw } = scene;
  for (const { id } of world.exchange().faults) world.control('DELETE', `fault/${id}`);
  world.forget();
  if (!world.life().isAlive()) await world.restart();
  await world.run(30_000);
  for (const { id } of strategiesAt(world.serverNow()))
    await world.command({ verb: 'flatten', strategy: id, reason: 'the end' });
  await world.run(30_000);
  for (let visit = 0; visit < 8 && decideAll(world, draw) > 0; visit++) await world.run(20_000);
  for (const [instrument, { size }] of Object.entries(world.truth().account().positions))
    if (!isZero(size)) attempt('the rest', () => world.control('POST', 'close', { instrument }));
  await world.run(30_000);
  for (let look = 0; look < 5; look++) {
    const rows = world.truth().rows.length;
    await world.command({ verb: 'reconcile' });
    await world.run(3_000);
    if (world.truth().rows.length === rows) return;
  }
}

const countBy = (list: readonly string[]): Readonly<Record<string, number>> => {
  const sums: Record<string, number> = {};
  for (const one of [...list].sort()) sums[one] = (sums[one] ?? 0) + 1;
  return sums;
};

/** Lives through so many days. Throws where a rule is broken. */
export async function liveMonth(options: MonthOptions): Promise<Month> {
  const { seed, days, everyMs, tell = () => undefined } = options;
  const draw = drawing(seed, 'month');
  const world = await createWorld({
    seed,
    speed: SPEED,
    startAt: BEGIN,
    flatPrice: null,
    dated: true,
    neighbours: ['savings'],
    instruments: PERPETUALS,
    strategies: strategiesAt(BEGIN),
    risk: { maxDailyLossUsd: dec('1000000'), maxOpenOrders: 200, maxPositionUsd: dec('100000') },
    watch: createWatch(),
    keep: 500,
  });
  const scene: Scene = { world, draw, tell };
  await world.ready();
  let [reports, week] = [0, weekly('BTC', BEGIN)];
  while (world.serverNow() < BEGIN + days * DAY) {
    await world.run(Math.ceil(draw.between(0, 2 * everyMs) / SPEED));
    const next = weekly('BTC', world.serverNow());
    if (next !== week || !world.life().isAlive()) {
      week = next;
      await world.restart({ strategies: strategiesAt(world.serverNow()) });
    }
    wish(scene);
    tell(`${isoTime(world.serverNow())} ${await happen(scene)}`);
    reports = judgeReports(world, reports);
  }
  await comeToRest(scene);
  reports = judgeReports(world, reports);
  audit(world);
  auditCash(world);
  const whole = { from: BEGIN - DAY, to: world.serverNow() + 1, isLast: true };
  const all = judgeCash(world, whole);
  demand(all === world.of('CASH_BOOKED').length, `[I13] ${all} rows were looked at`, world);
  const { starts, powerLosses } = world.counts();
  return {
    seed,
    days,
    reports,
    rows: countBy(
      world.of('CASH_BOOKED').map(({ data }) => `${data.row.currency} ${data.row.type}`),
    ),
    ends: countBy(world.of('TRADE_CLOSED').map(({ data }) => data.trade.exitReason ?? 'none')),
    fills: world.truth().trades.length,
    starts,
    powerLosses,
    facts: world.facts().length,
  };
}
