/**
 * The engine of the product in a process of its own, assembled as `lockstep run` does, that is given a candle which its
 * strategy enters on, or a person's wish to close, and tells how long it took until the order was answered and until its
 * fill was durable; and of a close by hand, how long it took from its frame until it was durable. That the intent was durable before the frame left is looked at for each order.
 */
import { EventEmitter } from 'node:events';
import { WebSocket } from 'ws';
import { assert, must } from '../src/base/assert.ts';
import { type Decimal, add, dec, isZero } from '../src/base/decimal.ts';
import type { Candle } from '../src/domain/market.ts';
import type { Fact } from '../src/domain/fact.ts';
import { assemble } from '../src/app/assemble.ts';
import type { Wraps } from '../src/app/account-cell.ts';
import type { EngineOptions } from '../src/app/options.ts';
import { createLog } from '../src/edge/log.ts';
import { START } from './messages.ts';

export type OrderEngineOrder =
  | { readonly kind: 'start'; readonly options: EngineOptions }
  /** The strategy is to enter, or its trade to be closed. */
  | { readonly kind: 'order'; readonly what: 'enter' | 'close'; readonly strategy: string };

export type OrderEngineNews =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'done';
      readonly label: string;
      readonly orderId: string;
      /** From the decision's cause to the durable intent, to the frame's leaving, to the answer, to the durable fill. */
      readonly intendedMs: number;
      readonly sentMs: number;
      readonly answeredMs: number;
      readonly bookedMs: number;
      readonly cpuMs: number;
    }
  /** A hand's close: from the arrival of its frame at our socket until TRADE_CLOSED was durable. */
  | { readonly kind: 'closed'; readonly ms: number };

/** A day after the exchange's clock begins, in whose market all this takes two hours. */
const AHEAD = START + 86_400_000;

/** One order on its way. */
type Flight = {
  readonly purpose: 'entry' | 'operator_close';
  readonly began: number;
  readonly cpu: NodeJS.CpuUsage;
  label?: string;
  ref?: string;
  intendedAt?: number;
  sentAt?: number;
  answeredAt?: number;
  bookedAt?: number;
  orderId?: string;
};

const tell = (news: OrderEngineNews): void => void process.send?.(news);
const fail = (reason: string): never => {
  console.error(reason);
  process.exit(1);
};
const total = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000;

let flight: Flight | undefined;
/** When the frame arrived that is being read: everything up to its commit follows from it without a pause. */
let arrivedAt = 0;
const takeEvent = Object.getOwnPropertyDescriptor(EventEmitter.prototype, 'emit')
  ?.value as EventEmitter['emit'];
Object.defineProperty(WebSocket.prototype, 'emit', {
  value: function noted(this: EventEmitter, name: string | symbol, ...rest: unknown[]): boolean {
    if (name === 'message') arrivedAt = performance.now();
    return takeEvent.call(this, name, ...rest);
  },
});
/** When the frame of the last fill that is not ours arrived. */
let foreignAt = 0;
/** Where each market stood last. */
const prices = new Map<string, Decimal>();

/** Notes what the parts of the engine do with the order that is on its way. */
const wraps: Wraps = {
  journal: (inner) => ({
    ...inner,
    append: async (batch) => {
      const mine = flight;
      const intended = batch.facts.find(
        (fact) => fact.type === 'ORDER_INTENDED' && fact.data.intent.purpose === mine?.purpose,
      );
      const result = await inner.append(batch);
      if (mine !== undefined && intended?.type === 'ORDER_INTENDED' && result.ok) {
        mine.label ??= intended.data.intent.label;
        mine.intendedAt ??= performance.now();
      }
      return result;
    },
  }),
  sessions: (inner) => ({
    ...inner,
    request: (link, ref, request) => {
      const mine = request.kind === 'place' ? flight : undefined;
      if (mine !== undefined && request.kind === 'place') {
        const { label } = request.order;
        assert(label === mine.label, `${label} leaves before its intent is durable`);
        mine.ref = ref;
      }
      inner.request(link, ref, request);
      if (mine !== undefined) mine.sentAt = performance.now();
    },
  }),
  event: (event) => {
    if (event.kind === 'changes' && event.changes.fills.some(({ label }) => label === ''))
      foreignAt = arrivedAt;
    if (event.kind === 'candle') prices.set(event.instrument, event.candle.close);
    if (event.kind !== 'answer' || flight?.ref !== event.ref) return;
    assert(event.outcome.status === 'ok', `not taken: ${JSON.stringify(event.outcome)}`);
    flight.answeredAt = performance.now();
  },
};

