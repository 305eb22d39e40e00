import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dec } from '../../base/decimal.ts';
import { MINUTE } from '../../base/time.ts';
import type { StrategyView } from '../strategy.ts';
import { type Condition, conditions, type Side, waitsFor } from './checkpoints.ts';
import type { Reading, Trend } from './indicators.ts';
import { type RazorSettings, razorSettings } from './settings.ts';

const NOW = 1_000 * MINUTE;
const FREE: StrategyView = { now: NOW, inTrade: false, lastClosedAt: null, tradesToday: 0 };

const trends = (five: Trend, fifteen: Trend): Pick<Reading, 'trend5' | 'trend15'> => ({
  trend5: { closes: 63, trend: five },
  trend15: { closes: 21, trend: fifteen },
});

/** A reading with which a long has everything that it wants. */
const LONG: Reading = {
  candles: 400,
  fast: 99,
  slow: 100,
  rsi: 35,
  atr: 1,
  volatility: 0.3,
  momentum: 0.1,
  ...trends('up', 'up'),
};
const SHORT: Reading = { ...LONG, rsi: 65, momentum: -0.1, ...trends('down', 'down') };

type Given = {
  readonly side?: Side;
  readonly reading?: Partial<Reading>;
  readonly view?: Partial<StrategyView>;
  readonly settings?: Partial<RazorSettings>;
};

function judged({ side = 'long', reading, view, settings }: Given): readonly Condition[] {
  const read = razorSettings({ ...settings });
  assert.ok(read.ok);
  const base = side === 'long' ? LONG : SHORT;
  return conditions({
    side,
    settings: read.value,
    reading: { ...base, ...reading },
    view: { ...FREE, ...view },
  });
}

function one(id: string, given: Given): Condition {
  const found = judged(given).find((condition) => condition.id === id);
  assert.ok(found, id);
  return found;
}

/** Id, what is given, and the state, reason, value and parameters that must come of it. */
type Scenario = readonly [string, Given, string, string, string | null, Record<string, string>];

const scenarios: readonly Scenario[] = [
  ['volatility', {}, 'met', 'in_range', '0.300', { value: '0.300', min: '0.02', max: '5' }],
  [
    'volatility',
    { reading: { volatility: 0.02 } },
    'met',
    'in_range',
    '0.020',
    { value: '0.020', min: '0.02', max: '5' },
  ],
  [
    'volatility',
    { reading: { volatility: 5 } },
    'met',
    'in_range',
    '5.000',
    { value: '5.000', min: '0.02', max: '5' },
  ],
  [
    'volatility',
    { reading: { volatility: 0.0199 } },
    'failed',
    'too_low',
    '0.020',
    { value: '0.020', min: '0.02', max: '5' },
  ],
  [
    'volatility',
    { reading: { volatility: 5.1 } },
    'failed',
    'too_high',
    '5.100',
    { value: '5.100', min: '0.02', max: '5' },
  ],
  [
    'volatility',
    { reading: { volatility: null, candles: 12 } },
    'pending',
    'warming_up',
    null,
    { have: '12', need: '20' },
  ],
  ['rsi', {}, 'met', 'oversold', '35.0', { value: '35.0', limit: '40' }],
  ['rsi', { side: 'short' }, 'met', 'overbought', '65.0', { value: '65.0', limit: '60' }],
  [
    'rsi',
    { reading: { rsi: 40 } },
    'failed',
    'not_oversold',
    '40.0',
    { value: '40.0', limit: '40', gap: '0.0' },
  ],
  [
    'rsi',
    { reading: { rsi: 47.25 } },
    'failed',
    'not_oversold',
    '47.3',
    { value: '47.3', limit: '40', gap: '7.3' },
  ],
  [
    'rsi',
    { side: 'short', reading: { rsi: 60 } },
    'failed',
    'not_overbought',
    '60.0',
    { value: '60.0', limit: '60', gap: '0.0' },
  ],
  [
    'rsi',
    { side: 'short', reading: { rsi: 52 } },
    'failed',
    'not_overbought',
    '52.0',
    { value: '52.0', limit: '60', gap: '8.0' },
  ],
  [
    'rsi',
    { reading: { rsi: null, candles: 3 } },
    'pending',
    'warming_up',
    null,
    { have: '3', need: '15' },
  ],
  ['trend', {}, 'met', 'up', 'up/up', {}],
  ['trend', { side: 'short' }, 'met', 'down', 'down/down', {}],
  ['trend', { reading: trends('down', 'down') }, 'failed', 'down_for_long', 'down/down', {}],
  ['trend', { side: 'short', reading: trends('up', 'up') }, 'failed', 'up_for_short', 'up/up', {}],
  ['trend', { reading: trends('up', 'down') }, 'failed', 'mixed_for_long', 'up/down', {}],
  ['trend', { reading: trends('flat', 'flat') }, 'failed', 'mixed_for_long', 'flat/flat', {}],
  [
    'trend',
    { side: 'short', reading: trends('down', 'flat') },
    'failed',
    'mixed_for_short',
    'down/flat',
    {},
  ],
  [
    'trend',
    { reading: { trend15: { closes: 20, trend: null } } },
    'pending',
    'warming_up',
    null,
    { have: '20', need: '21' },
  ],
  [
    'trend',
    { reading: trends('down', 'down'), settings: { trend_filter: false } },
    'met',
    'off',
    null,
    {},
  ],
  ['momentum', {}, 'met', 'up', '0.100', { value: '0.100' }],
  ['momentum', { side: 'short' }, 'met', 'down', '-0.100', { value: '-0.100' }],
  ['momentum', { reading: { momentum: 0 } }, 'failed', 'not_up', '0.000', { value: '0.000' }],
  [
    'momentum',
    { side: 'short', reading: { momentum: 0 } },
    'failed',
    'not_down',
    '0.000',
    { value: '0.000' },
  ],
  ['momentum', { reading: { momentum: -0.5 } }, 'failed', 'not_up', '-0.500', { value: '-0.500' }],
  [
    'momentum',
    { reading: { momentum: null, candles: 5 } },
    'pending',
    'warming_up',
    null,
    { have: '5', need: '6' },
  ],
  ['cooldown', {}, 'met', 'none_yet', null, {}],
  [
    'cooldown',
    { view: { lastClosedAt: NOW - 5 * MINUTE } },
    'met',
    'passed',
    '0',
    { minutes: '5' },
  ],
  [
    'cooldown',
    { view: { lastClosedAt: NOW - 5 * MINUTE + 1 } },
    'pending',
    'waiting',
    '1',
    { left: '1' },
  ],
  ['cooldown', { view: { lastClosedAt: NOW } }, 'pending', 'waiting', '300000', { left: '300000' }],
  [
    'cooldown',
    { view: { lastClosedAt: NOW }, settings: { cooldown_minutes: 0 } },
    'met',
    'passed',
    '0',
    { minutes: '0' },
  ],
  [
    'trades_today',
    { view: { tradesToday: 49 } },
    'met',
    'below',
    '49',
    { count: '49', limit: '50' },
  ],
  [
    'trades_today',
    { view: { tradesToday: 50 } },
    'pending',
    'reached',
    '50',
    { count: '50', limit: '50' },
  ],
  [
    'trades_today',
    { view: { tradesToday: 3 }, settings: { trades_per_day: 2 } },
    'pending',
    'reached',
    '3',
    { count: '3', limit: '2' },
  ],
  ['one_trade', {}, 'met', 'free', null, {}],
  ['one_trade', { view: { inTrade: true } }, 'pending', 'in_trade', null, {}],
];

