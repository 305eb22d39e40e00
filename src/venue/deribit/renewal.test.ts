/** A login renewed on its own connection: with its token, else anew; what requests meet meanwhile; what ends the connection. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { VenueRequest } from '../port.ts';
import { type Rig, LOSE, PASS } from '../rig.contract.ts';
import { LOGIN_MAX_MS, LOGIN_MIN_MS } from './limits.ts';
import { INSTRUMENT, SECRET, START, type Scripted } from './scripted-exchange.contract.ts';
import { options, order, up, world } from './session-kit.contract.ts';
import { createDeribitSession } from './session.ts';

const GOOD_SCOPE = 'account:read connection trade:read_write';
/** 80 % of the 900 s of the scripted exchange. */
const DUE_MS = 720_000;

const logins = (far: Scripted): readonly (readonly [number, unknown])[] =>
  far.requests
    .filter(({ method }) => method === 'public/auth')
    .map(({ conn, params }) => [conn, params['grant_type']] as const);
const failure = (code: number, message = 'no') => ({ error: { code, message } });

/** Answers the refresh itself, all other logins as the exchange does. */
function onRefresh(
  far: Scripted,
  answer: () => { readonly result: unknown } | ReturnType<typeof failure>,
) {
  far.override.set('public/auth', (params) =>
    params['grant_type'] === 'refresh_token'
      ? answer()
      : {
          result: {
            scope: GOOD_SCOPE,
            expires_in: 900,
            access_token: 'access-canary-1',
            refresh_token: 'refresh-canary-1',
          },
        },
  );
}

/** A link whose renewal is under way: its answer takes `ms`. */
function renewing(ms: number): { readonly rig: Rig; readonly far: Scripted } {
  const made = up();
  made.rig.rules.toSession = (text) =>
    text.includes('token-of-access-2') ? { kind: 'delay', ms } : PASS;
  made.rig.until(() => logins(made.far).length === 2, DUE_MS + 1_000);
  return made;
}

