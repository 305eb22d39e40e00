import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { catalogue, parts } from './catalogue.ts';
import { LANGUAGES } from './format.ts';
import { type ActivityWord, type AssuranceWord, type ControlWord, label } from './label.ts';
import { type OverviewFacts, overviewSentence } from './overview.ts';
import { hasText, sentence, text, waitsFor } from './text.ts';

const entries: readonly [string, Readonly<Record<string, string>>][] = Object.entries(catalogue);
const WELL_FORMED = /^[a-zA-Z_]+(:(number|age|duration)|\|[^|:]+\|[^|:]+)?$/;

/** The names that a sentence fills in; spelling and number of uses may differ between languages. */
const slots = (template: string): readonly string[] =>
  [...template.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '');
const names = (template: string): readonly string[] =>
  [...new Set(slots(template).map((slot) => slot.split(/[:|]/)[0] ?? ''))].sort();

describe('catalogue', () => {
  it('has every key once, over all parts', () => {
    const count = parts.reduce((sum, part) => sum + Object.keys(part).length, 0);
    assert.equal(count, entries.length);
    assert.ok(entries.length > 300);
  });

  it('has both languages for every key and fills in the same values in each', () => {
    for (const [key, entry] of entries) {
      assert.deepEqual(Object.keys(entry).sort(), [...LANGUAGES].sort(), key);
      for (const language of LANGUAGES) assert.notEqual((entry[language] ?? '').trim(), '', key);
      assert.deepEqual(names(entry['nl'] ?? ''), names(entry['en'] ?? ''), key);
    }
  });

  it('has well-formed slots, keys and no stray braces or spaces', () => {
    for (const [key, entry] of entries) {
      assert.match(key, /^[a-z_]+(\.[a-zA-Z0-9_]+)+$/);
      for (const sentenceOf of Object.values(entry)) {
        for (const slot of slots(sentenceOf)) assert.match(slot, WELL_FORMED, key);
        assert.doesNotMatch(sentenceOf.replace(/\{[^{}]*\}/g, ''), /[{}]/, key);
        assert.doesNotMatch(sentenceOf, /^\s|\s$| {2}/, key);
      }
    }
  });

  it('speaks to people as "je", never as "u"', () => {
    for (const [key, entry] of entries) {
      const bare = (entry['nl'] ?? '').replace(/\{[^}]*\}/g, '');
      assert.doesNotMatch(bare, /\b(u|uw)\b/i, key);
    }
  });

  const glossary = new URL('../../../shared/ux/glossary.nl-en.tsv', import.meta.url);
  if (existsSync(glossary))
    it('uses the given wordings', () => {
      const rows = readFileSync(glossary, 'utf8').trim().split('\n').slice(1);
      assert.ok(rows.length > 90);
      const seven = (given: string): string =>
        given.replace(/\{\w+\}/g, '7').replace(/\((s|en)\)/g, '$1');
      for (const row of rows) {
        const [key = '', en = '', nl = ''] = row.split('\t');
        assert.ok(hasText(key), `missing ${key}`);
        const values = Object.fromEntries(names(catalogue[key].en).map((name) => [name, '7']));
        assert.equal(sentence('en', key, values), seven(en), key);
        assert.equal(sentence('nl', key, values), seven(nl), key);
      }
    });
});

describe('text', () => {
  it('fills in values, counts and numbers in the language', () => {
    assert.equal(text('en', 'overview.needs_you', { n: 1 }), '1 thing needs you');
    assert.equal(text('en', 'overview.needs_you', { n: 2 }), '2 things need you');
    assert.equal(text('nl', 'overview.needs_you', { n: 1 }), '1 punt vraagt je aandacht');
    assert.equal(text('nl', 'overview.needs_you', { n: 1200 }), '1.200 punten vragen je aandacht');
    assert.equal(
      text('en', 'error.port_taken', { port: 8787, flag: '--port' }).slice(0, 9),
      'Port 8787',
    );
    assert.equal(
      text('nl', 'stop.protects', { amount: '0.0020', price: '64210.5' }),
      'stop 0,0020 op 64.210,5 staat op de beurs',
    );
  });

  it('spells durations and negative numbers', () => {
    const left = { left: '252000' };
    assert.equal(sentence('en', 'why.cooldown', left), 'waiting for the cooldown, 4 m 12 s more');
    assert.match(
      sentence('nl', 'checkpoint.momentum.not_up', { value: '-0.12' }),
      /bewoog −0,12 %/,
    );
  });

  it('shows unknown keys and missing values instead of hiding them', () => {
    assert.equal(sentence('en', 'why.never_heard_of'), 'why.never_heard_of');
    assert.equal(sentence('en', 'toString'), 'toString');
    assert.equal(sentence('en', 'fresh.as_of'), 'as of –');
    assert.equal(
      sentence('en', 'checkpoint.rsi.oversold', { value: 'x' }).slice(0, 17),
      'RSI x is below –:',
    );
  });

  it('takes values as they are, also when they look like slots', () => {
    assert.equal(text('en', 'fresh.as_of', { time: '{time} $& $1' }), 'as of {time} $& $1');
  });
});

