/** The routes that only read: pages answered by the store, candles by the engine. Each answer is as of one commit, but for prices. */
import { z } from 'zod';
import { isoTime, MINUTE, type Millis } from '../base/time.ts';
import type { Fact } from '../domain/fact.ts';
import type { Break, Position } from '../domain/shown.ts';
import type { Assurance } from '../domain/status.ts';
import { newestHome } from '../view/merged.ts';
import type { AccountStatus, StatusAnswer, TradeDetail } from '../wire/requests.ts';
import { candleSchema, pageOf, statusSchema, tradeDetailSchema } from '../wire/schemas-answers.ts';
import {
  breaksQuery,
  candlesQuery,
  emptyBody,
  metricsQuery,
  noQuery,
  ordersQuery,
  pageQuery,
  tradesQuery,
} from '../wire/schemas-requests.ts';
import {
  breakSchema,
  metricsSchema,
  orderSchema,
  positionSchema,
  reportSchema,
  strategySchema,
  tradeSchema,
} from '../wire/schemas.ts';
import { json, notFound, refuse } from './http-answer.ts';
import { type Call, type ObjectSchema, type Route, route } from './http-routes.ts';
import {
  accountField,
  type Accounts,
  isAnswer,
  type Served,
  type Sources,
} from './http-sources.ts';

const DEFAULT_PAGE = 50;
const MOST_CANDLES = 2_000;
const WORST_FIRST = [
  'blind',
  'mismatch',
  'unverified',
  'checking',
  'verified',
] as const satisfies readonly Assurance[];
const LEAST_ROOM = ['full', 'low', 'enough'] as const;
const OVER: ReadonlySet<Break['life']> = new Set(['auto_resolved', 'resolved', 'accepted']);

/** Whether a break still stands. */
export const isOpen = (found: Break): boolean => !OVER.has(found.life);

type Defined<Given> = { [Key in keyof Given]: Exclude<Given[Key], undefined> };

/** The members that are there. */
export const defined = <Given extends object>(given: Given): Defined<Given> =>
  Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Defined<Given>;

export const paging = (query: {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}) => ({
  limit: query.limit ?? DEFAULT_PAGE,
  cursor: query.cursor ?? null,
});

const page = (items: readonly unknown[]) => json({ items, next: null });

const worstOf = (assurances: readonly Assurance[], ready: boolean): Assurance =>
  WORST_FIRST.find((word) => assurances.includes(word)) ?? (ready ? 'verified' : 'checking');

/** How one account stands, as of one commit but for the last report. */
async function accountStatus({ door, store }: Served) {
  const [snapshot, reports] = await Promise.all([
    store.snapshot(),
    store.reports({ limit: 1, cursor: null }),
  ]);
  const { strategies, breaks, alerts, commit } = snapshot;
  const shown: AccountStatus = {
    id: door.id,
    account: door.account(),
    assurance: worstOf(
      strategies.map(({ assurance }) => assurance),
      door.pulse().ready,
    ),
    lastReconciliation: reports.items[0] ?? null,
    breaksOpen: breaks.filter(isOpen).length,
    alertsFiring: alerts.length,
    seq: commit,
    epoch: door.epoch,
  };
  return { shown, strategies };
}

/** `GET /status`. What belongs to one journal (account, seq, epoch) is that of the first account; the rest is of all. */
export async function statusOf({ each }: Sources): Promise<StatusAnswer> {
  const stands = await Promise.all(each.map(accountStatus));
  const accounts = stands.map(({ shown }) => shown);
  const [{ door }] = each;
  const reports = accounts.flatMap(({ lastReconciliation: last }) => (last === null ? [] : [last]));
  const newest = reports.toSorted((a, b) => (a.finishedAt < b.finishedAt ? 1 : -1))[0];
  return {
    version: door.version,
    mode: door.mode,
    venue: door.venue,
    account: door.account(),
    speed: door.pulse().speed,
    seq: accounts[0]?.seq ?? 0,
    epoch: door.epoch,
    disk: LEAST_ROOM.find((room) => each.some((one) => one.door.pulse().disk === room)) ?? 'enough',
    assurance: worstOf(
      accounts.map(({ assurance }) => assurance),
      true,
    ),
    lastReconciliation: newest ?? null,
    strategies: newestHome(stands.flatMap(({ strategies }) => strategies)),
    breaksOpen: accounts.reduce((sum, { breaksOpen }) => sum + breaksOpen, 0),
    alertsFiring: accounts.reduce((sum, { alertsFiring }) => sum + alertsFiring, 0),
    accounts,
  };
}

