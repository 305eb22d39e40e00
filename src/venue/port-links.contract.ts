/** The port's contract, links: how they come up, stay up, go down and come back, and who is refused. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { NEVER_SENT } from './port.ts';
import { QUIET, type VenueWorld, marketOf, okay, up, window } from './port-kit.contract.ts';
import { LOSE, createRig } from './rig.contract.ts';

export function linkTests(makeWorld: () => VenueWorld): void {
  it('trading comes up with the account, market without one', () => {
    const trading = up(makeWorld()).of('link_up')[0];
    assert.ok(trading?.account !== null && trading?.account.id !== '');
    assert.equal(typeof trading?.cancelOnDisconnect, 'boolean');
    const market = up(makeWorld(), 'market').of('link_up')[0];
    assert.deepEqual(
      [market?.account, market?.cancelOnDisconnect, market?.link],
      [null, null, 'market'],
    );
  });
  for (const [key, code] of [
    ['wrong', 'wrong_credentials'],
    ['wide', 'scope_too_wide'],
    ['narrow', 'scope_missing'],
  ] as const) {
    it(`[I49] [I46] a key that is ${key} is refused once, in words without the secret, and not tried again`, () => {
      const world = makeWorld();
      const rig = createRig(world.session({ link: 'trading', key }), world.far);
      rig.run(QUIET);
      assert.deepEqual(
        rig.of('link_refused').map((event) => event.code),
        [code],
      );
      assert.deepEqual([rig.of('link_up').length, rig.of('link_refused')[0]?.conn], [0, 1]);
      assert.ok(!JSON.stringify(rig.events).includes(world.secret));
    });
  }
  it('a channel that the exchange leaves out is a failed link with a reason, tried again', () => {
    const world = makeWorld();
    const rig = createRig(world.session({ link: 'market', unknownChannel: true }), world.far);
    rig.until(() => rig.of('link_down').length === 2);
    assert.match(rig.of('link_down')[0]?.reason ?? '', /left out channels/);
    assert.equal(rig.of('link_up').length, 0);
  });
  it('the market link brings prices and candles of its instrument', () => {
    const world = makeWorld();
    const rig = up(world, 'market');
    assert.equal(marketOf(rig, world).ticker.instrument, world.instrument);
    assert.equal(
      okay(rig.ask({ kind: 'candles', instrument: world.instrument, ...window(rig) }), 'candles')
        .kind,
      'candles',
    );
    const refused = rig.ask({ kind: 'open_orders' });
    assert.ok(refused.status === 'refused' && refused.code === NEVER_SENT);
  });
  it('comes back by itself after a cut, with a new number, and ends what was asked as unknown once', () => {
    const world = makeWorld();
    const rig = up(world);
    const ref = rig.request({ kind: 'open_orders' });
    rig.cut();
    rig.until(() => rig.of('link_up').length === 2, 5_000);
    assert.deepEqual(
      rig.answers(ref).map((outcome) => outcome.status),
      ['unknown'],
    );
    assert.deepEqual(
      rig.of('link_up').map((event) => event.conn),
      [1, 2],
    );
    assert.equal(rig.of('link_down').length, 1);
  });
  it('a silent connection is dead after 10 s, a quiet one that answers pings lives on', () => {
    const rig = up(makeWorld());
    rig.run(5 * QUIET);
    assert.equal(rig.of('link_down').length, 0);
    rig.rules.toSession = () => LOSE;
    const from = rig.now();
    rig.until(() => rig.of('link_down').length === 1, 11_000);
    assert.ok(rig.now() - from >= 4_900, 'not dead before its time');
  });
  it('stays up for an hour, past the life of any one login', () => {
    const rig = up(makeWorld());
    rig.run(60 * QUIET);
    assert.equal(rig.ask({ kind: 'positions' }).status, 'ok');
    assert.equal(rig.of('link_down').length, 0);
  });
  it('pauses grow while the exchange refuses connections, and it is back within 11 s of the end of that', () => {
    const rig = up(makeWorld());
    rig.rules.refuseConnections = true;
    rig.cut();
    rig.run(5 * QUIET);
    const tries = rig.of('link_down').length;
    assert.ok(tries > 25 && tries < 100, `${tries} tries in five minutes`);
    rig.rules.refuseConnections = false;
    rig.until(() => rig.of('link_up').length === 2, 11_000);
  });
  it('a connection that HTTP refuses is told with its status, tried again after longer pauses, and never a refusal for good', () => {
    const rig = up(makeWorld());
    rig.rules.refuseConnections = true;
    rig.rules.refuseBy = { status: 429, retryAfterMs: null };
    rig.cut();
    rig.run(5 * QUIET);
    const downs = rig.of('link_down').slice(1);
    assert.ok(downs.length >= 5 && downs.length < 40, `${downs.length} tries in five minutes`);
    assert.ok(downs.every(({ reason }) => reason.includes('HTTP 429')));
    assert.equal(rig.of('link_refused').length, 0);
    rig.rules.refuseBy = { status: 429, retryAfterMs: 2 * QUIET };
    const tries = rig.of('link_down').length;
    rig.until(() => rig.of('link_down').length === tries + 1);
    rig.run(2 * QUIET - 1);
    assert.equal(rig.of('link_down').length, tries + 1, 'the pause that was asked for is kept');
    rig.rules.refuseConnections = false;
    rig.until(() => rig.of('link_up').length === 2, 5_000);
  });
  it('a link that is thrown out again and again soon after it came up comes back ever later', () => {
    const rig = up(makeWorld());
    for (let n = 2; n <= 8; n++) {
      rig.run(100);
      rig.cut('thrown out');
      rig.until(() => rig.of('link_up').length === n, QUIET);
    }
    const from = rig.now();
    assert.ok(from > 15_000, `seven new links within ${from} ms`);
  });
  it('a connection that is closed in the middle of its handshake, at whatever moment, is made anew', () => {
    for (let after = 0; after <= 60; after += 4) {
      const world = makeWorld();
      const rig = createRig(world.session({ link: 'trading' }), world.far);
      rig.run(after);
      rig.cut('maintenance');
      rig.run(3_000);
      assert.equal(rig.ask({ kind: 'positions' }).status, 'ok', `cut after ${after} ms`);
    }
  });
  it('renew makes a new connection; stop ends everything for good', () => {
    const rig = up(makeWorld());
    rig.input({ kind: 'renew', reason: 'a stream that broke' });
    rig.until(() => rig.of('link_up').length === 2, 5_000);
    assert.equal(rig.of('link_down')[0]?.reason, 'a stream that broke');
    const ref = rig.request({ kind: 'positions' });
    rig.input({ kind: 'stop' });
    rig.run(QUIET);
    assert.deepEqual(
      rig.answers(ref).map((outcome) => outcome.status),
      ['unknown'],
    );
    assert.deepEqual([rig.of('link_up').length, rig.of('link_down').length], [2, 2]);
    assert.equal(rig.ask({ kind: 'positions' }).status, 'unknown');
  });
  it('[I46] no secret in any event or frame but the login', () => {
    const world = makeWorld();
    const rig = up(world);
    rig.cut();
    rig.run(QUIET);
    assert.ok(!JSON.stringify(rig.events).includes(world.secret));
    assert.ok(rig.frames.every(({ text }) => !text.includes(world.secret) || world.isOwn(text)));
  });
}
