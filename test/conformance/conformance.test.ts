/** The suite against the practice exchange: it meets every case, and the suite sees where an exchange would not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METHODS } from '../../src/venue/protocol/methods.ts';
import { MORE_METHODS } from '../../src/venue/protocol/more-methods.ts';
import { CASES } from './cases.ts';
import { type Shape, has, list, maybe, number, one } from './case.ts';
import { answerDifferences, differences, told } from './check.ts';
import { practicePeer } from './practice-peer.ts';
import { runCases } from './run.ts';

const PERP = 'BTC_USDC-PERPETUAL';

test('the practice exchange answers every case as the documents and recordings say', async () => {
  const verdicts = await runCases(practicePeer(), CASES, { instrument: PERP, run: 't' });
  assert.deepEqual(
    verdicts.filter((verdict) => verdict.differences.length > 0),
    [],
  );
});

test('there are enough cases, each with a name of its own and a source, and every method is in one', () => {
  assert.ok(CASES.length >= 300, `${CASES.length}`);
  assert.equal(new Set(CASES.map(({ id }) => id)).size, CASES.length);
  assert.ok(CASES.every(({ source, title }) => /^\d/.test(source) && title !== ''));
  const asked = new Set(
    CASES.flatMap(({ steps }) => steps.flatMap((step) => ('method' in step ? [step.method] : []))),
  );
  assert.deepEqual(
    Object.keys({ ...METHODS, ...MORE_METHODS }).filter((method) => !asked.has(method)),
    [],
  );
});

test('a difference is told with its path: types, values, members, lists, relations, codes', () => {
  const values = new Map<string, unknown>([['amount', 3]]);
  const shape: Shape = has({
    a: number,
    b: list(one('x'), 1),
    c: maybe(number),
    d: one('$amount'),
  });
  assert.deepEqual(differences(shape, { a: 1, b: ['x'], d: 3 }, values), []);
  assert.deepEqual(differences(shape, { a: '1', b: [], c: null, d: 4 }, values).map(told), [
    'a: "1", expected a number',
    'b: [], expected 1 to Infinity rows',
    'c: null, expected a number',
    'd: 4, expected 3',
  ]);
  const expected = {
    kind: 'result',
    shape: has({}),
    relations: ['a <= b', 'b < $amount', 'a = c'],
  } as const;
  assert.deepEqual(
    answerDifferences(expected, { jsonrpc: '2.0', result: { a: 2, b: 1 } }, values).map(told),
    ['a <= b: 2 and 1, expected to hold'],
  );
  const refused = { kind: 'error', codes: [10004], data: has({}) } as const;
  const error = { code: 10009, message: 'not_enough_funds' };
  assert.deepEqual(answerDifferences(refused, { jsonrpc: '2.0', error }, values), [
    { path: 'error', expected: '10004', seen: '{"code":10009,"message":"not_enough_funds"}' },
  ]);
  assert.deepEqual(answerDifferences(refused, undefined, values).map(told), [
    'the answer: none, expected one',
  ]);
});

test('an exchange that reads an uncertain point otherwise, or errs, is found', async () => {
  for (const [ids, options] of [
    [['fok-unfillable', 'ioc-unfillable'], { unfillable: 'error' }],
    [['frame-stamps', 'frame-error-stamps'], { stamps: false }],
    [['position-long'], { sizeNoise: true }],
  ] as const) {
    const cases = CASES.filter(({ id }) => (ids as readonly string[]).includes(id));
    const verdicts = await runCases(practicePeer(options), cases, { instrument: PERP, run: 't' });
    assert.ok(
      verdicts.every((verdict) => verdict.differences.length > 0),
      ids.join(),
    );
  }
});
