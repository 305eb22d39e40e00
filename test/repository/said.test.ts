/**
 * Every English sentence that the engine or its API says has its Dutch twin: evidence, both sides of a difference, reasons,
 * plans, refusals. They are read from the sources where they are said, so that a new one without a twin fails here.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { refuseScope } from '../../src/venue/deribit/scopes.ts';
import { httpTrouble, subscriptionTrouble, troubleOf } from '../../src/venue/deribit/trouble.ts';
import { retold, saidKey } from '../../src/words/said.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

const filesOf = (folder: string, name: RegExp): readonly string[] =>
  readdirSync(join(ROOT, folder))
    .filter((file) => name.test(file) && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file));

/** A literal of the source: `'…'`, `"…"` or a template. */
const LITERAL = String.raw`('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|` + '`(?:[^`\\\\]|\\\\.)*`)';

/** Where sentences stand in the sources: members of these names, and arguments of these calls. */
const PLACES: Readonly<Record<'engine' | 'edge' | 'venue/deribit', readonly RegExp[]>> = {
  engine: [
    /\b(?:text|reason|books|exchange|detail|accept|by_hand|flatten|adopt|enter):\s*/,
    /\brefuse\(\s*'\w+',\s*/,
    /\bbecomeUnknown\(turn, \w+, /,
    /\bstop\(turn, check, /,
    /\bsettle\(turn, [\w.]+, /,
    /\bconst why = /,
    /\bconst stands = /,
    /\n {2}\w+: \['\w+', /,
    /\bno\(\s*/,
    /\b(?:action|verb) === '\w+'\s*\? ?/,
    /\bcase '(?:accept|by_hand|flatten|enter|adopt)':\n {6}return /,
    /\bagree\(turn, '\w+', \w+, /,
  ],
  edge: [
    /\b(?:title|detail|next|accepted):\s*/,
    /\bnext: \w+ \?[^:]*:\s*/,
    /\bwrongPeriod\(\s*'\w+',\s*/,
    /\bforbidden\(\s*'\w+',\s*/,
    /\bunknownCaller\(\s*/,
    /\bunknownCaller\(\s*'[^']*',\s*/,
    /\bunknownCaller\(\s*'[^']*',\s*[\w. =]+\?\s*/,
    /\bnotFound\(\s*'\w+', [\w.()]+,\s*/,
    /\b(?:title|detail):\s*[\w. =]+\?\s*/,
    /\b(?:title|detail):\s*[\w. =]+\?\s*'[^']*'\s*:\s*/,
  ],
  'venue/deribit': [
    /\b(?:plain|failed)\(\s*/,
    /\bfailPlainly\(core, mono, /,
    /\btroubleOf\(\s*/,
    /\n {2}(?:login|heartbeat|cod|account|subscribe): /,
    /\n {2}\[\d+, /,
  ],
};

/** Words that are names of the field or of our types, and no sentences. */
const WORD = /^[\w./]+$/;
const KNOWN_WORDS: ReadonlySet<string> = new Set(['adopted', 'connected', 'flat', 'none']);

/** The text of a literal with a sample in place of each value; null for what holds no sentence. */
function sampleOf(literal: string): string | null {
  const plain = literal
    .slice(1, -1)
    .replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '7')
    .replaceAll(/\\(['"`\\])/g, '$1');
  const words = plain.replaceAll(/\b7\b/g, '').match(/[a-z]{2,}/gi) ?? [];
  if (words.length === 0) return null;
  return WORD.test(plain) && !KNOWN_WORDS.has(plain) ? null : plain;
}

function saidIn(file: string, places: readonly RegExp[]): readonly string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  return places.flatMap((place) =>
    [...source.matchAll(new RegExp(place.source + LITERAL, 'g'))].flatMap((match) => {
      const sample = sampleOf(match[1] ?? '');
      return sample === null ? [] : [sample];
    }),
  );
}

for (const [room, files, least] of [
  ['engine', filesOf('src/engine', /\.ts$/), 45],
  ['edge', filesOf('src/edge', /^http-.*\.ts$/), 40],
  [
    'venue/deribit',
    filesOf('src/venue/deribit', /^(?:session|core|upkeep|connect|login|trouble)\.ts$/),
    35,
  ],
] as const) {
  test(`what src/${room} says to people is there in both languages`, () => {
    const said = files.flatMap((file) =>
      saidIn(file, PLACES[room]).map((sample) => ({ file, sample })),
    );
    assert.ok(said.length >= least, `only ${said.length} sentences found in src/${room}`);
    const missing = said.filter(({ sample }) => saidKey(sample) === undefined);
    assert.deepEqual(missing, []);
  });
}

test('why a link is down or refused is there in both languages, whole', () => {
  const error = (code: number) => ({ code, message: 'word', data: null });
  const said = [
    ...[11051, 10048, 77_777].map((code) => troubleOf('the login', error(code)).reason),
    subscriptionTrouble('market', error(-32601)).reason,
    ...[429, 418].map((status) => httpTrouble(status, null).reason),
    ...['', 'account:read trade:read_write wallet:read_write'].map(
      (scope) => refuseScope(scope)?.message ?? '',
    ),
  ];
  assert.deepEqual(
    said.filter((sentence) => saidKey(sentence) === undefined),
    [],
  );
  assert.equal(
    retold('nl', `the link went down: ${said[0]}`),
    'de verbinding viel weg: het inloggen werd beantwoord met 11051 word: de beurs is in onderhoud',
  );
});
