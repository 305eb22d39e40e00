import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { retold, saidKey } from './said.ts';
import { saidTexts } from './texts-said.ts';

describe('what the engine said', () => {
  it('is found again under its own key, whatever its values are', () => {
    for (const [key, { en }] of Object.entries(saidTexts)) {
      const filled = en.replaceAll(/\{(\w+)\}/g, 'x-7.5');
      assert.equal(saidKey(filled)?.key, key, filled);
    }
  });

  it('is told over with its values, and stays English in English', () => {
    const said =
      'position 0 at 10:00 and 10:03, books 0.0015; complete history shows no fill that explains it';
    assert.equal(retold('en', said), said);
    assert.equal(
      retold('nl', said),
      'positie 0 op 10:00 and 10:03, boeken 0.0015; in de volledige geschiedenis staat geen uitvoering die dit verklaart',
    );
    assert.equal(
      retold('nl', 'Send "limit" as a whole number from 1 to 500.'),
      'Stuur "limit" als een heel getal van 1 tot en met 500.',
    );
  });

  it('leaves what others said as it is', () => {
    for (const words of ['lunch', '', 'not_enough_funds (10009)', 'Anna: zie mail'])
      assert.equal(retold('nl', words), words);
  });
});