describe('renewal of the login', () => {
  it('is made with the newest token at 80 % of its life, on the same connection, and the secret stays at home', () => {
    const { rig, far } = up();
    rig.run(3 * DUE_MS + 1_000);
    assert.deepEqual(logins(far), [
      [1, 'client_credentials'],
      [1, 'refresh_token'],
      [1, 'refresh_token'],
      [1, 'refresh_token'],
    ]);
    assert.deepEqual(
      far.requests
        .filter(({ params }) => params['grant_type'] === 'refresh_token')
        .map(({ params }) => params),
      [1, 2, 3].map((n) => ({
        grant_type: 'refresh_token',
        refresh_token: `token-to-refresh-${n}`,
      })),
    );
    assert.equal(rig.of('link_down').length, 0);
    assert.equal(rig.ask({ kind: 'positions' }).status, 'ok');
  });

  for (const [name, answer] of [
    ['13009', () => failure(13009, 'unauthorized')],
    ['13004', () => failure(13004, 'invalid_credentials')],
    ['11094', () => failure(11094, 'internal_server_error')],
    ['a code that nobody knows', () => failure(77_777)],
    ['what can not be read', () => ({ result: 'ok' })],
  ] as const) {
    it(`that is answered with ${name} goes on with a whole login on the same connection`, () => {
      const { rig, far } = world();
      onRefresh(far, answer);
      rig.run(DUE_MS + 60_000);
      assert.deepEqual(logins(far), [
        [1, 'client_credentials'],
        [1, 'refresh_token'],
        [1, 'client_credentials'],
      ]);
      assert.deepEqual([rig.of('link_down').length, rig.of('link_refused').length], [0, 0]);
    });
  }

  it('leaves the connection only when the whole login fails as well, and logs in anew on the next one', () => {
    const { rig, far } = up();
    far.override.set('public/auth', () => failure(11094, 'internal_server_error'));
    rig.until(() => rig.of('link_down').length === 1, DUE_MS + 1_000);
    assert.match(rig.of('link_down')[0]?.reason ?? '', /the login was answered with 11094/);
    far.override.clear();
    rig.until(() => rig.of('link_up').length === 2);
    assert.deepEqual(logins(far).at(-1), [2, 'client_credentials']);
  });

  it('that is never answered costs the connection', () => {
    const { rig, far } = up();
    rig.rules.toSession = (text) => (text.includes('token-of-access-2') ? LOSE : PASS);
    rig.until(() => rig.of('link_down').length === 1, DUE_MS + 11_000);
    assert.match(rig.of('link_down')[0]?.reason ?? '', /renewal of the login was not answered/);
    rig.until(() => rig.of('link_up').length === 2);
    assert.deepEqual(logins(far).at(-1), [2, 'client_credentials']);
  });

  it('a token whose scope has changed says nothing of the key: a whole new login on the same connection does', () => {
    for (const scope of [`${GOOD_SCOPE} wallet:read_write`, 'connection trade:read']) {
      const { rig, far } = up();
      onRefresh(far, () => ({ result: { scope, expires_in: 900 } }));
      rig.run(DUE_MS + 5_000);
      assert.deepEqual(logins(far).slice(0, 3), [
        [1, 'client_credentials'],
        [1, 'refresh_token'],
        [1, 'client_credentials'],
      ]);
      assert.deepEqual([rig.of('link_refused'), rig.of('link_down')], [[], []]);
    }
  });

  it('[I49] refuses a key whose scope has become wider or narrower, by its token and by a whole login', () => {
    for (const [scope, code] of [
      [`${GOOD_SCOPE} wallet:read_write`, 'scope_too_wide'],
      ['account:read connection trade:read', 'scope_missing'],
    ] as const) {
      const token = up();
      token.far.override.set('public/auth', () => ({ result: { scope, expires_in: 900 } }));
      token.rig.run(DUE_MS + 60_000);
      const whole = up();
      whole.far.override.set('public/auth', (params) =>
        params['grant_type'] === 'refresh_token'
          ? failure(13009)
          : { result: { scope, expires_in: 900 } },
      );
      whole.rig.run(DUE_MS + 60_000);
      for (const { rig } of [token, whole]) {
        assert.deepEqual(
          rig.of('link_refused').map((event) => event.code),
          [code],
        );
        assert.equal(rig.of('link_down').length, 1);
      }
    }
  });

  it('takes odd company of the answer as it comes: sid, features, a state, no tokens at all', () => {
    for (const more of [
      { sid: 17, enabled_features: 'all', state: null },
      { sid: null, enabled_features: [{ a: 1 }], mandatory_tfa_status: 7, google_login: 'x' },
      { access_token: 7, refresh_token: { a: 1 } },
      { access_token: null, refresh_token: null },
    ]) {
      const { rig, far } = world();
      far.override.set('public/auth', () => ({
        result: { scope: GOOD_SCOPE, expires_in: 900, ...more },
      }));
      rig.run(DUE_MS + 5_000);
      assert.deepEqual([rig.of('link_up').length, rig.of('link_down').length], [1, 0]);
      assert.equal(logins(far).length, 2);
    }
  });

  it('comes neither too often nor too late, whatever life the exchange names', () => {
    for (const seconds of [0.001, 1, 12, 900, 31_536_000, 315_360_000, 1e15]) {
      const { rig, far } = world();
      far.override.set('public/auth', () => ({
        result: { scope: GOOD_SCOPE, expires_in: seconds },
      }));
      rig.run(60_000);
      assert.equal(rig.of('link_down').length, 0);
      assert.ok(logins(far).length <= 1 + 60_000 / LOGIN_MIN_MS, `${seconds}`);
    }
    const session = createDeribitSession(options);
    session.handle({ kind: 'tick' }, 0);
    session.handle({ kind: 'opened', conn: 1 }, 0);
    assert.ok(session.wakeAt() < LOGIN_MAX_MS);
    const far = up();
    far.far.override.set('public/auth', () => ({
      result: { scope: GOOD_SCOPE, expires_in: 315_360_000 },
    }));
    far.rig.run(DUE_MS + 2 * LOGIN_MAX_MS + 60_000);
    assert.equal(logins(far.far).length, 4, 'renewed twice a day at least');
    for (const seconds of [0, -900]) {
      const { rig, far: refusing } = world();
      refusing.override.set('public/auth', () => ({
        result: { scope: GOOD_SCOPE, expires_in: seconds },
      }));
      rig.run(60_000);
      assert.equal(rig.of('link_up').length, 0);
      assert.ok(rig.of('link_down').length < 60);
    }
  });
});

const LATER = { validUntil: START + 3 * DUE_MS };
const WISHES: readonly VenueRequest[] = [
  { kind: 'positions' },
  { kind: 'open_orders' },
  { kind: 'cancel', orderId: 'USDC-1' },
  { kind: 'place', order: order(LATER) },
  { kind: 'ticker', instrument: INSTRUMENT },
];

