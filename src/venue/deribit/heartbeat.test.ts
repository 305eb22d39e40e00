/** Staying alive as the exchange wants it: its test_requests are answered whatever else goes on, and no link dies of being quiet. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PASS, type Rig, createRig } from '../rig.contract.ts';
import { createScripted } from './scripted-exchange.contract.ts';
import {
  type Beating,
  type HeartbeatTiming,
  withHeartbeats,
} from './scripted-heartbeat.contract.ts';
import { options } from './session-kit.contract.ts';
import { createDeribitSession, type DeribitOptions } from './session.ts';

const TIMINGS: readonly (readonly [string, HeartbeatTiming])[] = [
  ['as documented', { firstMs: 10_000, everyMs: 10_000, plain: true }],
  ['as measured at the earliest', { firstMs: 12_000, everyMs: 10_600, plain: false }],
  ['as measured at the latest', { firstMs: 12_600, everyMs: 10_600, plain: false }],
];
const SOON_MS = 50;

function world(
  timing: HeartbeatTiming,
  more: Partial<DeribitOptions> = {},
): { readonly rig: Rig; readonly far: Beating } {
  const far = withHeartbeats(createScripted(), timing);
  return { far, rig: createRig(createDeribitSession({ ...options, ...more }), far) };
}

const allSoon = ({ waited }: Beating): boolean => waited.every((ms) => ms <= SOON_MS);

describe('the exchange of these tests', () => {
  it('closes with 4000 ten seconds after an unanswered test_request, and with 1006 what is idle', () => {
    const asking = withHeartbeats(createScripted(), TIMINGS[1]![1]);
    asking.opened(1);
    asking.frame(1, '{"id":1,"method":"public/set_heartbeat","params":{"interval":10}}');
    const told: string[] = [];
    for (let at = 0; at <= 80_000; at += 100) {
      asking.advance(at);
      for (const effect of asking.take())
        if (effect.kind === 'close') told.push(`${at} ${effect.reason}`);
    }
    assert.deepEqual(told, ['22000 heartbeat close, code 4000']);
    const idle = withHeartbeats(createScripted(), TIMINGS[1]![1]);
    idle.opened(1);
    idle.advance(60_499);
    assert.equal(idle.take().length, 0);
    idle.advance(60_500);
    assert.deepEqual(idle.take(), [{ kind: 'close', conn: 1, reason: 'code 1006' }]);
  });
});

for (const [name, timing] of TIMINGS)
  describe(`heartbeats ${name}`, () => {
    it('an hour without any traffic costs neither link', () => {
      for (const link of ['trading', 'market'] as const) {
        const { rig, far } = world(timing, { link });
        rig.run(3_600_000);
        assert.deepEqual([rig.of('link_up').length, rig.of('link_down').length], [1, 0]);
        assert.ok(far.waited.length > 300 && allSoon(far), `${far.waited.length}`);
      }
    });

    it('test_requests are answered while a login is renewed', () => {
      const { rig, far } = world(timing);
      rig.run(719_000);
      const before = far.waited.length;
      rig.rules.toSession = (text) =>
        text.includes('token-of-access-2') ? { kind: 'delay', ms: 9_900 } : PASS;
      rig.run(31_000);
      assert.ok(far.waited.length > before + 1 && allSoon(far));
      assert.equal(rig.of('link_down').length, 0);
    });

    it('test_requests are answered while reads wait for credits', () => {
      const { rig, far } = world(timing);
      rig.run(1_000);
      for (let second = 0; second < 30; second++) {
        for (let n = 0; n < 30; n++) rig.request({ kind: 'positions' });
        rig.run(1_000);
      }
      assert.ok(far.waited.length >= 2 && allSoon(far), far.waited.join());
      assert.equal(rig.of('link_down').length, 0);
    });

    it('test_requests are answered in the middle of a handshake', () => {
      const { rig, far } = world(timing);
      rig.rules.toSession = (text) =>
        text.includes('"enabled"') || text.includes('"currency":"USDC"')
          ? { kind: 'delay', ms: 6_500 }
          : PASS;
      rig.run(14_000);
      assert.equal(rig.of('link_up').length, 1);
      assert.ok(far.waited.length >= 1 && allSoon(far), far.waited.join());
    });

    it('a connection that the exchange closes with 4000 or 1006 is made anew', () => {
      for (const reason of ['heartbeat close, code 4000', 'code 1006']) {
        const { rig } = world(timing);
        rig.run(40_000);
        rig.cut(reason);
        rig.until(() => rig.of('link_up').length === 2, 2_000);
        assert.equal(rig.of('link_down')[0]?.reason, `the connection was closed: ${reason}`);
      }
    });
  });
