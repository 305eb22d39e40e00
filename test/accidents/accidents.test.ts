/** F1 to F27: accidents that have cost somebody money or sleep, each played in virtual time. The table is `table.ts`. */
import { test } from 'node:test';
import { ACCIDENTS } from './table.ts';

for (const { id, words, scenarios } of ACCIDENTS)
  for (const { what, run } of scenarios) test(`[${id}] ${words}: ${what}`, run);
