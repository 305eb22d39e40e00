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

function beginsWith(text: string | Uint8Array, start: string): boolean {
  if (typeof text === 'string') return text.startsWith(start);
  for (let index = 0; index < start.length; index++)
    if (text[index] !== start.charCodeAt(index)) return false;
  return true;
}

const HASH_BYTES = 32;

/** `linkHash` for a walk: the bytes to be hashed are put together in one place that is used again and again. */
function createLinker({
  sha256,
  utf8,
}: Hashing): (previous: Uint8Array, text: string | Uint8Array) => Uint8Array {
  let room = new Uint8Array(16_384);
  return (previous, text) => {
    const bytes = typeof text === 'string' ? utf8(text) : text;
    const length = HASH_BYTES + bytes.length;
    if (length > room.length) room = new Uint8Array(2 * length);
    room.set(previous);
    room.set(bytes, HASH_BYTES);
    return sha256(room.subarray(0, length));
  };
}

/** A fact as a walk may find it: its text, or the bytes of it. */
export type WalkedFact = Omit<ChainedFact, 'text'> & { readonly text: string | Uint8Array };

/** Walks on from `from` over the facts behind it; answers the new end, or the first fact that is wrong and why. */
export function verifyChain(
  hashing: Hashing,
  from: ChainPoint,
  facts: Iterable<WalkedFact>,
): ChainResult {
  let { seq, hash } = from;
  const link = createLinker(hashing);
  for (const fact of facts) {
    const expected = seq + 1;
    if (fact.seq !== expected) {
      return {
        ok: false,
        seq: expected,
        problem: `fact ${expected} is missing; fact ${fact.seq} follows`,
      };
    }
    if (!beginsWith(fact.text, `{"seq":${expected},`)) {
      return {
        ok: false,
        seq: expected,
        problem: `the text stored as fact ${expected} carries another number`,
      };
    }
    hash = link(hash, fact.text);
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

/** One line of an exported journal: the hash and the stored text, verbatim. */
export const exportLine = ({ hash, text }: Pick<ChainedFact, 'hash' | 'text'>): string =>
  `{"hash":"${toHex(hash)}","fact":${text}}`;
