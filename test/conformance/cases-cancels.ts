/** Cases of cancels, and of looking orders up. */
import {
  anything,
  call,
  type Case,
  gives,
  has,
  integer,
  list,
  logged,
  maybe,
  number,
  one,
  type Params,
  refuses,
  type Shape,
  type Step,
  text,
  traded,
  with_,
} from './case.ts';
import { MARKET, STOP, KEEP, gets, NO_TRADES, buy, sell, rests, cancels } from './orders.ts';
import { ORDER, ORDER_RELATIONS } from './shapes.ts';

const COUNT = (n: number) => gives(one(n));

const cancelled: readonly Case[] = [
  logged('cancel', 'a cancel answers the order itself', '9.3', rests, cancels()),
  logged(
    'cancel-twice',
    'a second cancel: no longer open',
    '9.3',
    rests,
    cancels(),
    call('private/cancel', { order_id: '$order' }, refuses([10004, 10010, 11044])),
  ),
  traded(
    'cancel-filled',
    'a cancel of a filled order',
    '9.3',
    buy(MARKET, gets({}), KEEP),
    call('private/cancel', { order_id: '$order' }, refuses([10004, 10010, 11044])),
  ),
  logged(
    'cancel-unknown',
    'a cancel of an unknown order',
    '9.3',
    call('private/cancel', { order_id: 'USDC-999999999' }, refuses([10004, 11044])),
  ),
  logged(
    'cancel-trigger',
    'a cancel of an untriggered order',
    '9.3',
    sell(STOP, gets({}), KEEP),
    call(
      'private/cancel',
      { order_id: '$order' },
      gives(with_(ORDER, { order_state: one('cancelled', 'untriggered') })),
    ),
  ),
  logged(
    'cancel-by-label',
    'cancel_by_label counts',
    '9.3',
    rests,
    rests,
    call('private/cancel_by_label', { label: '$label' }, COUNT(2)),
  ),
  logged(
    'cancel-by-label-currency',
    'cancel_by_label within a currency',
    '9.3',
    rests,
    call('private/cancel_by_label', { label: '$label', currency: 'BTC' }, COUNT(0)),
    call('private/cancel_by_label', { label: '$label', currency: 'USDC' }, COUNT(1)),
  ),
  logged(
    'cancel-by-label-none',
    '0 is a normal success',
    '9.3',
    call('private/cancel_by_label', { label: '$label' }, COUNT(0)),
  ),
  logged(
    'cancel-all',
    'cancel_all counts',
    '9.3',
    rests,
    rests,
    call('private/cancel_all', {}, COUNT(2)),
  ),
  logged(
    'cancel-all-detailed',
    'cancel_all in detail lists the orders',
    '9.3',
    rests,
    call(
      'private/cancel_all',
      { detailed: true },
      gives(
        list(
          has({
            currency: text,
            type: text,
            instrument_name: maybe(text),
            result: list(with_(ORDER, { order_state: one('cancelled') })),
          }),
          1,
        ),
      ),
    ),
  ),
  logged(
    'cancel-all-instrument',
    'cancel_all_by_instrument',
    '9.3',
    rests,
    call('private/cancel_all_by_instrument', { instrument_name: '$perp' }, COUNT(1)),
  ),
  logged(
    'cancel-all-instrument-other',
    'cancel_all_by_instrument of another',
    '9.3',
    rests,
    call('private/cancel_all_by_instrument', { instrument_name: 'ETH_USDC-PERPETUAL' }, COUNT(0)),
  ),
  logged(
    'cancel-all-type',
    'cancel_all_by_instrument of a type',
    '9.3',
    rests,
    sell(STOP),
    call(
      'private/cancel_all_by_instrument',
      { instrument_name: '$perp', type: 'trigger_all' },
      COUNT(1),
    ),
    call(
      'private/get_open_orders_by_instrument',
      { instrument_name: '$perp' },
      gives(list(with_(ORDER, { order_id: one('$order') }), 1, 1)),
    ),
  ),
  logged(
    'cancel-all-limit',
    'limits only',
    '9.3',
    rests,
    sell(STOP),
    call('private/cancel_all_by_instrument', { instrument_name: '$perp', type: 'limit' }, COUNT(1)),
  ),
  logged(
    'cancel-all-currency',
    'cancel_all_by_currency',
    '9.3',
    rests,
    call('private/cancel_all_by_currency', { currency: 'USDC' }, COUNT(1)),
  ),
  logged(
    'cancel-all-currency-other',
    'cancel_all_by_currency of another',
    '9.3',
    rests,
    call('private/cancel_all_by_currency', { currency: 'BTC' }, COUNT(0)),
  ),
  logged(
    'cancel-all-kind',
    'cancel_all_by_kind_or_type',
    '9.3',
    rests,
    call('private/cancel_all_by_kind_or_type', { currency: 'any', kind: 'future' }, COUNT(1)),
  ),
  logged(
    'cancel-all-kind-option',
    'options only: nothing',
    '9.3',
    rests,
    call('private/cancel_all_by_kind_or_type', { currency: 'any', kind: 'option' }, COUNT(0)),
  ),
];

