/**
 * The decoders on messages that were recorded from the exchange, where those are at hand beside the repository, and
 * always on a few of our own in the same spelling.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { z } from 'zod';
import {
  cashPageSchema,
  changesSchema,
  identitySchema,
  positionSchema,
  summariesSchema,
} from './decode-account.ts';
import {
  candleSchema,
  chartSchema,
  instrumentSchema,
  instrumentStateSchema,
  tickerSchema,
} from './decode-market.ts';
import { fillsPageSchema, orderSchema, ordersSchema, placedSchema } from './decode-order.ts';
import { decodeWith } from './decode-values.ts';
import { readFrame } from './frame.ts';

const FIXTURES = join(import.meta.dirname, '../../../../shared/deribit/fixtures');

/** Recorded messages (grades A and A-) of the methods and channels that the client uses, with what reads them. */
const RECORDED: readonly (readonly [string, z.ZodType])[] = [
  ['nautilus/http_get_account_summaries.json', summariesSchema],
  ['nautilus/http_get_account_summaries_cross_margin.json', summariesSchema],
  ['joaquinbejar/account_summary.json', summariesSchema],
  ['joaquinbejar/account_summary.json', identitySchema],
  ['joaquinbejar/trades_response.json', fillsPageSchema],
  ['nautilus/ws_chart.json', candleSchema],
  ['nautilus/ws_ticker.json', tickerSchema],
  ['nautilus/ws_order_buy_response.json', placedSchema],
  ['nautilus/ws_order_sell_response.json', placedSchema],
  ['nautilus/ws_order_cancel_response.json', orderSchema],
  ['nautilus/ws_order_stop_market_no_filled_amount.json', placedSchema],
  ['roq_recorded_2025/user_changes_ioc_filled_closes_short.wire.txt', changesSchema],
  ['roq_recorded_2025/user_changes_order_cancelled.wire.txt', changesSchema],
  ['roq_recorded_2025/get_user_trades_by_currency_empty.wire.txt', fillsPageSchema],
  ['probe_recorded_2026_09/ticker_BTC_USDC_100ms_trimmed.wire.txt', tickerSchema],
  ['cryptofeed_recorded_2021/ws_ticker_2.json', tickerSchema],
  ['cryptofeed_recorded_2021/ws_ticker_3.json', tickerSchema],
  ['gocryptotrader/getOpenOrdersByCurrencyResponseJSON.json', ordersSchema],
  ['gocryptotrader/getTransactionLogResponseJSON.json', cashPageSchema],
  ['gocryptotrader/getUserTradesByCurrencyResponseJSON.json', fillsPageSchema],
  ['gocryptotrader/ws_change_updates.json', changesSchema],
  ['gocryptotrader/ws_currency_changes_updates.json', changesSchema],
  ['gocryptotrader/ws_instrument_state.json', instrumentStateSchema],
  ['xchange/example-ticker.json', tickerSchema],
  ['ccxt_inline_comments/deribit__fetchOHLCV.1.json', chartSchema],
  ['ccxt_inline_comments/deribit__fetchOrder.1.json', orderSchema],
  ['ccxt_inline_comments/deribit__fetchOrderTrades.1.json', fillsPageSchema],
  ['ccxt_inline_comments/deribit__fetchPosition.1.json', positionSchema],
  ['ccxt_inline_comments/deribit__fetchTicker.1.json', tickerSchema],
];

/** What an answer or a notification carries; some files hold that alone. */
function payload(text: string): unknown {
  const frame = readFrame(text);
  if (frame.kind === 'result') return frame.result;
  if (frame.kind === 'notification') return frame.data;
  return JSON.parse(text);
}

const read = (file: string): string => readFileSync(join(FIXTURES, file), 'utf8');

