/** What is held against each other at the end of a scenario: the engine's API on one side, the exchange's own account on the other. */
import { isNone, same, size, sum } from '../exact.ts';
import { ACCOUNT } from '../practice-state.ts';
import type { Decimal } from '../words.ts';
import type { Check, Judged } from './machine.ts';
import {
  heldAt,
  is,
  isEntry,
  isOurs,
  liveAt,
  type Memo,
  type Proof,
  type Said,
  strategyIn,
} from './sight.ts';

const COUNT = (n: number): Said => is(String(n));
const none: Said = COUNT(0);

/** What must not exist, counted. */
const noneOf = (n: number): Judged => ({ ok: n === 0, expected: none, seen: COUNT(n) });

const decimal = (value: string | null): Said =>
  value === null ? { key: 'scenario.nothing' } : is({ decimal: value });

const detailOf = ({ details }: Proof, { trade }: Memo) =>
  details.find((detail) => detail.trade.id === trade);

const OPEN_LIVES: ReadonlySet<string> = new Set(['seen', 'confirmed', 'needs_you', 'regressed']);

/** Labels of ours under which the exchange has more than one order; what a triggered order became is the same order. */
export function labelsTwice({ exchange }: Proof): readonly string[] {
  const placed = exchange.orders.filter(
    (order) => order.account === ACCOUNT && isOurs(order) && order.bornFrom === null,
  );
  const seen = new Set<string>();
  return placed.flatMap(({ label }) => {
    if (seen.has(label)) return [label];
    seen.add(label);
    return [];
  });
}

/** Trades open in the books for which the exchange holds nothing. */
export const ghosts = ({ open, exchange }: Proof): readonly string[] =>
  open
    .filter(({ phase }) => phase !== 'entering')
    .filter(({ instrument }) => isNone(heldAt(exchange, instrument)))
    .map(({ id }) => id);

/** Instruments in which the exchange holds what no trade of the books explains. */
export function orphans({ open, exchange }: Proof): readonly string[] {
  const positions = exchange.accounts.find(({ id }) => id === ACCOUNT)?.positions ?? [];
  return positions
    .filter(({ instrument, size: held }) => {
      const booked = sum(
        open
          .filter((trade) => trade.instrument === instrument)
          .map(({ direction, openAmount }) =>
            direction === 'long' ? openAmount : `-${openAmount}`,
          ),
      );
      return !same(held, booked) && !isNone(held);
    })
    .map(({ instrument }) => instrument);
}

/** Protective and other orders of ours that are live at the exchange while the books hold no trade for them. */
export const strayOrders = ({ open, exchange }: Proof): readonly string[] =>
  [...new Set(exchange.orders.map(({ instrument }) => instrument))]
    .filter((instrument) => !open.some((trade) => trade.instrument === instrument))
    .flatMap((instrument) => liveAt(exchange, instrument).filter(isOurs))
    .map(({ orderId }) => orderId);

export const closedOnce: Check = {
  name: 'scenario.check.closed_once',
  judge: (proof, memo) => {
    const times = detailOf(proof, memo)?.timeline.filter(({ type }) => type === 'TRADE_CLOSED');
    const n = times?.length ?? 0;
    return { ok: n === 1, expected: COUNT(1), seen: COUNT(n) };
  },
};

export const realExit: Check = {
  name: 'scenario.check.real_exit',
  judge: (proof, memo) => {
    const { hand } = memo;
    const filled = proof.exchange.orders.find(({ orderId }) => orderId === hand?.orderId);
    const expected = filled?.averagePrice ?? null;
    const seen = detailOf(proof, memo)?.trade.exitPrice ?? null;
    const ok = expected !== null && seen !== null && same(expected, seen);
    return { ok, expected: decimal(expected), seen: decimal(seen) };
  },
};

export const byHand: Check = {
  name: 'scenario.check.by_hand',
  judge: (proof, memo) => {
    const by = detailOf(proof, memo)?.trade.closedBy ?? 'unknown';
    return {
      ok: by === 'web',
      expected: is({ word: 'closed_by.web' }),
      seen: is({ word: `closed_by.${by}` }),
    };
  },
};

export const noGhosts: Check = {
  name: 'scenario.check.ghosts',
  judge: (proof) => noneOf(ghosts(proof).length),
};

export const noOrphans: Check = {
  name: 'scenario.check.orphans',
  judge: (proof) => noneOf(orphans(proof).length + strayOrders(proof).length),
};

export const noDuplicates: Check = {
  name: 'scenario.check.duplicates',
  judge: (proof) => noneOf(labelsTwice(proof).length),
};

export const nothingUnknown: Check = {
  name: 'scenario.check.unresolved',
  judge: ({ unresolved }) => noneOf(unresolved.length),
};

export const noBreaks: Check = {
  name: 'scenario.check.breaks',
  judge: ({ breaks }) => noneOf(breaks.filter(({ life }) => OPEN_LIVES.has(life)).length),
};

/** The engine's own comparison, made for this proof. */
export const ownCheck: Check = {
  name: 'scenario.check.own',
  judge: ({ report }) => ({
    ok: report?.ok === true,
    expected: { key: 'scenario.clean' },
    seen: { key: report?.ok === true ? 'scenario.clean' : 'scenario.not_clean' },
  }),
};

/** The same trade as before the kill, open and as large as what the exchange filled. */
export const sameTrade: Check = {
  name: 'scenario.check.same_trade',
  judge: (proof, memo) => {
    const trade = detailOf(proof, memo)?.trade;
    const entry = proof.exchange.orders.find(({ orderId }) => orderId === memo.entry?.orderId);
    const filled = entry?.filled ?? null;
    const open = trade?.status === 'open' && proof.open.some(({ id }) => id === trade.id);
    return {
      ok: open && filled !== null && same(trade.openAmount, filled),
      expected: decimal(filled),
      seen: open ? decimal(trade.openAmount) : { key: 'trade_status.closed' },
    };
  },
};

/** The entry whose answer was lost was not sent again in any form. */
export const oneEntry: Check = {
  name: 'scenario.check.one_entry',
  judge: (proof, { entry }) => {
    const placed = proof.exchange.orders.filter(
      (order) =>
        entry !== null &&
        isEntry(order) &&
        strategyIn(order.label) === strategyIn(entry.label) &&
        order.createdAt >= entry.createdAt,
    );
    return { ok: placed.length === 1, expected: COUNT(1), seen: COUNT(placed.length) };
  },
};

export const stopLive: Check = {
  name: 'scenario.check.stop',
  judge: (proof, memo) => {
    const instrument = memo.instrument ?? '';
    const stops = liveAt(proof.exchange, instrument).filter(
      (order) => isOurs(order) && order.reduceOnly && order.type.startsWith('stop'),
    );
    const covered: Decimal = sum(stops.map(({ amount }) => amount));
    const wanted = size(heldAt(proof.exchange, instrument));
    return {
      ok: !isNone(wanted) && same(covered, wanted),
      expected: decimal(wanted),
      seen: decimal(covered),
    };
  },
};
