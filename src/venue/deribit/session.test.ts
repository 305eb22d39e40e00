import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Decimal, dec } from '../../base/decimal.ts';
import type { PlaceOrder } from '../port.ts';
import { NEVER_SENT } from '../port.ts';
import { LOSE, PASS, type Rig, createRig } from '../rig.contract.ts';
import { INSTRUMENT, SECRET, START, type Scripted, createScripted, tickerOf } from './scripted-exchange.contract.ts';
import { type DeribitOptions, createDeribitSession } from './session.ts';

const options: DeribitOptions = {
  link: 'trading', url: 'ws://exchange', credentials: { clientId: 'good', clientSecret: SECRET }, instruments: [INSTRUMENT], currencies: ['USDC'], jitter: () => 0.5,
};

function world(more: Partial<DeribitOptions> = {}): { readonly rig: Rig; readonly far: Scripted } {
  const far = createScripted();
  return { far, rig: createRig(createDeribitSession({ ...options, ...more }), far) };
}

function up(more: Partial<DeribitOptions> = {}): { readonly rig: Rig; readonly far: Scripted } {
  const made = world(more);
  made.rig.until(() => made.rig.of('link_up').length === 1);
  return made;
}

const order = (over: Partial<PlaceOrder> = {}): PlaceOrder => ({
  label: 'razor-1', instrument: INSTRUMENT, direction: 'buy', amount: dec('0.0017'), type: 'limit', price: dec('60000.1'), timeInForce: 'fill_or_kill', reduceOnly: false,
  triggerPrice: null, trigger: null, validUntil: START + 60_000, children: [], fillCondition: null, ...over,
});

describe('deribit session: coming up', () => {
  it('asks its questions in order, trading first logs in', () => {
    assert.deepEqual(up().far.requests.map((request) => request.method), [
      'public/auth', 'public/set_heartbeat', 'private/get_cancel_on_disconnect', 'private/get_account_summary', 'private/subscribe',
    ]);
    const market = up({ link: 'market', credentials: null }).far;
    assert.deepEqual(market.requests.map((request) => request.method), ['public/set_heartbeat', 'public/subscribe']);
    assert.deepEqual(market.requests[1]?.params, { channels: [`ticker.${INSTRUMENT}.100ms`, `chart.trades.${INSTRUMENT}.1`, 'instrument.state.any.any'] });
  });
  it('[I49] the login names no scope, so that all that the key allows is seen', () => {
    assert.deepEqual(Object.keys(up().far.requests[0]?.params ?? {}), ['grant_type', 'client_id', 'client_secret']);
  });
  it('link_up says whose account it is, that it is a test host, and what cancel-on-disconnect reads', () => {
    const { rig, far } = world({ firstConn: 41 });
    far.override.set('private/get_cancel_on_disconnect', () => ({ result: { scope: 'connection', enabled: true } }));
    rig.run(1_000);
    assert.deepEqual(rig.of('link_up'), [{ kind: 'link_up', link: 'trading', conn: 41, account: { id: '4711', testnet: true }, cancelOnDisconnect: true }]);
  });
  it('keeps what the private stream says before the confirmation and tells it after link_up, in order', () => {
    const { rig, far } = world();
    rig.rules.toSession = (text) => (text.includes('"result":["user.changes') ? { kind: 'delay', ms: 300 } : PASS);
    rig.until(() => far.requests.some((request) => request.method === 'private/subscribe'));
    const event = (instrument: string) => ({ instrument_name: instrument, orders: [], trades: [], positions: [] });
    for (const name of ['A-PERPETUAL', 'B-PERPETUAL']) far.say('user.changes.any.any.raw', event(name));
    rig.run(200);
    assert.equal(rig.of('changes').length, 0);
    rig.run(200);
    const told = rig.events.flatMap(({ event: { kind, ...rest } }) => (kind === 'link_up' ? ['up'] : kind === 'changes' && 'changes' in rest ? [rest.changes.instrument] : []));
    assert.deepEqual(told, ['up', 'A-PERPETUAL', 'B-PERPETUAL']);
  });
  it('a login that fails for a passing reason is tried again, one that can\'t pass is not', () => {
    const { rig, far } = world();
    far.override.set('public/auth', () => ({ error: { code: 11051, message: 'system_maintenance' } }));
    rig.until(() => rig.of('link_down').length === 3);
    assert.equal(rig.of('link_refused').length, 0);
    far.override.delete('public/auth');
    rig.until(() => rig.of('link_up').length === 1, 11_000);
  });
  it('a handshake that hangs is given up, and a later tick tries again', () => {
    const { rig, far } = world();
    rig.rules.toSession = (text) => (text.includes('"enabled"') ? LOSE : PASS);
    rig.run(20_000);
    assert.equal(rig.of('link_down')[0]?.reason, 'login and subscription took too long');
    assert.ok(far.requests.filter((request) => request.method === 'public/auth').length >= 2);
  });
  it('refuses options that can\'t work', () => {
    assert.throws(() => createDeribitSession({ ...options, credentials: null }), /needs credentials/);
    assert.throws(() => createDeribitSession({ ...options, currencies: [] }), /needs a currency/);
  });
  it('a refused session tries again when it is told to', () => {
    const { rig, far } = world({ credentials: { clientId: 'wide', clientSecret: SECRET } });
    rig.run(60_000);
    assert.match(rig.of('link_refused')[0]?.message ?? '', /allows wallet:read_write and account:read_write; make a key with/);
    rig.input({ kind: 'renew', reason: 'key mended' });
    rig.run(1_000);
    assert.equal(far.requests.filter((request) => request.method === 'public/auth').length, 2);
  });
});

