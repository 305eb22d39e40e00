/** What a watched deed led to, told from the two streams as sentences with their moments. Pure. */
import type { FactFrame } from '../../../src/wire/frames.ts';
import type { Strategy } from '../../../src/wire/requests.ts';
import { addToFeed } from '../stream/feed.ts';
import { isNone } from './exact.ts';
import { ACCOUNT, type PracticeChanges } from './practice-state.ts';
import { isOurs, type Said } from './scenarios/sight.ts';

/** Who showed it: the hand on this page, the exchange, the engine, or the screen. */
export type Witness = 'hand' | 'exchange' | 'engine' | 'screen';

export type WatchStep = {
  readonly at: number;
  readonly witness: Witness;
  /** Names it for tests and for what may be said once only. */
  readonly name: string;
  readonly said: Said;
};

const GONE: ReadonlySet<string> = new Set(['cancelled', 'rejected']);

/** What the exchange's own stream shows: fills, and what became of orders that protect. */
export function stepsOfChanges(changes: PracticeChanges, at: number): readonly WatchStep[] {
  if (changes.account !== ACCOUNT) return [];
  const fills = changes.trades.map(
    ({ direction, amount, price }): WatchStep => ({
      at,
      witness: 'exchange',
      name: 'filled',
      said: {
        key: 'practice.saw.filled',
        values: {
          direction: { word: `direction.${direction}` },
          amount: { decimal: amount },
          price: { decimal: price },
        },
      },
    }),
  );
  const guards = changes.orders.filter(
    (order) => isOurs(order) && order.reduceOnly && !order.dormant && isNone(order.filled),
  );
  const orders = guards.flatMap((order): readonly WatchStep[] => {
    const key = GONE.has(order.state)
      ? 'practice.saw.order_gone'
      : order.state === 'open' || order.state === 'untriggered'
        ? 'practice.saw.order_live'
        : null;
    if (key === null) return [];
    const price = order.triggerPrice ?? order.price;
    const values = {
      type: { word: `order_type.${order.type}` },
      price: price === null ? '–' : { decimal: price },
    };
    const name = `${GONE.has(order.state) ? 'gone' : 'live'}-${order.type}`;
    return [{ at, witness: 'exchange', name, said: { key, values } }];
  });
  return [...fills, ...orders];
}

/** Page time of the engine's own stamp, by the last heartbeat: no later than the message that brought it. */
const stampedAt = (frame: FactFrame, at: number, clock: EngineClock | null): number =>
  clock === null ? at : Math.min(at, (Date.parse(frame.at) - clock.base) / clock.speed);

/** Server time minus speed x page time. */
export type EngineClock = { readonly base: number; readonly speed: number };

/** What one commit of the engine tells; the close of a trade also says when the engine saw it, by its own stamp. */
export function stepsOfCommit(
  frames: readonly FactFrame[],
  at: number,
  {
    strategies,
    clock,
  }: {
    readonly strategies: Readonly<Record<string, Strategy>>;
    readonly clock: EngineClock | null;
  },
): readonly WatchStep[] {
  return frames.flatMap((frame): readonly WatchStep[] => {
    if (frame.type === 'TRADE_CLOSED') {
      const net = { decimal: frame.trade.netPnl, currency: frame.trade.currency, plus: true };
      return [
        {
          at: stampedAt(frame, at, clock),
          witness: 'engine',
          name: 'seen',
          said: { key: 'practice.saw.seen' },
        },
        {
          at,
          witness: 'engine',
          name: 'booked',
          said: { key: 'practice.saw.booked', values: { net } },
        },
      ];
    }
    if (frame.type === 'STRATEGY_STATUS_CHANGED')
      return [
        {
          at,
          witness: 'engine',
          name: 'status',
          said: {
            key: 'practice.saw.status',
            values: { strategy: frame.strategy, status: { word: `status.${frame.status}` } },
          },
        },
      ];
    const line = addToFeed([], frame, strategies)[0];
    return line === undefined
      ? []
      : [
          {
            at,
            witness: 'engine',
            name: frame.type,
            said: { key: line.key, values: line.values },
          },
        ];
  });
}
