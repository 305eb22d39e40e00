/** The engine as the server sees it: commands with their answers, commits, prices four times a second, pulse and candles. */
import { abs, add, type Decimal, isZero, sign, sum, ZERO } from '../base/decimal.ts';
import { isoTime, type Millis } from '../base/time.ts';
import type { Command } from '../domain/command.ts';
import { openTrades } from '../domain/ledger.ts';
import { averagePrice, unrealisedPnl } from '../domain/money.ts';
import type { Candle } from '../domain/market.ts';
import { isFrameType } from '../domain/fact.ts';
import { systemClock } from '../edge/clock.ts';
import type { CommandOutcome } from '../engine/reply.ts';
import type { Published } from '../engine/cell.ts';
import { MARKET_FRAMES_PER_SECOND } from '../engine/limits.ts';
import type { Cell } from '../engine/turn.ts';
import type { LinkName } from '../venue/port.ts';
import type { CommitGroup, EngineDoor, Mark } from '../wire/door.ts';
import type { MarketFrame } from '../wire/frames.ts';
import type { CommandAnswer, Problem } from '../wire/requests.ts';

export type DoorOptions = {
  readonly id: string;
  readonly cell: Cell;
  readonly mode: string;
  readonly venue: string;
  readonly version: string;
  readonly journal: string;
  readonly serverNow: () => Millis;
  /** Real ms since the last frame of each link; null when down. */
  readonly command: (command: Command) => void;
  /** Who is told of alerts; null for nobody. */
  readonly notifier: EngineDoor['channel'];
  readonly setSpeed: (speed: number) => void;
};

/** The door, and the hands with which the composer feeds it. */
export type DoorParts = {
  readonly door: EngineDoor;
  readonly publish: (group: Published) => void;
  readonly reply: (command: string, outcome: CommandOutcome) => void;
  /** Something of an instrument's market moved. */
  readonly marketMoved: (instrument: string) => void;
  /** A link was heard. */
  readonly heard: (link: LinkName) => void;
};

/** How long a command's answer is waited for before it is told as running. */
const REPLY_MS = 20_000;
/** A table is read for: nearly as long as its sender waits. */
const IMPORT_REPLY_MS = 110_000;

const STATUS_OF: Readonly<Record<string, number>> = {
  unknown_strategy: 404,
  unknown_break: 404,
  unknown_alert: 404,
  not_an_option: 422,
  exit_price_missing: 422,
  open_break: 409,
  repeated: 409,
  link_down: 503,
  not_compared: 503,
  busy: 409,
  unread: 503,
  unknown_instrument: 422,
};

function problemOf(outcome: Extract<CommandOutcome, { readonly ok: false }>): Problem {
  const { code, detail, field, accepted } = outcome;
  return {
    type: `urn:lockstep:${code}`,
    title: 'Refused',
    status: STATUS_OF[code] ?? 409,
    detail,
    code,
    field,
    accepted,
    next: null,
  };
}

function answerOf(
  id: string,
  outcome: Extract<CommandOutcome, { readonly ok: true }>,
): CommandAnswer {
  const { state, plan, seq, report } = outcome;
  const steps = plan.map(({ action, text }) => ({
    action,
    state: state === 'done' ? ('confirmed' as const) : ('sent' as const),
    text,
  }));
  return {
    id,
    state,
    plan: { steps: plan, cost: null },
    steps,
    seq,
    ...(report === null ? {} : { report }),
  };
}

type CommandResult = Awaited<ReturnType<EngineDoor['command']>>;

/** Makes the door of a cell. */
export function createDoor(options: DoorOptions): DoorParts {
  const { cell, serverNow } = options;
  const waiting = new Map<string, (result: CommandResult) => void>();
  const commitListeners = new Set<(group: CommitGroup) => void>();
  const market = createMarket(options);
  const heardAt: Record<LinkName, Millis> = { trading: 0, market: 0, drop_copy: 0 };
  let { disk } = cell.books;

  const pulse: EngineDoor['pulse'] = () => {
    const mono = systemClock.mono();
    const age = (link: LinkName) =>
      cell.live.links[link].up ? Math.max(0, mono - heardAt[link]) : null;
    const { clean, copy, links } = cell.live;
    return {
      serverNow: serverNow(),
      speed: cell.books.speed,
      links: {
        trading: age('trading'),
        market: age('market'),
        ...(copy.configured ? { drop_copy: age('drop_copy') } : {}),
      },
      verifiedAge: clean === null ? null : mono - clean.mono,
      disk,
      ready: links.trading.up && cell.books.lastReport !== null && clean !== null,
    };
  };

  const command: EngineDoor['command'] = (given) =>
    new Promise((resolve) => {
      const patience = given.verb === 'import' ? IMPORT_REPLY_MS : REPLY_MS;
      const forget = systemClock.after(patience, () => {
        waiting.delete(given.id);
        resolve({
          ok: true,
          answer: {
            id: given.id,
            state: 'running',
            plan: { steps: [], cost: null },
            steps: [],
            seq: cell.seq,
          },
        });
      });
      waiting.set(given.id, (result) => {
        forget();
        resolve(result);
      });
      options.command(given);
    });

  return {
    door: {
      id: options.id,
      account: () => cell.books.account?.id ?? null,
      mode: options.mode,
      venue: options.venue,
      version: options.version,
      journal: options.journal,
      epoch: cell.envelope.epoch,
      pulse,
      command,
      onCommit: (listener) => {
        commitListeners.add(listener);
        return () => commitListeners.delete(listener);
      },
      onMarket: market.listen,
      marks: () => marksOf(cell),
      candles: (instrument, from, to) => candlesOf(cell, instrument, from, to),
      channel: options.notifier,
      setSpeed: options.setSpeed,
    },
    publish: (group) => {
      for (const fact of group.facts) if (fact.type === 'DISK_CHANGED') disk = fact.data.disk;
      for (const listener of commitListeners) listener(group);
      if (group.facts.some((fact) => isFrameType(fact.type)))
        for (const name of cell.live.tickers.keys()) market.moved(name);
    },
    reply: (id, outcome) => {
      waiting.get(id)?.(
        outcome.ok
          ? { ok: true, answer: answerOf(id, outcome) }
          : { ok: false, problem: problemOf(outcome) },
      );
      waiting.delete(id);
    },
    marketMoved: market.moved,
    heard: (link) => {
      heardAt[link] = systemClock.mono();
    },
  };
}

