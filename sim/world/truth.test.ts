/** The truth of a world is read off the exchange's journal; what tells nothing of it is not even parsed. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { createExchange } from '../../src/venue/practice/exchange.ts';
import { createTruth } from './truth.ts';

const START = 1_772_445_650_000;

test('an entry in which only prices moved is passed over, however the journal goes on behind it', () => {
  const exchange = createExchange({
    seed: 1,
    startAt: START,
    speed: 1,
    hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
  });
  const entries = [0, 20_000, 40_000].flatMap((mono) =>
    exchange
      .handle({ kind: 'tick' }, { server: START + mono, mono })
      .flatMap((effect) => (effect.kind === 'record' ? [effect.entry] : [])),
  );
  const truth = createTruth();
  const [first, ...quiet] = entries;
  truth.take(first ?? '');
  const version = truth.version();
  assert.ok(quiet.length > 0);
  for (const entry of quiet) truth.take(entry.slice(0, -1));
  assert.equal(truth.version(), version);
});
