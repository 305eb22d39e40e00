/**
 * The practice exchange under a client that was written for the real one: `ccxt`, unmodified but for the addresses, over
 * real sockets. What it reports is what the exchange's own ledger says.
 */
import assert from 'node:assert/strict';
import { type TestContext, describe, test } from 'node:test';
import ccxt from 'ccxt';
import { createRealExchange } from './practice-real.ts';
import { start } from './practice-tools.ts';

const SYMBOL = 'BTC/USDC:USDC';
const INVERSE = 'BTC/USD:BTC';
const INSTRUMENT = 'BTC_USDC-PERPETUAL';
const KEY = { apiKey: 'practice-api', secret: 'practice-api-secret' };

type Ledger = {
  readonly accounts: readonly {
    readonly id: string;
    readonly cash: Readonly<Record<string, string>>;
    readonly equity: Readonly<Record<string, string>>;
    readonly positions: readonly { readonly instrument: string; readonly size: string }[];
  }[];
  readonly orders: readonly {
    readonly orderId: string;
    readonly label: string;
    readonly type: string;
    readonly state: string;
    readonly amount: string;
    readonly filled: string;
    readonly price: string | null;
    readonly reduceOnly: boolean;
    readonly bornFrom: string | null;
  }[];
  readonly trades: readonly {
    readonly tradeId: string;
    readonly orderId: string;
    readonly price: string;
    readonly amount: string;
    readonly fee: string;
  }[];
};

async function far(t: TestContext) {
  const server = await start(t, { createExchange: createRealExchange });
  const urls = { api: { rest: server.url, ws: `ws://127.0.0.1:${server.port}/ws/api/v2` } };
  const rest = new ccxt.deribit({ ...KEY });
  const stream = new ccxt.pro.deribit({ ...KEY });
  for (const client of [rest, stream]) client.urls['api'] = urls.api;
  // Without TLS its sockets need an agent of their own.
  await stream.loadHttpProxyAgent();
  t.after(() => stream.close());
  const ledger = async (): Promise<Ledger> => (await server.control('GET', 'state')).body as Ledger;
  return { server, rest, stream, ledger };
}

/** What the exchange itself said. */
const raw = (shown: { readonly info?: unknown } | undefined): Readonly<Record<string, unknown>> =>
  shown?.info as Readonly<Record<string, unknown>>;

type Far = Awaited<ReturnType<typeof far>>;

/** Amounts and prices as the ledger writes them, for comparing. */
const same = (shown: number | undefined, booked: string | null | undefined, what: string): void =>
  assert.equal(shown, booked === null || booked === undefined ? booked : Number(booked), what);

async function looksAround({ rest, ledger }: Far): Promise<number> {
  assert.equal((await rest.fetchStatus()).status, 'ok');
  assert.ok(Math.abs(Number(await rest.fetchTime()) - Date.now()) < 60_000);
  const markets = await rest.loadMarkets();
  const of = (type: string) => Object.values(markets).filter((market) => market?.type === type);
  assert.deepEqual(
    of('swap')
      .map((market) => market?.symbol ?? '')
      .sort((a, b) => (a < b ? -1 : 1)),
    [INVERSE, SYMBOL, 'ETH/USD:ETH', 'ETH/USDC:USDC'],
  );
  assert.ok(of('future').length >= 24 && of('option').length >= 60);
  assert.ok(
    of('option').every((market) => Number(market?.strike) > 0 && market?.settle === 'USDC'),
  );
  assert.deepEqual(
    [markets[SYMBOL]?.id, markets[SYMBOL]?.linear, markets[SYMBOL]?.contractSize],
    [INSTRUMENT, true, 0.0001],
  );
  assert.ok('USDC' in (await rest.fetchCurrencies()));
  const ticker = await rest.fetchTicker(SYMBOL);
  const all = await rest.fetchTickers(undefined, { code: 'USDC' });
  const book = await rest.fetchOrderBook(SYMBOL, 10);
  assert.equal(book.bids.length, 10);
  assert.ok(Number(book.bids[0]?.[0]) < Number(book.asks[0]?.[0]));
  assert.ok(Number(ticker.bid) < Number(ticker.ask) && Number(all[SYMBOL]?.last) > 0);
  const candles = await rest.fetchOHLCV(SYMBOL, '5m', undefined, 5);
  // Right at a full five minutes the newest one has not begun.
  assert.ok(candles.length >= 4 && candles.every(([, open]) => Number(open) > 0));
  const trades = await rest.fetchTrades(SYMBOL, undefined, 5);
  assert.ok(trades.every(({ symbol, side }) => symbol === SYMBOL && side !== undefined));
  assert.ok((await rest.fetchTrades(SYMBOL, Date.now() - 60_000)).length >= trades.length);
  assert.ok((await rest.fetchVolatilityHistory('BTC')).length > 0);
  assert.equal(typeof (await rest.fetchFundingRate(SYMBOL)).fundingRate, 'number');
  assert.deepEqual(await rest.fetchFundingRateHistory(SYMBOL), []);
  assert.equal((await rest.fetchOpenInterest(SYMBOL)).openInterestValue, 0);
  assert.deepEqual(await rest.fetchLiquidations(SYMBOL), []);
  const [deposit] = await rest.fetchDeposits('USDC');
  same(deposit?.amount, (await ledger()).accounts[0]?.cash['USDC'], 'the first deposit');
  assert.deepEqual(await rest.fetchWithdrawals('USDC'), []);
  const [account] = await rest.fetchAccounts();
  assert.equal(account?.type, 'main');
  return Number(ticker.last);
}

