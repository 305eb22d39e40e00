/** B5g: how the start grows with closed trades, open trades and instruments. */
import { benchOf } from './kit.ts';
import { measureGrowth } from './start-up.ts';

export const bench = benchOf(
  'B5g',
  'how the start grows with closed trades, open trades and instruments',
  measureGrowth,
);
