/** The practice exchange itself, made from what its edge hands over. */
import { secretText } from '../../src/edge/entropy.ts';
import { hmacSha256 } from '../../src/edge/hashing.ts';
import type { PracticeBirth, PracticeMachine } from '../../src/edge/practice-port.ts';
import {
  accountNamed,
  createExchange,
  DEFAULT_ACCOUNTS,
} from '../../src/venue/practice/exchange.ts';
import { PERPETUALS } from '../../src/venue/practice/products/instruments.ts';

/** As the composer of the product does; `tls`: where clients may come over TLS; `accounts`: those beside `main`. */
export const createRealExchange = (
  { snapshot, entries, ...birth }: PracticeBirth,
  { tls = false, accounts = [] as readonly string[] } = {},
): PracticeMachine =>
  createExchange({
    ...birth,
    tls,
    hmacSha256,
    instruments: PERPETUALS,
    dated: true,
    accounts: [...DEFAULT_ACCOUNTS, ...accounts.map(accountNamed)],
    newToken: secretText,
    ...(snapshot === null ? {} : { restore: { snapshot, entries } }),
  });
