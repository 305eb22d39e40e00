/** B5: start with 1,000,000 closed and 10,000 open trades: process begun -> verdicts durable -> trading allowed. */
import { benchOf } from './kit.ts';
import { measureStart } from './start-up.ts';

export const bench = benchOf(
  'B5',
  'start with 1,000,000 closed and 10,000 open trades: process begun -> verdicts durable -> trading allowed',
  measureStart,
);
