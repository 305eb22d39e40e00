/**
 * The auditor of a world in motion: looks after every single thing that happened, at what is new since the last look.
 * Nothing is shown or sent that is not durable, no label leads to two orders, no fill is booked twice.
 */
import type { Fact } from '../../src/domain/fact.ts';
import type { World } from '../world/world.ts';
import { currencyOf, isOurs, rule } from './evidence.ts';

/** What of a world is looked at. */
export type Watched = Pick<
  World,
  | 'facts'
  | 'allFacts'
  | 'disk'
  | 'truth'
  | 'trace'
  | 'published'
  | 'frames'
  | 'counts'
  | 'syncedHead'
  | 'kept'
>;

/** What the journal said when it was last looked at. */
type Known = {
  /** Of each label: the seq of its intent. Intents of older journals are durable: 0. */
  readonly intended: Map<string, number>;
  /** Of each order: the seq of the first cancel or edit. */
  readonly changes: Map<string, number>;
  readonly absent: Set<string>;
  readonly rejected: Set<string>;
  readonly openings: Map<string, string>;
  readonly fills: Set<string>;
  readonly of: unknown;
  facts: number;
};

function unknown(of: unknown): Known {
  return {
    intended: new Map(),
    changes: new Map(),
    absent: new Set(),
    rejected: new Set(),
    openings: new Map(),
    fills: new Set(),
    of,
    facts: 0,
  };
}

/** The labels that a fact intends. */
const labelsOf = (fact: Fact): readonly string[] =>
  fact.type === 'ORDER_INTENDED'
    ? [fact.data.intent, ...fact.data.intent.children].map(({ label }) => label)
    : [];

/** The last `n` of a list. */
const newest = <T>(list: readonly T[], n: number): readonly T[] => (n > 0 ? list.slice(-n) : []);

/** [I1][I3][I11] One new fact. */
function learn(known: Known, fact: Fact, watched: Watched): void {
  if (fact.type === 'ORDER_INTENDED') {
    const { intent } = fact.data;
    for (const label of labelsOf(fact)) {
      const isNew = (known.intended.get(label) ?? fact.seq) === fact.seq;
      rule('I1', isNew, () => `label ${label} was intended twice`, watched);
      known.intended.set(label, fact.seq);
    }
    if (intent.purpose === 'entry') {
      const place = `${intent.strategy} on ${intent.instrument}`;
      for (const [other, where] of known.openings)
        rule('I3', where !== place, () => `${intent.label} beside ${other}, ${place}`, watched);
      known.openings.set(intent.label, place);
    }
  }
  if (fact.type === 'CHANGE_INTENDED') {
    const { orderId } = fact.data.change;
    known.changes.set(orderId, known.changes.get(orderId) ?? fact.seq);
  }
  if (fact.type === 'ORDER_ACKED' || fact.type === 'ORDER_REJECTED')
    known.openings.delete(fact.data.label);
  if (fact.type === 'ORDER_REJECTED') known.rejected.add(fact.data.label);
  if (fact.type === 'ORDER_ABSENT') {
    known.openings.delete(fact.data.label);
    if (fact.data.by === 'proof') known.absent.add(fact.data.label);
  }
  if (fact.type === 'FILL_BOOKED') {
    const { fill } = fact.data;
    const key = `${currencyOf(fill.instrument)}/${fill.tradeId}`;
    rule('I11', !known.fills.has(key), () => `fill ${key} is booked twice`, watched);
    known.fills.add(key);
  }
}

/** Labels of journals that are not in use any more stay intended. */
function remember(known: Known, watched: Watched, facts: readonly Fact[]): void {
  const own = new Set(facts);
  const older = watched.allFacts().filter((fact) => !own.has(fact));
  for (const label of older.flatMap(labelsOf)) known.intended.set(label, 0);
}

