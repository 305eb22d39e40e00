/** An exchange that does not want us now: in maintenance, over a limit, behind a page of HTML, or one that throws us out. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ERRORS } from '../protocol/errors.ts';
import { LOSE, PASS, type Rig } from '../rig.contract.ts';
import { ASKED_PAUSE_MAX_MS, LONG_PAUSE_MAX_MS, LONG_PAUSE_MIN_MS } from './limits.ts';
import { SECRET, type Scripted } from './scripted-exchange.contract.ts';
import { options, up, world } from './session-kit.contract.ts';

const failure = (code: number, data?: unknown) => ({
  error: { code, message: `e${code}`, ...(data === undefined ? {} : { data }) },
});
const QUESTIONS = [
  'public/auth',
  'public/set_heartbeat',
  'private/get_cancel_on_disconnect',
  'private/get_account_summary',
  'private/subscribe',
] as const;
const downs = (rig: Rig): readonly { readonly at: number; readonly reason: string }[] =>
  rig.events.flatMap(({ at, event }) =>
    event.kind === 'link_down' ? [{ at, reason: event.reason }] : [],
  );
/** When connections were begun that came to their first question. */
const begun = (far: Scripted): number => new Set(far.requests.map(({ conn }) => conn)).size;

describe('an exchange in maintenance', () => {
  const CODES = [
    [11051, /the exchange is in maintenance/],
    [13503, /does not offer this at the moment/],
    [13025, /has switched this off/],
    [10019, /has locked the exchange/],
    [11098, /the account is locked/],
    [12003, /too many logins of late/],
    [10028, /too many requests were made/],
  ] as const;
  for (const [code, words] of CODES)
    it(`${code} as answer to any own question ends the link in plain words, and pauses grow`, () => {
      for (const question of QUESTIONS) {
        const { rig, far } = world({ jitter: () => 1 });
        far.override.set(question, () => failure(code));
        rig.run(20 * 60_000);
        const all = downs(rig);
        assert.ok(
          all.every(({ reason }) => words.test(reason)),
          `${question}: ${all[0]?.reason}`,
        );
        const pauses = all.slice(1).map(({ at }, index) => at - (all[index]?.at ?? 0));
        assert.ok(
          pauses.every((pause) => pause >= LONG_PAUSE_MIN_MS),
          question,
        );
        assert.ok((pauses[1] ?? 0) > (pauses[0] ?? 0) * 1.5, 'they grow');
        assert.ok(Math.max(...pauses) <= LONG_PAUSE_MAX_MS + 1_000, 'they are bounded');
        assert.ok(all.length < 50, `${all.length} attempts in 20 minutes`);
        assert.equal(rig.of('link_refused').length, 0);
        far.override.clear();
        rig.until(() => rig.of('link_up').length === 1, LONG_PAUSE_MAX_MS + 1_000);
      }
    });

  it('so does the question for the time of a login that is signed', () => {
    const signer = { hmacSha256: () => 'f00d', nonce: () => 'n' };
    const credentials = { clientId: 'good', clientSecret: SECRET, signer };
    const { rig, far } = world({ credentials });
    far.override.set('public/get_time', () => failure(11051));
    rig.run(60_000);
    const all = downs(rig);
    assert.match(all[0]?.reason ?? '', /exchange's time was answered with 11051 .*maintenance/);
    assert.ok(all.length > 2 && all.length < 15, `${all.length}`);
  });

  it('the market link is no different', () => {
    const { rig, far } = world({ link: 'market' });
    far.override.set('public/subscribe', () => failure(11051));
    rig.run(60_000);
    assert.match(downs(rig)[0]?.reason ?? '', /the subscription was answered with 11051/);
    far.override.clear();
    rig.until(() => rig.of('link_up').length === 1, LONG_PAUSE_MAX_MS + 1_000);
  });

  it('a ping that is answered so ends the link, one that is answered with any other error is a sign of life', () => {
    const { rig, far } = up();
    far.override.set('public/test', () => failure(11094));
    rig.run(60_000);
    assert.equal(rig.of('link_down').length, 0);
    far.override.set('public/test', () => failure(11051));
    rig.run(6_000);
    assert.match(downs(rig)[0]?.reason ?? '', /a ping was answered with 11051 .*maintenance/);
  });

  it('10048 goes to another connection at once, but not in a storm', () => {
    const { rig, far } = world();
    let answers = 0;
    far.override.set('private/subscribe', (params) =>
      answers++ === 0 ? failure(10048) : { result: params['channels'] },
    );
    rig.until(() => rig.of('link_up').length === 1);
    assert.ok(rig.now() < 200, `${rig.now()}`);
    assert.match(downs(rig)[0]?.reason ?? '', /another one may/);
    const stubborn = world();
    stubborn.far.override.set('private/subscribe', () => failure(10048));
    stubborn.rig.run(60_000);
    assert.ok(downs(stubborn.rig).length < 30, `${downs(stubborn.rig).length} in a minute`);
  });

  it('10048 as answer to a request is a refusal without effect, and the next connection may be better', () => {
    const { rig, far } = up();
    far.override.set('private/get_positions', () => failure(10048));
    assert.equal(rig.ask({ kind: 'positions' }).status, 'refused');
    far.override.clear();
    assert.match(
      downs(rig)[0]?.reason ?? '',
      /a request was answered with 10048 .*another one may/,
    );
    rig.until(() => rig.of('link_up').length === 2, 1_000);
    assert.equal(rig.ask({ kind: 'positions' }).status, 'ok');
  });

  it('waits as long as an error asks for, within a bound', () => {
    for (const [wait, least] of [
      [45, 45_000],
      [1e8, ASKED_PAUSE_MAX_MS],
    ] as const) {
      const { rig, far } = world();
      far.override.set('public/auth', () => failure(12003, { wait }));
      rig.until(() => downs(rig).length === 2, 2 * ASKED_PAUSE_MAX_MS);
      const [first, second] = downs(rig);
      const pause = (second?.at ?? 0) - (first?.at ?? 0);
      assert.ok(pause >= least && pause < least + 1_000, `${pause}`);
    }
  });

  it('only what can never pass is a refusal: of all codes, none that the exchange may take back', () => {
    const MAY_PASS = [10000, 10019, 10028, 10040, 10047, 10048, 10066, 11051, 11094, 11098];
    const MORE = [12003, 12998, 13008, 13009, 13025, 13028, 13503, -32603, 11056, 77_777];
    const refusedBy = (code: number): boolean => {
      const { rig, far } = world();
      far.override.set('public/auth', () => failure(code));
      rig.run(20);
      assert.equal(rig.of('link_refused').length + rig.of('link_down').length, 1, `${code}`);
      return rig.of('link_refused').length === 1;
    };
    for (const code of [...MAY_PASS, ...MORE]) assert.equal(refusedBy(code), false, `${code}`);
    for (const code of [13004, 9999, 13021]) assert.equal(refusedBy(code), true, `${code}`);
    for (const [code, { class: kind }] of Object.entries(ERRORS))
      assert.ok(!refusedBy(Number(code)) || kind === 'auth', code);
  });

  it('sockets dropped in the middle of a handshake are made anew, at every question', () => {
    for (const question of QUESTIONS) {
      const { rig, far } = world();
      rig.rules.toExchange = (text) => (text.includes(question) ? LOSE : PASS);
      rig.until(() => rig.frames.some(({ text }) => text.includes(question)));
      rig.cut('maintenance');
      rig.rules.toExchange = () => PASS;
      rig.until(() => rig.of('link_up').length === 1, 5_000);
      assert.equal(downs(rig)[0]?.reason, 'the connection was closed: maintenance');
      assert.equal(begun(far) <= 2, true);
    }
  });
});

describe('connections that HTTP refuses', () => {
  const refuse = (rig: Rig, status: number, retryAfterMs: number | null = null): void => {
    rig.rules.refuseConnections = true;
    rig.rules.refuseBy = { status, retryAfterMs };
  };

  it('the status is told, with words for those that are known', () => {
    for (const [status, words] of [
      [429, /HTTP 429 .*too many connections or requests from this address/],
      [503, /HTTP 503 .*maintenance/],
      [403, /HTTP 403 .*does not let us in/],
      [200, /HTTP 200 instead of opening a WebSocket$/],
    ] as const) {
      const { rig } = world();
      refuse(rig, status);
      rig.run(100);
      assert.match(downs(rig)[0]?.reason ?? '', words);
      assert.equal(rig.of('link_refused').length, 0);
    }
  });

  it('429 is tried again after longer and longer pauses, and as late as it asks for, within a bound', () => {
    const pausesAfter = (retryAfterMs: number | null): readonly number[] => {
      const { rig } = world({ jitter: () => 1 });
      refuse(rig, 429, retryAfterMs);
      rig.run(15 * 60_000);
      const all = downs(rig);
      return all.slice(1).map(({ at }, index) => at - (all[index]?.at ?? 0));
    };
    assert.deepEqual(
      pausesAfter(null)
        .slice(0, 5)
        .map((pause) => pause - 5),
      [5_000, 10_000, 20_000, 30_000, 30_000],
    );
    assert.equal(pausesAfter(90_000)[0], 90_005);
    assert.equal(pausesAfter(0)[0], 5_005);
    assert.equal(pausesAfter(10 ** 9)[0], ASKED_PAUSE_MAX_MS + 5);
  });

  it('is back soon after the refusals end', () => {
    const { rig } = up();
    refuse(rig, 503);
    rig.cut();
    rig.run(10 * 60_000);
    rig.rules.refuseConnections = false;
    rig.until(() => rig.of('link_up').length === 2, LONG_PAUSE_MAX_MS + 1_000);
  });
});

describe('a link that is thrown out', () => {
  it('stays away longer once it was closed again and again soon after its login, and says why that may be', () => {
    const { rig } = world({ jitter: () => 1 });
    for (let n = 1; n <= 8; n++) {
      rig.until(() => rig.of('link_up').length === n, 60_000);
      rig.run(1_000);
      rig.cut('replaced');
    }
    const all = downs(rig);
    assert.ok(!/another process/.test(all[1]?.reason ?? ''));
    assert.match(all[2]?.reason ?? '', /3 times in a row soon after it came up: does another/);
    const ups = rig.events.flatMap(({ at, event }) => (event.kind === 'link_up' ? [at] : []));
    const pauses = all.slice(0, -1).map(({ at }, index) => (ups[index + 1] ?? 0) - at);
    assert.ok((pauses[0] ?? 0) < 1_100 && (pauses[1] ?? 0) < 1_100, pauses.join());
    assert.ok((pauses[2] ?? 0) >= 5_000 && (pauses[4] ?? 0) >= 20_000, pauses.join());
    assert.ok(Math.max(...pauses) < LONG_PAUSE_MAX_MS + 1_000);
  });

  it('two processes with one key come to rest instead of throwing each other out in a storm', () => {
    const first = world({ jitter: () => 0.2 });
    const second = world({ jitter: () => 0.7 });
    const both = [first.rig, second.rig];
    const seen = [0, 0];
    // Each login of one throws the other out, as one session too many of a key does.
    for (let at = 0; at < 600_000; at += 50) {
      for (const rig of both) rig.run(50);
      both.forEach((rig, index) => {
        const count = rig.of('link_up').length;
        if (count === seen[index]) return;
        seen[index] = count;
        both[1 - index]?.cut('session limit');
      });
    }
    const logins = (seen[0] ?? 0) + (seen[1] ?? 0);
    assert.ok(logins < 120, `${logins} logins in ten minutes`);
  });

  it('a link that held is forgiven', () => {
    const { rig } = up({ jitter: () => 1 });
    for (let n = 2; n <= 4; n++) {
      rig.cut();
      rig.until(() => rig.of('link_up').length === n);
    }
    rig.run(31_000);
    rig.cut();
    const from = rig.now();
    rig.until(() => rig.of('link_up').length === 5);
    assert.ok(rig.now() - from < 1_000);
  });
});

describe('a gateway that splits its hosts', () => {
  it('a request host that knows no subscriptions: the reason names the key to set', () => {
    const missing = () => ({ error: { code: -32601, message: 'Method not found' } });
    const market = world({ link: 'market' });
    market.far.override.set('public/subscribe', missing);
    market.rig.run(100);
    assert.match(
      downs(market.rig)[0]?.reason ?? '',
      /-32601 Method not found: this host takes no subscriptions; set venue\.market_url/,
    );
    const trading = world();
    trading.far.override.set('private/subscribe', missing);
    trading.rig.run(100);
    assert.match(downs(trading.rig)[0]?.reason ?? '', /set venue\.url to the one that does/);
  });
});

describe('a market link that has to log in', () => {
  const anonymousOff = (far: Scripted): void => {
    const inside = new Set<number>();
    far.override.set('public/auth', () => {
      inside.add(1);
      return { result: { scope: 'account:read trade:read_write', expires_in: 900 } };
    });
    far.override.set('public/subscribe', (params) =>
      inside.size === 0 ? failure(11056) : { result: params['channels'] },
    );
  };

  it('does so on its next connection, with the same key, and renews that login', () => {
    for (const code of [11056, 13778]) {
      const { rig, far } = world({ link: 'market' });
      let inside = false;
      far.override.set('public/auth', () => {
        inside = true;
        return { result: { scope: 'account:read trade:read_write', expires_in: 900 } };
      });
      far.override.set('public/subscribe', (params) =>
        inside ? { result: params['channels'] } : failure(code),
      );
      rig.until(() => rig.of('link_up').length === 1);
      assert.deepEqual(
        far.requests.map(({ conn, method }) => `${conn} ${method}`),
        [
          '1 public/set_heartbeat',
          '1 public/subscribe',
          '2 public/auth',
          '2 public/set_heartbeat',
          '2 public/subscribe',
        ],
      );
      assert.equal(rig.of('link_up')[0]?.account, null);
      rig.run(730_000);
      assert.equal(far.requests.filter(({ method }) => method === 'public/auth').length, 2);
    }
  });

  it('also when a read is refused so; it stays without a key where it has none', () => {
    const { rig, far } = up({ link: 'market' });
    far.override.set('public/ticker', () => failure(11056));
    const outcome = rig.ask({ kind: 'ticker', instrument: 'BTC_USDC-PERPETUAL' });
    assert.equal(outcome.status, 'refused');
    rig.until(() => rig.of('link_up').length === 2);
    assert.ok(far.requests.some(({ conn, method }) => conn === 2 && method === 'public/auth'));
    const bare = up({ link: 'market', credentials: null });
    bare.far.override.set('public/ticker', () => failure(11056));
    bare.rig.ask({ kind: 'ticker', instrument: 'BTC_USDC-PERPETUAL' });
    bare.rig.run(60_000);
    assert.deepEqual([bare.rig.of('link_up').length, bare.rig.of('link_down').length], [1, 0]);
  });

  it('[I49] [I46] is refused with a key that may do more, and keeps back what it can not read meanwhile', () => {
    const { rig, far } = world({ ...options, link: 'market' });
    anonymousOff(far);
    far.override.set('public/auth', () => ({
      result: { scope: 'account:read trade:read_write wallet:read_write', expires_in: 900 },
    }));
    rig.run(10_000);
    assert.equal(rig.of('link_refused')[0]?.code, 'scope_too_wide');
    assert.ok(!JSON.stringify(rig.events).includes(SECRET));
    const reading = world({ link: 'market' });
    anonymousOff(reading.far);
    reading.rig.until(() => reading.far.requests.some(({ method }) => method === 'public/auth'));
    reading.far.sayRaw(2, '{"odd":"canary-4711"');
    reading.rig.run(1_000);
    assert.deepEqual(
      reading.rig.of('undecodable').map(({ raw }) => raw),
      ['(kept back while a login is under way)'],
    );
  });
});
