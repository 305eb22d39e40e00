/**
 * Every reader on a message of our own: all that the exchange may say is understood, what it may add does not matter, and
 * what we rely on has to be there and has to be right.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { isCanonical } from '../../base/decimal.ts';
import { NOTIFICATIONS, RESULTS } from './readers.ts';
import { SAMPLES, type Sample, frameOf } from './samples.contract.ts';
import { type Understanding, understand } from './understand.ts';

const read = (sample: Sample, change: (text: string) => string = (text) => text): Understanding =>
  understand(change(frameOf(sample)), sample.method === null ? {} : { method: sample.method });
const isRead = ({ kind }: Understanding): boolean => kind === 'answer' || kind === 'notification';
const nameOf = (sample: Sample): string => sample.method ?? sample.channel ?? '';

/** Numbers that are no money: counts, moments, seconds. */
const COUNTS =
  /^(?:at|.*At|.*Timestamp|timestamp|.*Id|.*Seq|changeId|previous|decimals|minConfirmations|seconds|.*Ticks|interval|frozen.*|recordsTotal|day|expiresInSeconds|.*InSeconds|errors|failed|continuation)$/;

function checkDigits(value: unknown, path: string): void {
  if (typeof value === 'string') return;
  if (typeof value === 'number') {
    const last = path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? '';
    assert.ok(last === '' || COUNTS.test(last), `${path} is a number`);
  } else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) {
      assert.notEqual(member, undefined, `${path}.${name}`);
      checkDigits(member, `${path}.${name}`);
    }
}

describe('[I15] a message of every method and channel', () => {
  for (const sample of SAMPLES)
    it(nameOf(sample), () => {
      const said = read(sample);
      assert.ok(isRead(said), JSON.stringify(said));
      checkDigits('value' in said ? said.value : null, '');
    });

  it('none of the readers is without a sample', () => {
    const methods = new Set(SAMPLES.map((sample) => sample.method));
    assert.deepEqual(
      [...RESULTS.keys()].filter((method) => !methods.has(method)),
      [],
    );
    const channels = SAMPLES.flatMap((sample) => sample.channel ?? []);
    assert.deepEqual(
      NOTIFICATIONS.map(([beginning]) => beginning).filter(
        (beginning) => !channels.some((channel) => channel.startsWith(beginning)),
      ),
      ['index_price.'],
    );
  });

  it('all reads of trading and account that the exchange has, where its list is at hand', () => {
    const reference = new URL('../../../../shared/deribit/methods.json', import.meta.url);
    if (!existsSync(reference)) return;
    const { methods } = JSON.parse(readFileSync(reference, 'utf8')) as {
      methods: Record<string, { scope: string | null }>;
    };
    const left = Object.entries(methods)
      .filter(([, { scope }]) => /^(?:trade|account):read$|^trade:read_write$/.test(scope ?? ''))
      .map(([name]) => name)
      .filter((name) => !RESULTS.has(name));
    assert.deepEqual(left, [
      'private/get_affiliate_program_info',
      'private/list_api_keys',
      'private/pme/simulate',
      'private/simulate_portfolio',
    ]);
    const unheard = [...RESULTS.keys()].filter((name) => !(name in methods));
    assert.deepEqual(unheard, []);
  });
});

describe('what an exchange may add or spell in another way', () => {
  /** New members in every object, and all members in the opposite order. */
  const enrich = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(enrich);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([name, member]) => [name, enrich(member)]);
    return Object.fromEntries([...members, ['brand_new', { deep: [null, 1.5] }]].toReversed());
  };
  const enriched = (text: string): string => JSON.stringify(enrich(JSON.parse(text)));
  /** Keyed by names that are data, where a member more is a row more. */
  const KEYED = new Set(['public/get_expirations']);

  for (const sample of SAMPLES) {
    if (KEYED.has(nameOf(sample))) continue;
    it(`${nameOf(sample)}: new members, another order, more in the envelope`, () => {
      const plain = read(sample, (text) => JSON.stringify(JSON.parse(text)));
      assert.deepEqual(read(sample, enriched), plain);
      assert.deepEqual(
        read(sample, (text) => `\ufeff\n${text.replace('{', '{ "trace" : [ ] ,\t')}\r\n`),
        read(sample),
      );
    });
  }

  it('answers without stamps, with a text or nothing for an id', () => {
    for (const envelope of ['"id":"a-1",', '"id":null,', '', '"id":12345678901234567890,'])
      assert.ok(
        isRead(understand(`{${envelope}"result":{"version":"1"}}`, { method: 'public/test' })),
      );
  });
});

