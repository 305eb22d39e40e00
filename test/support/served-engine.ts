/** A stand-in for the engine behind its door: a journal in memory, commands that only answer, and commits on demand. */
import { sha256 } from '../../src/edge/hashing.ts';
import { toHex } from '../../src/base/hashing.ts';
import { dec } from '../../src/base/decimal.ts';
import type { Command } from '../../src/domain/command.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { encodeFact } from '../../src/journal/codec.ts';
import { createMemoryStore } from '../../src/view/memory.ts';
import type { Store } from '../../src/view/store.ts';
import type { CommitGroup, EngineDoor, Mark, Pulse } from '../../src/wire/door.ts';
import type { MarketFrame } from '../../src/wire/frames.ts';
import type { CommandAnswer } from '../../src/wire/requests.ts';
import { fact, INSTRUMENT, START } from './facts.ts';

export type FakeEngine = {
  readonly door: EngineDoor;
  readonly store: Store;
  readonly commands: readonly Command[];
  readonly head: () => number;
  /** Makes facts durable as one commit; they are told of only by `tell`. */
  readonly write: (make: (seq: number) => readonly Fact[]) => void;
  /** Tells of the oldest commit that was not told of yet. */
  readonly tell: () => void;
  /** Writes and tells. */
  readonly commit: (make: (seq: number) => readonly Fact[]) => void;
  readonly market: (frame: MarketFrame) => void;
  /** What the door answers to commands from now on. */
  answerWith: (command: Command) => ReturnType<EngineDoor['command']>;
  pulse: Pulse;
  /** What the door says that instruments are worth. */
  marks: Readonly<Record<string, Mark>>;
};

/** The answer of a command that was carried out. */
export const doneAnswer = (command: Command, seq: number): CommandAnswer => ({
  id: command.id,
  state: 'done',
  plan: { steps: [{ action: 'cancel', text: 'cancel 1 order' }], cost: dec('0.05') },
  steps: [{ action: 'cancel', state: 'confirmed', text: 'cancelled 1 order' }],
  seq,
});

/** An engine that holds nothing but what tests commit. */
export function createFakeEngine({
  id = 'main',
  account = '4711',
  journal = 'birth-1',
} = {}): FakeEngine {
  const commits: (readonly Fact[])[] = [];
  const listeners = new Set<(group: CommitGroup) => void>();
  const markets = new Set<(frame: MarketFrame) => void>();
  const commands: Command[] = [];
  let told = 0;
  const head = (): number => commits.reduce((count, facts) => count + facts.length, 0);
  const headBefore = (index: number): number =>
    commits.slice(0, index).reduce((count, facts) => count + facts.length, 0);
  const store = createMemoryStore({
    commits,
    sha256,
    textOf: encodeFact,
    hashAt: (seq) => toHex(sha256(String(seq))),
    verify: () => ({ ok: true, facts: head(), head: 'ab12' }),
  });

  const engine: FakeEngine = {
    commands,
    store,
    head,
    write: (make) => void commits.push(make(head() + 1)),
    tell: () => {
      const facts = commits[told];
      if (facts === undefined) return;
      const group = { commit: headBefore(told + 1), prev: headBefore(told), facts };
      told += 1;
      for (const listener of listeners) listener(group);
    },
    commit: (make) => {
      engine.write(make);
      engine.tell();
    },
    market: (frame) => {
      for (const listener of markets) listener(frame);
    },
    answerWith: async (command) => {
      const { id, verb, dryRun, by, ...args } = command;
      if (!dryRun) {
        engine.commit((seq) => [
          fact(seq, { type: 'COMMAND_TAKEN', v: 1, data: { id, name: verb, by: by.id, args } }),
        ]);
      }
      return { ok: true, answer: doneAnswer(command, head()) };
    },
    pulse: {
      serverNow: START,
      speed: 1,
      links: { trading: 12, market: 30 },
      verifiedAge: 4_000,
      disk: 'enough',
      ready: true,
    },
    marks: {},
    door: {
      id,
      account: () => account,
      mode: 'practice',
      venue: 'practice',
      version: '0.1.0',
      journal,
      epoch: 1,
      pulse: () => engine.pulse,
      command: (command) => {
        commands.push(command);
        return engine.answerWith(command);
      },
      onCommit: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      onMarket: (listener) => {
        markets.add(listener);
        return () => void markets.delete(listener);
      },
      marks: () => engine.marks,
      candles: (instrument) =>
        instrument === INSTRUMENT
          ? [
              {
                at: START,
                open: dec(1),
                high: dec(3),
                low: dec('0.5'),
                close: dec(2),
                volume: dec('1.5'),
              },
            ]
          : undefined,
      channel: null,
      setSpeed: () => {},
    },
  };
  return engine;
}

/** A frame of the stream that says which number it is. */
export const frameFact = (seq: number): Fact =>
  fact(seq, {
    type: 'LINK_CHANGED',
    v: 1,
    data: { link: 'trading', up: true, reason: String(seq) },
  });

/** A fact that is no frame. */
export const quietFact = (seq: number): Fact =>
  fact(seq, { type: 'STRATEGY_READY', v: 1, data: { strategy: 'razor', candles: seq } });
