/** The auditor of orders that are placed: one per label, none without an intent, one opening at a time, none after its absence was proved. */
import { isOurs, factsOf, rule, type Evidence } from './evidence.ts';

/** [I1][I2] One order at the exchange per label of ours, each with an intent. */
export function auditLabels(evidence: Evidence): void {
  const intended = new Set<string>();
  for (const { data } of factsOf(evidence.allFacts(), 'ORDER_INTENDED'))
    for (const { label } of [data.intent, ...data.intent.children]) {
      rule('I1', !intended.has(label), () => `label ${label} was intended twice`, evidence);
      intended.add(label);
    }
  const seen = new Map<string, string>();
  for (const { id, label, bornFrom } of evidence.truth().orders.values()) {
    if (!isOurs(label) || bornFrom !== null) continue;
    const other = seen.get(label);
    rule('I1', other === undefined, () => `label ${label} has ${other} and ${id}`, evidence);
    rule('I2', intended.has(label), () => `${id} ${label} was never intended`, evidence);
    seen.set(label, id);
  }
}

/** [I3] Openings of a strategy on an instrument came one at a time. */
export function auditOpenings(evidence: Evidence): void {
  const unresolved = new Map<string, string>();
  for (const fact of evidence.facts()) {
    if (fact.type === 'ORDER_INTENDED' && fact.data.intent.purpose === 'entry') {
      const { label, strategy, instrument } = fact.data.intent;
      const place = `${strategy} on ${instrument}`;
      for (const [other, where] of unresolved)
        rule('I3', where !== place, () => `${label} beside ${other}, ${place}`, evidence);
      unresolved.set(label, place);
    }
    if (
      fact.type === 'ORDER_ACKED' ||
      fact.type === 'ORDER_REJECTED' ||
      fact.type === 'ORDER_ABSENT'
    )
      unresolved.delete(fact.data.label);
  }
}

/** [I5] What was proved absent never came. */
export function auditAbsent(evidence: Evidence): void {
  const labels = new Set([...evidence.truth().orders.values()].map(({ label }) => label));
  for (const { data } of factsOf(evidence.facts(), 'ORDER_ABSENT'))
    if (data.by === 'proof')
      rule('I5', !labels.has(data.label), () => `${data.label} came after all`, evidence);
}

/** [I9] All that is not an opening can only reduce. */
export function auditReducing(evidence: Evidence): void {
  for (const { id, label, reduceOnly } of evidence.truth().orders.values())
    if (isOurs(label) && !/e:[a-z0-9]{8}$/.test(label))
      rule('I9', reduceOnly, () => `${id} ${label} could open`, evidence);
}
