/**
 * The contract suite of the venue port: what any session must do over any exchange that is reached by text frames. It
 * looks at events and outcomes only; the few things that need a word of the protocol are asked of the world.
 */
import { describe } from 'node:test';
import { doubtTests, weatherTests } from './port-doubts.contract.ts';
import type { VenueWorld } from './port-kit.contract.ts';
import { linkTests } from './port-links.contract.ts';
import { orderTests, readTests } from './port-requests.contract.ts';

export type { VenueWorld } from './port-kit.contract.ts';
export type { FarEffect, FarSide } from './rig.contract.ts';

/** Runs the suite; `makeWorld` gives a fresh world each time. `runs`: how many schedules of faults are drawn. */
export function venueContract(name: string, makeWorld: () => VenueWorld, runs = 60): void {
  describe(`venue port: ${name}`, () => {
    linkTests(makeWorld);
    readTests(makeWorld);
    orderTests(makeWorld);
    doubtTests(makeWorld);
    weatherTests(makeWorld, runs);
  });
}
