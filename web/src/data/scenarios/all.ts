/** The four problems that this project began with, in the order in which they are played. */
import { ghost } from './ghost.ts';
import { live } from './live.ts';
import type { Scenario } from './machine.ts';
import { restart } from './restart.ts';
import { status } from './status.ts';

export const SCENARIOS: readonly Scenario[] = [ghost, status, live, restart];