describe('label', () => {
  const cases: readonly [ControlWord, ActivityWord, AssuranceWord, string, string][] = [
    ['running', 'analyzing', 'verified', 'analysing', 'analyseren'],
    ['running', 'position_open', 'verified', 'position open', 'positie open'],
    ['paused', 'position_open', 'verified', 'paused · position open', 'gepauzeerd · positie open'],
    ['draining', 'exiting', 'verified', 'draining · exiting', 'uitlopen · uitstappen'],
    ['paused', 'analyzing', 'checking', 'checking', 'controleren'],
    ['running', 'initializing', 'unverified', 'not verified', 'niet gecontroleerd'],
    ['draining', 'analyzing', 'mismatch', 'mismatch', 'verschil'],
    ['running', 'entering', 'blind', 'no view of the exchange', 'geen zicht op de beurs'],
    ['halted', 'position_open', 'blind', 'halted', 'noodstop actief'],
    ['stopped', 'idle', 'mismatch', 'stopped', 'gestopt'],
  ];
  for (const [control, activity, assurance, en, nl] of cases) {
    it(`${control} + ${activity} + ${assurance} reads "${en}"`, () => {
      assert.equal(label('en', { control, activity, assurance }), en);
      assert.equal(label('nl', { control, activity, assurance }), nl);
    });
  }
});

describe('overviewSentence', () => {
  const good: OverviewFacts = {
    linked: true,
    halted: false,
    assurance: 'verified',
    needsYou: 0,
    strategies: 1,
    paused: 0,
    positions: 2,
  };
  const all: Partial<OverviewFacts> = { needsYou: 2, halted: true, assurance: 'blind', paused: 1 };

  it('says that all is good only when nothing else applies', () => {
    assert.deepEqual(overviewSentence('en', good), {
      tone: 'good',
      sentence: 'All good. 1 strategy, 2 positions, books match the exchange.',
    });
    assert.equal(
      overviewSentence('nl', { ...good, positions: 1 }).sentence,
      'Alles in orde. 1 strategie, 1 positie, de boeken kloppen met de beurs.',
    );
  });

  it('says the worst first', () => {
    const worst = { ...good, ...all };
    const said = (facts: OverviewFacts): string => overviewSentence('en', facts).sentence;
    assert.equal(said({ ...worst, linked: false }), text('en', 'overview.lost'));
    assert.equal(said(worst), '2 things need you');
    assert.equal(said({ ...worst, needsYou: 0 }), text('en', 'overview.halted'));
    assert.equal(said({ ...worst, needsYou: 0, halted: false }), text('en', 'overview.blind'));
    assert.deepEqual(overviewSentence('en', { ...good, assurance: 'checking' }), {
      tone: 'warning',
      sentence: text('en', 'overview.checking'),
    });
    assert.equal(said({ ...good, paused: 1 }), 'Books match the exchange. 1 strategy is paused.');
    assert.equal(said({ ...good, strategies: 0 }), text('en', 'overview.no_strategy'));
  });
});

describe('what a strategy waits for', () => {
  const why = { reason: 'rsi_long', params: { value: '41', limit: '35' } };
  const cases = [
    { assurance: 'verified', activity: 'analyzing', why, key: 'why.rsi_long' },
    { assurance: 'verified', activity: 'analyzing', why: null, key: undefined },
    { assurance: 'verified', activity: 'position_open', why, key: 'why.in_trade' },
    { assurance: 'verified', activity: 'entering', why, key: 'why.entering' },
    { assurance: 'blind', activity: 'position_open', why, key: 'why.blind' },
    { assurance: 'mismatch', activity: 'analyzing', why, key: 'why.mismatch' },
    { assurance: 'unverified', activity: 'analyzing', why: null, key: 'why.unverified' },
    { assurance: 'checking', activity: 'initializing', why: null, key: 'why.checking' },
    {
      assurance: 'verified',
      activity: 'analyzing',
      why: { reason: 'gate.opposite_direction', params: {} },
      key: 'gate.opposite_direction',
    },
  ] as const;
  for (const { key, ...given } of cases)
    it(`${given.assurance}, ${given.activity}, ${given.why?.reason ?? 'no candle yet'}: ${key ?? 'nothing'}`, () => {
      const what = waitsFor(given);
      assert.equal(what?.key, key);
      if (what !== null) assert.ok(hasText(what.key), what.key);
    });
});
