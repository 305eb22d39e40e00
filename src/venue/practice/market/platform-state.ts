/** Whether the exchange is under maintenance. */
import type { Desk } from '../desk.ts';
import { holding } from '../faults/faults.ts';

export const inMaintenance = (desk: Desk): boolean =>
  holding(desk.faults, 'maintenance', desk.mono) !== undefined;
