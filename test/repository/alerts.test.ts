/** Every rule of alerts has its sentence in both languages, its words on what to do, and its page for the person on call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALERT_RULES, ALERT_TEXT, alertText } from '../../src/domain/alert.ts';
import { alertSentence } from '../../src/words/alert.ts';
import { catalogue } from '../../src/words/catalogue.ts';
import { filesUnder, textOf } from './source.ts';

const pageOf = (rule: string): string => `docs/operate/alert-${rule.replaceAll('_', '-')}.md`;

test('each rule has a page that says what it means, what was done and what to do, and no page is left over', () => {
  const pages = filesUnder('docs/operate').filter((file) => file.includes('/alert-'));
  assert.deepEqual(pages.toSorted(), ALERT_RULES.map(pageOf).toSorted());
  const index = textOf('docs/operate/index.md');
  for (const rule of ALERT_RULES) {
    const page = textOf(pageOf(rule));
    for (const part of ['**It means**', '**The engine did**', '**You do**'])
      assert.ok(page.includes(part), `${rule}: ${part}`);
    assert.ok(index.includes(`(${pageOf(rule).slice('docs/operate/'.length)})`), rule);
  }
});

test('each rule says the same in the journal as on English screens, and something else in Dutch', () => {
  for (const rule of ALERT_RULES) {
    const said = catalogue[`alert.${rule}`];
    assert.equal(said.en, ALERT_TEXT[rule]);
    assert.notEqual(said.nl, said.en);
    for (const key of [`alert_name.${rule}`, `alert_do.${rule}`] as const)
      assert.notEqual(catalogue[key].nl, catalogue[key].en, key);
  }
  const params = { instrument: 'X', kind: 'orphan_position', books: 'flat', exchange: 'long 1' };
  assert.equal(alertSentence('en', 'break_open', params), alertText('break_open', params));
  assert.equal(
    alertSentence('nl', 'break_open', params),
    'Boeken en beurs verschillen op X: weespositie. Boeken: geen positie. Beurs: long 1.',
  );
});
