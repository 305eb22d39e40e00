/** Cases of the wallet, by the key of the practice exchange that may move cash: nobody's real one is to be risked for them. */
import {
  call,
  type Case,
  connect,
  gives,
  has,
  integer,
  list,
  nothing,
  number,
  one,
  type Params,
  refuses,
  refusesParam,
  type Shape,
  type Step,
  text,
} from './case.ts';

const KEY: Params = {
  grant_type: 'client_credentials',
  client_id: 'practice-api',
  client_secret: 'practice-api-secret',
};

const wallet = (id: string, title: string, ...steps: readonly Step[]): Case => ({
  id,
  title,
  source: '13.1',
  needs: ['practice'],
  steps: [connect(false), call('public/auth', KEY), ...steps],
});

const USDC = { currency: 'USDC' };
const OUT = { ...USDC, address: 'somewhere-else', amount: 5 };
const FAR_TOO_MUCH = 1_000_000_000;

const withdrawal = (state: string): Shape =>
  has({
    id: integer,
    currency: one('USDC'),
    address: one('somewhere-else'),
    amount: one(5),
    fee: number,
    priority: number,
    state: one(state),
    transaction_id: nothing,
    confirmed_timestamp: nothing,
    created_timestamp: integer,
    updated_timestamp: integer,
  });

const withdraws = call('private/withdraw', OUT, gives(withdrawal('unconfirmed')), {
  withdrawal: 'id',
});
const takesBack = call(
  'private/cancel_withdrawal',
  { ...USDC, id: '$withdrawal' },
  gives(withdrawal('cancelled')),
);

export const WALLET: readonly Case[] = [
  wallet(
    'deposit-address',
    'a currency has one address for deposits',
    call(
      'private/get_current_deposit_address',
      USDC,
      gives(
        has({
          currency: one('USDC'),
          address: text,
          type: one('deposit'),
          creation_timestamp: integer,
        }),
      ),
    ),
  ),
  wallet(
    'deposits',
    'deposits are listed',
    call(
      'private/get_deposits',
      USDC,
      gives(
        has({
          count: integer,
          data: list(
            has({
              currency: one('USDC'),
              address: text,
              amount: number,
              state: one('completed'),
              transaction_id: text,
              received_timestamp: integer,
              updated_timestamp: integer,
            }),
            1,
          ),
        }),
        '0 < data[0].amount',
      ),
    ),
  ),
  wallet(
    'withdrawal-taken-back',
    'a withdrawal is listed until it is taken back, and after',
    withdraws,
    call(
      'private/get_withdrawals',
      { ...USDC, count: 1 },
      gives(has({ count: integer, data: list(withdrawal('unconfirmed'), 1, 1) })),
    ),
    takesBack,
    call('private/cancel_withdrawal', { ...USDC, id: '$withdrawal' }, refuses(12100)),
    call(
      'private/get_transaction_log',
      { ...USDC, start_timestamp: '$now-60000', end_timestamp: '$now+60000', query: 'withdrawal' },
      gives(has({ logs: list(has({ type: one('withdrawal'), info: has({ addr: text }) }), 2) })),
    ),
  ),
  wallet(
    'withdrawal-not-covered',
    'more than is free can not be taken out: 10009',
    call('private/withdraw', { ...OUT, amount: FAR_TOO_MUCH }, refuses(10009)),
  ),
  wallet(
    'withdrawal-wrong',
    'a withdrawal needs an amount above 0, an address, and a known priority',
    call('private/withdraw', { ...OUT, amount: 0 }, refusesParam('amount')),
    call('private/withdraw', { ...USDC, amount: 5 }, refusesParam('address')),
    call('private/withdraw', { ...OUT, priority: 'at once' }, refusesParam('priority')),
  ),
  wallet(
    'withdrawal-unknown',
    'a withdrawal that is not there can not be taken back: 11053',
    call('private/cancel_withdrawal', { ...USDC, id: 987_654 }, refuses(11053)),
  ),
  wallet(
    'transfers-refused',
    'a transfer needs another account that is there',
    call(
      'private/submit_transfer_to_user',
      { ...USDC, amount: 5, destination: 'nobody' },
      refuses(11091),
    ),
    call(
      'private/submit_transfer_to_subaccount',
      { ...USDC, amount: 5, destination: 987_654 },
      refuses(11091),
    ),
    call(
      'private/submit_transfer_to_user',
      { ...USDC, amount: 5, destination: 'main' },
      refuses(12100),
    ),
    call('private/get_transfers', USDC, gives(has({ count: one(0), data: list(text, 0, 0) }))),
    call('private/cancel_transfer_by_id', { ...USDC, id: 987_654 }, refuses(11053)),
  ),
];