function candlesOf(
  cell: Cell,
  instrument: string,
  from: Millis,
  to: Millis,
): readonly Candle[] | undefined {
  const known = [...cell.books.strategies.values()].some(
    ({ config }) => config.instrument === instrument,
  );
  const candles = cell.live.candles.get(instrument);
  if (candles === undefined) return known ? [] : undefined;
  return candles.filter((candle) => candle.at >= from && candle.at <= to);
}

/** Market frames, at most so many a second per instrument, the newest always sent. */
function createMarket({ id, cell, serverNow }: DoorOptions) {
  const listeners = new Set<(frame: MarketFrame) => void>();
  const pending = new Set<string>();
  const spacing = 1_000 / MARKET_FRAMES_PER_SECOND;
  const send = (instrument: string): void => {
    pending.delete(instrument);
    const frame = marketFrame(cell, instrument, serverNow());
    if (frame !== undefined) for (const listener of listeners) listener({ ...frame, account: id });
  };
  return {
    listen: (listener: (frame: MarketFrame) => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    moved: (instrument: string): void => {
      if (pending.has(instrument) || listeners.size === 0) return;
      pending.add(instrument);
      systemClock.after(spacing, () => send(instrument));
    },
  };
}

/** The open result of each open trade of an instrument at a price. */
function unrealisedOf(cell: Cell, name: string, mark: Decimal): Readonly<Record<string, Decimal>> {
  const kind = cell.books.instruments.get(name)?.kind ?? 'linear';
  const unrealised: Record<string, Decimal> = {};
  for (const trade of openTrades(cell.books, { instrument: name })) {
    const entry = averagePrice(kind, trade.entries);
    unrealised[trade.id] =
      entry === null
        ? ZERO
        : unrealisedPnl(kind, trade.direction, { amount: trade.open, price: entry }, mark);
  }
  return unrealised;
}

/** The open result of what an instrument holds that is not ours; null when nobody told what it was bought for. */
function foreignResult(cell: Cell, name: string, mark: Decimal): Decimal | null {
  const foreign = cell.books.foreign.get(name);
  if (foreign === undefined || isZero(foreign.amount)) return ZERO;
  if (foreign.averagePrice === null) return null;
  const kind = cell.books.instruments.get(name)?.kind ?? 'linear';
  const side = sign(foreign.amount) < 0 ? 'short' : 'long';
  const lot = { amount: abs(foreign.amount), price: foreign.averagePrice };
  return unrealisedPnl(kind, side, lot, mark);
}

function marksOf(cell: Cell): Readonly<Record<string, Mark>> {
  if (!cell.live.links.market.up) return {};
  const marks: Record<string, Mark> = {};
  for (const [name, { ticker }] of cell.live.tickers) {
    const mark = ticker.markPrice;
    const foreign = foreignResult(cell, name, mark);
    const ours = sum(Object.values(unrealisedOf(cell, name, mark)));
    marks[name] = { mark, unrealised: foreign === null ? null : add(ours, foreign) };
  }
  return marks;
}

function marketFrame(
  cell: Cell,
  name: string,
  now: Millis,
): Omit<MarketFrame, 'account'> | undefined {
  const ticker = cell.live.tickers.get(name)?.ticker;
  if (ticker === undefined) return undefined;
  const last = cell.live.candles.get(name)?.at(-1);
  const candle = last === undefined ? null : { ...last, at: isoTime(last.at) };
  return {
    type: 'MARKET',
    at: isoTime(now),
    instrument: name,
    markPrice: ticker.markPrice,
    bestBid: ticker.bestBid,
    bestAsk: ticker.bestAsk,
    candle,
    unrealised: unrealisedOf(cell, name, ticker.markPrice),
  };
}
