/** The auditor of orders that live: none that protects nothing, none too large, a stop for all that is open, nothing owed. */
import { type Decimal, ZERO, abs, add, gt, gte, sub, sum } from '../../src/base/decimal.ts';
import { isDormant, isLive, type OrderRecord } from '../../src/venue/practice/state.ts';
import { type Evidence, factsOf, isOurs, rule } from './evidence.ts';
import { type Ledger, ledgerOf, openOf } from './ledger.ts';

const left = (order: OrderRecord): Decimal => sub(order.amount, order.filled);
const describe = (order: OrderRecord): string => `${order.id} ${order.label} of ${left(order)}`;

/** Live orders of ours, those included that sleep until their entry fills. */
const liveOurs = ({ truth }: Evidence): OrderRecord[] =>
  [...truth().orders.values()].filter((order) => isOurs(order.label) && isLive(order));

/** The open trade that an order belongs to, or one that a late fill of it opened. */
function tradeOf(ledger: Ledger, order: OrderRecord): string | undefined {
  const id = ledger.tradeOfOrder.get(order.id) ?? ledger.tradeOfLabel.get(order.label);
  const isOpen = (one: { readonly id: string; readonly parent: string | null }): boolean =>
    one.id === id || one.parent === id;
  return [...ledger.trades.values()].find((one) => isOpen(one) && openOf(one) !== ZERO)?.id;
}

/** [I51] No live order of ours protects nothing, and no cancel or edit is still owed. */
export function auditLeftovers(evidence: Evidence): void {
  const ledger = ledgerOf(evidence.facts());
  for (const order of liveOurs(evidence))
    rule(
      'I51',
      tradeOf(ledger, order) !== undefined,
      () => `live order ${describe(order)} of no open trade`,
      evidence,
    );
  const owed = new Set(
    factsOf(evidence.facts(), 'CHANGE_INTENDED').map(({ data }) => data.change.id),
  );
  for (const { data } of factsOf(evidence.facts(), 'CHANGE_RESOLVED')) owed.delete(data.id);
  rule('I51', owed.size === 0, () => `still owed: ${[...owed].join(', ')}`, evidence);
}

/** [L3][I8] Every intent came to an end, and the order of each that was taken has been seen. */
export function auditResolved(evidence: Evidence): void {
  const waiting = new Map<string, string>();
  const seen = new Set<string>();
  const taken = new Map<string, string>();
  for (const fact of evidence.facts()) {
    if (fact.type === 'ORDER_INTENDED') waiting.set(fact.data.intent.label, 'pending');
    if (fact.type === 'ORDER_UNKNOWN') waiting.set(fact.data.label, 'unknown');
    if (fact.type === 'ORDER_REJECTED' || fact.type === 'ORDER_ABSENT')
      waiting.delete(fact.data.label);
    if (fact.type === 'ORDER_ACKED') {
      waiting.delete(fact.data.label);
      taken.set(fact.data.label, fact.data.orderId);
    }
    if (fact.type === 'ORDER_SEEN') seen.add(fact.data.order.orderId);
  }
  const open = [...waiting].map(([label, state]) => `${label} is ${state}`);
  rule('L3', open.length === 0, () => open.join(', '), evidence);
  for (const [label, id] of taken)
    rule('I8', seen.has(id), () => `order ${id} of ${label} was never seen`, evidence);
}

/** [I9] No live stops, targets or closes of a trade are for more than it has open, each kind by itself, once it is not entering. */
export function auditSizes(evidence: Evidence): void {
  const ledger = ledgerOf(evidence.facts());
  const live = liveOurs(evidence).filter((order) => !isDormant(order));
  for (const trade of ledger.trades.values()) {
    if (openOf(trade) === ZERO) continue;
    const own = live.filter((order) => tradeOf(ledger, order) === trade.id);
    if (own.some((order) => !order.reduceOnly)) continue;
    for (const type of new Set(own.map((order) => order.type))) {
      const amount = sum(own.filter((order) => order.type === type).map(left));
      rule(
        'I9',
        !gt(amount, openOf(trade)),
        () => `${trade.id} has ${openOf(trade)} open and ${amount} live as ${type}`,
        evidence,
      );
    }
  }
}

const isStop = (order: OrderRecord): boolean =>
  order.type === 'stop_market' && order.state === 'untriggered' && !isDormant(order);

/** [L2] At rest the live stops of an instrument are for exactly what its trades have open. */
export function auditProtection(evidence: Evidence): void {
  const ledger = ledgerOf(evidence.facts());
  const open = new Map<string, Decimal>();
  const covered = new Map<string, Decimal>();
  for (const trade of ledger.trades.values())
    open.set(trade.instrument, add(open.get(trade.instrument) ?? ZERO, openOf(trade)));
  for (const order of liveOurs(evidence).filter(isStop))
    covered.set(order.instrument, add(covered.get(order.instrument) ?? ZERO, left(order)));
  for (const name of new Set([...open.keys(), ...covered.keys()])) {
    const [stops = ZERO, held = ZERO] = [covered.get(name), open.get(name)];
    rule('L2', stops === held, () => `${name}: live stops ${stops}, open ${held}`, evidence);
  }
}

/** [I55] At any moment, also between two messages: the stops that stand or have just fired cover what the account holds. */
export function auditCover(evidence: Evidence): void {
  const { orders, account } = evidence.truth();
  for (const [name, { size }] of Object.entries(account().positions)) {
    const stops = [...orders.values()].filter(
      (order) =>
        order.instrument === name &&
        (isStop(order) || (order.state === 'open' && order.bornFrom !== null)),
    );
    const covered = sum(stops.map(left));
    rule('I55', gte(covered, abs(size)), () => `live stops ${covered}, held ${size}`, evidence);
  }
}
