import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DEMO_RAZOR, razorSettings } from './settings.ts';

const refusals = (raw: Readonly<Record<string, unknown>>) => {
  const read = razorSettings(raw);
  return read.ok ? [] : read.error;
};

describe('razorSettings', () => {
  it('fills in the defaults', () => {
    assert.deepEqual(razorSettings({}), {
      ok: true,
      value: {
        instrument: 'BTC_USDC-PERPETUAL',
        size_usd: '100',
        stop_loss_percent: '0.5',
        take_profit_percent: '1',
        break_even_percent: '0',
        trailing_percent: '0',
        trailing_step_percent: '0.05',
        trades_per_day: 50,
        cooldown_minutes: 5,
        min_volatility_percent: '0.02',
        max_volatility_percent: '5',
        rsi_oversold: '40',
        rsi_overbought: '60',
        trend_filter: true,
      },
    });
  });

  it('reads a whole table of a configuration file, decimals as text or number', () => {
    const read = razorSettings({
      id: 'razor',
      kind: 'razor',
      claim: true,
      instrument: 'ETH-PERPETUAL',
      size_usd: '1e3',
      stop_loss_percent: 0.25,
      take_profit_percent: '1.0',
      cooldown_minutes: 2n,
      trend_filter: false,
    });
    assert.ok(read.ok);
    assert.equal(read.value.instrument, 'ETH-PERPETUAL');
    assert.equal(read.value.size_usd, '1000');
    assert.equal(read.value.stop_loss_percent, '0.25');
    assert.equal(read.value.take_profit_percent, '1');
    assert.equal(read.value.cooldown_minutes, 2);
    assert.equal(read.value.trend_filter, false);
    assert.ok(!('id' in read.value));
  });

  it('reads its own answer back as itself', () => {
    const settings = fc.record(
      {
        size_usd: fc.integer({ min: 1, max: 1_000_000 }),
        rsi_oversold: fc.integer({ min: 1, max: 99 }).map(String),
        cooldown_minutes: fc.integer({ min: 0, max: 1_440 }),
        trend_filter: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(settings, (raw) => {
        const read = razorSettings(raw);
        assert.ok(read.ok);
        assert.deepEqual(razorSettings(read.value), read);
      }),
    );
  });

  const wrong: readonly [string, unknown, string, string][] = [
    ['size_usd', '0.99', '"0.99"', 'a decimal from 1 to 1000000 (USD)'],
    ['size_usd', 1_000_001, '1000001', 'a decimal from 1 to 1000000 (USD)'],
    ['size_usd', 'lots', '"lots"', 'a decimal from 1 to 1000000 (USD)'],
    ['size_usd', null, 'nothing', 'a decimal from 1 to 1000000 (USD)'],
    ['size_usd', ['100'], 'a list', 'a decimal from 1 to 1000000 (USD)'],
    ['size_usd', Number.NaN, 'NaN', 'a decimal from 1 to 1000000 (USD)'],
    ['stop_loss_percent', '-0.5', '"-0.5"', 'a decimal from 0.05 to 20 (percent)'],
    ['take_profit_percent', '51', '"51"', 'a decimal from 0.05 to 50 (percent)'],
    ['trades_per_day', 0, '0', 'a whole number from 1 to 1440 (trades a day)'],
    ['trades_per_day', '5', '"5"', 'a whole number from 1 to 1440 (trades a day)'],
    ['cooldown_minutes', 2.5, '2.5', 'a whole number from 0 to 1440 (minutes)'],
    ['cooldown_minutes', -1, '-1', 'a whole number from 0 to 1440 (minutes)'],
    ['rsi_oversold', '0', '"0"', 'a decimal from 1 to 99 (RSI)'],
    ['rsi_overbought', 100, '100', 'a decimal from 1 to 99 (RSI)'],
    ['min_volatility_percent', '-0.01', '"-0.01"', 'a decimal from 0 to 100 (percent)'],
    ['trend_filter', 'true', '"true"', 'true or false'],
    ['instrument', 'btc', '"btc"', 'the name of a perpetual, such as BTC_USDC-PERPETUAL'],
    ['instrument', { name: 'x' }, 'a table', 'the name of a perpetual, such as BTC_USDC-PERPETUAL'],
  ];
  for (const [field, value, found, accepted] of wrong) {
    it(`refuses ${field} = ${found} and says what is accepted`, () => {
      assert.deepEqual(refusals({ [field]: value }), [{ field, found, accepted }]);
    });
  }

  it('accepts both ends of every bound', () => {
    for (const raw of [
      { size_usd: 1 },
      { size_usd: '1000000' },
      { stop_loss_percent: '0.05' },
      { trades_per_day: 1_440 },
      { cooldown_minutes: 0 },
      { min_volatility_percent: 0 },
      { rsi_overbought: 99 },
    ])
      assert.deepEqual(refusals(raw), [], JSON.stringify(raw));
  });

  it('names the nearest known setting for an unknown one, and all problems at once', () => {
    assert.deepEqual(refusals({ sise_usd: 100, cooldown_minute: 'x', rsi_oversold: 'y' }), [
      { field: 'sise_usd', found: 'an unknown name', accepted: 'size_usd (nearest known name)' },
      {
        field: 'cooldown_minute',
        found: 'an unknown name',
        accepted: 'cooldown_minutes (nearest known name)',
      },
      { field: 'rsi_oversold', found: '"y"', accepted: 'a decimal from 1 to 99 (RSI)' },
    ]);
    assert.match(
      refusals({ zzzzzzzz: 1 })[0]?.accepted ?? '',
      /^one of instrument, size_usd, .*claim, account, risk$/,
    );
    assert.equal(refusals({ toString: 1 }).length, 1);
  });

  it('wants the least volatility below the most', () => {
    assert.deepEqual(refusals({ min_volatility_percent: '2', max_volatility_percent: '2.0' }), [
      {
        field: 'min_volatility_percent',
        found: '2',
        accepted: 'less than max_volatility_percent (2)',
      },
    ]);
  });

  it('takes what moves a stop as off or far enough from the price', () => {
    for (const field of ['break_even_percent', 'trailing_percent']) {
      assert.deepEqual(refusals({ [field]: '0' }), []);
      assert.deepEqual(refusals({ [field]: '0.05' }), []);
      assert.deepEqual(refusals({ [field]: '0.049' }), [
        { field, found: '0.049', accepted: '0 (off), or a decimal of 0.05 or more (percent)' },
      ]);
    }
    assert.equal(refusals({ trailing_step_percent: '0' })[0]?.field, 'trailing_step_percent');
  });

  it('accepts the preset of the demo', () => {
    const read = razorSettings(DEMO_RAZOR);
    assert.ok(read.ok);
    assert.equal(read.value.trend_filter, false);
    assert.equal(read.value.size_usd, '100');
  });
});
