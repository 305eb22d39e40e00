/** The planted bugs, all of them: the exam of the simulator and its auditor. One that nothing notices means that a rule is missing. */
import { BOOKING } from './booking.ts';
import { CHECKING } from './checking.ts';
import type { Mutant } from './mutant.ts';
import { SENDING } from './sending.ts';

export type { Mutant } from './mutant.ts';
export const MUTANTS: readonly Mutant[] = [...SENDING, ...BOOKING, ...CHECKING];
