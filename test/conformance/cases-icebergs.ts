/** Cases of orders that show the book only a part of themselves. */
import { absent, call, type Case, logged, one, type Params, refuses } from './case.ts';
import { buy, cancels, gets, KEEP, NO_TRADES, REST } from './orders.ts';

const BERG = { ...REST, amount: '$berg', display_amount: '$shown' };
const stands = buy(BERG, gets({ order_state: one('open') }, NO_TRADES), KEEP);
const edited = (params: Params, shows: string) =>
  call(
    'private/edit',
    { order_id: '$order', price: '$far_buy', ...params },
    gets({ display_amount: one(shows), refresh_amount: one(shows), replaced: one(true) }),
  );

export const ICEBERGS: readonly Case[] = [
  logged(
    'iceberg',
    'an iceberg tells what it shows now and each time',
    '9.5',
    buy(
      BERG,
      gets(
        { amount: one('$berg'), display_amount: one('$shown'), refresh_amount: one('$shown') },
        NO_TRADES,
      ),
      KEEP,
    ),
    cancels(),
  ),
  logged(
    'iceberg-absent',
    'an order that shows all of itself has no such fields',
    '9.5',
    buy(REST, gets({ display_amount: absent, refresh_amount: absent }, NO_TRADES), KEEP),
  ),
  logged(
    'iceberg-small',
    'a shown part below a hundred least amounts: 10036',
    '9.1',
    buy({ ...BERG, display_amount: '$double' }, refuses([10036, 11029, -32602])),
  ),
  logged(
    'iceberg-deep',
    'a hidden part of a hundred shown ones: 10036',
    '9.1',
    buy({ ...BERG, amount: '$deep' }, refuses([10036, 11029, -32602])),
  ),
  logged(
    'iceberg-ioc',
    'an order that never rests can not be an iceberg',
    '9.1',
    buy({ ...BERG, time_in_force: 'immediate_or_cancel' }, refuses([11047, 10036, 11029, -32602])),
  ),
  logged(
    'iceberg-edit',
    'an edit keeps what is shown unless it says otherwise',
    '9.2',
    stands,
    edited({ amount: '$berg' }, '$shown'),
    edited({ amount: '$berg', display_amount: '$shown_twice' }, '$shown_twice'),
    cancels(),
  ),
];
