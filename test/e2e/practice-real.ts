/** The practice exchange itself, made from what its edge hands over. */
import { secretText } from '../../src/edge/entropy.ts';
import { hmacSha256 } from '../../src/edge/hashing.ts';
import type { PracticeBirth, PracticeMachine } from '../../src/edge/practice-port.ts';
import { createExchange } from '../../src/venue/practice/exchange.ts';

/** As the composer of the product does. */
export const createRealExchange = ({
  snapshot,
  entries,
  ...birth
}: PracticeBirth): PracticeMachine =>
  createExchange({
    ...birth,
    hmacSha256,
    newToken: secretText,
    ...(snapshot === null ? {} : { restore: { snapshot, entries } }),
  });
