/** What may be traded and in which steps, as the exchange specifies it at this moment. Never compiled in: it changes. */
import {
  type Decimal,
  type Rounding,
  cmp,
  div,
  gte,
  isMultiple,
  mul,
  toStep,
} from '../base/decimal.ts';
import { type Millis, parseIso } from '../base/time.ts';

/** `open` is the only state in which orders are accepted. */
export type InstrumentState =
  | 'open'
  | 'locked'
  | 'settlement'
  | 'delivered'
  | 'inactive'
  | 'halted'
  | 'unknown';

/**
 * `linear`: amounts in base coin, PnL in the settlement currency. `inverse`: amounts in USD, PnL in the coin.
 * `contractSize` and `minAmount` are in the unit of order amounts; `tickSteps` ascend by `above`.
 */
export type Instrument = {
  readonly name: string;
  readonly kind: 'linear' | 'inverse';
  readonly baseCurrency: string;
  readonly quoteCurrency: string;
  readonly settlementCurrency: string;
  readonly contractSize: Decimal;
  readonly minAmount: Decimal;
  readonly tickSize: Decimal;
  readonly tickSteps: readonly { readonly above: Decimal; readonly tick: Decimal }[];
  readonly takerFee: Decimal;
  readonly makerFee: Decimal;
  readonly state: InstrumentState;
};

/** Perpetuals and dated futures (`BTC_USDC-PERPETUAL`, `BTC-25DEC26`; FACTS 8.3): their results wait for a settlement. Options and pairs are paid at once. */
export const isFuture = (name: string): boolean =>
  /^[A-Z0-9_]+-(?:PERPETUAL|\d{1,2}[A-Z]{3}\d{2})$/.test(name);

/** The future that an option becomes when it is exercised (`BTC-25DEC26` of `BTC-25DEC26-100000-C`; FACTS 16); undefined of what is no option. */
export const futureOfOption = (name: string): string | undefined =>
  /^([A-Z0-9_]+-\d{1,2}[A-Z]{3}\d{2})-[0-9d]+-[CP]$/.exec(name)?.[1];

const MONTHS = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC';

/** When a dated product (`BTC-25DEC26`, `BTC_USDC-25DEC26-100000-C`) is delivered: 08:00 UTC of its day (FACTS 8.3, 16); undefined of one without an end. */
export function expiryOf(name: string): Millis | undefined {
  const [, day = '', month = '', year = ''] =
    /^[A-Z0-9_]+-(\d{1,2})([A-Z]{3})(\d{2})(?:-|$)/.exec(name) ?? [];
  const index = MONTHS.indexOf(month);
  if (month === '' || index % 3 !== 0) return undefined;
  return parseIso(
    `20${year}-${String(index / 3 + 1).padStart(2, '0')}-${day.padStart(2, '0')}T08:00Z`,
  );
}

/** The tick at a price: the larger one at a step's boundary, which is valid under either reading of it. */
export function tickAt(instrument: Instrument, price: Decimal): Decimal {
  let tick = instrument.tickSize;
  for (const step of instrument.tickSteps) if (gte(price, step.above)) tick = step.tick;
  return tick;
}

/** The price on the grid; `floor` or `ceil` says to which side. */
export function onTick(instrument: Instrument, price: Decimal, rounding: Rounding): Decimal {
  return toStep(price, tickAt(instrument, price), rounding);
}

/** The largest tradable amount at or below `amount`, in whole contracts. */
export function onContracts(instrument: Instrument, amount: Decimal): Decimal {
  return toStep(amount, instrument.contractSize, 'down');
}

/** Whether an order of this amount would be accepted for its size. */
export function isTradableAmount(instrument: Instrument, amount: Decimal): boolean {
  return isMultiple(amount, instrument.contractSize) && cmp(amount, instrument.minAmount) >= 0;
}

/** The amount in contracts that is worth at most `usd` at `price`: coins for linear, USD for inverse. */
export function amountForUsd(instrument: Instrument, usd: Decimal, price: Decimal): Decimal {
  return onContracts(instrument, instrument.kind === 'inverse' ? usd : div(usd, price, 18, 'down'));
}

/** What an amount is worth in USD (USDC taken as USD) at `price`. */
export function usdValue(instrument: Instrument, amount: Decimal, price: Decimal): Decimal {
  return instrument.kind === 'inverse' ? amount : mul(amount, price);
}