describe('deribit session: staying up', () => {
  it('answers a test_request at once and pings by itself every 5 s', () => {
    const { rig, far } = up();
    const pings = (): number => far.requests.filter((request) => request.method === 'public/test').length;
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
      return logins > 2 ? { error: { code: 11094, message: 'internal_server_error' } } : { result: { scope: 'account:read trade:read_write', expires_in: 900, access_token: 'a' } };
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
    far.override.set('private/get_positions', () => ({ error: { code: 13009, message: 'unauthorized', data: { reason: 'invalid_token' } } }));
    const outcome = rig.ask({ kind: 'positions' });
    assert.deepEqual(outcome, { status: 'refused', code: 13009, message: 'unauthorized', data: '{"reason":"invalid_token"}', rateLimited: false });
    assert.match(rig.of('link_down')[0]?.reason ?? '', /not logged in/);
  });
  it('survives too_many_requests and the close that may follow', () => {
    const { rig, far } = up();
    far.override.set('private/get_positions', () => ({ error: { code: 10028, message: 'too_many_requests' } }));
    const outcome = rig.ask({ kind: 'positions' });
    assert.ok(outcome.status === 'refused' && outcome.rateLimited && outcome.code === 10028);
    rig.cut();
    far.override.clear();
    rig.until(() => rig.of('link_up').length === 2, 5_000);
    const asked = rig.now();
    assert.equal(rig.ask({ kind: 'positions' }).status, 'ok');
    assert.ok(rig.now() - asked < 1_000);
  });
  it('tells the exchange\'s clock of every answer', () => {
    const { rig } = up();
    assert.equal(rig.of('clock').length, 5);
    assert.equal(rig.of('clock')[0]?.server, START + rig.events.find(({ event }) => event.kind === 'clock')!.at - 5);
  });
});

