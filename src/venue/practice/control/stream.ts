/** What the control stream tells the console: events as they happen, prices at most four times a second of real time. */
import { faultView, orderView, positionView, tradeView } from './control-views.ts';
import type { Desk } from '../desk.ts';
import { isActive } from '../faults/faults.ts';
import { workedOn } from '../products/tend.ts';
import { accountOf, marketOf, orderOf, type World } from '../world.ts';

const PRICES_EVERY = 250;

/** When prices were last told, by exchange front. */
const toldAt = new WeakMap<Desk, number>();

/** Tells of the news that is about to be pushed; call it before they are. */
export function streamNews(desk: Desk): void {
  const { world } = desk;
  for (const news of world.news) {
    if (news.kind === 'changes') {
      desk.out.push({
        kind: 'stream',
        event: {
          type: 'CHANGES',
          now: world.now,
          account: news.account,
          orders: news.about.orders.map((id) => orderView(world, orderOf(world, id))),
          trades: news.about.trades.map((trade) => tradeView(world, trade)),
          position: positionView(world, accountOf(world, news.account), news.instrument),
          cash: accountOf(world, news.account).balances,
        },
      });
    }
    if (news.kind === 'cash')
      desk.out.push({
        kind: 'stream',
        event: {
          type: 'CASH',
          now: world.now,
          account: news.account,
          cash: accountOf(world, news.account).balances,
        },
      });
    if (news.kind === 'state')
      desk.out.push({
        kind: 'stream',
        event: { type: 'INSTRUMENT', now: news.at, instrument: news.instrument, state: news.state },
      });
  }
}

/** The perpetuals, and of what ends that which somebody holds or has orders in: the others are looked up when asked for. */
const followedHere = (world: World): readonly string[] => [
  ...new Set([
    ...world.perpetuals.map(({ name }) => name),
    ...[...world.state.accounts.values()].flatMap(({ positions }) => Object.keys(positions)),
    ...workedOn(world),
  ]),
];

export function streamPrices(desk: Desk): void {
  if (!desk.moved || desk.mono - (toldAt.get(desk) ?? Number.NEGATIVE_INFINITY) < PRICES_EVERY)
    return;
  toldAt.set(desk, desk.mono);
  const { world } = desk;
  const prices = followedHere(world).map((name) => {
    const { index, mark, last, state } = marketOf(world, name);
    return { instrument: name, index, mark, last, state };
  });
  desk.out.push({
    kind: 'stream',
    event: { type: 'PRICES', now: world.now, speed: world.state.speed, prices },
  });
}

/** The faults as they were last told, by exchange front. */
const toldFaults = new WeakMap<Desk, string>();

/** Tells of the faults when one came, struck, ended or went. */
export function streamFaults(desk: Desk): void {
  const faults = desk.faults.faults.map((fault) => faultView(fault, isActive(fault, desk.mono)));
  const text = JSON.stringify(faults);
  if (text === (toldFaults.get(desk) ?? '[]')) return;
  toldFaults.set(desk, text);
  desk.out.push({ kind: 'stream', event: { type: 'FAULTS', now: desk.world.now, faults } });
}
