/** What tests ask of a world's engine: to come up, to take a signal, to open a trade, to obey a command. */
import { AssertionFailed, must } from '../../src/base/assert.ts';
import type { Millis } from '../../src/base/time.ts';
import type { Books, TradeRecord } from '../../src/domain/books.ts';
import type { Command, CommandVerb } from '../../src/domain/command.ts';
import { openTrades } from '../../src/domain/ledger.ts';
import type { CommandOutcome } from '../../src/engine/reply.ts';
import type { Signal } from '../../src/strategy/strategy.ts';
import type { Machine } from './machine.ts';
import type { Pump } from './pump.ts';
import { type Script, signal } from './script.ts';
import type { Sight } from './sight.ts';

export type CommandOptions = { readonly id?: string; readonly dryRun?: boolean };

export type People = {
  /** Verified, warmed up, link up. */
  readonly ready: (limitMs?: Millis) => Promise<void>;
  readonly signal: (
    changes?: Partial<Signal>,
    to?: { readonly id?: string; readonly sticky?: boolean },
  ) => void;
  /** Takes all signals back. */
  readonly forget: () => void;
  /** Opens a trade by a signal and runs until its stop is seen live. */
  readonly enter: (changes?: Partial<Signal>, id?: string) => Promise<TradeRecord>;
  readonly openTrade: (id?: string) => TradeRecord | undefined;
  readonly trade: (id: string) => TradeRecord;
  /** Gives a command without waiting for its reply; answers its id. */
  readonly tell: (verb: CommandVerb, more?: CommandOptions) => string;
  /** Gives a command and runs until its reply. */
  readonly command: (verb: CommandVerb, more?: CommandOptions) => Promise<CommandOutcome>;
};

/** How long people wait for what they asked for. */
export const PAUSE: Millis = 60_000;

const isProtected = (books: Books, trade: TradeRecord): boolean =>
  [...books.orders.values()].some(
    ({ order, leg }) =>
      leg?.trade === trade.id &&
      leg.purpose === 'stop' &&
      order.state === 'untriggered' &&
      order.triggerOrderId !== null,
  );

export function createPeople({
  machine,
  sight,
  script,
  run,
  until,
}: {
  readonly machine: Machine;
  readonly sight: Sight;
  readonly script: Script;
} & Pick<Pump, 'run' | 'until'>): People {
  let commands = 0;
  const books = (): Books => machine.alive().driver.cell.books;
  const first = (): string => machine.strategies()[0]?.id ?? '';
  const openTrade = (id = first()): TradeRecord | undefined =>
    openTrades(books()).find((trade) => trade.strategy === id);
  const ready = async (limitMs: Millis = PAUSE * 2): Promise<void> => {
    const isReady = (): boolean =>
      machine
        .strategies()
        .every(
          ({ id, instrument }) =>
            books().strategies.get(id)?.ready === true &&
            books().assurance.get(instrument)?.value === 'verified',
        );
    await until('a verified start', isReady, limitMs);
  };
  const tell: People['tell'] = (verb, { id = `command-${++commands}`, dryRun = false } = {}) => {
    sight.replies.delete(id);
    const command = { id, by: { kind: 'person', id: 'ada' }, dryRun, ...verb } as Command;
    machine.alive().input({ kind: 'command', command });
    return id;
  };
  return {
    ready,
    signal: (changes = {}, { id = first(), sticky = false } = {}) =>
      script.set(id, signal(changes), sticky),
    forget: () => {
      for (const { id } of machine.strategies()) script.clear(id);
    },
    enter: async (changes = {}, id = first()) => {
      await ready();
      script.set(id, signal(changes));
      await until('an entry', () => openTrade(id) !== undefined, PAUSE * 2);
      const trade = must(openTrade(id), 'the trade that was opened');
      await until('a live stop', () => isProtected(books(), trade), PAUSE);
      await run(200);
      return trade;
    },
    openTrade,
    trade: (id) => {
      const trade = books().trades.get(id);
      if (trade === undefined) throw new AssertionFailed(`no trade ${id}\n${machine.trace(24)}`);
      return trade;
    },
    tell,
    command: async (verb, more) => {
      const id = tell(verb, more);
      await until(`a reply to ${verb.verb}`, () => sight.replies.has(id), PAUSE);
      return must(sight.replies.get(id), 'a reply');
    },
  };
}