describe('deribit session: requests', () => {
  const paramsText = (raw: string | undefined): string => raw?.slice(raw.indexOf('"params":')) ?? '';
  const sentFor = (request: Parameters<Rig['request']>[0]): string => {
    const { rig, far } = up();
    rig.request(request);
    rig.run(100);
    return paramsText(far.requests.at(-1)?.raw);
  };
  it('[I4] writes an order with exact numbers, its deadline and every flag', () => {
    const exactly = '0.12345678901234567890123' as Decimal;
    assert.equal(
      sentFor({ kind: 'place', order: order({ amount: exactly }) }),
      `"params":{"instrument_name":"${INSTRUMENT}","amount":${exactly},"type":"limit","label":"razor-1","price":60000.1,"time_in_force":"fill_or_kill","post_only":false,"reduce_only":false,"valid_until":${START + 60_000}}}`,
    );
  });
  it('writes a trigger order without time in force, which market-style types refuse', () => {
    assert.equal(
      sentFor({ kind: 'place', order: order({ type: 'stop_market', price: null, reduceOnly: true, direction: 'sell', trigger: 'mark_price', triggerPrice: dec('59000'), timeInForce: 'good_til_cancelled' }) }),
      `"params":{"instrument_name":"${INSTRUMENT}","amount":0.0017,"type":"stop_market","label":"razor-1","reduce_only":true,"trigger_price":59000,"trigger":"mark_price","valid_until":${START + 60_000}}}`,
    );
  });
  it('links two children as one-triggers-one-cancels-other, one child as one-triggers-other', () => {
    const child = (label: string, type: 'stop_market' | 'take_market', price: string) => ({
      label, direction: 'sell', type, amount: dec('0.0017'), triggerPrice: dec(price), trigger: 'mark_price', reduceOnly: true, timeInForce: 'good_til_cancelled',
    }) as const;
    const [stop, target] = [child('s', 'stop_market', '59700'), child('t', 'take_market', '60600')];
    const both = sentFor({ kind: 'place', order: order({ children: [stop, target], fillCondition: 'incremental' }) });
    const written = (label: string, type: string, price: number) =>
      `{"amount":0.0017,"direction":"sell","type":"${type}","label":"${label}","reduce_only":true,"trigger_price":${price},"trigger":"mark_price"}`;
    assert.ok(both.endsWith(
      `"linked_order_type":"one_triggers_one_cancels_other","trigger_fill_condition":"incremental","otoco_config":[${written('s', 'stop_market', 59700)},${written('t', 'take_market', 60600)}]}}`,
    ), both);
    assert.match(sentFor({ kind: 'place', order: order({ children: [stop], fillCondition: 'first_hit' }) }), /"linked_order_type":"one_triggers_other"/);
  });
  it('an edit repeats every flag and gives the total amount', () => {
    assert.equal(
      sentFor({ kind: 'edit', edit: { orderId: 'X', amount: dec('0.5'), price: null, triggerPrice: dec('1.5'), reduceOnly: true, validUntil: 5 } }),
      '"params":{"order_id":"X","amount":0.5,"trigger_price":1.5,"post_only":false,"reject_post_only":false,"reduce_only":true,"valid_until":5}}',
    );
  });
  it('refuses what the exchange could not read, as never sent', () => {
    const { rig } = up();
    for (const [wrong, words] of [
      [order({ label: 'x'.repeat(65) }), /label has 65 characters/],
      [order({ price: null }), /price is missing/],
      [order({ label: 'y', instrument: 'Z'.repeat(20_000) }), /larger than the 32768 bytes/],
    ] as const) {
      const outcome = rig.ask({ kind: 'place', order: wrong });
      assert.ok(outcome.status === 'refused' && outcome.code === NEVER_SENT);
      assert.match(outcome.message, words);
    }
  });
  it('an answer that speaks of another order is not believed', () => {
    const { rig, far } = up();
    const placed = rig.ask({ kind: 'place', order: order({ label: 'first', price: dec('59000'), timeInForce: 'good_til_cancelled' }) });
    assert.equal(placed.status, 'ok');
    far.override.set('private/buy', () => ({ result: { order: far.orders[0], trades: [] } }));
    assert.equal(rig.ask({ kind: 'place', order: order({ label: 'second' }) }).status, 'unknown');
    assert.match(rig.of('undecodable')[0]?.what ?? '', /something else than was asked for/);
  });
  for (const [code, status] of [[10009, 'refused'], [13888, 'refused'], [10028, 'refused'], [-32602, 'refused'], [10041, 'refused'], [10050, 'unknown'], [-32603, 'unknown'], [11094, 'unknown'], [424242, 'unknown'], [10004, 'unknown'], [10049, 'unknown']] as const) {
    it(`[I7] an order answered with ${code} is ${status}`, () => {
      const { rig, far } = up();
      far.override.set('private/buy', () => ({ error: { code, message: 'words' } }));
      assert.equal(rig.ask({ kind: 'place', order: order() }).status, status);
    });
  }
  for (const code of [10004, 10010, 11008, 11044]) {
    it(`a cancel or edit answered with ${code} finds the order gone`, () => {
      const { rig, far } = up();
      for (const method of ['private/cancel', 'private/edit']) far.override.set(method, () => ({ error: { code, message: 'words' } }));
      assert.deepEqual(rig.ask({ kind: 'cancel', orderId: 'X' }), { status: 'gone', code, message: 'words' });
      assert.equal(rig.ask({ kind: 'edit', edit: { orderId: 'X', amount: dec(1), price: null, triggerPrice: null, reduceOnly: true, validUntil: 5 } }).status, 'gone');
    });
  }
  it('a late answer of a connection that is gone still counts', () => {
    const { rig } = up();
    let answer = '';
    rig.rules.toSession = (text) => {
      if (!text.includes('razor-1') || !text.includes('"id"')) return PASS;
      answer = text;
      return LOSE;
    };
    const ref = rig.request({ kind: 'place', order: order() });
    rig.run(100);
    rig.cut();
    assert.deepEqual(rig.answers(ref).map((outcome) => outcome.status), ['unknown']);
    rig.until(() => rig.of('link_up').length === 2);
    for (let i = 0; i < 2; i++) rig.input({ kind: 'frame', conn: 1, text: answer });
    assert.deepEqual(rig.lateAnswers(ref).map((outcome) => outcome.status), ['ok']);
    rig.input({ kind: 'frame', conn: 2, text: answer });
    assert.equal(rig.lateAnswers(ref).length, 1);
  });
  it('order requests end after 6 s without an answer, reads after 10 s', () => {
    const { rig } = up();
    rig.rules.toExchange = (text) => (text.includes('public/test') ? PASS : LOSE);
    const [place, read] = [rig.request({ kind: 'place', order: order() }), rig.request({ kind: 'positions' })];
    const from = rig.now();
    rig.until(() => rig.answers(place).length === 1);
    assert.equal(rig.now() - from, 6_000);
    rig.until(() => rig.answers(read).length === 1);
    assert.equal(rig.now() - from, 10_000);
    assert.equal(rig.of('link_down').length, 0);
  });
});

