/** Cases that every method has: who may call it, over which way, and how a parameter that is missing or wrong is refused. */
import { METHODS, type MethodRules } from '../../src/venue/protocol/methods.ts';
import { MORE_METHODS } from '../../src/venue/protocol/more-methods.ts';
import {
  type Case,
  call,
  connect,
  has,
  one,
  open,
  type Params,
  refuses,
  refusesParam,
  text,
} from './case.ts';

const RULES: Readonly<Record<string, Omit<MethodRules, 'scope'> & { readonly scope?: string }>> = {
  ...METHODS,
  ...MORE_METHODS,
};
const names = Object.keys(RULES);
const rulesOf = (name: string) => RULES[name] ?? {};
const short = (name: string): string => name.replace('/', '-').replaceAll('_', '-');

const isPrivate = (name: string): boolean => name.startsWith('private/');

const withoutLogin: readonly Case[] = names
  .filter(isPrivate)
  .map((name) =>
    open(
      `no-login-${short(name)}`,
      `${name} without a login: 10000`,
      '4.1',
      call(name, {}, refuses(10000)),
    ),
  );

const envelopes: readonly Case[] = names
  .filter((name) => !isPrivate(name))
  .map((name) =>
    open(
      `envelope-${short(name)}`,
      `${name} is answered in a frame of its own`,
      '2',
      call(name, {}),
    ),
  );

const scoped = names.filter((name) => rulesOf(name).scope?.endsWith('read_write') === true);

/** A login that may only read. */
const readOnly: readonly Case[] = scoped.map((name) => ({
  id: `scope-${short(name)}`,
  title: `${name} with a login that may only read: 13021`,
  source: '4.3',
  needs: ['login'],
  steps: [connect(true, 'account:read trade:read'), call(name, {}, refuses(13021))],
}));

const socketOnly: readonly Case[] = names
  .filter((name) => rulesOf(name).webSocketOnly === true)
  .map((name) => ({
    id: `http-${short(name)}`,
    title: `${name} over HTTP: 10030`,
    source: '2',
    needs: isPrivate(name) ? ['login'] : [],
    steps: [
      {
        kind: 'http',
        method: name,
        params: {},
        as: isPrivate(name) ? 'key' : 'nobody',
        expect: refuses(10030),
      },
    ],
  }));

type Wants = {
  readonly required: Params;
  /** A value of each parameter that can not be read. */
  readonly wrong: Params;
};

const ORDER = { instrument_name: '$perp', amount: '$amount', type: 'limit', price: '$far_buy' };
const RANGE = { start_timestamp: '$now-60000', end_timestamp: '$now' };

