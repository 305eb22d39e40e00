/** The numbers of one currency of an account, as the object that stands on the wire. */
import { type Decimal, add, roundTo, sub, ZERO } from '../../../base/decimal.ts';
import type { Portfolio } from '../../protocol/objects.ts';
import { decimalsOf } from '../products/instruments.ts';
import { liquidationRatios } from './liquidation-price.ts';
import { walletOf } from './margin.ts';
import { type Greek, greekOfAll, type OptionsTotal } from '../products/options-total.ts';
import type { AccountRecord } from '../state.ts';
import { num, type WireNumber } from '../wire/wire-json.ts';
import type { World } from '../world.ts';

const RATE_DIGITS = 8;
const zero = num(ZERO);
const rounded = (value: Decimal, digits: number): WireNumber => num(roundTo(value, digits));

const mapOf = ({ byIndex }: OptionsTotal, greek: Greek): Readonly<Record<string, WireNumber>> =>
  Object.fromEntries(Object.entries(byIndex).map(([index, one]) => [index, num(one[greek])]));

/** The numbers of one currency, as `user.portfolio` and the summaries carry them. */
export function portfolioObject(
  world: World,
  account: AccountRecord,
  currency: string,
): Portfolio<WireNumber> {
  const wallet = walletOf(world, account, currency);
  const ratios = liquidationRatios(world, account, currency);
  const { options } = wallet;
  const shown = (value: Decimal): WireNumber => rounded(value, decimalsOf(currency));
  const deltas = Object.entries(wallet.deltas).map(
    ([index, delta]) => [index, rounded(delta, 9)] as const,
  );
  const delta = rounded(Object.values(wallet.deltas).reduce(add, ZERO), 9);
  return {
    currency,
    balance: shown(wallet.balance),
    equity: shown(wallet.equity),
    margin_balance: shown(sub(wallet.equity, options.value)),
    available_funds: shown(wallet.available),
    available_withdrawal_funds: num(roundTo(wallet.withdrawable, decimalsOf(currency), 'down')),
    initial_margin: shown(wallet.withOrders),
    maintenance_margin: shown(wallet.maintenance),
    projected_initial_margin: shown(wallet.withOrders),
    projected_maintenance_margin: shown(wallet.maintenance),
    session_upl: shown(add(wallet.upl, options.upl)),
    session_rpl: shown(add(wallet.rpl, options.rpl)),
    futures_session_upl: shown(wallet.upl),
    futures_session_rpl: shown(wallet.rpl),
    futures_pl: shown(wallet.total),
    total_pl: shown(add(wallet.total, options.total)),
    options_session_upl: shown(options.upl),
    options_session_rpl: shown(options.rpl),
    options_pl: shown(options.total),
    options_value: shown(options.value),
    options_delta: num(greekOfAll(options, 'delta')),
    options_gamma: num(greekOfAll(options, 'gamma')),
    options_vega: num(greekOfAll(options, 'vega')),
    options_theta: num(greekOfAll(options, 'theta')),
    options_gamma_map: mapOf(options, 'gamma'),
    options_vega_map: mapOf(options, 'vega'),
    options_theta_map: mapOf(options, 'theta'),
    delta_total: delta,
    projected_delta_total: delta,
    delta_total_map: Object.fromEntries(deltas),
    spot_reserve: zero,
    additional_reserve: zero,
    locked_balance: zero,
    fee_balance: zero,
    estimated_liquidation_ratio: rounded(ratios.all ?? ZERO, RATE_DIGITS),
    estimated_liquidation_ratio_map: Object.fromEntries(
      Object.entries(ratios.byIndex).map(([index, ratio]) => [index, num(ratio)]),
    ),
    margin_model: 'segregated_sm',
    portfolio_margining_enabled: false,
    cross_collateral_enabled: false,
  };
}