describe('deribit session: pages', () => {
  const trade = (id: number, at: number) => ({
    trade_id: `USDC-${id}`, instrument_name: INSTRUMENT, timestamp: at, order_id: 'USDC-1', direction: 'buy', amount: 1, price: 1, fee: 0, fee_currency: 'USDC', liquidity: 'M',
  });
  const all = Array.from({ length: 2_500 }, (_, i) => trade(i, START + Math.floor(i / 3)));
  const fills = { kind: 'fills', currency: 'USDC', from: START, to: START + 10_000, historical: false } as const;
  it('[I11] reads own trades to their end and drops what comes twice at the seams', () => {
    const { rig, far } = up();
    const starts: unknown[] = [];
    far.override.set('private/get_user_trades_by_currency_and_time', (params) => {
      starts.push(params['start_timestamp']);
      const rest = all.filter((row) => row.timestamp >= Number(params['start_timestamp']));
      return { result: { trades: rest.slice(0, Number(params['count'])), has_more: rest.length > Number(params['count']) } };
    });
    const outcome = rig.ask(fills);
    assert.ok(outcome.status === 'ok' && outcome.result.kind === 'fills');
    assert.deepEqual(outcome.result.fills.map((fill) => fill.tradeId), all.map((row) => row.trade_id));
    assert.deepEqual(starts, [START, START + 333, START + 666]);
  });
  it('pages that do not advance, or that break off, end as unknown', () => {
    const { rig, far } = up();
    const method = 'private/get_user_trades_by_currency_and_time';
    far.override.set(method, () => ({ result: { trades: all.slice(0, 5), has_more: true } }));
    assert.deepEqual(rig.ask(fills), { status: 'unknown', reason: 'the pages of own trades do not advance', code: null });
    far.override.set(method, () => ({ result: { trades: [], has_more: true } }));
    assert.equal(rig.ask(fills).status, 'unknown');
    let pages = 0;
    far.override.set(method, () => (++pages === 1 ? { result: { trades: all.slice(0, 5), has_more: true } } : { error: { code: -32603, message: 'Internal error' } }));
    assert.equal(rig.ask(fills).status, 'unknown');
  });
  it('follows the marks of the transaction log', () => {
    const { rig, far } = up();
    const row = (id: number) => ({ id, user_seq: id, type: 'some_new_kind', currency: 'USDC', timestamp: START, change: -1.5, balance: id, instrument_name: null, trade_id: null });
    far.override.set('private/get_transaction_log', ({ continuation }) =>
      continuation === undefined ? { result: { logs: [row(4), row(3)], continuation: 77 } } : { result: { logs: [row(2)], continuation: null } });
    const outcome = rig.ask({ kind: 'cash_log', currency: 'USDC', from: START, to: START + 1 });
    assert.ok(outcome.status === 'ok' && outcome.result.kind === 'cash_log');
    assert.deepEqual(outcome.result.rows.map((entry) => [entry.id, entry.change, entry.type]), [['4', '-1.5', 'some_new_kind'], ['3', '-1.5', 'some_new_kind'], ['2', '-1.5', 'some_new_kind']]);
    far.override.set('private/get_transaction_log', () => ({ result: { logs: [row(4)], continuation: 77 } }));
    assert.equal(rig.ask({ kind: 'cash_log', currency: 'USDC', from: START, to: START + 1 }).status, 'unknown');
  });
});