/** What the engine has shown, as far as an order has to wait for it. */
type Sight = {
  readonly ready: Set<string>;
  readonly verified: Set<string>;
  readonly status: Map<string, string>;
  readonly stops: Map<string, string>;
  /** Why a strategy did not enter when it judged last: the gate, or no signal. */
  readonly refused: Map<string, string>;
};
const sight: Sight = {
  ready: new Set(),
  verified: new Set(),
  status: new Map(),
  stops: new Map(),
  refused: new Map(),
};
let waits: { readonly holds: () => boolean; readonly go: () => void }[] = [];

function see(fact: Fact): void {
  if (fact.type === 'STRATEGY_READY') sight.ready.add(fact.data.strategy);
  if (fact.type === 'ASSURANCE_CHANGED' && fact.data.assurance === 'verified')
    sight.verified.add(fact.data.instrument);
  if (fact.type === 'STRATEGY_STATUS_CHANGED')
    sight.status.set(fact.data.strategy, fact.data.status);
  if (fact.type === 'POSITION_CHANGED')
    sight.stops.set(fact.data.position.instrument, fact.data.position.stop.state);
  if (fact.type === 'STRATEGY_EVALUATED') {
    const { strategy, signal, why } = fact.data;
    if (signal === null || why.reason.startsWith('gate.')) sight.refused.set(strategy, why.reason);
  }
  if (fact.type === 'TRADE_CLOSED' && fact.data.trade.exitReason === 'external_close')
    tell({ kind: 'closed', ms: performance.now() - foreignAt });
  if (flight === undefined) return;
  if (fact.type === 'ORDER_CHANGED' && fact.data.order.label === flight.label) {
    const { state, filled, strategy } = fact.data.order;
    // Nothing stood at its price just then.
    if (strategy !== null && state === 'cancelled' && isZero(filled))
      sight.refused.set(strategy, state);
    assert(state !== 'rejected' && state !== 'unknown', `the order is ${state}`);
  }
  if (fact.type !== 'FILL_BOOKED') return;
  if (fact.data.fill.label !== flight.label) return;
  flight.orderId = fact.data.fill.orderId;
  flight.bookedAt = performance.now();
}

const until = (holds: () => boolean): Promise<void> =>
  holds() ? Promise.resolve() : new Promise((go) => waits.push({ holds, go }));

function lookAgain(): void {
  const now = waits.filter(({ holds }) => holds());
  waits = waits.filter((wait) => !now.includes(wait));
  for (const { go } of now) go();
}

const pause = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));

type Assembled = Awaited<ReturnType<typeof assemble>>;

function command(engine: Assembled, strategy: string, verb: 'flatten' | 'resume'): void {
  const id = `bench-${performance.now()}`;
  const by = { kind: 'person', id: 'bench' } as const;
  engine.input({
    kind: 'command',
    command: { id, by, dryRun: false, verb, strategy, reason: 'benchmark' },
  });
}

/** Minutes of candles ahead of the exchange's own, which are therefore taken for old ones. */
const minutes = new Map<string, number>();

/** The candle that ends the one before, which is then judged; up and down in turn, so that each has a momentum. */
function candle(engine: Assembled, instrument: string): void {
  const minute = (minutes.get(instrument) ?? 0) + 1;
  minutes.set(instrument, minute);
  const price = must(prices.get(instrument), 'a price');
  const close = add(price, dec(minute % 2));
  const shown: Candle = {
    at: AHEAD + minute * 60_000,
    open: price,
    high: close,
    low: price,
    close,
    volume: dec(1),
  };
  engine.input({ kind: 'venue', event: { kind: 'candle', conn: 0, instrument, candle: shown } });
}

