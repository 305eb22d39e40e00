/** What the auditor looks at, and how it says that a rule is broken. */
import { AssertionFailed } from '../../src/base/assert.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { World } from '../world/world.ts';

/** The journal, the books in memory and the exchange's truth; a test may doctor each of them. */
export type Evidence = Pick<
  World,
  'facts' | 'allFacts' | 'disk' | 'books' | 'truth' | 'life' | 'trace'
>;

/** Fails with the id of the rule, what was found and the last facts, unless `holds`. */
export function rule(
  id: string,
  holds: boolean,
  found: () => string,
  { trace }: Pick<Evidence, 'trace'>,
): asserts holds {
  if (!holds) throw new AssertionFailed(`[${id}] ${found()}\n${trace()}`);
}

/** The facts of one type. */
export const factsOf = <T extends Fact['type']>(facts: readonly Fact[], type: T) =>
  facts.filter((fact): fact is Extract<Fact, { readonly type: T }> => fact.type === type);

/** Whether an order was placed by an engine, as its label says. */
export const isOurs = (label: string): boolean => label.startsWith('ls:');

/** The currency in which an instrument is settled: `BTC_USDC-PERPETUAL` in USDC, `BTC-PERPETUAL` in BTC. */
export function currencyOf(instrument: string): string {
  const [pair = ''] = instrument.split('-');
  const [base = '', quote] = pair.split('_');
  return quote ?? base;
}
