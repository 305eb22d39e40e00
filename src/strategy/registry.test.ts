import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { strategyKinds } from './registry.ts';

describe('strategyKinds', () => {
  it('knows each kind by its own name', () => {
    assert.deepEqual(Object.keys(strategyKinds), ['razor']);
    for (const [name, kind] of Object.entries(strategyKinds)) assert.equal(kind.kind, name);
  });

  it('runs settings that it read, also after a round trip through JSON', () => {
    const razor = strategyKinds['razor'];
    const read = razor?.settings({ size_usd: 250 });
    assert.ok(read?.ok);
    assert.equal(read.value['size_usd'], '250');
    const stored = JSON.parse(JSON.stringify(read.value)) as typeof read.value;
    assert.deepEqual(razor?.settings(stored), read);
    assert.equal(typeof razor?.run(stored).judge, 'function');
  });

  it('does not run settings that it would refuse to read', () => {
    assert.throws(() => strategyKinds['razor']?.run({ size_usd: '-1' }), {
      name: 'AssertionFailed',
    });
    assert.throws(() => strategyKinds['razor']?.run({ unheard_of: 1 }), {
      name: 'AssertionFailed',
    });
  });
});
