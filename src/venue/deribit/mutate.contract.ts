/**
 * Messages that went wrong: one or a few changes to a good one, in its structure or in its text. The same random stream
 * makes the same mutant.
 */
import { type Prng, nextBelow } from '../../base/prng.ts';

/** JSON as a tree that keeps the spelling of its leaves, the order of members, and names that come twice. */
type Node =
  | { readonly kind: 'leaf'; readonly text: string }
  | { readonly kind: 'list'; readonly items: Node[] }
  | { readonly kind: 'object'; readonly members: { name: string; value: Node }[] };

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;

class Leaf {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function treeOf(value: unknown): Node {
  if (value instanceof Leaf) return { kind: 'leaf', text: value.text };
  if (Array.isArray(value)) return { kind: 'list', items: value.map(treeOf) };
  const members = Object.entries(value as object);
  return {
    kind: 'object',
    members: members.map(([name, member]) => ({ name, value: treeOf(member) })),
  };
}

const readTree = (text: string): Node =>
  treeOf(
    parse(text, (_key, value, { source }) =>
      typeof value === 'object' && value !== null ? value : new Leaf(source ?? 'null'),
    ),
  );

function write(node: Node): string {
  if (node.kind === 'leaf') return node.text;
  if (node.kind === 'list') return `[${node.items.map(write).join(',')}]`;
  return `{${node.members.map(({ name, value }) => `${JSON.stringify(name)}:${write(value)}`).join(',')}}`;
}

const leaf = (text: string): Node => ({ kind: 'leaf', text });
const nested = (depth: number, inner: Node): Node =>
  depth === 0 ? inner : { kind: 'list', items: [nested(depth - 1, inner)] };

/** Values that readers are not used to. */
const ODD: readonly Node[] = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1',
  '1.5',
  '10.0',
  '3.2e4',
  '5.0E-8',
  '1e15',
  '1e14',

  '1e400',
  '1e-400',
  '9007199254740993',
  '12345678901234567890',
  '0.12345678901234567890',
  '-1e-30',

  '""',
  '" "',
  '"0"',
  '"1.5"',
  '"NaN"',
  '"Infinity"',
  '"0x10"',
  '"market_price"',
  '"any"',
  '"zero"',

  '"buy"',
  '"sell"',
  '"open"',
  '"archive"',
  '"filled"',
  '"triggered"',
  '"M"',
  '"linear"',
  '"\\u0000"',
  '"\\ud800"',
  '"\\u202e"',
  '"é"',
  '"__proto__"',
  '[]',
  '{}',
  '[null]',
  '{"a":1}',
  '[[]]',
].map(leaf);
const ODD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'length',
  '',
  'amount',
  'order_state',
  'result',
  'error',
  'method',
  'é',
];

const oneOf = <T>(random: Prng, values: readonly T[]): T =>
  values[nextBelow(random, values.length)] as T;

/** A place in the tree that holds a value, and can be given another. */
type Place = { readonly value: Node; readonly put: (value: Node) => void };

function placesOf(root: { value: Node }): readonly Place[] {
  const found: Place[] = [];
  const visit = (place: Place): void => {
    found.push(place);
    const { value } = place;
    if (value.kind === 'list')
      value.items.forEach((item, at) =>
        visit({ value: item, put: (other) => void (value.items[at] = other) }),
      );
    if (value.kind === 'object')
      for (const member of value.members)
        visit({ value: member.value, put: (other) => void (member.value = other) });
  };
  visit({ value: root.value, put: (other) => void (root.value = other) });
  return found;
}