describe('conditions of Razor', () => {
  for (const [id, given, state, reason, value, params] of scenarios) {
    it(`${id} is ${state} (${reason}) given ${JSON.stringify(given)}`, () => {
      const { why, required, ...checkpoint } = one(id, given);
      assert.deepEqual(checkpoint, { id, state, value, reason, params });
      assert.equal(why === null, state === 'met');
      assert.equal(required, reason !== 'off');
    });
  }

  it('follows the limits that are set', () => {
    const settings = {
      rsi_oversold: dec(30),
      rsi_overbought: dec(70),
      max_volatility_percent: dec('0.2'),
    };
    assert.equal(one('rsi', { settings }).reason, 'not_oversold');
    assert.equal(one('rsi', { side: 'short', settings }).reason, 'not_overbought');
    assert.equal(one('volatility', { settings }).reason, 'too_high');
  });

  it('shows the seven conditions in one order', () => {
    assert.deepEqual(
      judged({}).map((condition) => condition.id),
      ['volatility', 'rsi', 'trend', 'momentum', 'cooldown', 'trades_today', 'one_trade'],
    );
  });
});

describe('waitsFor', () => {
  const waits: readonly (readonly [string, Given, string | null])[] = [
    ['nothing when all is met', {}, null],
    [
      'the open trade before all else',
      { view: { inTrade: true, tradesToday: 50 }, reading: { volatility: null } },
      'in_trade',
    ],
    [
      'candles before the market',
      { reading: { candles: 3, volatility: null, rsi: null } },
      'warming_up',
    ],
    [
      'closes of 15 minutes',
      { reading: { trend15: { closes: 4, trend: null }, rsi: 50 } },
      'warming_up_trend',
    ],
    [
      'the next day before the cooldown',
      { view: { tradesToday: 50, lastClosedAt: NOW } },
      'trades_today',
    ],
    [
      'the cooldown before the market',
      { view: { lastClosedAt: NOW }, reading: { rsi: 50 } },
      'cooldown',
    ],
    ['movement', { reading: { volatility: 0.01, rsi: 50 } }, 'volatility_low'],
    ['calm', { reading: { volatility: 9 } }, 'volatility_high'],
    ['RSI of a long', { reading: { rsi: 50, momentum: -1 } }, 'rsi_long'],
    ['RSI of a short', { side: 'short', reading: { rsi: 50 } }, 'rsi_short'],
    [
      'the trend before momentum',
      { reading: { ...trends('up', 'down'), momentum: -1 } },
      'trend_long',
    ],
    ['the turn', { side: 'short', reading: { momentum: 1 } }, 'momentum_short'],
  ];
  for (const [what, given, reason] of waits) {
    it(`names ${what}`, () => {
      assert.equal(waitsFor(judged(given))?.reason ?? null, reason);
    });
  }

  it('says how many candles are missing until all are there', () => {
    const reading = { candles: 3, volatility: null, rsi: null, momentum: null };
    assert.deepEqual(waitsFor(judged({ reading, settings: { trend_filter: false } })), {
      reason: 'warming_up',
      params: { missing: '17' },
    });
  });
});
