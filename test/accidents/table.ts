/** The accidents by their ids. */
import type { Accident } from './accident.ts';
import { F11, F12, F13, F18 } from './by-hand.ts';
import { F1, F2, F3, F4 } from './lost-orders.ts';
import { F19, F20, F21, F26, F27 } from './market.ts';
import { F14, F15, F17, F22, F23, F24, F25 } from './process.ts';
import { F10, F16, F5, F6, F7, F8, F9 } from './streams.ts';

export const ACCIDENTS: readonly Accident[] = [
  F1,
  F2,
  F3,
  F4,
  F5,
  F6,
  F7,
  F8,
  F9,
  F10,
  F11,
  F12,
  F13,
  F14,
  F15,
  F16,
  F17,
  F18,
  F19,
  F20,
  F21,
  F22,
  F23,
  F24,
  F25,
  F26,
  F27,
];
