/** What the exchange says of itself: told on change, read at the link's start, and never a reason to be without a link. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Rig } from '../rig.contract.ts';
import { world } from './session-kit.contract.ts';

const INDEX = 'btc_usdc';

function market() {
  const made = world({
    link: 'market',
    credentials: null,
    quotes: ['BTC-PERPETUAL'],
    indices: [INDEX],
  });
  made.rig.until(() => made.rig.of('link_up').length === 1);
  made.rig.run(100);
  return made;
}
const told = (rig: Rig): readonly string[] =>
  rig
    .of('platform')
    .map(
      ({ part, closed }) =>
        `${part.kind}${'name' in part ? ` ${part.name}` : ''} ${closed ? 'closed' : 'open'}`,
    );
const say = (made: ReturnType<typeof market>, data: unknown, channel = 'platform_state'): void => {
  made.far.say(channel, data);
  made.rig.run(20);
};

describe('state of the platform', () => {
  it('repeats are not told, transitions are, by index', () => {
    const made = market();
    const before = told(made.rig).length;
    for (let n = 0; n < 150; n++) say(made, { locked: false, price_index: INDEX, reasons: [] });
    say(made, { locked: true, price_index: INDEX });
    say(made, { locked: true, price_index: INDEX });
    say(made, { locked: false, price_index: 'alt_usdc' });
    say(made, { locked: false, price_index: INDEX });
    assert.deepEqual(told(made.rig).slice(before), [
      'index btc_usdc open',
      'index btc_usdc closed',
      'index alt_usdc open',
      'index btc_usdc open',
    ]);
  });
  it('maintenance, the whole, public requests', () => {
    const made = market();
    const before = told(made.rig).length;
    say(made, { maintenance: true });
    say(made, { locked: true });
    say(
      made,
      { allow_unauthenticated_public_requests: false },
      'platform_state.public_methods_state',
    );
    assert.deepEqual(told(made.rig).slice(before), [
      'maintenance closed',
      'everything closed',
      'public_requests closed',
    ]);
  });
  it('is read when the link comes up; the text "false" is not locked', () => {
    assert.deepEqual(told(market().rig), ['everything open', 'maintenance open']);
    const made = world({ link: 'market', credentials: null });
    made.far.override.set('public/status', () => ({
      result: { locked: 'partial', locked_indices: ['eth_usd'] },
    }));
    made.rig.run(200);
    assert.deepEqual(told(made.rig), [
      'everything open',
      'maintenance open',
      'index eth_usd closed',
    ]);
    made.far.override.set('public/status', () => ({ result: { locked: 'true' } }));
    made.rig.cut();
    made.rig.run(20_000);
    assert.deepEqual(told(made.rig).slice(3), [
      'everything closed',
      'maintenance open',
      'index eth_usd open',
    ]);
  });
  it('an answer does not end a maintenance that was told on the same connection', () => {
    const made = world({ link: 'market', credentials: null });
    made.far.override.set('public/status', () => {
      made.far.say('platform_state', { maintenance: true });
      return { result: { locked: 'false' } };
    });
    made.rig.run(500);
    assert.deepEqual(told(made.rig), ['maintenance closed', 'everything open']);
  });
  it('nor any other lock, which it may not have seen yet; the channel says when it ends', () => {
    const made = world({ link: 'market', credentials: null });
    made.far.override.set('public/status', () => {
      made.far.say('platform_state', { locked: true, price_index: INDEX });
      made.far.say('platform_state', { locked: true });
      return { result: { locked: 'false' } };
    });
    made.rig.run(500);
    assert.deepEqual(told(made.rig), [
      'index btc_usdc closed',
      'everything closed',
      'maintenance open',
    ]);
    made.far.say('platform_state', { locked: false, price_index: INDEX });
    made.far.say('platform_state', { locked: false });
    made.rig.run(100);
    assert.deepEqual(told(made.rig).slice(3), ['index btc_usdc open', 'everything open']);
  });
  it('what can not be read is reported and changes nothing', () => {
    const made = market();
    const before = told(made.rig).length;
    say(made, { locked: 'perhaps', price_index: INDEX });
    say(made, {});
    assert.equal(told(made.rig).length, before);
    assert.equal(made.rig.of('undecodable').length, 2);
    const other = world({ link: 'market', credentials: null });
    other.far.override.set('public/status', () => ({ error: { code: 13028, message: 'no' } }));
    other.rig.run(500);
    assert.equal(other.rig.of('link_up').length, 1);
    assert.equal(other.rig.of('platform').length, 0);
  });
  it('the account may be locked in a currency', () => {
    const made = world();
    made.rig.until(() => made.rig.of('link_up').length === 1);
    for (const locked of [true, true, false])
      made.far.say('user.lock', { locked, currency: 'ALL' });
    made.rig.run(100);
    assert.deepEqual(told(made.rig), ['account ALL closed', 'account ALL open']);
  });
  it('locks of the account are asked for on each connection, since their channel tells changes only', () => {
    const made = world();
    const locks = (enabled: boolean) => () => ({
      result: [
        { currency: 'BTC', enabled: false },
        { currency: 'USDC', enabled, message: 'ask the support' },
      ],
    });
    made.far.override.set('private/get_user_locks', locks(true));
    made.rig.run(500);
    assert.equal(made.rig.of('link_up').length, 1);
    assert.deepEqual(told(made.rig), ['account BTC open', 'account USDC closed']);
    made.far.say('user.lock', { locked: false, currency: 'USDC' });
    made.rig.run(100);
    assert.deepEqual(told(made.rig).slice(2), ['account USDC open']);
    made.far.override.set('private/get_user_locks', () => {
      made.far.say('user.lock', { locked: true, currency: 'USDC' });
      return locks(false)();
    });
    made.rig.cut();
    made.rig.run(20_000);
    const news = told(made.rig).slice(3);
    assert.deepEqual(news, ['account USDC closed', 'account BTC open'], 'what was pushed is newer');
  });
  it('an exchange that does not tell the locks of the account is used all the same', () => {
    for (const answer of [
      { error: { code: 13021, message: 'forbidden' } },
      { result: [{ currency: 'BTC', enabled: 'perhaps' }] },
    ]) {
      const made = world();
      made.far.override.set('private/get_user_locks', () => answer);
      made.rig.run(20_000);
      assert.deepEqual(told(made.rig), []);
      assert.equal(made.rig.of('undecodable').length, 'result' in answer ? 1 : 0);
      assert.equal(made.rig.of('link_down').length, 0);
    }
  });
});

describe('prices that are asked for', () => {
  it('quotes, indices and trades are told as events', () => {
    const made = world({
      link: 'market',
      credentials: null,
      quotes: ['BTC-PERPETUAL'],
      indices: [INDEX],
      trades: ['BTC-PERPETUAL'],
    });
    made.rig.until(() => made.rig.of('link_up').length === 1);
    const name = 'BTC-PERPETUAL';
    const quote = { instrument_name: name, timestamp: 5, best_bid_price: 9.5, best_bid_amount: 10 };
    made.far.say(`quote.${name}`, { ...quote, best_ask_price: 0, best_ask_amount: null });
    made.far.say(`quote.${name}`, { ...quote, instrument_name: 'OTHER' });
    made.far.say(`deribit_price_index.${INDEX}`, { index_name: INDEX, timestamp: 6, price: 9.51 });
    const trade = { trade_id: '7', trade_seq: 1, instrument_name: name, timestamp: 7 };
    made.far.say(`trades.${name}.100ms`, [{ ...trade, price: 9.5, amount: 10, direction: 'buy' }]);
    made.rig.run(50);
    assert.deepEqual(made.rig.of('quote')[0]?.quote, {
      instrument: name,
      at: 5,
      bestBid: '9.5',
      bestBidAmount: '10',
      bestAsk: null,
      bestAskAmount: null,
    });
    assert.equal(made.rig.of('quote').length, 1);
    assert.equal(made.rig.of('undecodable').length, 1);
    assert.deepEqual(made.rig.of('index')[0]?.index, { index: INDEX, at: 6, price: '9.51' });
    assert.equal(made.rig.of('trades')[0]?.trades[0]?.tradeId, '7');
  });
});
