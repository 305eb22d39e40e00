import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nearest, slips } from './nearest.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });

/** The distance by its definition, with no table. */
function plainly(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [restA, restB] = [a.slice(0, -1), b.slice(0, -1)];
  const candidates = [
    plainly(restA, b) + 1,
    plainly(a, restB) + 1,
    plainly(restA, restB) + (a.at(-1) === b.at(-1) ? 0 : 1),
  ];
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1))
    candidates.push(plainly(a.slice(0, -2), b.slice(0, -2)) + 1);
  return Math.min(...candidates);
}

describe('slips', () => {
  it('counts by the definition, both ways alike', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        assert.equal(slips(a, b), plainly(a, b));
        assert.equal(slips(b, a), slips(a, b));
        assert.equal(slips(a, a), 0);
      }),
    );
  });

  it('counts a letter more, less, changed or swapped as one', () => {
    for (const typo of ['instrumennt', 'intrument', 'instrumant', 'isntrument'])
      assert.equal(slips(typo, 'instrument'), 1, typo);
  });
});

describe('nearest', () => {
  const known = [
    'instrument',
    'size_usd',
    'stop_loss_percent',
    'take_profit_percent',
    'trend_filter',
  ];

  it('finds what was probably meant', () => {
    assert.equal(nearest('insturment', known), 'instrument');
    assert.equal(nearest('Size-USD', known), 'size_usd');
    assert.equal(nearest('stoploss_percent', known), 'stop_loss_percent');
    assert.equal(nearest('trend', known), undefined);
    assert.equal(nearest('filter_trends', ['trend_filter']), undefined);
  });

  it('says nothing rather than something far off', () => {
    assert.equal(nearest('zzzzzz', known), undefined);
    assert.equal(nearest('instrument', []), undefined);
    assert.equal(nearest('', known), undefined);
  });

  it('takes the first of equals and stays quick on very long names', () => {
    assert.equal(nearest('ab', ['ac', 'bb']), 'ac');
    assert.equal(nearest('x'.repeat(100_000), known), undefined);
  });
});