const PARAMS: Readonly<Record<string, Wants>> = {
  'public/auth': {
    required: { grant_type: 'client_credentials' },
    wrong: { grant_type: 'password' },
  },
  'public/set_heartbeat': { required: { interval: 10 }, wrong: { interval: 5 } },
  'public/subscribe': { required: { channels: [] }, wrong: { channels: 'platform_state' } },
  'public/unsubscribe': { required: { channels: [] }, wrong: { channels: 'platform_state' } },
  'public/get_instruments': {
    required: { currency: 'USDC' },
    wrong: { currency: 'XYZ', kind: 'bond' },
  },
  'public/get_instrument': { required: { instrument_name: '$perp' }, wrong: {} },
  'public/get_contract_size': { required: { instrument_name: '$perp' }, wrong: {} },
  'public/ticker': { required: { instrument_name: '$perp' }, wrong: {} },
  'public/get_order_book': { required: { instrument_name: '$perp' }, wrong: { depth: 3 } },
  'public/get_index_price': {
    required: { index_name: 'btc_usdc' },
    wrong: { index_name: 'no_such' },
  },
  'public/get_tradingview_chart_data': {
    required: { instrument_name: '$perp', ...RANGE, resolution: '1' },
    wrong: { resolution: '7', start_timestamp: 'soon', end_timestamp: 'later' },
  },
  'public/get_last_trades_by_instrument': {
    required: { instrument_name: '$perp' },
    wrong: { count: 0, sorting: 'up' },
  },
  'private/subscribe': { required: { channels: [] }, wrong: { channels: 'user.lock' } },
  'private/get_account_summary': { required: { currency: 'USDC' }, wrong: { currency: 'XYZ' } },
  'private/get_transaction_log': {
    required: { currency: 'USDC', ...RANGE },
    wrong: { currency: 'XYZ', count: 251 },
  },
  'private/get_position': { required: { instrument_name: '$perp' }, wrong: {} },
  'private/get_positions': { required: {}, wrong: { currency: 'XYZ', kind: 'bond' } },
  'private/get_margins': {
    required: { instrument_name: '$perp', amount: '$amount', price: '$far_buy' },
    wrong: { amount: 'much', price: 'high' },
  },
  'private/get_open_orders': { required: {}, wrong: { kind: 'bond', type: 'some' } },
  'private/get_open_orders_by_currency': {
    required: { currency: 'USDC' },
    wrong: { currency: 'XYZ' },
  },
  'private/get_open_orders_by_instrument': {
    required: { instrument_name: '$perp' },
    wrong: { type: 'some' },
  },
  'private/get_open_orders_by_label': {
    required: { currency: 'USDC' },
    wrong: { currency: 'XYZ' },
  },
  'private/get_order_state': { required: { order_id: '1' }, wrong: {} },
  'private/get_order_state_by_label': {
    required: { currency: 'USDC', label: 'none' },
    wrong: { currency: 'XYZ' },
  },
  'private/get_order_history_by_currency': {
    required: { currency: 'USDC' },
    wrong: { count: 1_001, offset: -1, historical: 'perhaps' },
  },
  'private/get_order_history_by_instrument': {
    required: { instrument_name: '$perp' },
    wrong: { count: 0 },
  },
  'private/get_trigger_order_history': {
    required: { currency: 'USDC' },
    wrong: { currency: 'XYZ' },
  },
  'private/get_settlement_history_by_currency': {
    required: { currency: 'USDC' },
    wrong: { type: 'gift' },
  },
  'private/get_settlement_history_by_instrument': {
    required: { instrument_name: '$perp' },
    wrong: { type: 'gift' },
  },
  'private/get_user_trades_by_currency': {
    required: { currency: 'USDC' },
    wrong: { count: 1_001, sorting: 'up' },
  },
  'private/get_user_trades_by_currency_and_time': {
    required: { currency: 'USDC', ...RANGE },
    wrong: { start_timestamp: 'soon' },
  },
  'private/get_user_trades_by_instrument': {
    required: { instrument_name: '$perp' },
    wrong: { start_seq: 'first' },
  },
  'private/get_user_trades_by_instrument_and_time': {
    required: { instrument_name: '$perp', ...RANGE },
    wrong: { end_timestamp: 'later' },
  },
  'private/get_user_trades_by_order': { required: { order_id: '1' }, wrong: { sorting: 'up' } },
  'private/buy': {
    required: ORDER,
    wrong: {
      amount: 'much',
      type: 'iceberg',
      price: 'high',
      time_in_force: 'good_til_monday',
      post_only: 'perhaps',
      reduce_only: 'perhaps',
      valid_until: 'soon',
      linked_order_type: 'one_likes_other',
    },
  },
  'private/sell': { required: ORDER, wrong: { type: 'iceberg', label: 'x'.repeat(65) } },
  'private/edit': { required: { order_id: '1', amount: '$amount' }, wrong: {} },
  'private/edit_by_label': {
    required: { label: 'none', instrument_name: '$perp', amount: '$amount' },
    wrong: {},
  },
  'private/cancel': { required: { order_id: '1' }, wrong: {} },
  'private/cancel_by_label': { required: { label: 'none' }, wrong: { currency: 'XYZ' } },
  'private/cancel_all_by_currency': {
    required: { currency: 'USDC' },
    wrong: { currency: 'XYZ', type: 'some' },
  },
  'private/cancel_all_by_instrument': {
    required: { instrument_name: '$perp' },
    wrong: { type: 'some' },
  },
  'private/cancel_all_by_kind_or_type': {
    required: { currency: 'any' },
    wrong: { kind: 'bond', type: 'some' },
  },
  'private/close_position': {
    required: { instrument_name: '$perp', type: 'market' },
    wrong: { type: 'stop_market' },
  },
};