async function restingOrder({ rest, ledger }: Far, price: number): Promise<void> {
  const placed = await rest.createOrder(SYMBOL, 'limit', 'buy', 0.01, price - 600, {
    label: 'rest',
  });
  const edited = await rest.editOrder(String(placed.id), SYMBOL, 'limit', 'buy', 0.02, price - 500);
  assert.equal(edited.id, placed.id);
  const shown = await rest.fetchOrder(String(placed.id), SYMBOL);
  const booked = (await ledger()).orders.find(({ orderId }) => orderId === placed.id);
  assert.deepEqual([shown.status, booked?.state], ['open', 'open']);
  same(shown.amount, booked?.amount, 'the amount after the edit');
  same(shown.price, booked?.price, 'the price after the edit');
  const open = await rest.fetchOpenOrders(SYMBOL);
  const byCode = await rest.fetchOpenOrders(undefined, undefined, undefined, { code: 'USDC' });
  assert.deepEqual(
    [open, byCode].map((list) => list.map(({ id }) => id)),
    [[placed.id], [placed.id]],
  );
  assert.equal((await rest.cancelOrder(String(placed.id), SYMBOL)).status, 'canceled');
  assert.equal((await ledger()).orders[0]?.state, 'cancelled');
}

/** A market order, its fills, the position that it makes, and what they cost. */
async function filledOrder({ rest, ledger }: Far): Promise<void> {
  const order = await rest.createOrder(SYMBOL, 'market', 'buy', 0.03);
  assert.deepEqual([order.status, order.filled], ['closed', 0.03]);
  const booked = (await ledger()).trades.filter(({ orderId }) => orderId === order.id);
  assert.ok(booked.length > 0);
  const lists = [
    await rest.fetchMyTrades(SYMBOL),
    await rest.fetchMyTrades(SYMBOL, Date.now() - 60_000),
    await rest.fetchMyTrades(undefined, undefined, undefined, { code: 'USDC' }),
    await rest.fetchOrderTrades(String(order.id), SYMBOL),
  ];
  for (const list of lists) {
    assert.deepEqual(
      new Set(list.map(({ id }) => id)),
      new Set(booked.map(({ tradeId }) => tradeId)),
    );
    for (const one of list) {
      const truth = booked.find(({ tradeId }) => tradeId === one.id);
      same(one.price, truth?.price, 'the price of a fill');
      same(one.amount, truth?.amount, 'the amount of a fill');
      same(one.fee?.cost, truth?.fee, 'the fee of a fill');
    }
  }
  const position = await rest.fetchPosition(SYMBOL);
  const [inList] = await rest.fetchPositions([SYMBOL]);
  const account = (await ledger()).accounts[0];
  const size = account?.positions.find(({ instrument }) => instrument === INSTRUMENT)?.size;
  assert.deepEqual([position.side, size], ['long', '0.03']);
  assert.deepEqual([raw(position)['size'], raw(inList)['size']], [0.03, 0.03]);
  const balance = await rest.fetchBalance({ code: 'USDC' });
  assert.equal(raw(balance)['balance'], Number(account?.cash['USDC']));
  const inverse = await rest.createOrder(INVERSE, 'market', 'sell', 100);
  assert.deepEqual([inverse.status, inverse.filled], ['closed', 100]);
  assert.equal((await rest.fetchPosition(INVERSE)).side, 'short');
}