describe('requests while the login is renewed', () => {
  it('flow on, and each ends in exactly one answer, whatever the old login was good for', () => {
    const moment = fc.record({
      after: fc.integer({ min: 0, max: 400 }),
      wish: fc.constantFrom(...WISHES),
      refused: fc.constantFrom(null, 13009, 10000),
    });
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1, maxLength: 20 }), (moments) => {
        const { rig, far } = renewing(3_000);
        const refs = moments.map(({ after, wish, refused }, index) => {
          rig.run(after);
          far.override.clear();
          if (refused !== null)
            for (const method of ['private/get_positions', 'private/buy', 'private/cancel'])
              far.override.set(method, () => failure(refused));
          const request =
            wish.kind === 'place'
              ? { ...wish, order: { ...wish.order, label: `r-${index}` } }
              : wish;
          return rig.request(request);
        });
        far.override.clear();
        rig.run(20_000);
        for (const ref of refs)
          assert.equal(rig.answers(ref).length + rig.lateAnswers(ref).length, 1);
        // What was under way on a connection that was left for its login is unknown, and rightly so.
        if (rig.of('link_down').length === 0)
          assert.ok(refs.every((ref) => rig.answers(ref)[0]?.status !== 'unknown'));
        const late = moments.reduce((sum, { after }) => sum + after, 0) >= 2_950;
        if (!late) assert.deepEqual([logins(far).length, rig.of('link_down').length], [2, 0]);
      }),
      { numRuns: 40 },
    );
  });

  it('an order refused for the old login is a refusal without effect, and costs nothing', () => {
    const { rig, far } = renewing(3_000);
    far.override.set('private/buy', () => failure(13009, 'unauthorized'));
    const outcome = rig.ask({ kind: 'place', order: order(LATER) });
    assert.deepEqual([outcome.status, far.orders.length], ['refused', 0]);
    far.override.clear();
    assert.equal(
      rig.ask({ kind: 'place', order: order({ ...LATER, label: 'razor-2' }) }).status,
      'ok',
    );
    rig.run(10_000);
    assert.deepEqual([logins(far).length, rig.of('link_down').length], [2, 0]);
  });

  it('one that left before the renewal and is refused after it does not cost the connection, one that left after does', () => {
    const { rig, far } = renewing(3_000);
    far.override.set('private/get_positions', () => failure(13009));
    rig.rules.toSession = (text) => {
      if (text.includes('"code":13009')) return { kind: 'delay', ms: 5_000 };
      return text.includes('token-of-access-2') ? { kind: 'delay', ms: 3_000 } : PASS;
    };
    const early = rig.request({ kind: 'positions' });
    rig.run(6_000);
    assert.equal(rig.answers(early)[0]?.status, 'refused');
    assert.equal(rig.of('link_down').length, 0);
    const refs = [1, 2, 3].map(() => rig.request({ kind: 'positions' }));
    rig.run(5_100);
    assert.equal(rig.of('link_down').length, 1);
    far.override.clear();
    rig.run(20_000);
    assert.deepEqual(
      refs.map((ref) => rig.answers(ref).length),
      [1, 1, 1],
    );
    assert.deepEqual([rig.of('link_up').length, rig.of('link_down').length], [2, 1]);
    assert.deepEqual(logins(far).at(-1), [2, 'client_credentials']);
  });

  it('a scope that was taken away and given back is asked for by a new login, and not over and over', () => {
    const { rig, far } = up();
    const methods = ['private/cancel', 'private/get_positions'];
    const forbid = (): void =>
      methods.forEach((method) => far.override.set(method, () => failure(13021, 'forbidden')));
    rig.run(40_000);
    forbid();
    const { status } = rig.ask({ kind: 'cancel', orderId: 'USDC-1' });
    assert.equal(status, 'refused');
    rig.until(() => rig.of('link_up').length === 2);
    assert.deepEqual(logins(far).at(-1), [2, 'client_credentials']);
    for (let asked = 0; asked < 20; asked++) {
      assert.equal(rig.ask({ kind: 'positions' }).status, 'refused');
      rig.run(1_000);
    }
    assert.equal(
      rig.of('link_down').length,
      1,
      'a login that was just given is not asked for again',
    );
    far.override.clear();
    assert.equal(rig.ask({ kind: 'cancel', orderId: 'USDC-1' }).status, 'gone');
  });

  it('[I46] no token is ever told: not by events, nor where the exchange echoes it', () => {
    const { rig, far } = up();
    const tokens = [1, 2, 3].flatMap((n) => [`token-of-access-${n}`, `token-to-refresh-${n}`]);
    rig.run(2 * DUE_MS + 1_000);
    for (const token of tokens) {
      far.override.set('private/get_position', () => ({
        error: { code: 10020, message: `no ${token}`, data: { why: token, access_token: token } },
      }));
      rig.ask({ kind: 'position', instrument: INSTRUMENT });
      far.sayRaw(1, `{"jsonrpc":"2.0","hint":"${token}","refresh_token":"${token}`);
      far.sayRaw(1, `plainly ${token}`);
      rig.run(100);
    }
    assert.equal(rig.of('undecodable').length, 2 * tokens.length);
    rig.cut(`closed, ${tokens.at(-1)}`);
    const told = JSON.stringify(rig.events);
    for (const token of [...tokens, SECRET]) assert.ok(!told.includes(token), token);
    const carriers = rig.frames.filter(({ text }) => tokens.some((token) => text.includes(token)));
    assert.ok(carriers.length === 2 && carriers.every(({ text }) => text.includes('public/auth')));
  });

  it('[I46] nor by an error in the handshake that echoes the token just given', () => {
    const { rig, far } = world();
    for (const method of ['public/set_heartbeat', 'private/subscribe'])
      far.override.set(method, () => failure(11029, 'no token-of-access-1 token-to-refresh-1'));
    rig.run(100);
    assert.match(rig.of('link_down')[0]?.reason ?? '', /11029 no … …$/);
  });

  it('[I46] what can not be read while it is renewed is kept back whole', () => {
    const { rig, far } = renewing(3_000);
    far.sayRaw(1, '{"new_kind_of_token":"canary-4711"');
    rig.run(500);
    assert.deepEqual(
      rig.of('undecodable').map(({ raw }) => raw),
      ['(kept back while a login is under way)'],
    );
  });
});
