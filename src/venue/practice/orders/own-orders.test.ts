import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accountNamed, keysOf } from '../exchange.ts';
import { type Bench, createBench, PERP } from '../harness.contract.ts';
import type { VenueOptions } from '../options.ts';

const bench = (venue: Partial<VenueOptions> = {}): Bench =>
  createBench({
    venue,
    accounts: ['main', 'second'].map(accountNamed),
    keys: ['main', 'second'].flatMap((account) =>
      keysOf(account).map((key) => ({ ...key, scopes: [...key.scopes, 'account:read_write'] })),
    ),
  });

function login(of: Bench, account: string): number {
  const conn = of.connect();
  const [key] = keysOf(account);
  const credentials = { client_id: key?.id, client_secret: key?.secret };
  of.ok(conn, 'public/auth', { grant_type: 'client_credentials', ...credentials });
  return conn;
}

const choose = (of: Bench, conn: number, mode: string, extended = false): unknown =>
  of.ask(conn, 'private/set_self_trading_config', { mode, extended_to_subaccounts: extended })
    ?.result;
const SELL = { type: 'limit', amount: 0.1, price: 64_000 };

describe('practice: an order that meets one of its own account', () => {
  it('ends the resting one unless the account has chosen otherwise, and trades on', () => {
    const exchange = bench();
    const conn = login(exchange, 'main');
    const own = exchange.sell(conn, SELL).order;
    const taker = exchange.buy(conn, { type: 'limit', amount: 0.05, price: 64_005 });
    const ended = exchange.order(conn, own.order_id);
    assert.deepEqual([ended.order_state, ended.cancel_reason], ['cancelled', 'risk_mitigation']);
    assert.equal(taker.order.order_state, 'filled');
    assert.ok(taker.trades.every(({ price }) => price !== 64_000));
  });

  it('is refused with 10003 and changes nothing where the rules want that', () => {
    const exchange = bench({ ownOrderMet: 'refuse' });
    const conn = login(exchange, 'main');
    assert.equal(choose(exchange, conn, 'reject_taker'), 'ok');
    const own = exchange.sell(conn, SELL).order;
    for (const order of [{ type: 'market' }, { type: 'limit', price: 64_000 }]) {
      const asked = { instrument_name: PERP, amount: 0.05, ...order };
      assert.equal(exchange.fails(conn, 'private/buy', asked).code, 10003);
    }
    const bid = exchange.buy(conn, { ...SELL, price: 63_000 }).order;
    const moved = { order_id: bid.order_id, amount: 0.1, price: 64_000 };
    assert.equal(exchange.fails(conn, 'private/edit', moved).code, 10003);
    assert.equal(exchange.order(conn, bid.order_id).price, 63_000);
    assert.equal(exchange.order(conn, own.order_id).order_state, 'open');
    assert.deepEqual(exchange.state().trades, []);
  });

  it('takes what comes before and ends with a reason where the rules want that', () => {
    const exchange = bench();
    const conn = login(exchange, 'main');
    const other = login(exchange, 'second');
    choose(exchange, conn, 'reject_taker');
    const better = exchange.sell(other, { ...SELL, price: 63_999.5 }).order;
    const own = exchange.sell(conn, SELL).order;
    const taker = exchange.buy(conn, { ...SELL, amount: 0.3 });
    assert.equal(taker.order.order_state, 'cancelled');
    assert.equal(taker.order.cancel_reason, 'risk_mitigation');
    assert.equal(taker.order.filled_amount, 0.1);
    assert.equal(exchange.order(other, better.order_id).order_state, 'filled');
    assert.equal(exchange.order(conn, own.order_id).filled_amount, 0);
  });

  it('fills all or nothing even so', () => {
    const exchange = bench();
    const conn = login(exchange, 'main');
    const other = login(exchange, 'second');
    choose(exchange, conn, 'reject_taker');
    exchange.sell(other, { ...SELL, price: 63_999.5 });
    exchange.sell(conn, SELL);
    exchange.sell(other, { ...SELL, price: 64_001 });
    const asked = { type: 'limit', amount: 0.2, price: 64_001, time_in_force: 'fill_or_kill' };
    const taker = exchange.buy(conn, asked);
    assert.deepEqual([taker.order.order_state, taker.order.filled_amount], ['cancelled', 0]);
  });

  it('extended, counts the orders of the other accounts as own ones', () => {
    const exchange = bench();
    const conn = login(exchange, 'main');
    const other = login(exchange, 'second');
    const own = exchange.sell(other, SELL).order;
    choose(exchange, conn, 'cancel_maker', true);
    exchange.buy(conn, { ...SELL, amount: 0.05 });
    assert.equal(exchange.order(other, own.order_id).order_state, 'cancelled');
    const summary = exchange.ok(conn, 'private/get_account_summary', {
      currency: 'USDC',
      extended: true,
    });
    assert.equal(summary.self_trading_reject_mode, 'cancel_maker');
    assert.equal(summary.self_trading_extended_to_subaccounts, true);
  });

  it('keeps what was chosen across a restart', () => {
    const exchange = bench();
    choose(exchange, login(exchange, 'second'), 'reject_taker', true);
    exchange.restart();
    const summary = exchange.ok(login(exchange, 'second'), 'private/get_account_summary', {
      currency: 'BTC',
      extended: true,
    });
    assert.equal(summary.self_trading_reject_mode, 'reject_taker');
  });
});