async function orderKinds({ rest, ledger }: Far, price: number): Promise<void> {
  const [below, lower, above] = [price - 2_000, price - 2_100, price + 800];
  const stop = { stopLossPrice: below, trigger: 'mark_price', reduceOnly: true };
  const cases = [
    [await rest.createOrder(SYMBOL, 'market', 'sell', 0.01, undefined, stop), 'stop_market'],
    [await rest.createOrder(SYMBOL, 'limit', 'sell', 0.01, lower, stop), 'stop_limit'],
    [
      await rest.createOrder(SYMBOL, 'market', 'sell', 0.01, undefined, {
        takeProfitPrice: price + 3_000,
        reduceOnly: true,
      }),
      'take_market',
    ],
    [
      await rest.createOrder(SYMBOL, 'market', 'sell', 0.01, undefined, {
        trailingAmount: 500,
        reduceOnly: true,
      }),
      'trailing_stop',
    ],
    [await rest.createOrder(SYMBOL, 'limit', 'sell', 0.01, above, { reduceOnly: true }), 'limit'],
    [
      await rest.createOrder(SYMBOL, 'limit', 'buy', 0.01, price - 400, { postOnly: true }),
      'limit',
    ],
  ] as const;
  const { orders } = await ledger();
  for (const [order, type] of cases) {
    const booked = orders.find(({ orderId }) => orderId === order.id);
    assert.deepEqual([booked?.type, booked?.reduceOnly], [type, order.side === 'sell']);
  }
  const open = await rest.fetchOpenOrders(SYMBOL);
  assert.deepEqual(new Set(open.map(({ id }) => id)), new Set(cases.map(([{ id }]) => id)));
  await rest.cancelAllOrders(SYMBOL);
  await rest.cancelAllOrders();
  assert.deepEqual(await rest.fetchOpenOrders(SYMBOL), []);
  const live = (await ledger()).orders.filter(({ state }) =>
    ['open', 'untriggered'].includes(state),
  );
  assert.deepEqual(live, []);
  const closed = await rest.fetchClosedOrders(SYMBOL);
  const filled = orders.filter(({ filled: amount, label }) => amount !== '0' && label === '');
  assert.ok(closed.length > 0 && closed.length <= filled.length + 1);
  const refused = rest.createOrder(SYMBOL, 'limit', 'buy', 1_000, price - 400);
  await assert.rejects(refused, ccxt.InsufficientFunds);
  await assert.rejects(rest.fetchOrder('USDC-999999'), ccxt.OrderNotFound);
}

describe('ccxt takes the practice exchange for the real one', { concurrency: true }, () => {
  test('over HTTP', async (t) => {
    const world = await far(t);
    const price = await looksAround(world);
    await restingOrder(world, Math.round(price));
    await filledOrder(world);
    await orderKinds(world, Math.round(price));
  });

  test('over its WebSocket', async (t) => {
    const { rest, stream, ledger } = await far(t);
    await stream.loadMarkets();
    const [ticker, tickers, quote, book, trades, candles] = await Promise.all([
      stream.watchTicker(SYMBOL),
      stream.watchTickers([SYMBOL, INVERSE]),
      stream.watchBidsAsks([SYMBOL]),
      stream.watchOrderBook(SYMBOL),
      stream.watchTrades(SYMBOL),
      stream.watchOHLCV(SYMBOL, '1m'),
    ]);
    assert.ok(Number(ticker.bid) < Number(ticker.ask) && Object.keys(tickers).length > 0);
    assert.equal(quote[SYMBOL]?.symbol, SYMBOL);
    assert.ok(Number(book.bids[0]?.[0]) < Number(book.asks[0]?.[0]));
    assert.ok(trades.every(({ symbol }) => symbol === SYMBOL) && trades.length > 0);
    assert.ok(candles.length > 0 && candles.every((candle) => candle.length === 6));
    const again = await stream.watchOrderBook(SYMBOL);
    assert.ok(Number(again.bids[0]?.[0]) < Number(again.asks[0]?.[0]));

    const balance = await stream.watchBalance();
    assert.ok('USDC' in balance || 'BTC' in balance);
    const watched = Promise.all([stream.watchOrders(SYMBOL), stream.watchMyTrades(SYMBOL)]);
    // Private channels begin without a snapshot: the order must come after the subscription.
    await stream.watchBalance();
    const placed = await rest.createOrder(SYMBOL, 'market', 'buy', 0.01);
    const [orders, fills] = await watched;
    const { orders: booked, trades: truth } = await ledger();
    assert.deepEqual(
      orders.map(({ id }) => id),
      [placed.id],
    );
    assert.equal(booked.find(({ orderId }) => orderId === placed.id)?.state, 'filled');
    assert.deepEqual(
      fills.map(({ id }) => id),
      truth.map(({ tradeId }) => tradeId),
    );
    same(fills[0]?.fee?.cost, truth[0]?.fee, 'the fee of a fill');
  });
});
