/** The one thing of Node's clockwork that virtual time needs: a moment in which every promise that can move does so. */
import { setImmediate } from 'node:timers/promises';

/** Resolves once no promise can move any more. Takes no virtual time. */
export const moment = (): Promise<void> => setImmediate();
