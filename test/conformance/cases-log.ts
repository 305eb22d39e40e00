/** Cases of the transaction log and of settlements. */
import {
  anything,
  call,
  type Case,
  either,
  gives,
  has,
  integer,
  list,
  logged,
  nothing,
  number,
  one,
  text,
  traded,
  with_,
} from './case.ts';
import { buys, MARKET, PERP, RANGE, sells } from './cases-account.ts';
import { ROW } from './shapes.ts';

export const LOG: readonly Case[] = [
  traded(
    'log-trade',
    'a trade is a row of the log',
    '13.1',
    buys,
    call(
      'private/get_transaction_log',
      { currency: 'USDC', ...RANGE, count: 1, query: 'trade' },
      gives(
        has({
          logs: list(
            with_(ROW, { type: one('trade'), side: one('open buy'), order_id: one('$order') }),
            1,
            1,
          ),
          continuation: either(integer, nothing),
        }),
      ),
    ),
  ),
  traded(
    'log-newest-first',
    'the newest row comes first',
    '13.1',
    buys,
    sells,
    call(
      'private/get_transaction_log',
      { currency: 'USDC', ...RANGE, count: 2 },
      gives(has({ logs: list(ROW, 2, 2) }), 'logs[1].user_seq < logs[0].user_seq'),
    ),
  ),
  traded(
    'log-two-rows',
    'a fill that crosses zero is two rows of one trade',
    '13.1',
    buys,
    call('private/sell', { ...MARKET, amount: '$double' }, gives(anything)),
    call(
      'private/get_transaction_log',
      { currency: 'USDC', ...RANGE, count: 2 },
      gives(
        has({ logs: list(with_(ROW, { side: one('close sell', 'open sell') }), 2, 2) }),
        'logs[0].amount = logs[1].amount',
      ),
    ),
  ),
  traded(
    'log-pages',
    'pages of the log',
    '13.1',
    buys,
    sells,
    call(
      'private/get_transaction_log',
      { currency: 'USDC', ...RANGE, count: 1 },
      gives(has({ continuation: integer })),
    ),
  ),
  ...['deposit', 'withdrawal', 'transfer', 'settlement', 'delivery', 'swap', 'correction'].map(
    (type) =>
      logged(
        `log-${type}`,
        `the log asked for rows of type ${type} gives no others`,
        '13.1',
        call(
          'private/get_transaction_log',
          { currency: 'USDC', start_timestamp: 0, end_timestamp: '$now+60000', query: type },
          gives(
            has({
              logs: list(with_(ROW, { type: one(type), trade_id: nothing })),
              continuation: either(integer, nothing),
            }),
          ),
        ),
      ),
  ),
  logged(
    'log-unknown-query',
    'a query that means nothing finds nothing',
    '13.1',
    call(
      'private/get_transaction_log',
      { currency: 'USDC', ...RANGE, query: 'withdrawal' },
      gives(has({ logs: list(ROW, 0, 0) })),
    ),
  ),
  logged(
    'settlements-currency',
    'settlements of a currency',
    '13.2',
    call(
      'private/get_settlement_history_by_currency',
      { currency: 'USDC', count: 3 },
      gives(
        has({
          settlements: list(
            has({
              type: text,
              timestamp: integer,
              instrument_name: text,
              position: number,
              mark_price: number,
              index_price: number,
              session_profit_loss: number,
              profit_loss: number,
            }),
          ),
          continuation: anything,
        }),
      ),
    ),
  ),
  logged(
    'settlements-instrument',
    'settlements of an instrument',
    '13.2',
    call(
      'private/get_settlement_history_by_instrument',
      { ...PERP, count: 3 },
      gives(has({ settlements: list(anything), continuation: anything })),
    ),
  ),
];
