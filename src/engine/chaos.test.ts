/** Short lives drawn from seeds, full of faults, hands and crashes. Once the faults stop everything comes to rest and is right. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Books, emptyBooks, freezeBooks, spellBooks, thawBooks } from '../domain/books.ts';
import { evolve } from '../domain/evolve.ts';
import type { Fact } from '../domain/fact.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { live, useAgain } from '../../sim/swarm/chaos.ts';
import { PERPETUAL, type World } from '../../sim/world/world.ts';

/** Seeds that once failed are kept, each with its story. */
const KEPT = [
  /** The stop of an entry that was not known yet fired: its fill became foreign, and later the entry a trade of nothing. */
  319,
  302,
];
const SEEDS = [...Array.from({ length: 23 }, (_, n) => n + 1), ...KEPT];

/** Rest: verified, or a question that says why not. */
const isAtRest = (world: World): boolean =>
  world.books().assurance.get(PERPETUAL)?.value === 'verified' || world.books().breaks.size > 0;

function fold(from: Books, facts: readonly Fact[]): Books {
  for (const fact of facts) evolve(from, fact);
  return from;
}

for (const seed of SEEDS) {
  test(`[L2][L3][L4][I1][I11][I17][I25] life ${seed}`, async () => {
    const { world, story } = await live(seed, 20);
    const told = (): string => story.join('\n');
    await world.run(40_000);
    assert.ok(isAtRest(world), `${told()}\n${world.trace()}`);
    await world.run(20_000);
    assert.ok(isAtRest(world), told());
    try {
      audit(world);
      if (world.books().breaks.size === 0) await useAgain(world);
      audit(world);
    } catch (error) {
      throw new Error(`after\n${told()}`, { cause: error });
    }
    const facts = world.facts();
    const whole = spellBooks(world.books());
    const cut = (seed * 37) % facts.length;
    const resumed = fold(
      thawBooks(freezeBooks(fold(emptyBooks(world.books().risk), facts.slice(0, cut)))),
      facts.slice(cut),
    );
    assert.equal(spellBooks(resumed) === whole, true, '[I25] a fold from a snapshot');
  });
}
