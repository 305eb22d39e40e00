/** B6: a check with 10,000 open trades. */
import { benchOf } from './kit.ts';
import { measureCheck } from './start-up.ts';

export const bench = benchOf('B6', 'a check with 10,000 open trades', measureCheck);