describe('recorded messages', () => {
  if (!existsSync(FIXTURES)) return;
  for (const [file, schema] of RECORDED) {
    it(file, () => {
      const decoded = decodeWith(schema, payload(read(file)));
      assert.ok(decoded.ok, decoded.ok ? '' : decoded.error);
    });
  }
  it('instruments: futures are read, other kinds and those without a type are refused', () => {
    const names = (file: string): readonly string[] =>
      (payload(read(file)) as unknown[]).flatMap((row) => {
        const decoded = decodeWith(instrumentSchema, row);
        return decoded.ok ? [`${decoded.value.name} ${decoded.value.kind}`] : [];
      });
    assert.deepEqual(names('nautilus/http_get_instruments.json'), [
      'BTC-PERPETUAL inverse',
      'BTC-27DEC24 inverse',
    ]);
    assert.ok(
      names(
        'cryptofeed_recorded_2021/http_get_instruments_currency_USDC_expired_false.json',
      ).includes('BTC_USDC-PERPETUAL linear'),
    );
    assert.deepEqual(
      names('cryptofeed_recorded_2021/http_get_instruments_currency_BTC_expired_false.json'),
      [],
    );
  });
  it('the fill that closes a short, digit by digit', () => {
    const decoded = decodeWith(
      changesSchema,
      payload(read('roq_recorded_2025/user_changes_ioc_filled_closes_short.wire.txt')),
    );
    assert.ok(decoded.ok);
    const [order] = decoded.value.orders;
    const [fill] = decoded.value.fills;
    const [position] = decoded.value.positions;
    assert.deepEqual(
      [order?.state, order?.price, order?.averagePrice, order?.filled, order?.flags],
      ['filled', '92100', '92037', '10', { api: false, web: false, mobile: null }],
    );
    assert.deepEqual(
      [
        fill?.tradeId,
        fill?.currency,
        fill?.fee,
        fill?.feeCurrency,
        fill?.liquidity,
        fill?.direction,
      ],
      ['208465104', 'BTC', '0.00000005', 'BTC', 'taker', 'buy'],
    );
    assert.deepEqual(
      [position?.size, position?.averagePrice, position?.realizedPnl, position?.indexPrice],
      ['0', null, '-0.000000397', '92035.22'],
    );
  });
  it('[I11] own maker fills of resting buys are buys', () => {
    const decoded = decodeWith(fillsPageSchema, payload(read('joaquinbejar/trades_response.json')));
    assert.ok(decoded.ok && decoded.value.trades.length === 6);
    assert.ok(
      decoded.value.trades.every((fill) => fill.direction === 'buy' && fill.liquidity === 'maker'),
    );
  });
});

