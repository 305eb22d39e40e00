/** Long numbers are lifted over the parser as if it had kept them itself: the same values, the same refusals. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { prng } from '../../base/prng.ts';
import { parseExactly } from './exact-json.ts';
import { LongNumber, isLost } from './long-number.ts';
import { damage, mutant } from './mutate.contract.ts';
import { SAMPLES, frameOf } from './samples.contract.ts';

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** The slow and simple way: the parser asks about each value. */
const slowly = (text: string): unknown =>
  parse(text.replace(/^\ufeff/, ''), (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && isLost(source)
      ? new LongNumber(source)
      : value,
  );

const outcome = (read: (text: string) => unknown, text: string): unknown => {
  try {
    return { value: read(text) };
  } catch {
    return 'not JSON';
  }
};
const same = (text: string): void =>
  assert.deepEqual(outcome(parseExactly, text), outcome(slowly, text), text.slice(0, 500));

const LONG = [
  '12345678901234567',
  '-0.12345678901234567890',
  '9007199254740993',
  '1e-400',
  '9007199254740993e-1',
  '1.7e+0308',
  '1790000000000877497',
];

test('wherever a long number stands, and in strings that only look like one', () => {
  for (const long of LONG)
    for (const text of [
      long,
      ` ${long} `,
      `[${long}]`,
      `[1,${long} ,2]`,
      `{"a":${long}}`,
      `{"a" : ${long}\n}`,
      `{"${long}":${long}}`,
      `["${long}",${long}]`,
      `["\\"${long}",${long}]`,
      `["\\\\",${long},"\\\\\\"${long}"]`,
      `["\\u0000${long}",${long}]`,
      `["x: ${long}, y",{"${long}":"${long}"}]`,
      `{"__proto__":${long},"constructor":{"a":${long}}}`,
      `{"a":1,"a":${long}}`,
    ])
      same(text);
});

test('what is not JSON stays none', () => {
  for (const long of LONG)
    for (const text of [
      `{${long}:1}`,
      `{${long} :1}`,
      `[${long} ${long}]`,
      `[${long}"a"]`,
      `["a"${long}]`,
      `[--${long}]`,
      `[+${long}]`,
      `[.${long}]`,
      `[0${long}]`,
      `[${long}.]`,
      `[${long}e]`,
      `[${long}x]`,
      `[x${long}]`,
      `[tru${long}e]`,
      `["${long}]`,
      `{"a":${long}`,
      `${long},`,
      `\u0000${long}`,
    ])
      same(text);
});

test('spoilt messages with long numbers in them are read, or refused, as the parser does', () => {
  const frames = SAMPLES.map(frameOf);
  for (let index = 0; index < 3_000; index++) {
    const random = prng(11, `${index}`);
    const base = (frames[index % frames.length] ?? '').replace(/:(\d)/, ':1234567890123456$1');
    same(index % 2 === 0 ? damage(base, random) : mutant(base, frames, random));
  }
});

test('any JSON with long numbers strewn in', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(...LONG), (json, long) => {
      same(json.replaceAll('0', long));
      same(json.replaceAll('"', `"${long}`));
    }),
    { numRuns: 1_000 },
  );
});
