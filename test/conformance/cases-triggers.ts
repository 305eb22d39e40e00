/** Cases of trigger orders and of linked ones. */
import {
  call,
  type Case,
  gives,
  list,
  logged,
  maybe,
  one,
  type Params,
  refuses,
  type Shape,
  type Step,
  text,
  traded,
  with_,
} from './case.ts';
import { REST, STOP, KEEP, gets, NO_TRADES, TRADES, buy, sell, rests, cancels } from './orders.ts';
import { ORDER } from './shapes.ts';

const waits = (params: Params, order: Readonly<Record<string, Shape>> = {}): Step =>
  sell(
    { ...STOP, ...params },
    gets({ order_state: one('untriggered'), ...order }, NO_TRADES),
    KEEP,
  );

const triggers: readonly Case[] = [
  logged(
    'stop-market',
    'a stop waits; its price is a word',
    '9.5',
    waits(
      {},
      {
        order_type: one('stop_market'),
        price: one('market_price'),
        trigger: one('mark_price'),
        trigger_price: one('$stop_below'),
      },
    ),
  ),
  logged(
    'stop-limit',
    'a stop with a limit',
    '9.5',
    waits(
      { type: 'stop_limit', price: '$stop_below' },
      { order_type: one('stop_limit'), price: one('$stop_below') },
    ),
  ),
  logged(
    'take-market',
    'a take waits above',
    '9.5',
    waits(
      { type: 'take_market', trigger_price: '$stop_above' },
      { order_type: one('take_market') },
    ),
  ),
  logged(
    'take-limit',
    'a take with a limit',
    '9.5',
    waits(
      { type: 'take_limit', trigger_price: '$stop_above', price: '$stop_above' },
      { order_type: one('take_limit') },
    ),
  ),
  logged(
    'trailing-stop',
    'a trailing stop keeps its distance',
    '9.5',
    waits(
      { type: 'trailing_stop', trigger_price: undefined, trigger_offset: '$offset' },
      { order_type: one('trailing_stop'), trigger_offset: maybe(one('$offset')) },
    ),
  ),
  ...(['index_price', 'mark_price', 'last_price'] as const).map((trigger) =>
    logged(
      `trigger-${trigger.replace('_', '-')}`,
      `a stop on ${trigger}`,
      '9.1',
      waits({ trigger }, { trigger: one(trigger) }),
    ),
  ),
  logged(
    'stop-without-trigger',
    'a stop without a trigger is refused',
    '9.1',
    sell({ ...STOP, trigger: undefined }, refuses([-32602, 11029])),
  ),
  logged(
    'stop-without-price',
    'a stop without a trigger price is refused',
    '9.1',
    sell({ ...STOP, trigger_price: undefined }, refuses([-32602, 11029, 11036])),
  ),
  logged(
    'stop-wrong-side',
    'a stop that would fire at once is refused',
    '9.1',
    sell({ ...STOP, trigger_price: '$stop_above' }, refuses([11036, 11030, -32602])),
  ),
  logged(
    'stop-reduce-only-flat',
    'a reduce-only stop may wait without a position',
    '9.1',
    waits({ reduce_only: true }, { reduce_only: one(true) }),
  ),
  logged(
    'stop-tells-no-fills',
    'an untriggered order may leave fills out',
    '9.5',
    waits({}, { filled_amount: maybe(one(0)), average_price: maybe(one(0)) }),
  ),
  logged(
    'open-stops-only',
    'open orders of type stop_all',
    '12.1',
    rests,
    waits({}),
    call(
      'private/get_open_orders_by_instrument',
      { instrument_name: '$perp', type: 'stop_all' },
      gives(list(with_(ORDER, { order_type: one('stop_market') }), 1, 1)),
    ),
  ),
];

const LEG_STOP = {
  direction: 'sell',
  type: 'stop_market',
  amount: '$amount',
  trigger: 'mark_price',
  trigger_price: '$stop_below',
  reduce_only: true,
  label: '$label2',
};

const LEG_TAKE = { ...LEG_STOP, type: 'take_market', trigger_price: '$stop_above' };
const OTOCO = {
  linked_order_type: 'one_triggers_one_cancels_other',
  trigger_fill_condition: 'first_hit',
  otoco_config: [LEG_STOP, LEG_TAKE],
};
const links: readonly Case[] = [
  logged(
    'otoco-rests',
    'a primary names its secondaries',
    '9.5',
    buy(
      { ...REST, ...OTOCO },
      gets(
        {
          order_state: one('open'),
          oto_order_ids: list(text, 2, 2),
          is_primary_otoco: maybe(one(true)),
        },
        NO_TRADES,
      ),
    ),
  ),
  logged(
    'oto-rests',
    'a primary with one secondary',
    '9.5',
    buy(
      { ...REST, linked_order_type: 'one_triggers_other', otoco_config: [LEG_STOP] },
      gets({ oto_order_ids: list(text, 1, 1) }),
    ),
  ),
  logged(
    'otoco-cancel',
    'the end of a primary takes its secondaries along',
    '9.5',
    buy({ ...REST, ...OTOCO }, gets({}), KEEP),
    cancels(),
    call(
      'private/get_open_orders_by_label',
      { currency: 'USDC', label: '$label2' },
      gives(list(ORDER, 0, 0)),
    ),
  ),
  traded(
    'otoco-fills',
    'a primary that fills wakes both legs',
    '9.5',
    buy({ ...REST, ...OTOCO, price: '$cross_buy' }, gets({ order_state: one('filled') }, TRADES)),
    call(
      'private/get_open_orders_by_label',
      { currency: 'USDC', label: '$label2' },
      gives(list(with_(ORDER, { order_state: one('untriggered'), reduce_only: one(true) }), 2, 2)),
    ),
  ),
  traded(
    'otoco-leg-cancelled',
    'a leg that is cancelled takes the other with it',
    '9.5',
    buy({ ...REST, ...OTOCO, price: '$cross_buy' }),
    call(
      'private/get_open_orders_by_label',
      { currency: 'USDC', label: '$label2' },
      gives(list(ORDER, 2, 2)),
      { order: '[0].order_id' },
    ),
    call('private/cancel', { order_id: '$order' }),
    call(
      'private/get_open_orders_by_label',
      { currency: 'USDC', label: '$label2' },
      gives(list(ORDER, 0, 0)),
    ),
  ),
  logged(
    'oco',
    'a pair of which one cancels the other',
    '9.5',
    sell(
      {
        ...STOP,
        linked_order_type: 'one_cancels_other',
        otoco_config: [{ ...LEG_TAKE, reduce_only: false }],
      },
      gets({ order_state: one('untriggered'), oco_ref: maybe(text) }),
      KEEP,
    ),
    call('private/cancel', { order_id: '$order' }),
    call(
      'private/get_open_orders_by_instrument',
      { instrument_name: '$perp' },
      gives(list(ORDER, 0, 0)),
    ),
  ),
  logged(
    'otoco-without-legs',
    'a link without orders is refused',
    '9.1',
    buy({ ...REST, linked_order_type: 'one_triggers_other' }, refuses([-32602, 11029, 11030])),
  ),
  logged(
    'oto-dormant-listed',
    'dormant secondaries are listed',
    '12.1',
    buy({ ...REST, ...OTOCO }),
    call(
      'private/get_open_orders_by_instrument',
      { instrument_name: '$perp' },
      gives(list(ORDER, 1)),
    ),
  ),
];

export const TRIGGERS: readonly Case[] = [...triggers, ...links];
