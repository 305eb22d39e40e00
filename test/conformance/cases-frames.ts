/** Cases of framing, heartbeats, closing and cancel-on-disconnect. */
import {
  absent,
  anything,
  call,
  type Case,
  connect,
  gives,
  has,
  integer,
  list,
  logged,
  one,
  open,
  type Params,
  type Shape,
  text,
  flag,
} from './case.ts';

const STAMPS = { usIn: integer, usOut: integer, usDiff: integer, testnet: flag };
const frame = (id: string, title: string, sent: string, expect: Shape): Case => ({
  id: `frame-${id}`,
  title,
  source: '2',
  needs: [],
  steps: [connect(false), { kind: 'frame', text: sent, expect }],
});

const framing: readonly Case[] = [
  frame(
    'bad-json',
    'what is no JSON: 11050 without an id',
    '{"jsonrpc":"2.0",',
    has({ id: absent, error: has({ code: one(11050), message: one('bad_request') }) }),
  ),
  frame(
    'stamps',
    'an answer carries its stamps',
    '{"jsonrpc":"2.0","id":1,"method":"public/get_time"}',
    has({ jsonrpc: one('2.0'), id: one(1), result: integer, ...STAMPS }),
  ),
  frame(
    'error-stamps',
    'an error does so as well',
    '{"jsonrpc":"2.0","id":2,"method":"public/nothing"}',
    has({ id: one(2), error: has({ code: one(-32601), message: text }), ...STAMPS }),
  ),
  frame(
    'id-text',
    'an id that is a text comes back as a text',
    '{"jsonrpc":"2.0","id":"abc","method":"public/get_time"}',
    has({ id: one('abc') }),
  ),
  frame(
    'id-large',
    'a large id',
    '{"jsonrpc":"2.0","id":9007199254740991,"method":"public/get_time"}',
    has({ id: one(9007199254740991) }),
  ),
  frame(
    'no-id',
    'without an id: answered without one',
    '{"jsonrpc":"2.0","method":"public/get_time"}',
    has({ id: absent, result: integer }),
  ),
  frame(
    'no-params',
    'without parameters',
    '{"jsonrpc":"2.0","id":3,"method":"public/test"}',
    has({ result: has({ version: text }) }),
  ),
  frame(
    'null-params',
    'with null for parameters',
    '{"jsonrpc":"2.0","id":3,"method":"public/test","params":null}',
    has({ id: one(3) }),
  ),
  frame(
    'params-list',
    'a list of parameters is refused',
    '{"jsonrpc":"2.0","id":4,"method":"public/ticker","params":["BTC_USDC-PERPETUAL"]}',
    has({ error: has({ code: one(-32602, -32000, -32600) }) }),
  ),
  frame(
    'version',
    'another version is refused',
    '{"jsonrpc":"1.0","id":5,"method":"public/get_time"}',
    has({ id: one(5), error: has({ code: one(-32602, -32600) }) }),
  ),
  frame(
    'no-method',
    'without a method',
    '{"jsonrpc":"2.0","id":6}',
    has({ error: has({ code: one(-32601, -32600, -32602) }) }),
  ),
  frame(
    'too-large',
    'a request above 32 kB: -32600',
    `{"jsonrpc":"2.0","id":7,"method":"public/test","params":{"x":"${'x'.repeat(33_000)}"}}`,
    has({ error: has({ code: one(-32600) }) }),
  ),
  frame(
    'exponent',
    'a number with an exponent is a number',
    '{"jsonrpc":"2.0","id":8,"method":"public/get_order_book","params":{"instrument_name":"BTC_USDC-PERPETUAL","depth":1e1}}',
    has({ result: has({ bids: list(anything, 0, 10) }) }),
  ),
];

const TEST_REQUEST = has({
  method: one('heartbeat'),
  params: has({ type: one('test_request', 'heartbeat') }),
});

const cod = (scope?: string): Params => (scope === undefined ? {} : { scope });

const life: readonly Case[] = [
  open(
    'heartbeat-set',
    'set_heartbeat answers ok',
    '5',
    call('public/set_heartbeat', { interval: 10 }, gives(one('ok'))),
  ),
  open(
    'heartbeat-off',
    'disable_heartbeat answers ok',
    '5',
    call('public/set_heartbeat', { interval: 10 }),
    call('public/disable_heartbeat', {}, gives(one('ok'))),
  ),
  {
    ...open(
      'heartbeat-asks',
      'a test_request comes about 12 s later, and again when answered',
      '5',
      call('public/set_heartbeat', { interval: 10 }),
      { kind: 'beat', shape: TEST_REQUEST, ms: 14_000 },
      call('public/test', {}),
      { kind: 'beat', shape: TEST_REQUEST, ms: 12_000 },
    ),
    needs: ['slow'],
  },
  {
    ...open(
      'heartbeat-closes',
      'unanswered, it is closed with 4000',
      '5',
      call('public/set_heartbeat', { interval: 10 }),
      { kind: 'closed', codes: [4000], ms: 30_000 },
    ),
    needs: ['slow'],
  },
  {
    ...open(
      'idle-closes',
      'without subscription and traffic it is cut after a minute',
      '1',
      call('public/test', {}),
      { kind: 'closed', codes: [1006], ms: 65_000 },
    ),
    needs: ['slow'],
  },
  logged(
    'cod-off',
    'cancel-on-disconnect is off at first, on this connection',
    '6',
    call(
      'private/get_cancel_on_disconnect',
      {},
      gives(has({ scope: one('connection'), enabled: one(false) })),
    ),
  ),
  logged(
    'cod-on',
    'switched on, it reads so',
    '6',
    call('private/enable_cancel_on_disconnect', {}, gives(one('ok'))),
    call('private/get_cancel_on_disconnect', cod('connection'), gives(has({ enabled: one(true) }))),
  ),
  logged(
    'cod-off-again',
    'switched off again',
    '6',
    call('private/enable_cancel_on_disconnect', {}, gives(one('ok'))),
    call('private/disable_cancel_on_disconnect', {}, gives(one('ok'))),
    call('private/get_cancel_on_disconnect', {}, gives(has({ enabled: one(false) }))),
  ),
  logged(
    'cod-is-of-its-connection',
    'another connection is not touched',
    '6',
    call('private/enable_cancel_on_disconnect', {}, gives(one('ok'))),
    connect(),
    call('private/get_cancel_on_disconnect', {}, gives(has({ enabled: one(false) }))),
  ),
  logged(
    'logout-keeps-orders',
    'logout does not trigger it',
    '4.4',
    call('private/enable_cancel_on_disconnect', {}, gives(one('ok'))),
    call(
      'private/buy',
      { instrument_name: '$perp', amount: '$amount', price: '$far_buy', label: '$label' },
      gives(anything),
      { order: 'order.order_id' },
    ),
    call('private/logout', {}, { kind: 'silence' }),
    connect(),
    call(
      'private/get_order_state',
      { order_id: '$order' },
      gives(has({ order_state: one('open') })),
    ),
  ),
];

export const FRAMES: readonly Case[] = [...framing, ...life];
