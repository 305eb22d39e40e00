/**
 * The read models of several accounts as one: lists in one order with cursors that hold in each of them, figures per
 * currency, documents by ids that are unique over all journals. With one account it is that account's store itself.
 */
import type { Strategy } from '../domain/shown.ts';
import { cursorOf, type ListName, type Place } from './cursor.ts';
import { mergedMetrics } from './metrics.ts';
import { alertPlace, breakPlace, orderPlace, reportPlace, tradePlace } from './places.ts';
import type { Paged, Store } from './store.ts';

/** What a page may ask of all accounts at once. Numbers of facts and commits belong to one journal and are not among it. */
export type Pages = Pick<
  Store,
  | 'strategies'
  | 'positions'
  | 'trades'
  | 'trade'
  | 'metrics'
  | 'orders'
  | 'breaks'
  | 'break'
  | 'reports'
  | 'report'
  | 'alerts'
>;

type Read<Item> = (store: Pages) => Promise<Paged<Item>>;

const isBehind = (a: Place, b: Place): boolean => a.at < b.at || (a.at === b.at && a.id < b.id);

/**
 * One page of all accounts. A cursor names a place and no row, so the same one is behind the same rows in every account;
 * each gives a whole page and only the newest of them all are taken.
 */
async function pageOf<Item>(
  stores: readonly Pages[],
  read: Read<Item>,
  list: { readonly name: ListName; readonly limit: number; readonly place: (item: Item) => Place },
): Promise<Paged<Item>> {
  const pages = await Promise.all(stores.map(read));
  const found = pages
    .flatMap(({ items }) => items)
    .map((item) => ({ item, place: list.place(item) }))
    .sort((a, b) => (isBehind(a.place, b.place) ? 1 : -1));
  const shown = found.slice(0, list.limit);
  const last = shown.at(-1);
  const more = found.length > shown.length || pages.some(({ next }) => next !== null);
  return {
    items: shown.map(({ item }) => item),
    next: more && last !== undefined ? cursorOf(list.name, last.place) : null,
  };
}

async function first<Found>(
  stores: readonly Pages[],
  read: (store: Pages) => Promise<Found | undefined>,
): Promise<Found | undefined> {
  const found = await Promise.all(stores.map(read));
  return found.find((one) => one !== undefined);
}

/** A strategy that has moved to another account stands stopped in the one that it left: the running one is shown. */
export function newestHome(strategies: readonly Strategy[]): readonly Strategy[] {
  const isLeft = ({ control }: Strategy): boolean => control.value === 'stopped';
  return strategies.filter(
    (one) => !isLeft(one) || !strategies.some((other) => other.id === one.id && !isLeft(other)),
  );
}

/** The pages of several accounts as those of one. */
export function mergedPages(stores: readonly Pages[]): Pages {
  const [only] = stores;
  if (only !== undefined && stores.length === 1) return only;
  const all = async <Item>(read: (store: Pages) => Promise<readonly Item[]>): Promise<Item[]> =>
    (await Promise.all(stores.map(read))).flat();
  return {
    strategies: async () => newestHome(await all((store) => store.strategies())),
    positions: () => all((store) => store.positions()),
    trades: (filter, page) =>
      pageOf(stores, (store) => store.trades(filter, page), {
        name: 'trades',
        limit: page.limit,
        place: tradePlace,
      }),
    trade: (id) => first(stores, (store) => store.trade(id)),
    metrics: async (filter) =>
      mergedMetrics(
        await Promise.all(stores.map((store) => store.metrics(filter))),
        filter.currency,
      ),
    orders: (page) =>
      pageOf(stores, (store) => store.orders(page), {
        name: 'orders',
        limit: page.limit,
        place: orderPlace,
      }),
    breaks: (page) =>
      pageOf(stores, (store) => store.breaks(page), {
        name: 'breaks',
        limit: page.limit,
        place: breakPlace,
      }),
    break: (id) => first(stores, (store) => store.break(id)),
    reports: (page) =>
      pageOf(stores, (store) => store.reports(page), {
        name: 'reports',
        limit: page.limit,
        place: reportPlace,
      }),
    report: (id) => first(stores, (store) => store.report(id)),
    alerts: (page) =>
      pageOf(stores, (store) => store.alerts(page), {
        name: 'alerts',
        limit: page.limit,
        place: alertPlace,
      }),
  };
}