/** The fills that a trade's facts booked for it. */
export const fillsOf = (tradeId: string, facts: readonly Fact[]): TradeDetail['fills'] =>
  facts.flatMap((fact) =>
    fact.type !== 'FILL_BOOKED'
      ? []
      : fact.data.allocations
          .filter(({ trade }) => trade === tradeId)
          .map(({ role, amount, fee }) => {
            const { fill, source } = fact.data;
            const { orderId, direction, price } = fill;
            return {
              tradeId: fill.tradeId,
              orderId,
              role: role === 'open' ? ('open' as const) : ('close' as const),
              direction,
              amount,
              price,
              fee,
              at: isoTime(fill.at),
              source,
            };
          }),
  );

/** Positions with the price of just now: it moves without facts, so the store does not hold it. */
async function priced({ door, store }: Served): Promise<readonly Position[]> {
  const marks = door.marks();
  return (await store.positions()).map((position) => {
    const now = marks[position.instrument];
    return {
      ...position,
      markPrice: now?.mark ?? null,
      unrealisedPnl: now?.unrealised ?? null,
    };
  });
}

type Read<Query extends ObjectSchema> = {
  readonly path: string;
  readonly summary: string;
  readonly query: Query;
  readonly answer: z.ZodType;
  readonly handle: (
    call: Call<z.output<Query>, unknown>,
    sources: Sources,
  ) => ReturnType<Route['handle']>;
};

export type Reader = <Query extends ObjectSchema>(spec: Read<Query>) => Route;

/** Routes that read may all name an account; each is handed the sources that are meant. */
export const readerOf =
  ({ meant }: Accounts): Reader =>
  ({ query, handle, ...spec }) =>
    route({
      method: 'get',
      body: emptyBody,
      access: 'member',
      keyed: false,
      ...spec,
      query: z.strictObject({ ...query.shape, ...accountField }),
      handle: async (call) => {
        const { account, ...asked } = call.query as { readonly account?: string };
        const sources = meant(account);
        if (isAnswer(sources)) return sources;
        return handle({ ...call, query: asked as z.output<typeof query> }, sources);
      },
    });

export const idOf = (call: { readonly params: Readonly<Record<string, string>> }): string =>
  call.params['id'] ?? '';

function tradeRoutes(read: Reader): readonly Route[] {
  return [
    read({
      path: '/trades',
      summary: 'Trades, newest first',
      query: tradesQuery,
      answer: pageOf(tradeSchema),
      handle: async ({ query: { limit, cursor, ...filter } }, { pages }) =>
        json(await pages.trades(defined(filter), paging({ limit, cursor }))),
    }),
    read({
      path: '/trades/{id}',
      summary: 'One trade with its fills, its orders and the facts that made it',
      query: noQuery,
      answer: tradeDetailSchema,
      handle: async (call, { pages }) => {
        const found = await pages.trade(idOf(call));
        if (found === undefined)
          return notFound('trade', idOf(call), 'GET /api/v1/trades lists them.');
        const { trade, orders, facts } = found;
        const timeline = facts.map(({ seq, at, type, data }) => ({ seq, at, type, data }));
        return json({
          trade,
          fills: fillsOf(trade.id, facts),
          orders,
          timeline,
        } satisfies TradeDetail);
      },
    }),
    read({
      path: '/metrics',
      summary: 'What the closed trades of a filter came to',
      query: metricsQuery,
      answer: metricsSchema,
      handle: async ({ query }, { pages }) => json(await pages.metrics(defined(query))),
    }),
  ];
}

