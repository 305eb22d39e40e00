/** Commits as an outsider notes them, to be held against the journal later. */
import { toHex } from '../src/base/hashing.ts';
import type { Fact } from '../src/domain/fact.ts';
import { sha256 } from '../src/edge/hashing.ts';
import { encodeFact } from '../src/journal/codec.ts';

/** The number of its last fact, how many there are, and a hash of what they say. */
export const noteOf = (facts: readonly Fact[]): string =>
  `${facts.at(-1)?.seq} ${facts.length} ${toHex(sha256(facts.map(encodeFact).join('\n')))}`;
