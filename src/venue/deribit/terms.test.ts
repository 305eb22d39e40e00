/** Orders as they are written: every type with what it needs, and what is refused before it leaves. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dec } from '../../base/decimal.ts';
import type { ChildOrder, EditOrder, PlaceOrder, PlaceType, PostOnly } from '../port.ts';
import { encode } from './encode.ts';
import { writeRequest } from './frame.ts';
import { order } from './session-kit.contract.ts';
import { TERMS, checkRequest } from './terms.ts';

const paramsOf = (request: Parameters<typeof encode>[0]): Record<string, unknown> =>
  (JSON.parse(writeRequest(1, encode(request))) as { readonly params: Record<string, unknown> })
    .params;

/** An order of a type with all that it needs and nothing else. */
const plain = (type: PlaceType): PlaceOrder => {
  const { limit, trigger } = TERMS[type];
  return order({
    type,
    price: limit ? dec('60000') : null,
    timeInForce: limit ? 'good_til_cancelled' : null,
    trigger: trigger === 'none' ? null : 'mark_price',
    triggerPrice: trigger === 'price' ? dec('59000') : null,
    ...(trigger === 'offset' ? { triggerOffset: dec('250.5') } : {}),
  });
};

const problemOf = (over: Partial<PlaceOrder>): string => {
  const checked = checkRequest({ kind: 'place', order: order(over) });
  return checked.ok ? '' : checked.error;
};

const child = (over: Partial<ChildOrder> = {}): ChildOrder => ({
  label: 'stop',
  direction: 'sell',
  amount: dec('0.0017'),
  type: 'stop_market',
  timeInForce: null,
  reduceOnly: true,
  triggerPrice: dec('59700'),
  trigger: 'mark_price',
  ...over,
});

