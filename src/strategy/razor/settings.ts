/**
 * What can be set on Razor, with units and bounds; names are those of the configuration file.
 * Nothing is read twice in two ways: settings that were read once read back as themselves.
 */
import { dec, gte, isZero, lt } from '../../base/decimal.ts';
import { err, type Result } from '../../base/result.ts';
import { type Fields, readFields, type SettingsOf } from '../fields.ts';
import type { SettingProblem } from '../strategy.ts';

const percent = (fallback: string, min: string, max: string) =>
  ({
    kind: 'decimal',
    unit: 'percent',
    fallback: dec(fallback),
    min: dec(min),
    max: dec(max),
  }) as const;

const rsi = (fallback: string) =>
  ({ kind: 'decimal', unit: 'RSI', fallback: dec(fallback), min: dec(1), max: dec(99) }) as const;

const razorFields = {
  instrument: { kind: 'perpetual', fallback: 'BTC_USDC-PERPETUAL' },
  size_usd: { kind: 'decimal', unit: 'USD', fallback: dec(100), min: dec(1), max: dec(1_000_000) },
  /** Distance of the stop from the entry price. */
  stop_loss_percent: percent('0.5', '0.05', '20'),
  /** Distance of the target from the entry price. */
  take_profit_percent: percent('1', '0.05', '50'),
  /** Gain at which the stop moves to where the trade ends without a loss, fees included; 0 leaves it. */
  break_even_percent: percent('0', '0', '50'),
  /** Distance at which the stop follows the best price since the entry; 0 does not follow. */
  trailing_percent: percent('0', '0', '20'),
  /** Least step in which it follows, of the entry price. */
  trailing_step_percent: percent('0.05', '0.01', '5'),
  /** Counted from 00:00 UTC. */
  trades_per_day: {
    kind: 'count',
    unit: 'trades a day',
    fallback: 50,
    min: 1,
    max: 1_440,
  },
  /** Rest between the close of a trade and the next entry. */
  cooldown_minutes: { kind: 'count', unit: 'minutes', fallback: 5, min: 0, max: 1_440 },
  min_volatility_percent: percent('0.02', '0', '100'),
  max_volatility_percent: percent('5', '0', '100'),
  /** Below it a long may be opened. */
  rsi_oversold: rsi('40'),
  /** Above it a short may be opened. */
  rsi_overbought: rsi('60'),
  /** Whether the 5- and 15-minute trends must both point the way of the trade. */
  trend_filter: { kind: 'flag', fallback: true },
} as const satisfies Fields;

export type RazorSettings = SettingsOf<typeof razorFields>;

/** Nearer to the price a stop would only catch noise. */
const NEAREST = dec('0.05');

/** Reads Razor's settings; beyond each field's own bounds, what moves a stop is off or leaves the price
 * some room, and the least volatility lies below the most. */
export function razorSettings(
  raw: Readonly<Record<string, unknown>>,
): Result<RazorSettings, readonly SettingProblem[]> {
  const settings = readFields(razorFields, raw);
  if (!settings.ok) return settings;
  for (const field of ['break_even_percent', 'trailing_percent'] as const) {
    const found = settings.value[field];
    if (!isZero(found) && lt(found, NEAREST))
      return err([
        { field, found, accepted: `0 (off), or a decimal of ${NEAREST} or more (percent)` },
      ]);
  }
  const { min_volatility_percent: least, max_volatility_percent: most } = settings.value;
  if (gte(least, most))
    return err([
      {
        field: 'min_volatility_percent',
        found: least,
        accepted: `less than max_volatility_percent (${most})`,
      },
    ]);
  return settings;
}

/**
 * The livelier preset of the demo: looser RSI, no trend filter, no cooldown, near stop and target, so that something is
 * to be seen within seconds. It is made to be watched, not to earn.
 */
export const DEMO_RAZOR = {
  stop_loss_percent: dec('0.15'),
  take_profit_percent: dec('0.2'),
  break_even_percent: dec('0.15'),
  trades_per_day: 1_440,
  cooldown_minutes: 0,
  min_volatility_percent: dec('0.005'),
  rsi_oversold: dec(65),
  rsi_overbought: dec(35),
  trend_filter: false,
} as const satisfies Partial<RazorSettings>;
