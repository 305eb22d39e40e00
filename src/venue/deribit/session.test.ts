import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LOSE, PASS } from '../rig.contract.ts';
import { LONG_PAUSE_MAX_MS } from './limits.ts';
import { INSTRUMENT, SECRET, START, tickerOf } from './scripted-exchange.contract.ts';
import { options, up, world } from './session-kit.contract.ts';
import { createDeribitSession } from './session.ts';

describe('deribit session: coming up', () => {
  it('asks its questions in order, trading first logs in', () => {
    assert.deepEqual(
      up().far.requests.map((request) => request.method),
      [
        'public/auth',
        'public/set_heartbeat',
        'private/get_cancel_on_disconnect',
        'private/get_account_summary',
        'private/subscribe',
      ],
    );
    const market = up({ link: 'market', credentials: null }).far;
    assert.deepEqual(
      market.requests.map((request) => request.method),
      ['public/set_heartbeat', 'public/subscribe'],
    );
    assert.deepEqual(market.requests[1]?.params, {
      channels: [
        `ticker.${INSTRUMENT}.100ms`,
        `chart.trades.${INSTRUMENT}.1`,
        'instrument.state.any.any',
        'platform_state',
        'platform_state.public_methods_state',
      ],
    });
  });
  it('[I49] the login names no scope, so that all that the key allows is seen', () => {
    assert.deepEqual(Object.keys(up().far.requests[0]?.params ?? {}), [
      'grant_type',
      'client_id',
      'client_secret',
    ]);
  });
  it('link_up says whose account it is, that it is a test host, and what cancel-on-disconnect reads', () => {
    const { rig, far } = world({ firstConn: 41 });
    far.override.set('private/get_cancel_on_disconnect', () => ({
      result: { scope: 'connection', enabled: true },
    }));
    rig.run(1_000);
    assert.deepEqual(rig.of('link_up'), [
      {
        kind: 'link_up',
        link: 'trading',
        conn: 41,
        account: { id: '4711', testnet: true },
        cancelOnDisconnect: true,
      },
    ]);
  });
  it('keeps what the private stream says before the confirmation and tells it after link_up, in order', () => {
    const { rig, far } = world();
    rig.rules.toSession = (text) =>
      text.includes('"result":["user.changes') ? { kind: 'delay', ms: 300 } : PASS;
    rig.until(() => far.requests.some((request) => request.method === 'private/subscribe'));
    const event = (instrument: string) => ({
      instrument_name: instrument,
      orders: [],
      trades: [],
      positions: [],
    });
    for (const name of ['A-PERPETUAL', 'B-PERPETUAL'])
      far.say('user.changes.any.any.raw', event(name));
    rig.run(200);
    assert.equal(rig.of('changes').length, 0);
    rig.run(200);
    const told = rig.events.flatMap(({ event: { kind, ...rest } }) =>
      kind === 'link_up'
        ? ['up']
        : kind === 'changes' && 'changes' in rest
          ? [rest.changes.instrument]
          : [],
    );
    assert.deepEqual(told, ['up', 'A-PERPETUAL', 'B-PERPETUAL']);
  });
  it("a login that fails for a passing reason is tried again, one that can't pass is not", () => {
    const { rig, far } = world();
    far.override.set('public/auth', () => ({
      error: { code: 11051, message: 'system_maintenance' },
    }));
    rig.until(() => rig.of('link_down').length === 3);
    assert.equal(rig.of('link_refused').length, 0);
    far.override.delete('public/auth');
    rig.until(() => rig.of('link_up').length === 1, LONG_PAUSE_MAX_MS + 1_000);
  });
  it('a handshake that hangs is given up, and a later tick tries again', () => {
    const { rig, far } = world();
    rig.rules.toSession = (text) => (text.includes('"enabled"') ? LOSE : PASS);
    rig.run(20_000);
    assert.equal(rig.of('link_down')[0]?.reason, 'login and subscription took too long');
    assert.ok(far.requests.filter((request) => request.method === 'public/auth').length >= 2);
  });
  it("refuses options that can't work", () => {
    assert.throws(
      () => createDeribitSession({ ...options, credentials: null }),
      /needs credentials/,
    );
    assert.throws(() => createDeribitSession({ ...options, currencies: [] }), /needs a currency/);
  });
  it('a refused session tries again when it is told to', () => {
    const { rig, far } = world({ credentials: { clientId: 'wide', clientSecret: SECRET } });
    rig.run(60_000);
    assert.match(
      rig.of('link_refused')[0]?.message ?? '',
      /allows account:read_write and wallet:read_write; make a key with/,
    );
    rig.input({ kind: 'renew', reason: 'key mended' });
    rig.run(1_000);
    assert.equal(far.requests.filter((request) => request.method === 'public/auth').length, 2);
  });
});

