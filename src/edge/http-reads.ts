/** The routes that only read: pages answered by the store, candles by the engine. Each answer is as of one commit, but for prices. */
import type { z } from 'zod';
import { isoTime, MINUTE, type Millis } from '../base/time.ts';
import type { Fact } from '../domain/fact.ts';
import type { Break, Position } from '../domain/shown.ts';
import type { Assurance } from '../domain/status.ts';
import type { Store } from '../view/store.ts';
import type { EngineDoor } from '../wire/door.ts';
import type { StatusAnswer, TradeDetail } from '../wire/requests.ts';
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

export type Sources = { readonly door: EngineDoor; readonly store: Store };

const DEFAULT_PAGE = 50;
const MOST_CANDLES = 2_000;
const WORST_FIRST = [
  'blind',
  'mismatch',
  'unverified',
  'checking',
  'verified',
] as const satisfies readonly Assurance[];
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

/** `GET /status`, all of it as of one commit but for the last report. */
export async function statusOf({ door, store }: Sources): Promise<StatusAnswer> {
  const [snapshot, reports] = await Promise.all([
    store.snapshot(),
    store.reports({ limit: 1, cursor: null }),
  ]);
  const { speed, ready, disk } = door.pulse();
  const worst = WORST_FIRST.find((word) =>
    snapshot.strategies.some(({ assurance }) => assurance === word),
  );
  return {
    version: door.version,
    mode: door.mode,
    venue: door.venue,
    account: door.account(),
    speed,
    seq: snapshot.commit,
    epoch: door.epoch,
    disk,
    assurance: worst ?? (ready ? 'verified' : 'checking'),
    lastReconciliation: reports.items[0] ?? null,
    strategies: snapshot.strategies,
    breaksOpen: snapshot.breaks.filter(isOpen).length,
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
function priced({ door }: Sources, positions: readonly Position[]): readonly Position[] {
  const marks = door.marks();
  return positions.map((position) => {
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
  readonly handle: (call: Call<z.output<Query>, unknown>) => ReturnType<Route['handle']>;
};

export const read = <Query extends ObjectSchema>(spec: Read<Query>): Route =>
  route({ method: 'get', body: emptyBody, access: 'member', keyed: false, ...spec });

export const idOf = (call: { readonly params: Readonly<Record<string, string>> }): string =>
  call.params['id'] ?? '';

function tradeRoutes({ store }: Sources): readonly Route[] {
  return [
    read({
      path: '/trades',
      summary: 'Trades, newest first',
      query: tradesQuery,
      answer: pageOf(tradeSchema),
      handle: async ({ query: { limit, cursor, ...filter } }) =>
        json(await store.trades(defined(filter), paging({ limit, cursor }))),
    }),
    read({
      path: '/trades/{id}',
      summary: 'One trade with its fills, its orders and the facts that made it',
      query: noQuery,
      answer: tradeDetailSchema,
      handle: async (call) => {
        const found = await store.trade(idOf(call));
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
      handle: async ({ query }) => json(await store.metrics(defined(query))),
    }),
  ];
}

function bookRoutes(sources: Sources): readonly Route[] {
  const { store } = sources;
  return [
    read({
      path: '/status',
      summary: 'How things stand',
      query: noQuery,
      answer: statusSchema,
      handle: async () => json(await statusOf(sources)),
    }),
    read({
      path: '/strategies',
      summary: 'All strategies',
      query: noQuery,
      answer: pageOf(strategySchema),
      handle: async () => page(await store.strategies()),
    }),
    read({
      path: '/strategies/{id}',
      summary: 'One strategy with what it waits for',
      query: noQuery,
      answer: strategySchema,
      handle: async (call) => {
        const found = (await store.strategies()).find(({ id }) => id === idOf(call));
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
      handle: async () => page(priced(sources, await store.positions())),
    }),
    read({
      path: '/orders',
      summary: 'Orders, newest first; live=true for those that may still do something',
      query: ordersQuery,
      answer: pageOf(orderSchema),
      handle: async ({ query }) =>
        json(await store.orders({ ...paging(query), live: query.live ?? false })),
    }),
  ];
}

function checkRoutes({ store }: Sources): readonly Route[] {
  return [
    read({
      path: '/breaks',
      summary:
        'Differences between books and exchange, newest first; open=true for those that still stand',
      query: breaksQuery,
      answer: pageOf(breakSchema),
      handle: async ({ query }) =>
        json(await store.breaks({ ...paging(query), open: query.open ?? false })),
    }),
    read({
      path: '/breaks/{id}',
      summary: 'One difference with its evidence',
      query: noQuery,
      answer: breakSchema,
      handle: async (call) => {
        const found = await store.break(idOf(call));
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
      handle: async ({ query }) => json(await store.reports(paging(query))),
    }),
    read({
      path: '/reports/{id}',
      summary: 'One report',
      query: noQuery,
      answer: reportSchema,
      handle: async (call) => {
        const found = await store.report(idOf(call));
        return found === undefined
          ? notFound('report', idOf(call), 'GET /api/v1/reports lists them.')
          : json(found);
      },
    }),
  ];
}

function candleRoute({ door }: Sources): Route {
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
    handle: async ({ query }) => {
      const to = query.to ?? door.pulse().serverNow;
      const from = query.from ?? to - MOST_CANDLES * MINUTE;
      if (from > to) return wrongRange(from, to);
      const candles = door.candles(query.instrument, from, to);
      if (candles === undefined)
        return notFound('instrument', query.instrument, 'Ask for one that a strategy trades.');
      return page(candles.map((candle) => ({ ...candle, at: isoTime(candle.at) })));
    },
  });
}

/** All routes that read. */
export const readRoutes = (sources: Sources): readonly Route[] => [
  ...bookRoutes(sources),
  ...tradeRoutes(sources),
  ...checkRoutes(sources),
  candleRoute(sources),
];