describe('deribit session: market data', () => {
  it('tells tickers, candles and states of its instruments only, and an unknown state as unknown', () => {
    const { rig, far } = up({ link: 'market' });
    const candle = { tick: START, open: 6.01e4, high: 6.02e4, low: 60000.5, close: 60100.0, volume: 0.1, cost: 6010 };
    far.say(`ticker.${INSTRUMENT}.100ms`, { ...tickerOf(START), best_bid_price: 0, best_ask_price: null });
    far.say(`chart.trades.${INSTRUMENT}.1`, candle);
    for (const [name, state] of [[INSTRUMENT, 'locked'], ['ETH-PERPETUAL', 'halted'], [INSTRUMENT, 'frozen']]) {
      far.say('instrument.state.any.any', { instrument_name: name, state, timestamp: START });
    }
    rig.run(100);
    assert.deepEqual([rig.of('ticker')[0]?.ticker.bestBid, rig.of('ticker')[0]?.ticker.bestAsk, rig.of('ticker')[0]?.ticker.markPrice], [null, null, '60000']);
    assert.deepEqual(rig.of('candle')[0]?.candle, { at: START, open: '60100', high: '60200', low: '60000.5', close: '60100', volume: '0.1' });
    assert.deepEqual(rig.of('instrument_state').map((event) => event.state), ['locked', 'unknown']);
    assert.equal(rig.of('undecodable').length, 1);
  });
  it('does not believe a ticker of another instrument than its channel\'s', () => {
    const { rig, far } = up({ link: 'market' });
    far.say(`ticker.${INSTRUMENT}.100ms`, { ...tickerOf(START), instrument_name: 'ETH-PERPETUAL' });
    rig.run(100);
    assert.deepEqual([rig.of('ticker').length, rig.of('undecodable').length], [0, 1]);
  });
});

describe('deribit session: secrets', () => {
  it('[I46] keeps back what it can\'t read while it logs in, and strikes the secret out of all else', () => {
    const { rig, far } = world();
    rig.until(() => far.requests.length === 1);
    far.sayRaw(1, '{"jsonrpc":"2.0","id":1,"result":{"access_token":"tok-en');
    rig.run(1_000);
    far.sayRaw(1, `{"echo":"${SECRET}","access_token":"abc`);
    far.override.set('private/get_positions', () => ({ error: { code: 10001, message: `error ${SECRET}` } }));
    rig.run(1_000);
    const told = JSON.stringify(rig.events);
    assert.equal(rig.of('undecodable').length, 2);
    assert.deepEqual(rig.of('undecodable').map((event) => event.raw), ['(kept back while a login is under way)', '{"echo":"…","access_token":"…']);
    assert.ok(!told.includes(SECRET) && !told.includes('tok-en'));
  });
  it('[I46] an echo of the secret in an error of the exchange is struck out of the answer', () => {
    const { rig, far } = up();
    far.override.set('private/get_positions', () => ({ error: { code: 10001, message: `error ${SECRET}`, data: { key: SECRET } } }));
    far.override.set('private/get_position', () => ({ error: { code: 10020, message: `no ${SECRET}`, data: { key: SECRET } } }));
    assert.equal(rig.ask({ kind: 'positions' }).status, 'unknown');
    assert.deepEqual(rig.ask({ kind: 'position', instrument: 'X' }), { status: 'refused', code: 10020, message: 'no …', data: '{"key":"…"}', rateLimited: false });
    assert.ok(!JSON.stringify(rig.events).includes(SECRET));
  });
});
