/** What can be traded, as the object that stands on the wire. */
import { dec, div, mul } from '../../../base/decimal.ts';
import type { Instrument } from '../../protocol/objects.ts';
import { classOf } from './expiries.ts';
import { type InstrumentSpec, isOption } from './instruments.ts';
import type { VenueOptions } from '../options.ts';
import type { MarketRecord } from '../state.ts';
import { num, type WireNumber } from '../wire/wire-json.ts';

const RATE_DIGITS = 8;
/** The year 3000, which perpetuals carry. */
const NEVER = 32_503_708_800_000;

/** How a dated product's end is called: the last Friday of a quarter counts as a month's. */
function periodOf({ term }: InstrumentSpec): string {
  if (term.kind === 'perpetual') return 'perpetual';
  const named = classOf(term.expiry);
  return named === 'quarter' ? 'month' : named;
}

export function instrumentObject(
  spec: InstrumentSpec,
  market: MarketRecord,
  options: Pick<VenueOptions, 'liquidationFee'>,
): Instrument<WireNumber> {
  return {
    instrument_name: spec.name,
    instrument_id: spec.id,
    kind: spec.kind,
    instrument_type: spec.type,
    ...(spec.kind === 'future' ? { future_type: spec.type } : {}),
    base_currency: spec.base,
    quote_currency: spec.quote,
    counter_currency: spec.counter,
    settlement_currency: spec.settlement,
    settlement_period: periodOf(spec),
    contract_size: num(spec.contractSize),
    min_trade_amount: num(spec.minAmount),
    tick_size: num(spec.tick),
    tick_size_steps: (spec.tickSteps ?? []).map(({ above, tick }) => ({
      above_price: num(above),
      tick_size: num(tick),
    })),
    price_index: spec.index,
    ...(isOption(spec) ? { strike: num(spec.term.strike), option_type: spec.term.side } : {}),
    creation_timestamp: spec.createdAt,
    expiration_timestamp: spec.term.kind === 'perpetual' ? NEVER : spec.term.expiry,
    is_active: market.dated?.delivery === undefined,
    state: market.state,
    maker_commission: num(spec.makerFee),
    taker_commission: num(spec.takerFee),
    max_liquidation_commission: num(dec(options.liquidationFee)),
    max_leverage: spec.maxLeverage,
    block_trade_commission: num(div(spec.takerFee, dec(2), RATE_DIGITS)),
    block_trade_min_trade_amount: num(mul(spec.minAmount, dec(10_000))),
    block_trade_tick_size: num(dec('0.01')),
  };
}
