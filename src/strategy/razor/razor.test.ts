import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { canonical, type Json } from '../../base/canonical.ts';
import { dec } from '../../base/decimal.ts';
import { nextNormal, prng } from '../../base/prng.ts';
import { MINUTE, parseIso } from '../../base/time.ts';
import type { Candle } from '../../domain/market.ts';
import { hasText, sentence } from '../../words/text.ts';
import type { Evaluation, StrategyView } from '../strategy.ts';
import { razorIndicators } from './indicators.ts';
import { razor } from './razor.ts';
import { DEMO_RAZOR } from './settings.ts';

/** Candles of a seeded walk whose volatility comes in slow waves of 0.04 to 0.12 percent a minute. */
function walk(seed: number, count: number): readonly Candle[] {
  const random = prng(seed, 'candles');
  let price = 64_000;
  return Array.from({ length: count }, (_, i) => {
    const open = price;
    const path = [open];
    const wave = 0.0008 + 0.0004 * Math.sin(i / 90);
    for (let part = 0; part < 10; part++) {
      price = Math.round(price * Math.exp((wave / Math.sqrt(10)) * nextNormal(random)) * 10) / 10;
      path.push(price);
    }
    return {
      at: i * MINUTE,
      open: dec(open),
      high: dec(Math.max(...path)),
      low: dec(Math.min(...path)),
      close: dec(price),
      volume: dec(1),
    };
  });
}

const recorded = new URL('../../../../shared/market/btc-perp-1m.csv.gz', import.meta.url);

/** 30,000 recorded minutes of a BTC perpetual where they are at hand, else as many generated ones. */
function manyCandles(): readonly Candle[] {
  if (!existsSync(recorded)) return walk(1, 30_000);
  const rows = gunzipSync(readFileSync(recorded)).toString('utf8').trim().split('\n').slice(1);
  return rows.map((row) => {
    const [time = '', open = '', high = '', low = '', close = '', volume = ''] = row.split(',');
    return {
      at: parseIso(time) ?? Number.NaN,
      open: dec(open),
      high: dec(high),
      low: dec(low),
      close: dec(close),
      volume: dec(volume),
    };
  });
}

function runner(raw: Readonly<Record<string, unknown>> = {}) {
  const settings = razor.settings(raw);
  assert.ok(settings.ok);
  return razor.run(settings.value);
}

const free = (candle: Candle): StrategyView => ({
  now: candle.at + MINUTE,
  inTrade: false,
  lastClosedAt: null,
  tradesToday: 0,
});

const judgeAll = (
  candles: readonly Candle[],
  raw: Readonly<Record<string, unknown>> = {},
): readonly Evaluation[] => {
  const { judge } = runner(raw);
  return candles.map((candle) => judge(candle, free(candle)));
};

const signalsOf = (evaluations: readonly Evaluation[]) =>
  evaluations.flatMap((evaluation) => (evaluation.signal === null ? [] : [evaluation.signal]));