/** A number or word that is nearly the one that was. */
function nearly(random: Prng, text: string): Node {
  const changes: readonly (() => string)[] = [
    () => `"${text.replaceAll('"', '')}"`,
    () => text.replaceAll('"', ''),
    () => (text.startsWith('-') ? text.slice(1) : `-${text}`),
    () => `${text}e${nextBelow(random, 40) - 20}`,
    () => text.replace(/\d/, String(nextBelow(random, 10))),
    () => text.replace(/[a-z]/, (letter) => letter.toUpperCase()),
    () => `${text.replace(/\.?$/, '')}${'7'.repeat(nextBelow(random, 24))}`,
    () => text.replace(/"$/, '_x"'),
  ];
  return leaf(oneOf(random, changes)());
}

/** Changes one thing in an object: a member lost, twice, renamed, moved, or exchanged with another. */
function changeMembers(random: Prng, members: { name: string; value: Node }[]): void {
  const at = nextBelow(random, members.length);
  const member = members[at];
  if (member === undefined) return;
  const other = oneOf(random, members);
  const changes: readonly (() => unknown)[] = [
    () => members.splice(at, 1),
    () => members.push({ name: member.name, value: oneOf(random, ODD) }),
    () => members.unshift({ name: member.name, value: oneOf(random, ODD) }),
    () => (member.name = oneOf(random, ODD_NAMES)),
    () => (member.name = `${member.name}s`),
    () => ([member.value, other.value] = [other.value, member.value]),
    () => ([member.name, other.name] = [other.name, member.name]),
    () => members.reverse(),
    () => members.push({ name: oneOf(random, ODD_NAMES), value: oneOf(random, ODD) }),
  ];
  oneOf(random, changes)();
}

function changeTree(random: Prng, root: { value: Node }, stranger: () => Node): void {
  const place = oneOf(random, placesOf(root));
  const { value } = place;
  const turn = nextBelow(random, 10);
  if (value.kind === 'object' && turn < 7) return changeMembers(random, value.members);
  if (value.kind === 'list' && turn < 3) return void value.items.push(...value.items.slice(0, 3));
  if (value.kind === 'list' && turn < 5) return void value.items.splice(0, 1);
  if (value.kind === 'leaf' && turn < 4) return place.put(nearly(random, value.text));
  if (turn === 7) return place.put(nested(oneOf(random, [1, 2, 60]), value));
  if (turn === 8) return place.put(leaf(`"${oneOf(random, ['x', 'é', '\\u0000']).repeat(2_000)}"`));
  if (turn === 9) return place.put(stranger());
  return place.put(oneOf(random, ODD));
}

const ODD_TEXTS = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '-',
  '+',
  'e',
  '.',
  '0',
  '9',
  '\\',
  '\u0000',
  '\ufeff',
  '\n',
  ' ',
  'NaN',
  'Infinity',
  'undefined',
  '0x1f',
  '1e999',
  '-1e-999',
  '/**/',
  "'",
  '\u2028',
  '"\\ud800"',
] as const;

/** One small damage to a text. */
export function damage(text: string, random: Prng): string {
  const at = nextBelow(random, text.length + 1);
  const odd = oneOf(random, ODD_TEXTS);
  switch (nextBelow(random, 7)) {
    case 0:
      return text.slice(0, at) + odd + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + nextBelow(random, 20));
    case 2:
      return text.slice(0, at);
    case 3:
      return text.replaceAll(/:(-?\d[\d.e+-]*|"[^"]*"|true|false)/g, (whole) =>
        nextBelow(random, 12) === 0
          ? `:${oneOf(random, ['null', '1e999', '"\ud800"', '01', '1.', '.5'])}`
          : whole,
      );
    case 4:
      return text.slice(0, at) + odd + text.slice(at);
    case 5:
      return text + text.slice(at);
    default:
      return text.slice(0, at) + text.slice(Math.max(0, at - 30));
  }
}

/** A mutant of one message; `others` give parts that do not belong there. */
export function mutant(base: string, others: readonly string[], random: Prng): string {
  const changes = 1 + nextBelow(random, 3);
  if (nextBelow(random, 4) === 0) {
    let text = base;
    for (let i = 0; i < changes; i++) text = damage(text, random);
    return text;
  }
  const root = { value: readTree(base) };
  const stranger = (): Node =>
    oneOf(random, placesOf({ value: readTree(oneOf(random, others)) })).value;
  for (let i = 0; i < changes; i++) changeTree(random, root, stranger);
  return write(root.value);
}