describe('deribit: terms of orders', () => {
  const price = { price: 60000 };
  const rests = { time_in_force: 'good_til_cancelled', post_only: false };
  const at = { trigger: 'mark_price', trigger_price: 59000 };
  const written: Readonly<Record<PlaceType, object>> = {
    limit: { ...price, ...rests },
    market: {},
    market_limit: {},
    stop_limit: { ...price, ...rests, ...at },
    stop_market: at,
    take_limit: { ...price, ...rests, ...at },
    take_market: at,
    trailing_stop: { trigger: 'mark_price', trigger_offset: 250.5 },
  };
  for (const type of Object.keys(written) as PlaceType[])
    it(`[I4] a ${type} order is written with what it needs and nothing that it refuses`, () => {
      assert.ok(checkRequest({ kind: 'place', order: plain(type) }).ok);
      const { valid_until: deadline, ...params } = paramsOf({ kind: 'place', order: plain(type) });
      assert.ok(Number(deadline) > 0);
      assert.deepEqual(params, {
        instrument_name: 'BTC_USDC-PERPETUAL',
        amount: 0.0017,
        type,
        label: 'razor-1',
        reduce_only: false,
        ...written[type],
      });
    });

  it('[I4] of every type: what is left out that it needs, or given that it refuses, never leaves', () => {
    const optional: Readonly<Record<string, unknown>> = {
      price: dec('1'),
      timeInForce: 'good_til_cancelled',
      post: 'shift',
      trigger: 'last_price',
      triggerPrice: dec('1'),
      triggerOffset: dec('1'),
    };
    const types = fc.constantFrom(...(Object.keys(TERMS) as PlaceType[]));
    const members = fc.subarray(Object.keys(optional));
    fc.assert(
      fc.property(types, members, (type, given) => {
        const asked = order({
          type,
          price: null,
          timeInForce: null,
          triggerPrice: null,
          trigger: null,
          ...Object.fromEntries(given.map((member) => [member, optional[member]])),
        });
        const { limit, trigger } = TERMS[type];
        const needed = [
          ...(limit ? ['price'] : []),
          ...(trigger === 'none' ? [] : ['trigger']),
          ...(trigger === 'price' ? ['triggerPrice'] : []),
          ...(trigger === 'offset' ? ['triggerOffset'] : []),
        ];
        const allowed = [...needed, ...(limit ? ['timeInForce', 'post'] : [])];
        const fits =
          needed.every((member) => given.includes(member)) &&
          given.every((member) => allowed.includes(member));
        const checked = checkRequest({ kind: 'place', order: asked });
        assert.equal(checked.ok, fits, `${type} with ${given.join(', ')}`);
        if (!checked.ok) assert.match(checked.error, /^\w+ is (missing|given)/);
      }),
    );
  });

  const postings: readonly (readonly [PostOnly | undefined, object])[] = [
    [undefined, { post_only: false }],
    ['shift', { post_only: true }],
    ['reject', { post_only: true, reject_post_only: true }],
  ];
  for (const [post, expected] of postings)
    it(`post-only ${post ?? 'not asked for'} is said in full`, () => {
      const asked = { ...plain('limit'), ...(post === undefined ? {} : { post }) };
      const { post_only, reject_post_only } = paramsOf({ kind: 'place', order: asked });
      assert.deepEqual(
        { post_only, ...(reject_post_only === undefined ? {} : { reject_post_only }) },
        expected,
      );
    });
  it('an order that may not rest is never post-only', () => {
    for (const timeInForce of ['fill_or_kill', 'immediate_or_cancel'] as const)
      assert.match(problemOf({ timeInForce, post: 'reject' }), /^post is given with timeInForce/);
  });

  it('links: each with as many children as it takes, and a fill condition where children wake', () => {
    const pair = [child(), child({ label: 'target', type: 'take_market' })];
    const link = (over: Partial<PlaceOrder>): unknown =>
      paramsOf({ kind: 'place', order: order(over) })['linked_order_type'];
    const fillCondition = 'incremental' as const;
    assert.equal(link({ children: [child()], fillCondition }), 'one_triggers_other');
    assert.equal(link({ children: pair, fillCondition }), 'one_triggers_one_cancels_other');
    assert.equal(link({ children: [child()], linked: 'cancels' }), 'one_cancels_other');
    assert.equal(problemOf({ children: [child()], linked: 'cancels' }), '');
    assert.match(problemOf({ children: [child()] }), /^fillCondition is missing/);
    assert.match(
      problemOf({ children: [child()], linked: 'cancels', fillCondition }),
      /^fillCondition is given/,
    );
    assert.match(problemOf({ children: pair, linked: 'cancels' }), /^children: 2 given/);
    assert.match(problemOf({ children: [child()], linked: 'triggers_pair' }), /^children: 1 given/);
    assert.match(problemOf({ children: [...pair, child()] }), /^children: 3 given, at most 2/);
    assert.match(problemOf({ linked: 'triggers' }), /^linked is triggers, but/);
  });
  it('a child is checked like an order of its own', () => {
    const bad = child({ triggerPrice: null });
    assert.equal(
      problemOf({ children: [bad], fillCondition: 'first_hit' }),
      'children.0.triggerPrice is missing, an order of type stop_market needs one',
    );
    const resting = child({
      type: 'limit',
      price: dec('61000'),
      timeInForce: 'good_til_cancelled',
      post: 'reject',
      trigger: null,
      triggerPrice: null,
    });
    const asked = order({ children: [resting], fillCondition: 'complete_fill' });
    assert.ok(checkRequest({ kind: 'place', order: asked }).ok);
    assert.deepEqual(paramsOf({ kind: 'place', order: asked })['otoco_config'], [
      {
        direction: 'sell',
        amount: 0.0017,
        type: 'limit',
        label: 'stop',
        price: 61000,
        reduce_only: true,
        time_in_force: 'good_til_cancelled',
        post_only: true,
        reject_post_only: true,
      },
    ]);
  });

  it('an edit repeats every flag and refuses what no order has', () => {
    const edit: EditOrder = {
      orderId: 'X',
      amount: dec('0.5'),
      price: dec('60000'),
      triggerPrice: null,
      post: 'reject',
      reduceOnly: false,
      validUntil: 5,
    };
    assert.deepEqual(paramsOf({ kind: 'edit', edit }), {
      order_id: 'X',
      amount: 0.5,
      price: 60000,
      post_only: true,
      reject_post_only: true,
      reduce_only: false,
      valid_until: 5,
    });
    const bare: EditOrder = { ...edit, price: null };
    assert.equal(checkRequest({ kind: 'edit', edit: bare }).ok, false);
    const trailing: EditOrder = {
      orderId: 'X',
      amount: dec('0.5'),
      price: null,
      triggerPrice: null,
      triggerOffset: dec('100'),
      reduceOnly: true,
      validUntil: 5,
    };
    assert.ok(checkRequest({ kind: 'edit', edit: trailing }).ok);
    assert.equal(paramsOf({ kind: 'edit', edit: trailing })['trigger_offset'], 100);
    assert.equal(checkRequest({ kind: 'edit', edit: { ...trailing, price: dec('1') } }).ok, false);
  });

  it('a cancel of many always asks for the details, in which failures show', () => {
    const methods = [
      { of: 'account' },
      { of: 'currency', currency: 'USDC', type: 'stop' },
      { of: 'instrument', instrument: 'BTC-PERPETUAL', type: 'all' },
    ] as const;
    assert.deepEqual(
      methods.map((scope) => {
        const { method, params } = encode({ kind: 'cancel_many', scope });
        return [method, params];
      }),
      [
        ['private/cancel_all', { detailed: true }],
        ['private/cancel_all_by_currency', { currency: 'USDC', type: 'stop', detailed: true }],
        [
          'private/cancel_all_by_instrument',
          { instrument_name: 'BTC-PERPETUAL', type: 'all', detailed: true },
        ],
      ],
    );
  });
});
