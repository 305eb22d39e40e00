/** The points of the wire that the documents leave open: how answers are written, spaced and bounded under each reading. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SECOND } from '../../base/time.ts';
import type { Tier } from './wire/credits.ts';
import { type Bench, createBench, on, PERP } from './harness.contract.ts';
import type { VenueOptions } from './options.ts';

/** What a fresh exchange shows under a reading. */
function under<T>(
  venue: Partial<VenueOptions>,
  show: (bench: Bench, conn: number) => T,
  tier: Tier = null,
): T {
  const bench = createBench({ venue, credits: { tier } });
  return show(bench, bench.login('practice-web'));
}

const asked = (bench: Bench, conn: number, method: string, params: object = {}): unknown => {
  const answer = bench.ask(conn, method, params);
  return answer?.error?.code ?? answer?.result;
};

test('spelling and overtaking are chosen while it runs, and taken back', () => {
  const bench = createBench();
  const conn = bench.login();
  const texts = (): string => {
    bench.effects.length = 0;
    for (let i = 0; i < 20; i++) bench.ok(conn, 'private/get_positions');
    bench.ok(conn, 'public/ticker', { instrument_name: PERP });
    return JSON.stringify(bench.effects);
  };
  const mixed = /\d\.\d+e-?\d/;
  assert.doesNotMatch(texts(), mixed);
  bench.control('POST', 'options', { spelling: 'mixed', overtaking: true });
  const shown = texts();
  assert.match(shown, mixed);
  assert.match(shown, /delayMs/);
  bench.control('POST', 'options', { spelling: 'plain', overtaking: false });
  const plain = texts();
  assert.doesNotMatch(plain, mixed);
  assert.doesNotMatch(plain, /delayMs/);
});

test('requestWithoutId: answered without an id, or refused', () => {
  const show = (bench: Bench, conn: number): unknown => {
    const [answer] = bench.raw(conn, '{"jsonrpc":"2.0","method":"public/get_time","params":{}}');
    return [answer?.id ?? null, answer?.error?.code ?? null];
  };
  assert.deepEqual(under({}, show), [null, null]);
  assert.deepEqual(under({ requestWithoutId: 'refused' }, show), [null, -32600]);
});

test('lockedAs: a text with indices, or a flag with currencies', () => {
  const show = (bench: Bench, conn: number): unknown => asked(bench, conn, 'public/status');
  assert.deepEqual(under({}, show), { locked: 'false', locked_indices: [] });
  assert.deepEqual(under({ lockedAs: 'flag' }, show), { locked: false, locked_currencies: [] });
});

test('flatDirection and extendedAs: what a flat position and the account say', () => {
  const show = (bench: Bench, conn: number): unknown => {
    const position = bench.ok(conn, 'private/get_position', { instrument_name: PERP });
    const account = bench.ok(conn, 'private/get_account_summary', {
      currency: 'USDC',
      extended: true,
    });
    return [position.direction, account.self_trading_extended_to_subaccounts];
  };
  assert.deepEqual(under({}, show), ['zero', false]);
  assert.deepEqual(under({ flatDirection: 'buy', extendedAs: 'text' }, show), ['buy', 'false']);
});

test('instrumentsRate: fifty at once and one a second, or five and one in ten seconds', () => {
  const show = (bench: Bench, conn: number): unknown => {
    const taken = (): number => {
      for (let n = 0; ; n++)
        if (asked(bench, conn, 'public/get_instruments', { currency: 'USDC' }) === 10028) return n;
    };
    const begun = taken();
    bench.pass(10 * SECOND);
    return [begun, taken()];
  };
  const stays = { rateLimitCloses: false };
  assert.deepEqual(under(stays, show, 4), [50, 10]);
  assert.deepEqual(under({ ...stays, instrumentsRate: 'ten_seconds' }, show, 4), [5, 1]);
});

test('agg2Ms: a frame a second, or every two', () => {
  const show = (bench: Bench, conn: number): number => {
    bench.ok(conn, 'public/subscribe', { channels: [`ticker.${PERP}.agg2`] });
    for (let i = 0; i < 12; i++) bench.pass(SECOND);
    return on(bench.inbox(conn), 'ticker').length;
  };
  const [one, two] = [under({}, show), under({ agg2Ms: 2_000 }, show)];
  // The first frame comes at once.
  assert.deepEqual([one, two], [13, 7]);
});

test('sessionsMost and requestBytesMost: a key’s oldest session ends, and a request is refused, at other numbers', () => {
  const sessions = (bench: Bench): unknown => {
    const tokens = [1, 2, 3].map(
      (i) =>
        bench.ok(bench.connect(), 'public/auth', {
          grant_type: 'client_credentials',
          client_id: 'practice-reader',
          client_secret: 'practice-reader-secret',
          scope: `session:s${i}`,
        }).access_token,
    );
    const conn = bench.connect();
    return tokens
      .map((access_token) => bench.ask(conn, 'private/get_positions', { access_token }))
      .map((answer) => answer?.error?.code ?? 'good');
  };
  assert.deepEqual(under({}, sessions), ['good', 'good', 'good']);
  assert.deepEqual(under({ sessionsMost: 2 }, sessions), [13009, 'good', 'good']);
  const long = (bench: Bench, conn: number): unknown => {
    const text = `{"jsonrpc":"2.0","id":1,"method":"public/test","params":{"x":"${'x'.repeat(2_000)}"}}`;
    return bench.raw(conn, text)[0]?.error?.code ?? 'read';
  };
  assert.deepEqual([under({}, long), under({ requestBytesMost: 1_024 }, long)], ['read', -32600]);
});

test('connectionsMost and requestBytesMost are told to the door', () => {
  const bench = createBench();
  assert.deepEqual(bench.bounds(), { connections: 32, requestBytes: 32_768 });
  bench.control('POST', 'options', { connectionsMost: 3, requestBytesMost: 5_000 });
  assert.deepEqual(bench.bounds(), { connections: 3, requestBytes: 5_000 });
});