const sampleOf = (name: string): Sample => {
  const found = SAMPLES.find((sample) => nameOf(sample) === name);
  assert.ok(found !== undefined, name);
  return found;
};
const changed = (name: string, from: string, to: string): Understanding => {
  const sample = sampleOf(name);
  assert.ok(sample.payload.includes(from), from);
  return read(sample, (text) => text.replaceAll(from, to));
};

describe('words that are new', () => {
  const relied: readonly (readonly [string, string, string])[] = [
    ['private/get_order_state', '"order_state":"cancelled"', '"order_state":"expired"'],
    ['private/get_order_state', '"order_state":"cancelled"', '"order_state":"archive"'],
    ['private/get_open_orders', '"order_state":"open"', '"order_state":"Open"'],
    ['private/get_open_orders', '"order_type":"limit"', '"order_type":"pegged"'],
    ['private/get_open_orders', '"direction":"buy"', '"direction":"zero"'],
    ['private/get_open_orders', '"trigger":"mark_price"', '"trigger":"moon"'],
    ['private/get_order_history_by_currency', '"order_type":"limit"', '"order_type":"pegged"'],
    ['private/get_order_history_by_currency', '"archive"', '""'],
    ['private/get_order_history_by_currency', '"archive"', '7'],
    ['private/get_user_trades_by_order', '"liquidity":"M"', '"liquidity":"X"'],
    ['private/get_user_trades_by_order', '"direction":"buy"', '"direction":"bid"'],
    ['private/get_user_trades_by_order', '"price":59499.9', '"price":null'],
    ['private/get_user_trades_by_order', '"amount":0.0010', '"amounts":0.0010'],
    ['public/get_tradingview_chart_data', '"status":"ok"', '"status":"partly"'],
    ['public/status', '"locked":"partial"', '"locked":"perhaps"'],
    ['book.BTC_USDC-PERPETUAL.100ms', '"delete"', '"remove"'],
    ['book.BTC_USDC-PERPETUAL.100ms', '"type":"change"', '"type":"patch"'],
    ['incremental_ticker.ETH-PERPETUAL', '"type":"change"', '"type":"patch"'],
  ];
  for (const [name, from, to] of relied)
    it(`relied on, so refused: ${name} ${to}`, () => {
      assert.equal(changed(name, from, to).kind, 'not_understood');
    });

  const open: readonly (readonly [string, string, string, string])[] = [
    [
      'private/get_open_orders',
      '"time_in_force":"good_til_cancelled"',
      '"time_in_force":"good_til_noon"',
      '"timeInForce":"unknown"',
    ],
    [
      'private/get_open_orders',
      '"label":"mine"',
      '"label":"mine","original_order_type":"pegged"',
      '"originalType":"unknown"',
    ],
    [
      'private/get_order_state',
      '"label":"mine"',
      '"cancel_reason":"the moon","label":"mine"',
      '"cancelReason":"the moon"',
    ],
    ['private/get_order_history_by_currency', '"archive"', '"melted"', '"state":"melted"'],
    ['private/get_transaction_log', '"type":"swap"', '"type":"gift"', '"type":"gift"'],
    [
      'private/get_trigger_order_history',
      '"rejected:reduce_direction"',
      '"melted"',
      '"orderState":"melted"',
    ],
    ['public/get_instruments', '"kind":"spot"', '"kind":"prediction"', '"kind":"prediction"'],
    ['public/get_instruments', '"future_type":"linear",', '', '"kind":"linear"'],
    ['public/get_instrument', '"state":"open"', '"state":"dreaming"', '"state":"unknown"'],
    ['instrument.state.any.any', '"settlement"', '"dreaming"', '"state":"unknown"'],
    [
      'ticker.BTC_USDC-PERPETUAL.100ms',
      '"state":"open"',
      '"state":"dreaming"',
      '"state":"unknown"',
    ],
    [
      'user.orders.any.any.raw',
      '"order_id":"USDC-9001"',
      '"order_id":12345678901234567',
      '"orderId":"12345678901234567"',
    ],
    [
      'private/get_transaction_log',
      '"id":88001',
      '"id":98765432109876543210',
      '"id":"98765432109876543210"',
    ],
    ['user.changes.any.any.raw', '"positions":', '"position":', '"positions":[{'],
  ];
  for (const [name, from, to, told] of open)
    it(`not relied on, so told: ${name} ${told}`, () => {
      const said = changed(name, from, to);
      assert.ok(isRead(said), JSON.stringify(said));
      assert.ok(JSON.stringify(said).includes(told), JSON.stringify(said));
    });

  it('a future of a type that nobody has heard of is not one that is traded in', () => {
    const said = changed('public/get_instruments', '_type":"linear"', '_type":"quanto"');
    assert.ok(said.kind === 'answer');
    assert.deepEqual((said.value as { traded?: boolean }[])[0]?.traded, false);
  });

  it('a future of a known type that lacks what we need is no instrument at all', () => {
    assert.equal(
      changed('public/get_instrument', '"contract_size":1.0e-4,', '').kind,
      'not_understood',
    );
  });

  it('a list of events is one event after the other', () => {
    const sample = sampleOf('user.changes.any.any.raw');
    const said = read({ ...sample, payload: `[${sample.payload},${sample.payload}]` });
    assert.ok(said.kind === 'notification');
    assert.equal((said.value as unknown[]).length, 2);
  });
});

