/** What a fact is about: the few words that stand in its line, and the pages that it leads to. Reads any fact without trust. */

type Bag = Readonly<Record<string, unknown>>;

const bagOf = (value: unknown): Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {};
const listOf = (value: unknown): readonly Bag[] => (Array.isArray(value) ? value.map(bagOf) : []);
const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

const known = (values: readonly unknown[]): readonly string[] => [
  ...new Set(values.map(textOf).filter((value) => value !== null)),
];

export type FactLinks = {
  readonly trades: readonly string[];
  readonly breaks: readonly string[];
  readonly reports: readonly string[];
};

/** The trades, differences and checks that a fact's data names. */
export function linksOf(data: Bag): FactLinks {
  const report = bagOf(data['report']);
  const found = bagOf(data['break']);
  const trades = [
    data['trade'],
    bagOf(data['trade'])['id'],
    bagOf(data['opens'])['trade'],
    bagOf(data['intent'])['trade'],
    bagOf(data['order'])['tradeId'],
    bagOf(data['shown'])['position'],
    ...listOf(data['allocations']).map(({ trade }) => trade),
    ...listOf(report['verdicts']).map(({ tradeId }) => tradeId),
  ];
  const named: readonly unknown[] = Array.isArray(report['breaks']) ? report['breaks'] : [];
  const breaks = [found['id'], data['break'], ...named];
  return { trades: known(trades), breaks: known(breaks), reports: known([report['id']]) };
}

/** A few words that tell one fact from the next of its type: names, amounts and states as they were written down. */
export function subjectOf(data: Bag): string {
  const parts = ['trade', 'break', 'report', 'intent', 'order', 'fill', 'change', 'position', 'row']
    .map((name) => bagOf(data[name]))
    .concat(data);
  const first = (...names: readonly string[]): string | null => {
    for (const part of parts)
      for (const name of names) {
        const found = textOf(part[name]);
        if (found !== null) return found;
      }
    return null;
  };
  const words = [
    first(
      'id',
      'strategy',
      'label',
      'trade',
      'subject',
      'link',
      'instrument',
      'account',
      'journal',
    ),
    first('direction'),
    first('amount', 'size'),
    first('instrument'),
    first('state', 'life', 'status', 'control', 'trigger', 'assurance', 'verdict', 'name'),
    first('reason', 'message'),
  ];
  return [...new Set(words.filter((word) => word !== null))].join(' · ');
}