/** An edit that names no amount means the one that the order has. */
const isOptional = (method: string, param: string): boolean =>
  method.startsWith('private/edit') && param === 'amount';
/** Parameters with a value of their own: of an order without a type a limit is meant, a window without an end lasts to now. */
const DEFAULTED: Readonly<Record<string, readonly string[]>> = {
  'private/buy': ['type'],
  'private/sell': ['type'],
  'public/get_instruments': ['currency'],
  'private/get_user_trades_by_currency_and_time': ['end_timestamp'],
  'private/get_user_trades_by_instrument_and_time': ['end_timestamp'],
};

const base = (method: string): Pick<Case, 'needs' | 'steps'> => ({
  needs: isPrivate(method) ? ['login'] : [],
  steps: [connect(isPrivate(method))],
});

const missing: readonly Case[] = Object.entries(PARAMS).flatMap(([method, { required }]) =>
  Object.keys(required)
    .filter((param) => !isOptional(method, param) && !(DEFAULTED[method]?.includes(param) ?? false))
    .map((param) => {
      const given = Object.fromEntries(Object.entries(required).filter(([key]) => key !== param));
      const { needs, steps } = base(method);
      return {
        id: `missing-${short(method)}-${param.replaceAll('_', '-')}`,
        title: `${method} without ${param}: -32602, which names it`,
        source: '2',
        needs,
        steps: [...steps, call(method, given, refusesParam(param))],
      };
    }),
);

const wrong: readonly Case[] = Object.entries(PARAMS).flatMap(([method, wants]) =>
  Object.entries(wants.wrong).map(([param, value]) => {
    const { needs, steps } = base(method);
    return {
      id: `wrong-${short(method)}-${param.replaceAll('_', '-')}`,
      title: `${method} with a ${param} that can not be read: -32602, which names it`,
      source: '2',
      needs,
      steps: [...steps, call(method, { ...wants.required, [param]: value }, refusesParam(param))],
    };
  }),
);

/** Methods that name an instrument, with one that nobody knows. */
const unknownInstrument: readonly Case[] = Object.entries(PARAMS)
  .filter(([, { required }]) => 'instrument_name' in required)
  .map(([method, { required }]) => {
    const { needs, steps } = base(method);
    const codes = [13020, 10020, 10004, -32602];
    return {
      id: `unknown-instrument-${short(method)}`,
      title: `${method} with an instrument that nobody knows is refused`,
      source: '2',
      needs,
      steps: [
        ...steps,
        call(method, { ...required, instrument_name: 'XYZ-PERPETUAL' }, refuses(codes)),
      ],
    };
  });

const other: readonly Case[] = [
  open(
    'unknown-method',
    'a method that nobody knows: -32601',
    '2',
    call('private/juggle', {}, refuses(-32601)),
  ),
  open(
    'unknown-param-is-ignored',
    'a parameter that nobody knows is ignored',
    '2',
    call(
      'public/test',
      { colour: 'green' },
      {
        kind: 'result',
        shape: has({ version: text }),
        relations: [],
      },
    ),
  ),
  open(
    'test-exception',
    'public/test answers an error when asked for one',
    '7',
    call('public/test', { expected_result: 'exception' }, refuses([10001, -32603, 11094, 11031])),
  ),
  open(
    'status-is-text',
    'public/status tells the lock as a text',
    '7',
    call(
      'public/status',
      {},
      {
        kind: 'result',
        shape: has({ locked: one('false', 'true', 'partial', false, true) }),
        relations: [],
      },
    ),
  ),
];

export const GENERIC: readonly Case[] = [
  ...withoutLogin,
  ...envelopes,
  ...readOnly,
  ...socketOnly,
  ...missing,
  ...wrong,
  ...unknownInstrument,
  ...other,
];
