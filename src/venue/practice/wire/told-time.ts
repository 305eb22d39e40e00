/** The server time that is told: right, unless a fault puts it off. */
import type { Millis } from '../../../base/time.ts';
import type { Desk } from '../desk.ts';

export const toldTime = ({ world }: Desk): Millis => world.now + world.bend.offset();