describe('messages of our own', () => {
  const order =
    '"order_id":"USDC-SLMS-7","label":"","instrument_name":"BTC_USDC-PERPETUAL","direction":"sell","amount":1.0e-3,"time_in_force":"good_til_cancelled","creation_timestamp":1790000000000,"last_update_timestamp":1790000000001';
  const decode = (text: string) => decodeWith(orderSchema, JSON.parse(`{${order},${text}}`));
  it('a waiting stop without a price or a filled amount', () => {
    const decoded = decode(
      '"order_type":"stop_market","order_state":"untriggered","price":"market_price","trigger":"mark_price","trigger_price":5.9e4,"reduce_only":true,"new_thing":[1]',
    );
    assert.ok(decoded.ok);
    const { amount, filled, averagePrice, price, triggerPrice, reduceOnly, flags } = decoded.value;
    assert.deepEqual(
      [amount, filled, averagePrice, price, triggerPrice, reduceOnly, flags],
      ['0.001', '0', null, null, '59000', true, { api: null, web: null, mobile: null }],
    );
  });
  it('links between orders', () => {
    const decoded = decode(
      '"order_type":"limit","order_state":"filled","price":60000,"filled_amount":0.001,"average_price":59999.5,"oto_order_ids":["OTO-1","OTO-2"],"primary_order_id":"P","oco_ref":"R","trigger_order_id":"T"',
    );
    assert.ok(decoded.ok);
    assert.deepEqual(
      [
        decoded.value.otoOrderIds,
        decoded.value.primaryOrderId,
        decoded.value.ocoRef,
        decoded.value.triggerOrderId,
        decoded.value.averagePrice,
      ],
      [['OTO-1', 'OTO-2'], 'P', 'R', 'T', '59999.5'],
    );
  });
  for (const [what, text] of [
    [
      'an open order that hides what was filled',
      '"order_type":"limit","order_state":"open","price":60000',
    ],
    [
      'a limit order without its price',
      '"order_type":"limit","order_state":"open","price":"market_price","filled_amount":0',
    ],
    [
      'a state that nobody knows',
      '"order_type":"limit","order_state":"partially_filled","price":60000,"filled_amount":0',
    ],
    [
      'a type that nobody knows',
      '"order_type":"iceberg","order_state":"open","price":60000,"filled_amount":0',
    ],
    [
      'a trigger that nobody knows',
      '"order_type":"limit","order_state":"open","price":60000,"filled_amount":0,"trigger":"moon"',
    ],
    [
      'a price in words',
      '"order_type":"limit","order_state":"open","price":"60000","filled_amount":0',
    ],
  ] as const) {
    it(`not believed: ${what}`, () => assert.equal(decode(text).ok, false));
  }
  it('a liquidated maker side is ours only when we were the maker', () => {
    const trade = (liquidity: string, liquidation: string) =>
      decodeWith(
        fillsPageSchema,
        JSON.parse(
          `{"has_more":false,"trades":[{"trade_id":"1","instrument_name":"BTC-PERPETUAL","order_id":"2","direction":"buy","amount":10,"price":5e4,"fee":-1e-8,"fee_currency":"BTC","timestamp":1790000000000,"liquidity":"${liquidity}","liquidation":"${liquidation}"}]}`,
        ),
      );
    const ours = (
      [
        ['M', 'M'],
        ['T', 'M'],
        ['T', 'MT'],
        ['M', 'T'],
      ] as const
    ).map(([role, side]) => {
      const decoded = trade(role, side);
      return decoded.ok && decoded.value.trades[0]?.liquidation;
    });
    assert.deepEqual(ours, [true, false, true, false]);
    const rebate = trade('M', 'T');
    assert.equal(rebate.ok && rebate.value.trades[0]?.fee, '-0.00000001');
  });
  it('a transaction row whose ids are numbers or text, and one without a trade', () => {
    const row =
      '"user_seq":5,"timestamp":1790000000000,"currency":"USDC","type":"settlement","change":0.5,"balance":100';
    const decoded = decodeWith(
      cashPageSchema,
      JSON.parse(
        `{"logs":[{"id":1,"trade_id":7,${row}},{"id":"x","trade_id":"USDC-8","instrument_name":"I",${row}},{"id":3,"trade_id":null,${row}}],"continuation":null}`,
      ),
    );
    assert.ok(decoded.ok);
    assert.deepEqual(
      decoded.value.logs.map((entry) => [entry.id, entry.tradeId, entry.instrument]),
      [
        ['1', '7', null],
        ['x', 'USDC-8', 'I'],
        ['3', null, null],
      ],
    );
  });
  it('a chart without data, and one with columns that do not fit', () => {
    const chart = (ticks: string, open: string) =>
      decodeWith(
        chartSchema,
        JSON.parse(
          `{"status":"ok","ticks":${ticks},"open":${open},"high":[1,1],"low":[1,1],"close":[1,1],"volume":[0,0]}`,
        ),
      );
    assert.equal(chart('[60000,120000]', '[1,1]').ok, true);
    assert.equal(chart('[60000,120000]', '[1]').ok, false);
    assert.equal(chart('[120000,60000]', '[1,1]').ok, false);
    assert.deepEqual(
      decodeWith(
        chartSchema,
        JSON.parse(
          '{"status":"no_data","ticks":[],"open":[],"high":[],"low":[],"close":[],"volume":[],"cost":[]}',
        ),
      ),
      { ok: true, value: [] },
    );
  });
});
