/** What a world is made of unless told otherwise: instruments, the moment of its start, one scripted strategy, limits of risk. */
import { dec } from '../../src/base/decimal.ts';
import type { RiskConfig, StrategyConfig } from '../../src/domain/config.ts';

export const PERPETUAL = 'BTC_USDC-PERPETUAL';
export const ETHER = 'ETH_USDC-PERPETUAL';
/** Amounts in USD, money in BTC. */
export const INVERSE = 'BTC-PERPETUAL';
/** 2026-03-02 10:00:50 UTC: the first candle closes after ten seconds. */
export const START = 1_772_445_650_000;
export const FLAT_PRICE = '100000';

export const BOT: StrategyConfig = {
  id: 'bot',
  kind: 'scripted',
  instrument: PERPETUAL,
  claim: true,
  settings: { script: 'bot', stop_loss_percent: '0.5', take_profit_percent: '1' },
};

/** A scripted strategy of that id on an instrument. */
export const botOn = (instrument: string, id = 'bot'): StrategyConfig => ({
  ...BOT,
  id,
  instrument,
  settings: { ...BOT.settings, script: id },
});

export const RISK: RiskConfig = {
  maxDailyLossUsd: dec('200'),
  maxOrderUsd: dec('1000'),
  maxPositionUsd: dec('1000'),
  maxOpenOrders: 20,
};
