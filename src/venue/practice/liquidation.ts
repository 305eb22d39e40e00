/**
 * The exchange closes (part of) a position by itself: the account's live orders on that instrument end with
 * `autoliquidation`, then an order of the exchange's own takes what it finds within the price band. It carries none of
 * the flags of a hand, its trades say who was liquidated, and it pays the liquidation commission (FACTS, section 17).
 * A real exchange does so in small steps of about a second; here each call is one step.
 */
import { type Decimal, sign } from '../../base/decimal.ts';
import { createOrder, enterBook } from './entering.ts';
import type { InstrumentSpec } from './instruments.ts';
import { settleLinks } from './linked.ts';
import { cancelOrder } from './matching.ts';
import type { Placed } from './placing.ts';
import { ownIn } from './resting.ts';
import { accountOf, type World } from './world.ts';

/** Liquidates `amount` (> 0, at most the position) of an account's position. */
export function liquidate(
  world: World,
  spec: InstrumentSpec,
  { account, amount }: { readonly account: string; readonly amount: Decimal },
): Placed {
  const resting = [...ownIn(world.resting, spec.name, account).values()];
  for (const order of resting) cancelOrder(world, order, 'autoliquidation');
  settleLinks(world, resting);
  const size = accountOf(world, account).positions[spec.name]?.size;
  const order = createOrder(world, {
    account,
    instrument: spec.name,
    direction: size !== undefined && sign(size) < 0 ? 'buy' : 'sell',
    type: 'market',
    original: null,
    amount,
    price: null,
    timeInForce: 'immediate_or_cancel',
    postOnly: false,
    rejectPostOnly: false,
    reduceOnly: true,
    label: '',
    source: 'liquidation',
    trigger: null,
    bornFrom: null,
    link: null,
  });
  enterBook(world, order, (changed) => settleLinks(world, changed));
  settleLinks(world, [order]);
  return { order, trades: world.state.trades.filter((trade) => trade.order === order.id) };
}
