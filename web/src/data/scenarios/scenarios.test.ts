import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Strategy } from '../../../../src/wire/requests.ts';
import { strategy, trade } from '../../stream/samples.ts';
import { ghost } from './ghost.ts';
import { type Done, type Hands, play, type Run, type Scenario } from './machine.ts';
import {
  afterClose,
  closedByHand,
  closingFrame,
  exchange,
  filled,
  frame,
  handOrder,
  holding,
  memo,
  placed,
  sight as sightOf,
  statusChanged,
  stopOrder,
} from './samples.ts';
import type { Proof, Sight } from './sight.ts';
import { status } from './status.ts';
import { entryOf } from './steps.ts';

const FINE: Done = { ok: true };

type World = {
  /** What the engine makes of the hand's close. */
  readonly closes?: (sight: Sight) => Sight;
  readonly proof?: Proof;
  readonly first?: Partial<Sight>;
};

const inTrade = sightOf({
  exchange: exchange({ accounts: holding('0.001') }),
  engine: { ...sightOf().engine, trades: { t1: trade() } },
  commits: [],
});

const closed =
  (after: Strategy['status']) =>
  (held: Sight): Sight => ({
    ...held,
    engine: { ...held.engine, trades: { t1: closedByHand() } },
    commits: [{ at: 120, commit: 9, frames: [closingFrame, statusChanged(after)] }],
    painted: new Map([['t1 closed', 141]]),
  });

/** Plays a scenario on a world in which hands do at once what they are told, and every wait is over at once. */
async function playOn(scenario: Scenario, world: World): Promise<{ run: Run; did: string[] }> {
  const did: string[] = [];
  let sight: Sight = { ...inTrade, ...world.first };
  let now = 100;
  const watchers = new Set<() => void>();
  const does = (name: string, change: (held: Sight) => Sight = (held) => held) => {
    did.push(name);
    sight = change(sight);
    return Promise.resolve(FINE);
  };
  const engineIs = (up: boolean) => (held: Sight) => ({
    ...held,
    engine: { ...held.engine, up, ready: up, epoch: held.engine.epoch + (up ? 1 : 0) },
  });
  const closes = world.closes ?? closed('analyzing');
  const hands: Hands = {
    speed: (speed) => does(`speed ${speed}`),
    close: async () => {
      await does('close', (held) => (held.engine.up ? closes(held) : held));
      return { ok: true, memo: { handAt: 100, hand: handOrder } };
    },
    kill: () => does('kill', engineIs(false)),
    restore: () => does('restore', (held) => closes(engineIs(true)(held))),
    fault: () => does('fault'),
    tidy: async () => void (await does('tidy')),
  };
  const run = await play(
    scenario,
    {
      now: () => now,
      sight: () => sight,
      watch: (watcher) => {
        watchers.add(watcher);
        return () => watchers.delete(watcher);
      },
      later: (ms, over) => {
        let off = false;
        queueMicrotask(() => {
          if (off) return;
          now += ms;
          over();
        });
        return () => {
          off = true;
        };
      },
      hands,
      proof: () => Promise.resolve(world.proof ?? afterClose()),
      tell: () => {},
    },
    new AbortController().signal,
  );
  return { run, did };
}

describe('the entry that is waited for', () => {
  const entry = placed();
  const opened = frame({ type: 'TRADE_OPENED', trade: trade() });
  const seen = sightOf({
    happenings: [{ at: 120, orders: [entry], trades: [filled()] }],
    commits: [{ at: 125, commit: 9, frames: [opened] }],
  });

  it('is the first since no trade was open', () => {
    const found = entryOf(seen, memo({ flatAt: 110 }));
    assert.deepEqual([found?.at, found?.trade?.id], [120, 't1']);
    assert.equal(entryOf(seen, memo({ flatAt: 121 })), undefined);
  });

  it('is an order of the engine that opens, and its own trade', () => {
    const orders = [handOrder, stopOrder({ filled: entry.filled })];
    const others = { ...seen, happenings: [{ at: 120, orders, trades: [] }] };
    assert.equal(entryOf(others, memo()), undefined);
    const late = { ...seen, commits: [] };
    assert.equal(entryOf(late, memo())?.trade, null);
  });
});

describe('the scenarios, played', () => {
  it('a hand’s close that is followed in one commit is a tick', async () => {
    const { run, did } = await playOn(status, {});
    assert.equal(run.verdict, 'tick', JSON.stringify(run));
    assert.equal(run.memo.closeMs, 41);
    assert.deepEqual(did, ['speed 1', 'close', 'tidy']);
  });

  it('a status that hangs is a cross', async () => {
    const { run } = await playOn(status, { closes: closed('position_open') });
    assert.equal(run.verdict, 'cross');
    const wrong = run.lines.filter(({ state }) => state === 'bad');
    assert.deepEqual(
      wrong.map(({ name, seen }) => [name, seen?.values]),
      [['scenario.check.same_commit', { value: { word: 'status.position_open' } }]],
    );
  });

  it('books that never follow are a cross', async () => {
    const { run } = await playOn(status, { closes: (held) => held });
    assert.equal(run.verdict, 'cross');
    assert.equal(run.why?.key, 'scenario.why.still_open');
  });

  it('a ghost that is found and corrected is a tick; one that stays is a cross', async () => {
    const good = await playOn(ghost, {});
    assert.equal(good.run.verdict, 'tick', JSON.stringify(good.run));
    assert.deepEqual(good.did, ['speed 1', 'kill', 'close', 'restore', 'tidy']);
    const bad = await playOn(ghost, { proof: afterClose({ open: [trade()] }) });
    assert.equal(bad.run.verdict, 'cross');
    const stays = await playOn(ghost, { closes: (held) => held });
    assert.equal(stays.run.verdict, 'cross');
  });

  it('no entry within the limit, and a paused strategy, could not run and say why', async () => {
    const quiet = { engine: { ...inTrade.engine, trades: {} } };
    const { run, did } = await playOn(status, { first: quiet });
    assert.deepEqual([run.verdict, run.why?.key], ['could_not_run', 'scenario.why.no_entry']);
    assert.deepEqual(did, ['speed 30', 'tidy']);
    const control = { ...strategy().control, value: 'paused' as const, by: 'anna' };
    const paused = strategy({ status: 'paused', control });
    const waits = { engine: { ...inTrade.engine, strategies: [paused] } };
    const other = await playOn(status, { first: waits });
    assert.deepEqual(
      [other.run.verdict, other.run.why?.values],
      ['could_not_run', { strategy: 'razor', status: { word: 'status.paused' } }],
    );
  });

  it('a window that nobody can see proves nothing about the screen', async () => {
    const blind = (held: Sight): Sight => ({
      ...closed('analyzing')(held),
      painted: new Map(),
    });
    const seen = await playOn(status, { closes: blind });
    assert.equal(seen.run.verdict, 'cross');
    const hidden = await playOn(status, { closes: blind, first: { visible: false } });
    assert.equal(hidden.run.verdict, 'could_not_run');
  });
});
