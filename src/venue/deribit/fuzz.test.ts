/** Broken, bent and hostile frames: the session never throws or hangs, and what it tells is always whole. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dec, isCanonical } from '../../base/decimal.ts';
import { nextBelow, prng } from '../../base/prng.ts';
import type { VenueEvent } from '../port.ts';
import { type Fate, createRig } from '../rig.contract.ts';
import { damage } from './mutate.contract.ts';
import {
  INSTRUMENT,
  SECRET,
  START,
  createScripted,
  tickerOf,
} from './scripted-exchange.contract.ts';
import { createDeribitSession } from './session.ts';

const STATES = ['open', 'untriggered', 'triggered', 'filled', 'cancelled', 'rejected'];

/** Members of our own objects that hold decimals, wherever they stand. */
const DECIMALS = new Set([
  'amount',
  'filled',
  'averagePrice',
  'price',
  'triggerPrice',
  'fee',
  'size',
  'markPrice',
  'indexPrice',
  'lastPrice',
  'bestBid',
  'bestAsk',
  'minPrice',
  'maxPrice',
  'balance',
  'equity',
  'change',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'contractSize',
]);

function checkWhole(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    assert.notEqual(member, undefined, name);
    if (typeof member === 'number') assert.ok(Number.isFinite(member), name);
    if (DECIMALS.has(name) && member !== null)
      assert.ok(typeof member === 'string' && isCanonical(member), `${name}: ${String(member)}`);
    checkWhole(member);
  }
}

function checkEvent(event: VenueEvent): void {
  if (event.kind !== 'undecodable') checkWhole(event);
  if (event.kind === 'changes')
    for (const order of event.changes.orders)
      assert.ok(STATES.includes(order.state) && order.orderId !== '');
  if (event.kind === 'undecodable')
    assert.ok(event.raw.length <= 4_000 && event.what.length <= 500);
}

function trading(toSession: (text: string) => Fate) {
  const far = createScripted();
  const session = createDeribitSession({
    link: 'trading',
    url: 'ws://x',
    credentials: { clientId: 'good', clientSecret: SECRET },
    instruments: [INSTRUMENT],
    currencies: ['USDC'],
    jitter: () => 0.5,
  });
  const rig = createRig(session, far);
  rig.until(() => rig.of('link_up').length === 1);
  rig.rules.toSession = toSession;
  return { rig, far };
}

const order = {
  label: 'fuzz',
  instrument: INSTRUMENT,
  direction: 'buy',
  amount: dec('0.0017'),
  type: 'limit',
  price: dec(60_001),
  timeInForce: 'immediate_or_cancel',
  reduceOnly: false,
  triggerPrice: null,
  trigger: null,
  validUntil: START + 9e9,
  children: [],
  fillCondition: null,
} as const;

