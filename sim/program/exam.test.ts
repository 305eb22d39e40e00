/** A planted bug is planted in a process of its own, and noticed by a life in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MUTANTS } from '../mutants/mutants.ts';
import { mark } from './exam.ts';

const mutantOf = (id: string) => {
  const found = MUTANTS.find((one) => one.id === id);
  assert.ok(found !== undefined, id);
  return found;
};

test('[I2][I32] what leaves before its commit is noticed in the first life', async () => {
  const marked = await mark(mutantOf('send_before_commit'), [{ seed: 1, minutes: 0.2 }]);
  assert.equal(marked.end, 'killed');
  assert.ok(marked.end === 'killed' && /\[I2\]|\[I32\]/.test(marked.by), JSON.stringify(marked));
});

test('a bug that does not load is told as such, and never as noticed', async () => {
  const marked = await mark({ ...mutantOf('send_before_commit'), id: 'unheard_of' }, [
    { seed: 1, minutes: 0.2 },
  ]);
  assert.equal(marked.end, 'broken');
  assert.ok(marked.end === 'broken' && /unheard_of/.test(marked.by), JSON.stringify(marked));
});
