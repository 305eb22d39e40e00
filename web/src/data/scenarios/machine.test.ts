import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Hands, type Ports, play, type Run, type Scenario } from './machine.ts';
import type { Proof, Sight } from './sight.ts';

const FINE = { ok: true } as const;

/** A world whose time moves only when somebody waits, one timer at a time. */
function world(options: { readonly proof?: () => Proof | null } = {}) {
  let now = 1_000;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const watchers = new Set<() => void>();
  const did: string[] = [];
  const told: Run[] = [];
  const sight = { epoch: 1 } as unknown as Sight;
  const hand = (name: string) => (): Promise<{ readonly ok: true }> => {
    did.push(name);
    return Promise.resolve(FINE);
  };
  const hands: Hands = {
    speed: hand('speed'),
    close: hand('close'),
    kill: hand('kill'),
    restore: hand('restore'),
    fault: hand('fault'),
    tidy: async () => void (await hand('tidy')()),
  };
  const ports: Ports = {
    now: () => now,
    sight: () => sight,
    watch: (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    later: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    hands,
    proof: () => Promise.resolve((options.proof ?? (() => ({}) as Proof))()),
    tell: (run) => told.push(run),
  };
  const pass = async (): Promise<void> => {
    for (let idle = 0; idle < 20; idle += 1) await Promise.resolve();
    const [next] = timers.toSorted((a, b) => a.at - b.at);
    if (next === undefined) return;
    now = next.at;
    timers = timers.filter((each) => each !== next);
    next.run();
  };
  const toEnd = async (running: Promise<Run>): Promise<Run> => {
    let run: Run | undefined;
    void running.then((ended) => {
      run = ended;
    });
    for (let turn = 0; turn < 100 && run === undefined; turn += 1) await pass();
    assert.ok(run !== undefined, 'it never ended');
    return run;
  };
  const change = (): void => {
    for (const watcher of watchers) watcher();
  };
  return { ports, did, told, toEnd, change, moveTo: (at: number) => (now = at) };
}

const scenario = (parts: Partial<Scenario>): Scenario => ({
  id: 'ghost',
  steps: [],
  settleMs: 1_000,
  spoiled: () => null,
  checks: [],
  ...parts,
});

const check = (ok: () => boolean): Scenario['checks'][number] => ({
  name: 'scenario.check.ghosts',
  judge: () => ({ ok: ok(), expected: { key: 'scenario.clean' }, seen: { key: 'scenario.clean' } }),
});

const never = new AbortController().signal;

describe('the scenario machine', () => {
  it('does its steps in order and ends in a tick when every check passes', async () => {
    const { ports, did, toEnd } = world();
    const run = await toEnd(
      play(
        scenario({
          steps: [
            {
              name: 'scenario.step.kill',
              do: (hands) => hands.kill(),
              limitMs: 0,
              late: 'could_not_run',
            },
            {
              name: 'scenario.step.restore',
              do: (hands) => hands.restore(),
              until: () => ({ epoch: 7 }),
              limitMs: 5_000,
              late: 'cross',
            },
          ],
          checks: [check(() => true)],
        }),
        ports,
        never,
      ),
    );
    assert.equal(run.verdict, 'tick');
    assert.equal(run.memo.epoch, 7);
    assert.deepEqual(did, ['kill', 'restore', 'tidy']);
    assert.deepEqual(
      run.lines.map(({ name, state }) => [name, state]),
      [
        ['scenario.step.kill', 'good'],
        ['scenario.step.restore', 'good'],
        ['scenario.step.compare', 'good'],
        ['scenario.check.ghosts', 'good'],
      ],
    );
  });

  it('ends in a cross when one check still fails after the time to settle', async () => {
    const { ports, did, toEnd } = world();
    const run = await toEnd(
      play(scenario({ checks: [check(() => true), check(() => false)] }), ports, never),
    );
    assert.equal(run.verdict, 'cross');
    assert.equal(run.lines.at(-1)?.state, 'bad');
    assert.ok(run.ms >= 1_000, 'it waited for both sides to come to rest');
    assert.deepEqual(did, ['tidy']);
  });

  it('gives both sides time to come to rest', async () => {
    const { ports, toEnd } = world();
    let readings = 0;
    const run = await toEnd(
      play(scenario({ checks: [check(() => ++readings >= 3)] }), ports, never),
    );
    assert.equal(run.verdict, 'tick');
    assert.equal(run.ms, 500);
  });

  it('no check at all is no tick', async () => {
    const { ports, toEnd } = world();
    assert.equal((await toEnd(play(scenario({}), ports, never))).verdict, 'cross');
  });

  it('a side that cannot be read gives a cross, never a tick', async () => {
    const { ports, toEnd } = world({ proof: () => null });
    const run = await toEnd(play(scenario({ checks: [check(() => true)] }), ports, never));
    assert.equal(run.verdict, 'cross');
    assert.equal(run.why?.key, 'scenario.why.no_answer');
  });

  it('what does not happen in time is a cross or a scene that never came about, as the step says', async () => {
    for (const late of ['cross', 'could_not_run'] as const) {
      const { ports, did, toEnd } = world();
      const run = await toEnd(
        play(
          scenario({
            steps: [
              {
                name: 'scenario.step.in_trade',
                until: () => null,
                limitMs: 60_000,
                late,
                why: () => ({ key: 'scenario.why.still_open' }),
              },
            ],
            checks: [check(() => true)],
          }),
          ports,
          never,
        ),
      );
      assert.equal(run.verdict, late);
      assert.equal(run.ms, 60_000);
      assert.equal(run.why?.key, 'scenario.why.still_open');
      assert.equal(run.lines.at(-1)?.state, late === 'cross' ? 'bad' : 'left');
      assert.deepEqual(did, ['tidy']);
    }
  });

  it('a refused hand and a spoiled scene say why they could not run', async () => {
    const { ports, toEnd } = world();
    const refused = await toEnd(
      play(
        scenario({
          steps: [
            {
              name: 'scenario.step.close',
              do: () => Promise.resolve({ ok: false, why: { key: 'scenario.why.market_closed' } }),
              limitMs: 0,
              late: 'could_not_run',
            },
          ],
        }),
        ports,
        never,
      ),
    );
    assert.deepEqual(
      [refused.verdict, refused.why?.key],
      ['could_not_run', 'scenario.why.market_closed'],
    );
    const spoiled = await toEnd(
      play(
        scenario({
          spoiled: () => ({ key: 'scenario.why.market_closed' }),
          checks: [check(() => false)],
        }),
        ports,
        never,
      ),
    );
    assert.equal(spoiled.verdict, 'could_not_run');
  });

  it('a cancelled run ends at once and takes back what it did', async () => {
    const { ports, did, toEnd } = world();
    const stop = new AbortController();
    const running = play(
      scenario({
        steps: [
          {
            name: 'scenario.step.kill',
            do: (hands) => hands.kill(),
            until: () => null,
            limitMs: 60_000,
            late: 'cross',
          },
        ],
        checks: [check(() => true)],
      }),
      ports,
      stop.signal,
    );
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    stop.abort();
    const run = await toEnd(running);
    assert.equal(run.verdict, 'cancelled');
    assert.equal(run.ms, 0);
    assert.deepEqual(did, ['kill', 'tidy']);
  });

  it('an error that nobody foresaw is told and tidied up after', async () => {
    const { ports, did, toEnd } = world();
    const run = await toEnd(
      play(
        scenario({
          steps: [
            {
              name: 'scenario.step.kill',
              do: () => Promise.reject(new Error('no hands')),
              limitMs: 0,
              late: 'cross',
            },
          ],
        }),
        ports,
        never,
      ),
    );
    assert.equal(run.verdict, 'could_not_run');
    assert.deepEqual(run.why?.values, { reason: 'no hands' });
    assert.deepEqual(did, ['tidy']);
  });
});
