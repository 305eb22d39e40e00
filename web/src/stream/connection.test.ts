import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keepConnected, pauseBefore, SILENCE_MS, type WireEvents } from './connection.ts';
import type { Want } from './receive.ts';

/** A world without time or sockets of its own. */
function world(options: { readonly refused?: boolean } = {}) {
  const timers: { readonly ms: number; readonly run: () => void; off: boolean }[] = [];
  const dials: { readonly events: WireEvents; readonly sent: string[]; closed: boolean }[] = [];
  const states: string[] = [];
  let held: number | null = null;
  let want: Want = 'nothing';
  const connection = keepConnected({
    dial: (events) => {
      const dial = { events, sent: [] as string[], closed: false };
      dials.push(dial);
      return {
        send: (text) => dial.sent.push(text),
        close: () => {
          dial.closed = true;
        },
      };
    },
    later: (ms, run) => {
      const timer = { ms, run, off: false };
      timers.push(timer);
      return () => {
        timer.off = true;
      };
    },
    random: () => 1,
    refused: () => Promise.resolve(options.refused ?? false),
    held: () => held,
    message: () => want,
    changed: (state) => states.push(state),
  });
  const settle = async (): Promise<void> => {
    await Promise.resolve();
    await Promise.resolve();
  };
  return {
    connection,
    dials,
    states,
    settle,
    hold: (commit: number | null) => {
      held = commit;
    },
    wish: (next: Want) => {
      want = next;
    },
    last: () => {
      const dial = dials.at(-1);
      assert.ok(dial !== undefined);
      return dial;
    },
    /** Runs the pending timer of exactly so many ms. */
    pass: (ms: number) => {
      const timer = timers.find((each) => each.ms === ms && !each.off);
      assert.ok(
        timer !== undefined,
        `no timer of ${ms} ms; there are ${timers
          .filter(({ off }) => !off)
          .map((each) => each.ms)
          .join(', ')}`,
      );
      timer.off = true;
      timer.run();
    },
  };
}

describe('the connection', () => {
  it('[I37] asks for a snapshot first and resumes from the commit held after a loss', () => {
    const { last, hold, pass, dials } = world();
    last().events.opened();
    assert.deepEqual(last().sent, ['{"type":"SUBSCRIBE"}']);
    hold(42);
    last().events.message('any');
    last().events.closed();
    pass(250);
    assert.equal(dials.length, 2);
    last().events.opened();
    assert.deepEqual(last().sent, ['{"type":"SUBSCRIBE","since":42}']);
  });

  it('[I37] a gap closes the connection and resumes; a second gap at the same place takes a snapshot', () => {
    const { last, hold, wish, pass } = world();
    last().events.opened();
    hold(42);
    wish('resubscribe');
    last().events.message('gap');
    assert.equal(last().closed, true);
    pass(250);
    last().events.opened();
    assert.deepEqual(last().sent, ['{"type":"SUBSCRIBE","since":42}']);
    last().events.message('gap');
    pass(500);
    last().events.opened();
    assert.deepEqual(last().sent, ['{"type":"SUBSCRIBE"}']);
  });

  it('another journal takes a snapshot at once', () => {
    const { last, hold, wish, pass } = world();
    last().events.opened();
    hold(42);
    wish('snapshot');
    last().events.message('heartbeat of another journal');
    pass(250);
    last().events.opened();
    assert.deepEqual(last().sent, ['{"type":"SUBSCRIBE"}']);
  });

  it('pauses double up to five seconds, with jitter, and start over once something was heard', async () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 50].map((n) => pauseBefore(n, 1)),
      [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000],
    );
    assert.equal(pauseBefore(2, 0), 500);
    const { last, pass, settle } = world();
    last().events.closed();
    await settle();
    pass(250);
    last().events.closed();
    await settle();
    pass(500);
    last().events.opened();
    last().events.message('any');
    last().events.closed();
    pass(250);
  });

  it('an open socket that says nothing for 15 s is given up', () => {
    const { last, pass, states } = world();
    last().events.opened();
    pass(SILENCE_MS);
    assert.equal(last().closed, true);
    assert.equal(states.at(-1), 'closed');
    pass(250);
    assert.equal(states.at(-1), 'connecting');
  });

  it('stops when the engine does not know the session, and only then', async () => {
    const { dials, last, states, settle } = world({ refused: true });
    last().events.closed();
    await settle();
    assert.equal(states.at(-1), 'refused');
    assert.equal(dials.length, 1);
  });

  it('words of a socket that was given up are not taken in', () => {
    const { dials, last, wish, pass } = world();
    last().events.opened();
    wish('resubscribe');
    last().events.message('gap');
    const [old] = dials;
    pass(250);
    old?.events.message('late');
    old?.events.closed();
    assert.equal(dials.length, 2);
  });

  it('retry dials at once', async () => {
    const { connection, dials, last, settle } = world();
    last().events.closed();
    await settle();
    connection.retry();
    assert.equal(dials.length, 2);
  });
});
