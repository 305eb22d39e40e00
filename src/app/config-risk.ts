/**
 * Limits in a configuration: those of `[risk]` for every account, those of `[account.risk]` and `[strategy.risk]` for one of
 * them. An account's own stand in the place of the general ones; a strategy's own stand beside its account's.
 */
import { nearest } from '../base/nearest.ts';
import type { RiskConfig, StrategyLimits } from '../domain/config.ts';
import { isKey, KEYS, type Values } from './config-keys.ts';
import { isTable, shown, type Source, type Table } from './config-sources.ts';

type Risk = Pick<Values, Extract<keyof Values, `risk.${string}`>>;
type Always = 'max_daily_loss_usd' | 'max_order_usd' | 'max_position_usd' | 'max_open_orders';

/** Limits of an account: four of them always stand. */
export type Limits = Risk & Required<Pick<Risk, `risk.${Always}`>>;

/** What a strategy may limit of its own. */
export const OF_STRATEGY = [
  'max_daily_loss_usd',
  'max_order_usd',
  'max_position_usd',
  'max_open_orders',
] as const satisfies readonly Always[];
export const OF_ACCOUNT = [...OF_STRATEGY, 'max_account_usd', 'max_messages_per_minute'] as const;

export function riskOf(limits: Limits): RiskConfig {
  const total = limits['risk.max_account_usd'];
  const rate = limits['risk.max_messages_per_minute'];
  return {
    maxDailyLossUsd: limits['risk.max_daily_loss_usd'],
    maxOrderUsd: limits['risk.max_order_usd'],
    maxPositionUsd: limits['risk.max_position_usd'],
    maxOpenOrders: limits['risk.max_open_orders'],
    ...(total === undefined ? {} : { maxAccountUsd: total }),
    ...(rate === undefined ? {} : { maxMessagesPerMinute: rate }),
  };
}

/** A strategy's own limits; undefined where it has none. */
export function strategyLimitsOf(own: Risk): StrategyLimits | undefined {
  const loss = own['risk.max_daily_loss_usd'];
  const order = own['risk.max_order_usd'];
  const position = own['risk.max_position_usd'];
  const orders = own['risk.max_open_orders'];
  const limits: StrategyLimits = {
    ...(loss === undefined ? {} : { maxDailyLossUsd: loss }),
    ...(order === undefined ? {} : { maxOrderUsd: order }),
    ...(position === undefined ? {} : { maxPositionUsd: position }),
    ...(orders === undefined ? {} : { maxOpenOrders: orders }),
  };
  return Object.keys(limits).length === 0 ? undefined : limits;
}

type Place = {
  /** Limits that may stand there. */
  readonly words: readonly string[];
  /** How such a table is headed, without brackets. */
  readonly heading: string;
  readonly where: string;
  readonly name: string;
};

/** The limits in the `risk` table of an account or a strategy. */
export function limitsIn(
  { risk = {} }: Table,
  { words, heading, where, name }: Place,
): Pick<Source, 'problems'> & { readonly own: Risk } {
  if (!isTable(risk)) {
    const accepted = `a table headed [${heading}]`;
    const field = `${name}.risk`;
    return { own: {}, problems: [{ kind: 'wrong', where, field, found: shown(risk), accepted }] };
  }
  const own: Record<string, unknown> = {};
  const problems = Object.entries(risk).flatMap(([word, value]): Source['problems'] => {
    const key = `risk.${word}`;
    const field = `${name}.${key}`;
    if (!words.includes(word) || !isKey(key))
      return [{ kind: 'unknown', where, field, nearest: nearest(word, words) }];
    const read = KEYS[key].read(value);
    if (read === undefined)
      return [{ kind: 'wrong', where, field, found: shown(value), accepted: KEYS[key].accepted }];
    own[key] = read;
    return [];
  });
  return { own, problems };
}
