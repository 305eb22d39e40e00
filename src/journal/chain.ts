/**
 * The hash chain (I30): h(0) = SHA-256("lockstep/1 " + journal id), h(n) = SHA-256(the 32 bytes of h(n-1) followed by the
 * UTF-8 text of fact n). Whoever changes, drops or inserts a fact breaks every hash behind it.
 */
import { type Sha256, toHex, type Utf8 } from '../base/hashing.ts';

export type Hashing = { readonly sha256: Sha256; readonly utf8: Utf8 };

/** Up to where a chain is known to be whole: `hash` belongs to fact `seq`, or to the journal's id when `seq` is 0. */
export type ChainPoint = { readonly seq: number; readonly hash: Uint8Array };

/** A fact with its hash as bytes, as a walk over the chain wants it. */
export type ChainedFact = {
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly text: string;
};

export type ChainResult =
  | { readonly ok: true; readonly point: ChainPoint }
  | { readonly ok: false; readonly seq: number; readonly problem: string };

/** The point before the first fact of the journal with this id. */
export const chainStart = ({ sha256 }: Hashing, journal: string): ChainPoint => ({
  seq: 0,
  hash: sha256(`lockstep/1 ${journal}`),
});

/** The hash of a fact's text behind `previous`. */
export function linkHash(
  { sha256, utf8 }: Hashing,
  previous: Uint8Array,
  text: string,
): Uint8Array {
  const bytes = utf8(text);
  const linked = new Uint8Array(previous.length + bytes.length);
  linked.set(previous);
  linked.set(bytes, previous.length);
  return sha256(linked);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** Walks on from `from` over the facts behind it; answers the new end, or the first fact that is wrong and why. */
export function verifyChain(
  hashing: Hashing,
  from: ChainPoint,
  facts: Iterable<ChainedFact>,
): ChainResult {
  let { seq, hash } = from;
  for (const fact of facts) {
    const expected = seq + 1;
    if (fact.seq !== expected) {
      return {
        ok: false,
        seq: expected,
        problem: `fact ${expected} is missing; fact ${fact.seq} follows`,
      };
    }
    if (!fact.text.startsWith(`{"seq":${expected},`)) {
      return {
        ok: false,
        seq: expected,
        problem: `the text stored as fact ${expected} carries another number`,
      };
    }
    hash = linkHash(hashing, hash, fact.text);
    if (!sameBytes(hash, fact.hash)) {
      return {
        ok: false,
        seq: expected,
        problem: `the hash of fact ${expected} does not follow from its text and the fact before it`,
      };
    }
    seq = expected;
  }
  return { ok: true, point: { seq, hash } };
}

/** Bytes of a hash. */
export const HASH_BYTES = 32;
const NEWLINE = 10;

/** Facts of a row, in order, as bytes: each text has room for a hash before it and a newline behind it; all hashes in turn. */
export type JoinedFacts = {
  readonly count: number;
  readonly texts: Uint8Array;
  readonly hashes: Uint8Array;
};

/**
 * Walks over joined facts in a third of the time that `verifyChain` takes; the room in `texts` is written on. Undefined when
 * anything is not as it has to be: `verifyChain` then tells what.
 */
export function followChain(
  { sha256 }: Hashing,
  from: ChainPoint,
  { count, texts, hashes }: JoinedFacts,
): ChainPoint | undefined {
  let { seq, hash } = from;
  let at = 0;
  for (let from = 0; from < count * HASH_BYTES; from += HASH_BYTES) {
    seq += 1;
    const end = texts.indexOf(NEWLINE, at + HASH_BYTES);
    const start = `{"seq":${seq},`;
    for (let index = 0; index < start.length; index++)
      if (texts[at + HASH_BYTES + index] !== start.charCodeAt(index)) return undefined;
    texts.set(hash, at);
    hash = sha256(texts.subarray(at, end));
    for (let index = 0; index < HASH_BYTES; index++)
      if (hash[index] !== hashes[from + index]) return undefined;
    at = end + 1;
  }
  return at === texts.length ? { seq, hash } : undefined;
}

/** One line of an exported journal: the hash and the stored text, verbatim. */
export const exportLine = ({ hash, text }: Pick<ChainedFact, 'hash' | 'text'>): string =>
  `{"hash":"${toHex(hash)}","fact":${text}}`;
