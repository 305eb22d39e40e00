/** The fields of what the exchange sends, against the reference's schemas where they are at hand. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { UserChanges } from '../../protocol/objects.ts';
import { createBench, NOON, on, PERP } from '../harness.contract.ts';

const SCHEMAS = new URL('../../../../../shared/deribit/schemas.json', import.meta.url);

type Schema = {
  readonly properties?: Readonly<
    Record<string, { readonly required?: boolean; readonly enum?: readonly unknown[] }>
  >;
};

/** Fields that must be there, for when the reference is not. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  order: [
    'order_id',
    'order_state',
    'order_type',
    'time_in_force',
    'instrument_name',
    'creation_timestamp',
    'last_update_timestamp',
    'direction',
    'price',
    'label',
    'post_only',
    'api',
  ],
  user_trade: [
    'trade_id',
    'trade_seq',
    'instrument_name',
    'timestamp',
    'order_id',
    'matching_id',
    'direction',
    'tick_direction',
    'index_price',
    'price',
    'amount',
    'fee',
    'fee_currency',
    'state',
    'mark_price',
  ],
  public_trade: [
    'trade_id',
    'trade_seq',
    'instrument_name',
    'timestamp',
    'direction',
    'tick_direction',
    'index_price',
    'price',
    'amount',
    'mark_price',
  ],
  position: [
    'instrument_name',
    'kind',
    'average_price',
    'direction',
    'mark_price',
    'delta',
    'index_price',
    'initial_margin',
    'maintenance_margin',
    'settlement_price',
    'total_profit_loss',
    'floating_profit_loss',
    'realized_profit_loss',
    'size',
  ],
  TickerNotification: [
    'instrument_name',
    'timestamp',
    'state',
    'stats',
    'open_interest',
    'best_bid_price',
    'best_bid_amount',
    'best_ask_price',
    'best_ask_amount',
    'index_price',
    'min_price',
    'max_price',
    'mark_price',
    'last_price',
    'estimated_delivery_price',
  ],
  instrument: [
    'kind',
    'base_currency',
    'quote_currency',
    'min_trade_amount',
    'instrument_name',
    'is_active',
    'settlement_period',
    'creation_timestamp',
    'tick_size',
    'expiration_timestamp',
    'contract_size',
    'price_index',
  ],
  transaction_log: [
    'id',
    'currency',
    'timestamp',
    'user_id',
    'commission',
    'cashflow',
    'balance',
    'change',
    'user_seq',
    'type',
  ],
  currency_portfolio: [
    'margin_balance',
    'currency',
    'maintenance_margin',
    'initial_margin',
    'equity',
    'balance',
    'available_withdrawal_funds',
    'available_funds',
    'additional_reserve',
    'spot_reserve',
  ],
};

const schemas: Readonly<Record<string, Schema>> | null = existsSync(SCHEMAS)
  ? (JSON.parse(readFileSync(SCHEMAS, 'utf8')) as { schemas: Readonly<Record<string, Schema>> })
      .schemas
  : null;

function requiredOf(name: string): readonly string[] {
  const built = REQUIRED[name] ?? [];
  if (schemas === null) return built;
  const properties = Object.entries(schemas[name]?.properties ?? {});
  const required = properties
    .filter(([, field]) => field.required === true)
    .map(([field]) => field);
  assert.deepEqual(
    [...required].sort(),
    [...built].sort(),
    `the list of ${name} is that of the reference`,
  );
  return required;
}

/** Fields that the wire carries though the reference does not list them. */
const EXTRA = new Set(['user_id', 'mmp', 'self_trade', 'mobile', 'volume_notional']);

function check(name: string, objects: readonly object[]): void {
  assert.ok(objects.length > 0, `${name}: nothing to look at`);
  for (const object of objects) {
    for (const field of requiredOf(name)) assert.ok(field in object, `${name}.${field}`);
    const properties = schemas?.[name]?.properties;
    if (properties === undefined) continue;
    for (const [field, value] of Object.entries<unknown>({ ...object })) {
      if (EXTRA.has(field)) continue;
      assert.ok(
        field in properties || name === 'currency_portfolio',
        `${name} has a field ${field} that the reference does not know`,
      );
      const values = properties[field]?.enum;
      const narrow = [
        'currency',
        'settlement_currency',
        'quote_currency',
        'counter_currency',
      ].includes(field);
      if (values !== undefined && !narrow)
        assert.ok(values.includes(value), `${name}.${field} = ${String(value)}`);
    }
  }
}

test('every object has the required fields, no unknown ones, and values of the lists', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', {
    channels: [
      'user.changes.any.any.raw',
      'user.portfolio.usdc',
      `ticker.${PERP}.raw`,
      `trades.${PERP}.raw`,
    ],
  });
  const leg = { direction: 'sell', amount: 0.002, trigger: 'mark_price', reduce_only: true };
  bench.buy(conn, {
    amount: 0.002,
    price: 64100,
    linked_order_type: 'one_triggers_one_cancels_other',
    otoco_config: [
      { ...leg, type: 'stop_market', trigger_price: 63500 },
      { ...leg, type: 'take_market', trigger_price: 64500 },
    ],
  });
  bench.buy(conn, { amount: 0.001, price: 63000 });
  bench.price('63400');
  bench.pass(1_000);
  bench.control('POST', 'settle');
  const pushed = bench.inbox(conn);
  const changes = on<UserChanges>(pushed, 'user.changes');
  const orders = changes.flatMap((frame) => frame.orders);
  check('order', [...orders, ...bench.ok(conn, 'private/get_open_orders')]);
  check(
    'user_trade',
    changes.flatMap((frame) => frame.trades),
  );
  check(
    'position',
    changes.flatMap((frame) => frame.positions),
  );
  check('TickerNotification', on(pushed, 'ticker'));
  check('public_trade', on<readonly object[]>(pushed, 'trades').flat());
  check('currency_portfolio', on(pushed, 'user.portfolio'));
  check('instrument', bench.ok(conn, 'public/get_instruments', { currency: 'any' }));
  check(
    'transaction_log',
    bench.ok(conn, 'private/get_transaction_log', {
      currency: 'USDC',
      start_timestamp: 0,
      end_timestamp: NOON * 2,
    }).logs,
  );
});
