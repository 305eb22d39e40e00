import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex } from '../base/hashing.ts';
import { sha256, utf8 } from '../edge/hashing.ts';
import * as make from '../../test/support/facts.ts';
import {
  type ChainedFact,
  type ChainPoint,
  chainStart,
  exportLine,
  followChain,
  HASH_BYTES,
  type JoinedFacts,
  linkHash,
  verifyChain,
} from './chain.ts';
import { encodeFact } from './codec.ts';

const hashing = { sha256, utf8 };
const JOURNAL = '00112233445566778899aabbccddeeff';
const start = chainStart(hashing, JOURNAL);

/** The chain of a trade's story, hashed by Node directly. */
function chain(): readonly ChainedFact[] {
  let hash = createHash('sha256').update(`lockstep/1 ${JOURNAL}`).digest();
  return make.facts(0, make.story(1).flat()).map((fact) => {
    const text = encodeFact(fact);
    hash = createHash('sha256').update(hash).update(text, 'utf8').digest();
    return { seq: fact.seq, hash, text };
  });
}

const verify = (facts: readonly ChainedFact[], from: ChainPoint = start) =>
  verifyChain(hashing, from, facts);

test('[I30] the chain begins with the journal id and takes the bytes of the hash before, then the text', () => {
  assert.equal(
    toHex(start.hash),
    createHash('sha256').update('lockstep/1 00112233445566778899aabbccddeeff').digest('hex'),
  );
  const text = '{"x":"é✓"}';
  const expected = createHash('sha256')
    .update(start.hash)
    .update(Buffer.from(text, 'utf8'))
    .digest('hex');
  assert.equal(toHex(linkHash(hashing, start.hash, text)), expected);
});

test('[I30] a whole chain verifies, from the start and from any point', () => {
  const facts = chain();
  const whole = verify(facts);
  assert.ok(whole.ok);
  assert.equal(whole.point.seq, 20);
  assert.deepEqual(whole.point.hash, facts[19]?.hash);
  const part = verify(facts.slice(0, 7));
  assert.ok(part.ok);
  assert.deepEqual(verify(facts.slice(7), part.point), whole);
  assert.deepEqual(verify([], start), { ok: true, point: start });
});

test('[I30] the chain of another journal does not verify', () => {
  const found = verify(chain(), chainStart(hashing, 'another'));
  assert.ok(!found.ok);
  assert.equal(found.seq, 1);
});

test('[I30] any change of any text or hash is found at that fact', () => {
  const facts = chain();
  fc.assert(
    fc.property(fc.nat(facts.length - 1), fc.nat(), fc.boolean(), (index, place, inHash) => {
      const fact = facts[index] as ChainedFact;
      const { hash, text } = fact;
      const at = place % (inHash ? hash.length : text.length);
      const changed = inHash
        ? { ...fact, hash: hash.with(at, (hash[at] ?? 0) ^ 1) }
        : {
            ...fact,
            text: `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`,
          };
      const tampered = facts.with(index, changed);
      const found = verify(tampered);
      assert.ok(!found.ok);
      assert.equal(found.seq, index + 1);
    }),
  );
});

test('[I30] a fact taken out, put in, swapped or rehashed is found', () => {
  const facts = chain();
  const [first, second, third] = facts as readonly [ChainedFact, ChainedFact, ChainedFact];
  assert.deepEqual(verify(facts.toSpliced(4, 1)), {
    ok: false,
    seq: 5,
    problem: 'fact 5 is missing; fact 6 follows',
  });
  assert.deepEqual(verify([first, first]), {
    ok: false,
    seq: 2,
    problem: 'fact 2 is missing; fact 1 follows',
  });
  assert.deepEqual(verify([first, { ...third, seq: 2 }]), {
    ok: false,
    seq: 2,
    problem: 'the text stored as fact 2 carries another number',
  });
  const text = second.text.replace('"test"', '"tess"');
  assert.notEqual(text, second.text);
  const hash = linkHash(hashing, first.hash, text);
  const found = verify([first, { seq: 2, hash, text }, third]);
  assert.ok(!found.ok);
  assert.equal(found.seq, 3);
});

test('an exported line holds the hash and the text as it was hashed', () => {
  const [fact] = chain();
  assert.ok(fact);
  assert.equal(exportLine(fact), `{"hash":"${toHex(fact.hash)}","fact":${fact.text}}`);
  assert.deepEqual(JSON.parse(exportLine(fact)), {
    hash: toHex(fact.hash),
    fact: JSON.parse(fact.text) as unknown,
  });
});

/** Facts as the quick walk takes them. */
const joined = (facts: readonly ChainedFact[]): JoinedFacts => ({
  count: facts.length,
  texts: Buffer.from(facts.map(({ text }) => `${' '.repeat(HASH_BYTES)}${text}\n`).join('')),
  hashes: Buffer.concat(facts.map(({ hash }) => hash)),
});

test('[I30] the quick walk ends where the slow one does, also in two parts', () => {
  const facts = chain();
  const whole = verify(facts);
  assert.ok(whole.ok);
  assert.deepEqual(followChain(hashing, start, joined(facts)), whole.point);
  const part = followChain(hashing, start, joined(facts.slice(0, 7)));
  assert.ok(part !== undefined);
  assert.deepEqual(followChain(hashing, part, joined(facts.slice(7))), whole.point);
});

test('[I30] the quick walk follows nothing that was changed in any byte, or is one fact more or less', () => {
  const facts = chain();
  const { texts, hashes } = joined(facts);
  const lengths = facts.map(({ text }) => HASH_BYTES + Buffer.byteLength(text) + 1);
  fc.assert(
    fc.property(fc.nat(texts.length - 1), fc.nat(254), (at, change) => {
      let begin = 0;
      for (const length of lengths) if (begin + length <= at) begin += length;
      fc.pre(at - begin >= HASH_BYTES);
      const changed = Buffer.from(texts);
      changed[at] = ((changed[at] ?? 0) + 1 + change) % 256;
      assert.equal(followChain(hashing, start, { count: 20, texts: changed, hashes }), undefined);
    }),
  );
  for (const count of [19, 21])
    assert.equal(
      followChain(hashing, start, { count, texts: Buffer.from(texts), hashes }),
      undefined,
    );
});