describe('what nobody reads is told in words', () => {
  for (const [name, words] of [
    ['block_rfq.maker.btc', /does not use it \(quotes for blocks on request\)$/],
    ['block_trade_confirmations', /does not use it \(trades in blocks between two parties\)$/],
    ['rfq.btc', /does not use it \(quotes for blocks/],
    ['user.brand_new', /the client does not know it$/],
  ] as const)
    it(name, () => {
      const said = understand(frameOf({ method: null, channel: name, payload: '{}' }));
      assert.ok(said.kind === 'not_understood');
      assert.match(said.what, words);
    });
  it('a slip of the pen', () => {
    const said = understand('{"id":1,"result":1}', { method: 'private/get_postion' });
    assert.ok(said.kind === 'not_understood');
    assert.match(said.what, /does not know it; is private\/get_position meant\?$/);
  });
  it('"ok", a number and an empty list say the same whatever was asked', () => {
    for (const result of ['"ok"', '37', '[]'])
      assert.deepEqual(understand(`{"id":1,"result":${result}}`), {
        kind: 'answer',
        as: null,
        value: JSON.parse(result) as unknown,
      });
  });
  it('[I46] a request by address is told without what it gives', () => {
    assert.deepEqual(
      understand('GET https://host/api/v2/public/auth?client_id=a&client_secret=hush&grant_type=x'),
      {
        kind: 'request',
        as: 'public/auth',
        value: { parameters: ['client_id', 'client_secret', 'grant_type'] },
      },
    );
  });
});

it('decimals of every reader are canonical', () => {
  const said = read(sampleOf('private/buy'));
  assert.ok(said.kind === 'answer');
  const { order, trades } = said.value as {
    order: { amount: string; price: string; filled: string };
    trades: { fee: string }[];
  };
  const found = [order.amount, order.price, order.filled, trades[0]?.fee ?? ''];
  assert.deepEqual(found, ['0.0017', '59500', '0.001', '-0.002974995']);
  assert.ok(found.every(isCanonical));
});