/** Entry, close and two cancels: the engine allows itself half of the thirty requests a second of the best tier. */
const ENTRY_EVERY_MS = 4_000 / 15;
let nextEntry = 0;
/** What a strategy shows that may enter. */
const LOOKING: readonly string[] = ['analyzing', 'signal_detected'];
/** An opening that the gate holds back is tried again; something else is wrong where that goes on. */
const MOST_REFUSALS = 1_000;

/** One order from its cause to its durable fill; asked for again where the gate holds an opening back. */
async function order(
  engine: Assembled,
  asked: Extract<OrderEngineOrder, { readonly kind: 'order' }>,
  instrument: string,
): Promise<void> {
  const { what, strategy } = asked;
  if (what === 'enter') {
    const looks = (): boolean => LOOKING.includes(sight.status.get(strategy) ?? '');
    if (!looks()) command(engine, strategy, 'resume');
    await until(looks);
    await pause(Math.max(0, nextEntry - performance.now()));
    nextEntry = performance.now() + ENTRY_EVERY_MS;
  } else await until(() => sight.stops.get(instrument) === 'on_exchange');
  for (let refusals = 0; ; refusals++) {
    sight.refused.delete(strategy);
    const purpose = what === 'enter' ? 'entry' : 'operator_close';
    const mine: Flight = { purpose, began: performance.now(), cpu: process.cpuUsage() };
    flight = mine;
    if (what === 'enter') candle(engine, instrument);
    else command(engine, strategy, 'flatten');
    await until(
      () =>
        sight.refused.has(strategy) ||
        (mine.bookedAt !== undefined && mine.answeredAt !== undefined),
    );
    const used = process.cpuUsage(mine.cpu);
    const refused = sight.refused.get(strategy);
    if (refused !== undefined) {
      assert(refusals < MOST_REFUSALS, `${strategy} does not enter: ${refused}`);
      await pause(20);
      continue;
    }
    flight = undefined;
    const since = (at: number | undefined): number =>
      must(at, 'a moment of the order') - mine.began;
    return tell({
      kind: 'done',
      label: must(mine.label, 'the label'),
      orderId: must(mine.orderId, 'the order'),
      intendedMs: since(mine.intendedAt),
      sentMs: since(mine.sentAt),
      answeredMs: since(mine.answeredAt),
      bookedMs: since(mine.bookedAt),
      cpuMs: total(used),
    });
  }
}

async function run(options: EngineOptions): Promise<void> {
  process.on('uncaughtException', (error) => fail(`the engine failed: ${error.stack ?? error}`));
  const strategies = options.accounts.flatMap((account) => account.strategies);
  const log = createLog({ level: 'warn', write: (line) => void process.stderr.write(line) });
  const engine = await assemble({
    engine: options,
    version: '0.1.0',
    log,
    onFatal: ({ code, message }) => fail(`${code}: ${message}`),
    wraps,
  });
  engine.onPublished(({ facts }) => {
    for (const fact of facts) see(fact);
    lookAgain();
  });
  const isFlat = (instrument: string): boolean =>
    (sight.stops.get(instrument) ?? 'none') === 'none';
  await until(() => strategies.every(({ id }) => sight.ready.has(id) && sight.status.has(id)));
  // The exchange's own candles may have been entered on; they are old as soon as there is one ahead of them.
  for (const { id } of strategies) command(engine, id, 'flatten');
  for (const { instrument } of strategies) candle(engine, instrument);
  await until(
    () =>
      sight.verified.size === strategies.length &&
      strategies.every(({ instrument }) => isFlat(instrument)),
  );
  tell({ kind: 'ready' });
  process.on('message', (asked: OrderEngineOrder) => {
    if (asked.kind === 'order') {
      const meant = must(
        strategies.find(({ id }) => id === asked.strategy),
        'the strategy',
      );
      void order(engine, asked, meant.instrument);
    }
  });
}

process.once('message', (asked: OrderEngineOrder) => {
  if (asked.kind === 'start') void run(asked.options);
});
process.on('disconnect', () => process.exit(0));
