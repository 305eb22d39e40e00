/** What pure rooms may not name, and what nobody may do with money: judged on the code alone, by patterns. */
import { lineAt, scan } from './source.ts';

type Law = { readonly pattern: RegExp; readonly why: string };

/** Not a member of something, not a part of a longer name. */
const free = (names: string): RegExp =>
  new RegExp(`(?<![\\w$.#])(?:${names})(?![\\w$])(?!\\??\\s*:)`, 'g');

const world: readonly Law[] = [
  { pattern: free('Date|performance|Temporal'), why: 'time reaches a pure room as data' },
  { pattern: free('setTimeout|setInterval|setImmediate|queueMicrotask'), why: 'a timer is a wish' },
  { pattern: free('process|Buffer|require'), why: 'Node is known to edge and app only' },
  { pattern: free('fetch|WebSocket|XMLHttpRequest|EventSource'), why: 'sockets belong to edge' },
  { pattern: free('crypto'), why: 'hashes are injected' },
  { pattern: free('console'), why: 'what is worth saying is a fact or a value' },
  { pattern: free('globalThis'), why: 'there is no global object in a pure room' },
  { pattern: free('eval|Function(?=\\s*\\()'), why: 'code comes from files' },
  { pattern: free('Intl'), why: 'locales differ by machine; words/ has the one formatter' },
  { pattern: /\.\s*(?:toLocale\w*|localeCompare)\b/g, why: 'locales differ by machine' },
  {
    pattern: /(?<![\w$.])Math\s*\??\.\s*random\b/g,
    why: 'randomness comes from a seed (base/prng)',
  },
  {
    pattern: /(?<![\w$.])Math\b(?!\s*\??\.\s*[a-zA-Z])/g,
    why: 'Math is used member by member, so that random is seen',
  },
  { pattern: /\bimport\s*\.\s*meta\b/g, why: 'a pure room does not know where it lies' },
];

/** The name of something that is money. */
const money = String.raw`(?:[\w$]*[a-z\d])?(?:[pP]rice|[aA]mount|[fF]ee|[pP]nl)`;
/** What may lead to it: `trade.`, `fills[0]!.`, `order?.`. */
const path = String.raw`(?:[a-zA-Z_$][\w$]*(?:\[[^\]]*\])?!?\s*\??\.\s*)*`;
const whole = String.raw`(?![\w$(.?]|\s*\()`;

const arithmetic: readonly Law[] = [
  {
    pattern: new RegExp(String.raw`(?<![\w$])${money}${whole}!?\s*(?:\*\*?|\/|%|\+|-)(?![>])`, 'g'),
    why: 'arithmetic on money: use base/decimal',
  },
  {
    pattern: new RegExp(
      String.raw`(?:[\w$)\]]\s*(?:\*\*?|\/|%|\+|-)|[(=,:?]\s*[-+])=?\s*${path}${money}${whole}`,
      'g',
    ),
    why: 'arithmetic on money: use base/decimal',
  },
  {
    pattern: new RegExp(String.raw`(?<![\w$])${money}${whole}\s(?:<|>|<=|>=)\s`, 'g'),
    why: 'money is canonical text: compare it by base/decimal',
  },
  {
    pattern: new RegExp(String.raw`[^=]\s(?:<|>|<=|>=)\s${path}${money}${whole}`, 'g'),
    why: 'money is canonical text: compare it by base/decimal',
  },
  { pattern: /(?<![\w$])parseFloat(?![\w$])/g, why: 'floats have no place in a money path' },
  {
    pattern: new RegExp(
      String.raw`(?<![\w$.])(?:Number|parseInt|Number\.parseInt)\s*\(\s*${path}${money}${whole}`,
      'g',
    ),
    why: 'money never becomes a number',
  },
];

/**
 * Comments that would switch the compiler or the linter off. Two may stay: leaving the formatter out of a table, and an
 * effect of the page that says why it follows fewer values than it reads.
 */
const silencing =
  /@ts-(?:ignore|nocheck|expect-error)|(?:oxlint|eslint)-disable(?!-next-line react\/exhaustive-deps$)|\/\/\/\s*<reference/gm;

/** Where a source names the world, as `line: what, why`. */
export function worldNamed(source: string): readonly string[] {
  return findings(source, world);
}

/** Where a source calculates with money outside `base/decimal`, as `line: what, why`. */
export function moneyCalculated(source: string): readonly string[] {
  return findings(source, arithmetic);
}

/** Where a source asks a tool to look away, as `line: what`. */
export function silenced(source: string): readonly string[] {
  return [...source.matchAll(silencing)].map(
    (match) => `${lineAt(source, match.index)}: ${match[0]}`,
  );
}

function findings(source: string, laws: readonly Law[]): readonly string[] {
  const { code } = scan(source);
  return laws.flatMap(({ pattern, why }) =>
    [...code.matchAll(pattern)].map(
      (match) => `${lineAt(code, match.index)}: ${match[0].trim()}, ${why}`,
    ),
  );
}