function bookRoutes(read: Reader): readonly Route[] {
  return [
    read({
      path: '/status',
      summary: 'How things stand',
      query: noQuery,
      answer: statusSchema,
      handle: async (_call, sources) => json(await statusOf(sources)),
    }),
    read({
      path: '/strategies',
      summary: 'All strategies',
      query: noQuery,
      answer: pageOf(strategySchema),
      handle: async (_call, { pages }) => page(await pages.strategies()),
    }),
    read({
      path: '/strategies/{id}',
      summary: 'One strategy with what it waits for',
      query: noQuery,
      answer: strategySchema,
      handle: async (call, { pages }) => {
        const found = (await pages.strategies()).find(({ id }) => id === idOf(call));
        return found === undefined
          ? notFound('strategy', idOf(call), 'GET /api/v1/strategies lists them.')
          : json(found);
      },
    }),
    read({
      path: '/positions',
      summary: 'Positions by instrument, with the price of just now',
      query: noQuery,
      answer: pageOf(positionSchema),
      handle: async (_call, { each }) => page((await Promise.all(each.map(priced))).flat()),
    }),
    read({
      path: '/orders',
      summary: 'Orders, newest first; live=true for those that may still do something',
      query: ordersQuery,
      answer: pageOf(orderSchema),
      handle: async ({ query }, { pages }) =>
        json(await pages.orders({ ...paging(query), live: query.live ?? false })),
    }),
  ];
}

function checkRoutes(read: Reader): readonly Route[] {
  return [
    read({
      path: '/breaks',
      summary:
        'Differences between books and exchange, newest first; open=true for those that still stand',
      query: breaksQuery,
      answer: pageOf(breakSchema),
      handle: async ({ query }, { pages }) =>
        json(await pages.breaks({ ...paging(query), open: query.open ?? false })),
    }),
    read({
      path: '/breaks/{id}',
      summary: 'One difference with its evidence',
      query: noQuery,
      answer: breakSchema,
      handle: async (call, { pages }) => {
        const found = await pages.break(idOf(call));
        return found === undefined
          ? notFound('difference', idOf(call), 'GET /api/v1/breaks lists them.')
          : json(found);
      },
    }),
    read({
      path: '/reports',
      summary: 'Reports of checks, newest first',
      query: pageQuery,
      answer: pageOf(reportSchema),
      handle: async ({ query }, { pages }) => json(await pages.reports(paging(query))),
    }),
    read({
      path: '/reports/{id}',
      summary: 'One report',
      query: noQuery,
      answer: reportSchema,
      handle: async (call, { pages }) => {
        const found = await pages.report(idOf(call));
        return found === undefined
          ? notFound('report', idOf(call), 'GET /api/v1/reports lists them.')
          : json(found);
      },
    }),
  ];
}

function candleRoute(read: Reader): Route {
  const wrongRange = (from: Millis, to: Millis) =>
    refuse(400, 'invalid_field', {
      title: 'Invalid value',
      detail: `"from" (${isoTime(from)}) is after "to" (${isoTime(to)}).`,
      field: 'from',
      accepted: 'a time at or before "to"',
    });
  return read({
    path: '/candles',
    summary: 'One-minute candles that the engine holds, the running one included',
    query: candlesQuery,
    answer: pageOf(candleSchema),
    handle: async ({ query }, { each }) => {
      const to = query.to ?? each[0].door.pulse().serverNow;
      const from = query.from ?? to - MOST_CANDLES * MINUTE;
      if (from > to) return wrongRange(from, to);
      const [candles] = each.flatMap(({ door }) => {
        const known = door.candles(query.instrument, from, to);
        return known === undefined ? [] : [known];
      });
      if (candles === undefined)
        return notFound('instrument', query.instrument, 'Ask for one that a strategy trades.');
      return page(candles.map((candle) => ({ ...candle, at: isoTime(candle.at) })));
    },
  });
}

/** All routes that read. */
export function readRoutes(accounts: Accounts): readonly Route[] {
  const read = readerOf(accounts);
  return [...bookRoutes(read), ...tradeRoutes(read), ...checkRoutes(read), candleRoute(read)];
}