describe('deribit session: staying up', () => {
  it('answers a test_request at once and pings by itself every 5 s', () => {
    const { rig, far } = up();
    const pings = (): number =>
      far.requests.filter((request) => request.method === 'public/test').length;
    const before = pings();
    far.sayRaw(1, '{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}');
    rig.run(15);
    assert.equal(pings(), before + 1);
    rig.run(30_000);
    assert.equal(pings(), before + 1 + 6);
  });
  it('renews the login before it lapses, and drops the connection when that fails', () => {
    const { rig, far } = world();
    let logins = 0;
    far.override.set('public/auth', () => {
      logins++;
      return logins > 2
        ? { error: { code: 11094, message: 'internal_server_error' } }
        : {
            result: { scope: 'account:read trade:read_write', expires_in: 900, access_token: 'a' },
          };
    });
    rig.run(700_000);
    assert.deepEqual([logins, rig.of('link_down').length], [1, 0]);
    rig.run(40_000);
    assert.equal(logins, 2);
    rig.until(() => rig.of('link_down').length === 1, 900_000);
    assert.match(rig.of('link_down')[0]?.reason ?? '', /11094 internal_server_error/);
  });
  it('an answer that says "not logged in" costs the connection', () => {
    const { rig, far } = up();
    far.override.set('private/get_positions', () => ({
      error: { code: 13009, message: 'unauthorized', data: { reason: 'invalid_token' } },
    }));
    const outcome = rig.ask({ kind: 'positions' });
    assert.deepEqual(outcome, {
      status: 'refused',
      code: 13009,
      message: 'unauthorized',
      data: '{"reason":"invalid_token"}',
      rateLimited: false,
    });
    assert.match(rig.of('link_down')[0]?.reason ?? '', /not logged in/);
  });
  it('survives too_many_requests and the close that may follow', () => {
    const { rig, far } = up();
    far.override.set('private/get_positions', () => ({
      error: { code: 10028, message: 'too_many_requests' },
    }));
    const outcome = rig.ask({ kind: 'positions' });
    assert.ok(outcome.status === 'refused' && outcome.rateLimited && outcome.code === 10028);
    rig.cut();
    far.override.clear();
    rig.until(() => rig.of('link_up').length === 2, 5_000);
    const asked = rig.now();
    assert.equal(rig.ask({ kind: 'positions' }).status, 'ok');
    assert.ok(rig.now() - asked < 1_000);
  });
  it("tells the exchange's clock of every answer", () => {
    const { rig } = up();
    assert.equal(rig.of('clock').length, 5);
    assert.equal(
      rig.of('clock')[0]?.server,
      START + rig.events.find(({ event }) => event.kind === 'clock')!.at - 5,
    );
  });
});

describe('deribit session: market data', () => {
  it('tells tickers, candles and states of its instruments only, and an unknown state as unknown', () => {
    const { rig, far } = up({ link: 'market' });
    const candle = {
      tick: START,
      open: 6.01e4,
      high: 6.02e4,
      low: 60000.5,
      close: 60100.0,
      volume: 0.1,
      cost: 6010,
    };
    far.say(`ticker.${INSTRUMENT}.100ms`, {
      ...tickerOf(START),
      best_bid_price: 0,
      best_ask_price: null,
    });
    far.say(`chart.trades.${INSTRUMENT}.1`, candle);
    for (const [name, state] of [
      [INSTRUMENT, 'locked'],
      ['ETH-PERPETUAL', 'halted'],
      [INSTRUMENT, 'frozen'],
    ]) {
      far.say('instrument.state.any.any', { instrument_name: name, state, timestamp: START });
    }
    rig.run(100);
    assert.deepEqual(
      [
        rig.of('ticker')[0]?.ticker.bestBid,
        rig.of('ticker')[0]?.ticker.bestAsk,
        rig.of('ticker')[0]?.ticker.markPrice,
      ],
      [null, null, '60000'],
    );
    assert.deepEqual(rig.of('candle')[0]?.candle, {
      at: START,
      open: '60100',
      high: '60200',
      low: '60000.5',
      close: '60100',
      volume: '0.1',
    });
    assert.deepEqual(
      rig.of('instrument_state').map((event) => event.state),
      ['locked', 'unknown'],
    );
    assert.equal(rig.of('undecodable').length, 1);
  });
  it("does not believe a ticker of another instrument than its channel's", () => {
    const { rig, far } = up({ link: 'market' });
    far.say(`ticker.${INSTRUMENT}.100ms`, { ...tickerOf(START), instrument_name: 'ETH-PERPETUAL' });
    rig.run(100);
    assert.deepEqual([rig.of('ticker').length, rig.of('undecodable').length], [0, 1]);
  });
});

describe('deribit session: secrets', () => {
  it("[I46] keeps back what it can't read while it logs in, and strikes the secret out of all else", () => {
    const { rig, far } = world();
    rig.until(() => far.requests.length === 1);
    far.sayRaw(1, '{"jsonrpc":"2.0","id":1,"result":{"access_token":"tok-en');
    rig.run(1_000);
    far.sayRaw(1, `{"echo":"${SECRET}","access_token":"abc`);
    far.override.set('private/get_positions', () => ({
      error: { code: 10001, message: `error ${SECRET}` },
    }));
    rig.run(1_000);
    const told = JSON.stringify(rig.events);
    assert.equal(rig.of('undecodable').length, 2);
    assert.deepEqual(
      rig.of('undecodable').map((event) => event.raw),
      ['(kept back while a login is under way)', '{"echo":"…","access_token":"…'],
    );
    assert.ok(!told.includes(SECRET) && !told.includes('tok-en'));
  });
  it('[I46] an echo of the secret in an error of the exchange is struck out of the answer', () => {
    const { rig, far } = up();
    far.override.set('private/get_positions', () => ({
      error: { code: 10001, message: `error ${SECRET}`, data: { key: SECRET } },
    }));
    far.override.set('private/get_position', () => ({
      error: { code: 10020, message: `no ${SECRET}`, data: { key: SECRET } },
    }));
    assert.equal(rig.ask({ kind: 'positions' }).status, 'unknown');
    assert.deepEqual(rig.ask({ kind: 'position', instrument: 'X' }), {
      status: 'refused',
      code: 10020,
      message: 'no …',
      data: '{"key":"…"}',
      rateLimited: false,
    });
    assert.ok(!JSON.stringify(rig.events).includes(SECRET));
  });
});