/** What the journal in use says beyond what is known; all of it again where it is another one or has lost its end. */
function read(before: Known, watched: Watched): Known {
  const facts = watched.facts();
  const isSame = before.of === watched.disk() && before.facts <= facts.length;
  const known = isSame ? before : unknown(watched.disk());
  if (!isSame) remember(known, watched, facts);
  for (let n = known.facts; n < facts.length; n++) {
    const fact = facts[n];
    if (fact !== undefined) learn(known, fact, watched);
  }
  known.facts = facts.length;
  return known;
}

type Request = { readonly method: string; readonly params: Readonly<Record<string, unknown>> };

/** I32's one exception: what a kill kept beside the journal, as far as it can only lower risk. */
const isKept = (name: string, watched: Watched): boolean =>
  watched
    .kept()
    .some(({ facts }) =>
      facts.some(
        (fact) =>
          (fact.type === 'ORDER_INTENDED' &&
            fact.data.intent.label === name &&
            fact.data.intent.reduceOnly &&
            fact.data.intent.purpose === 'kill_close') ||
          (fact.type === 'CHANGE_INTENDED' &&
            fact.data.change.orderId === name &&
            fact.data.change.want.kind === 'cancelled'),
      ),
    );

const CARRIES_ORDER = /"private\/(?:buy|sell|edit|cancel)"/;

/** [I2][I32] A frame that left: what it asks for was durable by then. */
function judgeFrame(text: string, synced: number, known: Known, watched: Watched): void {
  if (!CARRIES_ORDER.test(text)) return;
  const { method, params } = JSON.parse(text) as Request;
  const places = method === 'private/buy' || method === 'private/sell';
  const name = String(places ? params['label'] : params['order_id']);
  const seq = (places ? known.intended : known.changes).get(name) ?? Infinity;
  rule(
    places ? 'I2' : 'I32',
    seq <= synced || isKept(name, watched),
    () => `${method} ${name} left with facts up to ${synced} durable, its intent is ${seq}`,
    watched,
  );
}

/** [I1][I2][I5][I7] An order that is new at the exchange. */
function judgeOrder(
  { id, label }: { readonly id: string; readonly label: string },
  { known, roots }: { readonly known: Known; readonly roots: Map<string, string> },
  watched: Watched,
): void {
  const other = roots.get(label);
  rule('I1', other === undefined, () => `label ${label} has ${other} and ${id}`, watched);
  const seq = known.intended.get(label) ?? Infinity;
  rule(
    'I2',
    seq <= watched.syncedHead() || isKept(label, watched),
    () => `${id} ${label} has no durable intent`,
    watched,
  );
  rule('I5', !known.absent.has(label), () => `${label} was proved absent, now ${id}`, watched);
  rule('I7', !known.rejected.has(label), () => `${label} was refused, now ${id}`, watched);
  roots.set(label, id);
}

/** A look that remembers the one before; call it after each thing that happened. */
export function createWatch(): (watched: Watched) => void {
  const roots = new Map<string, string>();
  let known = unknown(undefined);
  let [frames, published, orders] = [0, 0, 0];
  return (watched) => {
    const before = known.rejected.size;
    known = read(known, watched);
    for (const label of newest([...known.rejected], known.rejected.size - before))
      rule(
        'I7',
        !roots.has(label),
        () => `${label} counts as refused and is ${roots.get(label)}`,
        watched,
      );
    const counts = watched.counts();
    for (const group of newest(watched.published(), counts.published - published))
      rule(
        'I36',
        group.commit <= group.synced,
        () => `commit ${group.commit} was published with facts up to ${group.synced} durable`,
        watched,
      );
    for (const { text, synced } of newest(watched.frames(), counts.frames - frames))
      judgeFrame(text, synced, known, watched);
    ({ frames, published } = counts);
    const { ids, orders: all } = watched.truth();
    for (; orders < ids.length; orders++) {
      const order = all.get(ids[orders] ?? '');
      if (order !== undefined && order.bornFrom === null && isOurs(order.label))
        judgeOrder(order, { known, roots }, watched);
    }
  };
}