describe('deribit session: fuzz', () => {
  it('thousands of damaged frames: no throw, no hang, every request ends once, and it lives on', () => {
    let damaged = 0;
    for (let seed = 0; seed < 150; seed++) {
      const random = prng(seed, 'fuzz');
      const { rig } = trading((text) => {
        if (nextBelow(random, 3) !== 0) return { kind: 'pass' };
        damaged++;
        return { kind: 'replace', text: damage(text, random) };
      });
      const refs = Array.from({ length: 12 }, (_, i) => [
        rig.request({ kind: 'place', order: { ...order, label: `fuzz-${seed}-${i}` } }),
        rig.request({ kind: 'open_orders' }),
        rig.request({ kind: 'summaries' }),
        rig.request({ kind: 'instrument', instrument: INSTRUMENT }),
        rig.request({
          kind: 'fills',
          currency: 'USDC',
          from: START,
          to: START + 9e6,
        }),
        rig.request({ kind: 'candles', instrument: INSTRUMENT, from: START, to: START + 1e6 }),
      ]).flat();
      rig.run(30_000);
      for (const { event } of rig.events) checkEvent(event);
      for (const ref of refs) assert.equal(rig.answers(ref).length, 1);
      rig.rules.toSession = () => ({ kind: 'pass' });
      rig.run(20_000);
      assert.equal(rig.ask({ kind: 'positions' }).status, 'ok', `seed ${seed}`);
    }
    assert.ok(damaged > 2_000, `${damaged} frames were damaged`);
  });

  it('any JSON and any text as a frame', () => {
    const { rig } = trading(() => ({ kind: 'pass' }));
    const frame = fc.oneof(
      fc.json(),
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify({ jsonrpc: '2.0', id: 3, result: value })),
      fc.jsonValue().map((data) =>
        JSON.stringify({
          method: 'subscription',
          params: { channel: 'user.changes.any.any.raw', data },
        }),
      ),
      fc.jsonValue().map((error) => JSON.stringify({ id: 1, error })),
    );
    fc.assert(
      fc.property(frame, (text) => rig.input({ kind: 'frame', conn: 1, text })),
      { numRuns: 3_000 },
    );
    assert.equal(rig.of('changes').length, 0);
    for (const { event } of rig.events) checkEvent(event);
  });

  it('deep nesting and prototypes', () => {
    const { rig } = trading(() => ({ kind: 'pass' }));
    for (const text of [
      '['.repeat(200_000),
      `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
      '{"__proto__":{"result":1},"id":1}',
      '{"id":"__proto__","result":1}',
      `{"id":1,"result":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
    ]) {
      rig.input({ kind: 'frame', conn: 1, text });
    }
    assert.ok(rig.of('undecodable').length >= 4);
    assert.equal(rig.ask({ kind: 'positions' }).status, 'ok');
  });

  it('an error whose data is nested deeper than a text can be made of ends its request', () => {
    const { rig } = trading((text) => ({
      kind: 'replace',
      text: text.replace(
        /"result":.*(?=,"usIn")/,
        `"error":{"code":10009,"message":"m","data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      ),
    }));
    const outcome = rig.ask({ kind: 'positions' });
    assert.ok(outcome.status === 'refused');
    assert.deepEqual([outcome.code, outcome.data], [10009, '(nested too deeply)']);
  });

  /** One member at a time is left out, of another kind or unheard of: none of the frames may be believed. */
  it('a member that we rely on, spoilt: the whole frame is not trusted', () => {
    const whole = {
      order_id: 'USDC-1',
      label: 'a',
      instrument_name: INSTRUMENT,
      direction: 'buy',
      order_type: 'limit',
      order_state: 'open',
      amount: 1,
      filled_amount: 0,
      average_price: 0,
      price: 5,
      time_in_force: 'good_til_cancelled',
      reduce_only: false,
      creation_timestamp: START,
      last_update_timestamp: START,
      api: true,
    };
    const trade = {
      trade_id: 'USDC-9',
      instrument_name: INSTRUMENT,
      order_id: 'USDC-1',
      direction: 'buy',
      amount: 1,
      price: 5,
      fee: 0.1,
      fee_currency: 'USDC',
      timestamp: START,
      liquidity: 'T',
    };
    const position = {
      instrument_name: INSTRUMENT,
      size: 1,
      mark_price: 5,
      realized_profit_loss: 0,
      floating_profit_loss: 0,
      initial_margin: 0,
      maintenance_margin: 0,
    };
    const optional = ['label', 'average_price', 'reduce_only', 'api', 'time_in_force'];
    const said = (over: object): number => {
      const { rig, far } = trading(() => ({ kind: 'pass' }));
      far.say('user.changes.any.any.raw', {
        instrument_name: INSTRUMENT,
        orders: [whole],
        trades: [trade],
        positions: [position],
        ...over,
      });
      rig.run(50);
      assert.equal(rig.of('changes').length + rig.of('undecodable').length, 1);
      return rig.of('changes').length;
    };
    assert.equal(said({}), 1);
    let spoilt = 0;
    for (const [list, row] of [
      ['orders', whole],
      ['trades', trade],
      ['positions', position],
    ] as const) {
      for (const name of Object.keys(row)) {
        for (const bad of [undefined, {}, 'never-heard', -Infinity, 1e300]) {
          const fits =
            (bad === undefined && optional.includes(name)) ||
            (bad === 'never-heard' &&
              ['order_id', 'label', 'trade_id', 'fee_currency', 'time_in_force'].includes(name));
          if (bad === -Infinity && optional.includes(name)) continue;
          assert.equal(
            said({ [list]: [{ ...row, [name]: bad }] }),
            fits ? 1 : 0,
            `${list}.${name} = ${JSON.stringify(bad)}`,
          );
          spoilt++;
        }
      }
    }
    assert.ok(spoilt > 100);
    assert.equal(said({ instrument_name: 'ETH-PERPETUAL' }), 0);
  });

  it('a ticker without its price is not told', () => {
    const far = createScripted();
    const rig = createRig(
      createDeribitSession({
        link: 'market',
        url: 'ws://x',
        credentials: null,
        instruments: [INSTRUMENT],
        currencies: [],
        jitter: () => 0,
      }),
      far,
    );
    rig.until(() => rig.of('link_up').length === 1);
    for (const name of ['mark_price', 'min_price', 'timestamp'])
      far.say(`ticker.${INSTRUMENT}.100ms`, { ...tickerOf(START), [name]: '60000' });
    rig.run(100);
    assert.deepEqual([rig.of('ticker').length, rig.of('undecodable').length], [0, 3]);
  });
});
