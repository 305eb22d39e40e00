import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fact } from '../domain/fact.ts';
import { everyBody } from '../../test/support/fact-samples.ts';
import * as make from '../../test/support/facts.ts';
import { decodeFact, encodeFact, liftFact } from './codec.ts';
import { type Upcasts, UPCASTS } from './upcasts.ts';

const sample = make.fact(
  7,
  { type: 'LINK_CHANGED', v: 1, data: { up: true, reason: 'é "x"', link: 'trading' } },
  3,
);
const TEXT =
  '{"seq":7,"at":"2026-03-02T10:00:00.070Z","epoch":3,"type":"LINK_CHANGED","v":1,"actor":{"kind":"engine","id":"n1"},' +
  '"cause":"test","build":"0.1.0","config":"c0ffee","data":{"link":"trading","reason":"é \\"x\\"","up":true}}';

/** The error of decoding a text. */
function refusal(text: string): string {
  const decoded = decodeFact(text);
  assert.ok(!decoded.ok);
  return decoded.error;
}

test('[I30] the stored text: keys of the envelope in their order, keys of data sorted, no spaces', () => {
  assert.equal(encodeFact(sample), TEXT);
});

test('[I33] every fact carries actor, cause, build and config', () => {
  for (const key of ['actor', 'cause', 'build', 'config']) {
    const value = JSON.parse(TEXT) as Record<string, unknown>;
    delete value[key];
    assert.match(refusal(JSON.stringify(value)), new RegExp(`not well-formed at "${key}"`));
  }
});

test('the text does not depend on the order in which a fact was put together', () => {
  const reversed = Object.fromEntries(Object.entries(sample).reverse()) as unknown as Fact;
  const shuffled = {
    ...reversed,
    data: { link: 'trading', reason: 'é "x"', up: true },
    actor: { id: 'n1', kind: 'engine' },
  } as Fact;
  assert.equal(encodeFact(shuffled), TEXT);
});

test('nested data is sorted at every depth; what is undefined is left out', () => {
  const args = { b: [{ z: 1, a: null }], a: undefined, c: { y: '1', x: true } };
  const fact = make.fact(1, {
    type: 'COMMAND_TAKEN',
    v: 1,
    data: { id: 'c', name: 'n', by: 'b', args },
  });
  assert.ok(
    encodeFact(fact).endsWith(
      '"data":{"args":{"b":[{"a":null,"z":1}],"c":{"x":true,"y":"1"}},"by":"b","id":"c","name":"n"}}',
    ),
  );
});

test('facts of every kind decode to themselves, and encode to the same text again', () => {
  for (const [index, body] of everyBody.entries()) {
    const fact = make.fact(index + 1, body);
    const decoded = decodeFact(encodeFact(fact));
    assert.ok(decoded.ok, body.type);
    assert.deepEqual(decoded.value, fact);
    assert.equal(encodeFact(decoded.value), encodeFact(fact));
  }
  assert.equal(everyBody.length, Object.keys(UPCASTS).length);
});

test('any JSON in data survives, whatever its characters', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (args) => {
      const kept = JSON.parse(JSON.stringify(args)) as Record<string, unknown>;
      const fact = make.fact(1, {
        type: 'COMMAND_TAKEN',
        v: 1,
        data: { id: 'c', name: 'n', by: 'b', args: kept },
      });
      const decoded = decodeFact(encodeFact(fact));
      assert.ok(decoded.ok);
      assert.equal(encodeFact(decoded.value), encodeFact(fact));
      assert.deepEqual(JSON.parse(encodeFact(fact)), JSON.parse(JSON.stringify(fact)));
    }),
  );
});

test('a number that JSON can not hold never becomes text', () => {
  const broken = make.fact(1, { type: 'SPEED_CHANGED', v: 1, data: { speed: Number.NaN } });
  assert.throws(() => encodeFact(broken), /not a JSON number: NaN/);
});

test('what is not a fact is refused with what was wrong', () => {
  assert.match(refusal('{"seq":1'), /not JSON: \{"seq":1/);
  assert.match(refusal('[]'), /not well-formed/);
  assert.match(refusal(TEXT.replace('"seq":7', '"seq":0')), /at "seq"/);
  assert.match(refusal(TEXT.replace('10:00:00.070Z', '10:00:00Z')), /at "at"/);
  assert.match(
    refusal(TEXT.replace('2026-03-02T', '2026-02-29T')),
    /at "at": accepted is a moment/,
  );
  assert.ok(decodeFact(TEXT.replace('2026-03-02T', '2026-03-31T')).ok);
  assert.match(refusal(TEXT.replace('"id":"n1"', '"id":7')), /at "actor.id"/);
  assert.match(refusal(TEXT.replace('"kind":"engine"', '"kind":"ghost"')), /at "actor.kind"/);
  assert.match(refusal(TEXT.replace('"cause"', '"extra":1,"cause"')), /at "extra"/);
});

test('an unknown type and a newer version are refused, never guessed', () => {
  assert.equal(
    refusal(TEXT.replace('LINK_CHANGED', 'MOON_REACHED')),
    'fact 7 is of the unknown type MOON_REACHED; it was written by another version of Lockstep',
  );
  assert.match(refusal(TEXT.replace('LINK_CHANGED', 'constructor')), /unknown type constructor/);
  assert.equal(
    refusal(TEXT.replace('"v":1', '"v":2')),
    'fact 7 (LINK_CHANGED) has version 2, this build reads up to 1; use the newer Lockstep that wrote it',
  );
});

test('a fact of an older version is lifted step by step to the newest', () => {
  const upcasts: Upcasts = {
    ...UPCASTS,
    LINK_CHANGED: [
      ({ up, ...rest }) => ({ ...rest, state: up === true ? 'up' : 'down' }),
      ({ state, ...rest }) => ({ ...rest, state: { is: state } }),
    ],
  };
  const lifted = (v: number, data: object): unknown => {
    const result = liftFact({ ...(JSON.parse(TEXT) as object), v, data }, upcasts);
    return result.ok ? [result.value.v, result.value.data] : result.error;
  };
  assert.deepEqual(lifted(1, { link: 'market', up: true }), [
    3,
    { link: 'market', state: { is: 'up' } },
  ]);
  assert.deepEqual(lifted(2, { link: 'market', state: 'down' }), [
    3,
    { link: 'market', state: { is: 'down' } },
  ]);
  assert.deepEqual(lifted(3, { link: 'market', state: { is: 'x' } }), [
    3,
    { link: 'market', state: { is: 'x' } },
  ]);
  assert.match(String(lifted(4, {})), /reads up to 3/);
});