const waits = (params: Params, order: Readonly<Record<string, Shape>> = {}): Step =>
  sell(
    { ...STOP, ...params },
    gets({ order_state: one('untriggered'), ...order }, NO_TRADES),
    KEEP,
  );

const lookups: readonly Case[] = [
  logged(
    'order-state',
    'get_order_state of an open order',
    '12.2',
    rests,
    call(
      'private/get_order_state',
      { order_id: '$order' },
      gives(
        with_(ORDER, { order_id: one('$order'), order_state: one('open') }),
        ...ORDER_RELATIONS,
      ),
    ),
  ),
  logged(
    'order-state-cancelled',
    'and of a cancelled one',
    '12.2',
    rests,
    cancels(),
    call(
      'private/get_order_state',
      { order_id: '$order' },
      gives(with_(ORDER, { order_state: one('cancelled'), cancel_reason: one('user_request') })),
    ),
  ),
  logged(
    'order-state-unknown',
    'of an unknown one: 10004',
    '12.2',
    call('private/get_order_state', { order_id: 'USDC-999999999' }, refuses(10004)),
  ),
  logged(
    'order-state-by-label',
    'by label: a list, open and closed',
    '12.2',
    rests,
    cancels(),
    rests,
    call(
      'private/get_order_state_by_label',
      { currency: 'USDC', label: '$label' },
      gives(list(ORDER, 2, 2)),
    ),
  ),
  logged(
    'order-state-by-label-none',
    'by label: an empty list',
    '12.2',
    call(
      'private/get_order_state_by_label',
      { currency: 'USDC', label: '$label' },
      gives(list(ORDER, 0, 0)),
    ),
  ),
  ...(
    [
      'get_open_orders',
      'get_open_orders_by_currency',
      'get_open_orders_by_instrument',
      'get_open_orders_by_label',
    ] as const
  ).map((name) =>
    logged(
      `open-${name.slice(4).replaceAll('_', '-')}`,
      `${name} lists an open order`,
      '12.1',
      rests,
      call(
        `private/${name}`,
        { currency: 'USDC', instrument_name: '$perp', label: '$label' },
        gives(list(ORDER, 1)),
      ),
    ),
  ),
  logged(
    'open-orders-limit',
    'open orders of type limit',
    '12.1',
    rests,
    waits({}),
    call(
      'private/get_open_orders',
      { kind: 'future', type: 'limit' },
      gives(list(with_(ORDER, { order_type: one('limit') }), 1)),
    ),
  ),
  logged(
    'history-unfilled',
    'history hides what never filled, unless asked',
    '12.3',
    rests,
    cancels(),
    call(
      'private/get_order_history_by_instrument',
      { instrument_name: '$perp', include_unfilled: true, count: 1 },
      gives(list(with_(ORDER, { order_id: one('$order') }), 1, 1)),
    ),
  ),
  traded(
    'history-filled',
    'history shows what filled',
    '12.3',
    buy(MARKET, gets({}), KEEP),
    call(
      'private/get_order_history_by_currency',
      { currency: 'USDC', count: 1 },
      gives(list(with_(ORDER, { order_id: one('$order'), order_state: one('filled') }), 1, 1)),
    ),
  ),
  traded(
    'history-continuation',
    'history by pages',
    '12.3',
    buy(MARKET),
    call(
      'private/get_order_history_by_currency',
      { currency: 'USDC', count: 1, with_continuation: true },
      gives(has({ continuation: anything })),
    ),
  ),
  logged(
    'trigger-history',
    'what became of a stop',
    '12.5',
    waits({}),
    cancels(),
    call(
      'private/get_trigger_order_history',
      { currency: 'USDC', count: 1 },
      gives(
        has({
          entries: list(
            has({
              trigger_order_id: one('$order'),
              order_state: one('cancelled'),
              request: text,
              timestamp: integer,
              instrument_name: text,
              amount: number,
            }),
            1,
            1,
          ),
          continuation: anything,
        }),
      ),
    ),
  ),
];

export const CANCELS: readonly Case[] = [...cancelled, ...lookups];
