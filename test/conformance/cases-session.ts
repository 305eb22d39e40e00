/** Cases of logins and tokens, over both ways. */
import {
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
  refuses,
  type Shape,
  type Step,
  text,
} from './case.ts';

const CREDENTIALS = {
  grant_type: 'client_credentials',
  client_id: '$client_id',
  client_secret: '$client_secret',
};
const GRANT: Shape = has({
  access_token: text,
  refresh_token: text,
  token_type: one('bearer'),
  expires_in: integer,
  scope: text,
});

const KEPT = { access: 'access_token', refresh: 'refresh_token' };

const login = (params: object = {}): Step =>
  call('public/auth', { ...CREDENTIALS, ...params }, gives(GRANT, '0 < expires_in'), KEPT);

const reads = call('private/get_positions', {}, gives(list(anything)));

const auth: readonly Case[] = [
  open('auth', 'a login by id and secret', '4.1', login(), reads),
  open(
    'auth-state',
    'a state is given back',
    '4.1',
    call('public/auth', { ...CREDENTIALS, state: 'abc' }, gives(has({ state: one('abc') }))),
  ),
  open(
    'auth-wrong-secret',
    'a wrong secret: 13004',
    '4.1',
    call('public/auth', { ...CREDENTIALS, client_secret: 'wrong' }, refuses(13004)),
  ),
  open(
    'auth-wrong-id',
    'an unknown key: 13004',
    '4.1',
    call('public/auth', { ...CREDENTIALS, client_id: 'nobody' }, refuses(13004)),
  ),
  open(
    'auth-no-secret',
    'no secret',
    '4.1',
    call(
      'public/auth',
      { grant_type: 'client_credentials', client_id: '$client_id' },
      refuses([13004, -32602]),
    ),
  ),
  open(
    'auth-wrong-signature',
    'a wrong signature: 13004',
    '4.2',
    call(
      'public/auth',
      {
        grant_type: 'client_signature',
        client_id: '$client_id',
        timestamp: '$now',
        signature: '00',
        nonce: 'n',
        data: '',
      },
      refuses(13004),
    ),
  ),
  open(
    'auth-old-signature',
    'a signature of long ago: 13004',
    '4.1',
    call(
      'public/auth',
      {
        grant_type: 'client_signature',
        client_id: '$client_id',
        timestamp: '$now-3600000',
        signature: '00',
        nonce: 'n',
        data: '',
      },
      refuses(13004),
    ),
  ),
  open(
    'auth-refresh',
    'a refresh gives a new pair',
    '4.4',
    login(),
    call('public/auth', { grant_type: 'refresh_token', refresh_token: '$refresh' }, gives(GRANT)),
    reads,
  ),
  open(
    'auth-refresh-wrong',
    'an unknown refresh token',
    '4.4',
    call(
      'public/auth',
      { grant_type: 'refresh_token', refresh_token: 'nothing' },
      refuses([13004, 13009]),
    ),
  ),
  open(
    'auth-refresh-missing',
    'no refresh token',
    '4.4',
    call('public/auth', { grant_type: 'refresh_token' }, refuses([13004, 13009, -32602])),
  ),
  open(
    'auth-narrow-scope',
    'a narrower scope is granted without an error',
    '4.3',
    call('public/auth', { ...CREDENTIALS, scope: 'trade:read' }, gives(GRANT)),
    call('private/get_account_summary', { currency: 'USDC' }, refuses(13021)),
    reads,
  ),
  open(
    'auth-session',
    'a named session is told in the scope',
    '4.3',
    call('public/auth', { ...CREDENTIALS, scope: 'session:suite' }, gives(GRANT)),
  ),
  open(
    'auth-expires',
    'a shorter life of the token',
    '4.3',
    call(
      'public/auth',
      { ...CREDENTIALS, scope: 'expires:60' },
      gives(has({ expires_in: integer }), 'expires_in <= 60'),
    ),
  ),
  open(
    'token-in-params',
    'a token of a session in the parameters',
    '2',
    call('public/auth', { ...CREDENTIALS, scope: 'session:suite2' }, gives(GRANT), KEPT),
    connect(false),
    call('private/get_positions', { access_token: '$access' }, gives(list(anything))),
  ),
  open(
    'token-wrong',
    'a wrong token: 13009',
    '4.1',
    call('private/get_positions', { access_token: 'nothing' }, refuses(13009)),
  ),
  open(
    'token-of-another-connection',
    'a token of a connection dies with it',
    '4.3',
    login(),
    connect(false),
    call('private/get_positions', { access_token: '$access' }, refuses([13009, 10000])),
  ),
  logged(
    'logout',
    'logout closes the connection',
    '4.4',
    call('private/logout', {}, { kind: 'silence' }),
    { kind: 'closed', codes: [1000, 1005, 1006], ms: 5_000 },
  ),
];

const http: readonly Case[] = [
  {
    id: 'http-basic',
    title: 'id and secret over HTTP',
    source: '4.2',
    needs: ['login'],
    steps: [
      {
        kind: 'http',
        method: 'private/get_positions',
        params: {},
        as: 'key',
        expect: gives(list(anything)),
      },
    ],
  },
  {
    id: 'http-basic-wrong',
    title: 'a wrong secret over HTTP',
    source: '4.2',
    needs: ['login'],
    steps: [
      {
        kind: 'http',
        method: 'private/get_positions',
        params: {},
        as: 'wrong key',
        expect: refuses([13004, 13009]),
      },
    ],
  },
  {
    id: 'http-nobody',
    title: 'nobody over HTTP: 10000',
    source: '4.1',
    needs: [],
    steps: [
      {
        kind: 'http',
        method: 'private/get_positions',
        params: {},
        as: 'nobody',
        expect: refuses([10000, 13009]),
      },
    ],
  },
  {
    id: 'http-order',
    title: 'an order over HTTP',
    source: '2',
    needs: ['login'],
    steps: [
      {
        kind: 'http',
        method: 'private/buy',
        params: { instrument_name: '$perp', amount: '$amount', price: '$far_buy', label: '$label' },
        as: 'key',
        expect: gives(has({ order: anything, trades: list(anything, 0, 0) })),
      },
    ],
  },
  {
    id: 'http-numbers-as-text',
    title: 'over HTTP numbers may come as text',
    source: '2',
    needs: [],
    steps: [
      {
        kind: 'http',
        method: 'public/get_order_book',
        params: { instrument_name: '$perp', depth: '5' },
        as: 'nobody',
        expect: gives(has({ bids: list(anything) })),
      },
    ],
  },
  {
    id: 'http-business-error',
    title: 'an error over HTTP is framed like any',
    source: '2',
    needs: ['login'],
    steps: [
      {
        kind: 'http',
        method: 'private/get_order_state',
        params: { order_id: 'USDC-999999999' },
        as: 'key',
        expect: refuses(10004),
      },
    ],
  },
];

export const SESSION: readonly Case[] = [...auth, ...http];