describe('razor on many candles', () => {
  const candles = manyCandles();
  const evaluations = judgeAll(candles);
  const signals = signalsOf(evaluations);

  it('finds a plausible number of entries, in both directions', () => {
    assert.equal(evaluations.length, 30_000);
    const longs = signals.filter((signal) => signal.direction === 'long').length;
    const shorts = signals.length - longs;
    assert.ok(longs > 10 && shorts > 10, `${longs} long, ${shorts} short`);
    assert.ok(signals.length < 1_500, `${signals.length} signals`);
  });

  it('signals exactly when every condition is met, with the strength and distances promised', () => {
    for (const { checkpoints, signal, strength, why } of evaluations) {
      assert.equal(
        signal !== null,
        checkpoints.every((checkpoint) => checkpoint.state === 'met'),
      );
      assert.ok(Number.isInteger(strength) && strength >= 0 && strength <= 100, String(strength));
      assert.equal(signal !== null, strength >= 60);
      if (signal === null) continue;
      assert.equal(signal.strength, strength);
      assert.equal(why.reason, `signal_${signal.direction}`);
      assert.deepEqual(
        [signal.sizeUsd, signal.stopLossPercent, signal.takeProfitPercent],
        ['100', '0.5', '1'],
      );
    }
  });

  it('says everything in words that both languages have', () => {
    const said = new Set<string>();
    for (const { checkpoints, why } of evaluations) {
      for (const { id, reason, params } of checkpoints) {
        const key = `checkpoint.${id}.${reason}`;
        if (said.has(key)) continue;
        said.add(key);
        assert.ok(hasText(key), key);
        assert.ok(hasText(`checkpoint_name.${id}`), id);
        for (const lang of ['en', 'nl'] as const)
          assert.doesNotMatch(sentence(lang, key, params), /–|\{/);
      }
      const key = `why.${why.reason}`;
      assert.ok(hasText(key), key);
      assert.doesNotMatch(sentence('nl', key, why.params), /–|\{/);
    }
    assert.ok(said.size > 15, String(said.size));
  });

  it('answers plain JSON', () => {
    for (const evaluation of evaluations.slice(300, 400)) {
      const data = evaluation as unknown as Json;
      assert.deepEqual(JSON.parse(canonical(data)), evaluation);
    }
  });
});

describe('razor', () => {
  it('thinks the same twice, and the same when the past was only shown to it', () => {
    const candles = walk(11, 700);
    const all = judgeAll(candles);
    assert.deepEqual(judgeAll(candles), all);
    const late = runner();
    for (const candle of candles.slice(0, 500)) late.warm(candle);
    const rest = candles.slice(500).map((candle) => late.judge(candle, free(candle)));
    assert.deepEqual(rest, all.slice(500));
  });

  it('keeps two runs apart', () => {
    const candles = walk(12, 60);
    const [one, other] = [runner(), runner()];
    for (const candle of walk(13, 60)) other.warm(candle);
    const alone = judgeAll(candles);
    assert.deepEqual(
      candles.map((candle) => one.judge(candle, free(candle))),
      alone,
    );
  });

  it('has pending conditions with a reason, and no signal, until it has seen enough', () => {
    const evaluations = judgeAll(walk(14, 320));
    const pending = (at: number): readonly string[] =>
      (evaluations[at - 1]?.checkpoints ?? [])
        .filter(({ state }) => state === 'pending')
        .map(({ id }) => id);
    assert.deepEqual(pending(1), ['volatility', 'rsi', 'trend', 'momentum']);
    assert.deepEqual(pending(6), ['volatility', 'rsi', 'trend']);
    assert.deepEqual(pending(15), ['volatility', 'trend']);
    assert.deepEqual(pending(314), ['trend']);
    assert.deepEqual(pending(315), []);
    assert.deepEqual(signalsOf(evaluations.slice(0, 314)), []);
    assert.deepEqual(evaluations[0]?.why, {
      reason: 'warming_up_trend',
      params: { missing: '21' },
    });
  });

  it('asks for enough past candles to judge at once', () => {
    const { warm, judge } = runner();
    const candles = walk(15, razor.warmupCandles + 1);
    for (const candle of candles.slice(0, -1)) warm(candle);
    const last = candles.at(-1);
    assert.ok(last);
    for (const { state } of judge(last, free(last)).checkpoints) assert.notEqual(state, 'pending');
  });

  it('holds one trade at a time, cools down and counts its trades', () => {
    const candles = walk(16, 200);
    const views: readonly [string, (candle: Candle) => Partial<StrategyView>][] = [
      ['in_trade', () => ({ inTrade: true })],
      ['trades_today', () => ({ tradesToday: 1_440 })],
      ['cooldown', ({ at }) => ({ lastClosedAt: at + MINUTE - 1 })],
    ];
    for (const [reason, view] of views) {
      const { judge } = runner({ ...DEMO_RAZOR, cooldown_minutes: 1 });
      const judged = candles.map((candle) => judge(candle, { ...free(candle), ...view(candle) }));
      assert.deepEqual(signalsOf(judged), []);
      for (const { why } of judged.slice(25)) assert.equal(why.reason, reason);
    }
    assert.ok(signalsOf(judgeAll(candles, DEMO_RAZOR)).length > 50);
  });

  it('explains the nearer side', () => {
    const rising = (i: number): Candle => ({
      ...flat(i),
      close: dec(1_000 + i),
      high: dec(1_000 + i),
    });
    const flat = (i: number): Candle => ({
      at: i * MINUTE,
      open: dec(1_000),
      high: dec(1_000),
      low: dec(1_000),
      close: dec(1_000),
      volume: dec(0),
    });
    const last = judgeAll(Array.from({ length: 400 }, (_, i) => rising(i))).at(-1);
    assert.equal(last?.why.reason, 'rsi_long');
    const filterOff = judgeAll(
      Array.from({ length: 400 }, (_, i) => rising(i)),
      { trend_filter: false },
    );
    assert.equal(filterOff.at(-1)?.why.reason, 'momentum_short');
  });

  it('refuses candles that are out of order or come twice', () => {
    const [first, second] = walk(17, 2);
    assert.ok(first && second);
    const { warm, judge } = runner();
    warm(second);
    assert.throws(() => warm(second), { name: 'AssertionFailed' });
    assert.throws(() => judge(first, free(first)), { name: 'AssertionFailed' });
  });
});

describe('strength', () => {
  const part = (value: number): number => Math.min(1, Math.max(0, value));

  it('is 60 and the mean of depth, push and stretch of the side, times 40', () => {
    const candles = walk(21, 4_000);
    const read = razorIndicators();
    let seen = 0;
    judgeAll(candles, { trend_filter: false }).forEach(({ signal }, i) => {
      const candle = candles[i];
      assert.ok(candle);
      const { rsi, atr, momentum, fast, slow } = read(candle);
      if (
        signal === null ||
        rsi === null ||
        atr === null ||
        momentum === null ||
        fast === null ||
        slow === null
      )
        return;
      const toward = signal.direction === 'long' ? 1 : -1;
      const beyond = signal.direction === 'long' ? 40 - rsi : rsi - 60;
      const depth = part(beyond / 20);
      const push = part((toward * momentum * Number(candle.close)) / 100 / atr);
      const stretch = part((toward * (slow - fast)) / atr);
      assert.equal(signal.strength, Math.round(60 + (40 * (depth + push + stretch)) / 3));
      seen++;
    });
    assert.ok(seen > 30, String(seen));
  });

  it('is sixty times the share of met conditions without a signal', () => {
    for (const { checkpoints, signal, strength } of judgeAll(walk(22, 400))) {
      const met = checkpoints.filter(({ state }) => state === 'met').length;
      if (signal === null) assert.equal(strength, Math.floor((60 * met) / 7));
    }
  });
});

describe('the preset of the demo', () => {
  it('enters within five candles on nine of ten seeds', () => {
    const warmed = 330;
    const quick = Array.from({ length: 60 }, (_, seed) => {
      const evaluations = judgeAll(walk(seed, warmed + 5), DEMO_RAZOR);
      return evaluations.slice(warmed).some((evaluation) => evaluation.signal !== null);
    }).filter(Boolean).length;
    assert.ok(quick >= 54, `${quick} of 60 seeds`);
  });
});
