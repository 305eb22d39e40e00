/** What every journal keeps, whatever it is stored on. Run on each adapter by its own test. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact, FactBody } from '../domain/fact.ts';
import { everyBody } from '../../test/support/fact-samples.ts';
import * as make from '../../test/support/facts.ts';
import type { AppendResult, Journal } from './port.ts';

/** One place where a journal lives: opened as often as wanted, each time after closing the one before. */
export type JournalPlace = {
  readonly open: () => Promise<Journal>;
  /** The same with room for some hundred thousand characters at most. */
  readonly openSmall: () => Promise<Journal>;
  /** The hash of the last fact as hexadecimal, from a walk over the whole chain of a closed journal. */
  readonly verified: () => Promise<{ readonly facts: number; readonly head: string }>;
};

const link = (reason: string): FactBody => ({
  type: 'LINK_CHANGED',
  v: 1,
  data: { link: 'trading', up: true, reason },
});

/** Appends bodies behind the head that the caller holds. */
function append(
  journal: Journal,
  expected: number,
  bodies: readonly FactBody[],
): Promise<AppendResult> {
  const { epoch } = journal.opened;
  return journal.append({ expected, epoch, facts: make.facts(expected, bodies, epoch) });
}

const reasonOf = (result: AppendResult): string =>
  result.ok ? `ok ${result.head}` : result.reason;

const plain = (facts: readonly Fact[]): unknown => JSON.parse(JSON.stringify(facts));

/** Registers the suite; `place` gives a new, empty place for each test. */
export function journalContract(name: string, place: () => Promise<JournalPlace>): void {
  const journalTest = (
    title: string,
    body: (journal: Journal, place: JournalPlace) => Promise<void>,
  ): void => {
    test(`${name}: ${title}`, async () => {
      const home = await place();
      // Whatever fails in between, nothing that was opened keeps the test's process alive.
      const opened: Journal[] = [];
      const open = async (): Promise<Journal> => {
        const journal = await home.open();
        opened.push(journal);
        return journal;
      };
      try {
        const openSmall = async (): Promise<Journal> => {
          const journal = await home.openSmall();
          opened.push(journal);
          return journal;
        };
        await body(await open(), { ...home, open, openSmall });
      } finally {
        for (const journal of opened) await journal.close();
      }
    });
  };

  journalTest(
    'an empty journal has an id, a birth id, epoch 1 and nothing in it',
    async (journal) => {
      const { opened } = journal;
      assert.match(opened.journal, /^[0-9a-f]{32}$/);
      assert.match(opened.birth, /^[0-9a-f]{32}$/);
      assert.notEqual(opened.birth, opened.journal);
      assert.deepEqual(
        { epoch: opened.epoch, head: opened.head, snapshot: opened.snapshot },
        { epoch: 1, head: 0, snapshot: null },
      );
      assert.deepEqual(await journal.read(0, 10), []);
    },
  );

  journalTest('[I30] facts of every kind come back equal, gapless from 1', async (journal) => {
    assert.deepEqual(await append(journal, 0, everyBody), { ok: true, head: everyBody.length });
    const read = await journal.read(0, 1_000);
    assert.deepEqual(
      read.map(({ seq }) => seq),
      everyBody.map((_, index) => index + 1),
    );
    assert.deepEqual(plain(read), plain(make.facts(0, everyBody)));
  });

  journalTest(
    '[I44] an append on another head or of another epoch is stale and leaves nothing',
    async (journal) => {
      assert.equal(reasonOf(await append(journal, 0, [link('a'), link('b')])), 'ok 2');
      assert.equal(reasonOf(await append(journal, 0, [link('c')])), 'stale');
      assert.equal(reasonOf(await append(journal, 5, [link('c')])), 'stale');
      const older = journal.append({ expected: 2, epoch: 7, facts: make.facts(2, [link('c')], 7) });
      assert.equal(reasonOf(await older), 'stale');
      assert.equal((await journal.read(0, 10)).length, 2);
      assert.equal(reasonOf(await append(journal, 2, [link('c')])), 'ok 3');
    },
  );

  journalTest(
    '[I44] every opening raises the epoch by one; the writer of before is refused',
    async (journal, place) => {
      await append(journal, 0, [link('a')]);
      await journal.close();
      const second = await place.open();
      assert.equal(second.opened.epoch, 2);
      const late = second.append({
        expected: 1,
        epoch: 1,
        facts: make.facts(1, [link('late')], 1),
      });
      assert.equal(reasonOf(await late), 'stale');
      await second.close();
      const third = await place.open();
      assert.equal(third.opened.epoch, 3);
      await third.close();
    },
  );

  journalTest(
    '[I30] opening again gives the same journal, head and hash',
    async (journal, place) => {
      for (const [index, body] of everyBody.entries()) await append(journal, index, [body]);
      await journal.close();
      const before = await place.verified();
      assert.equal(before.facts, everyBody.length);
      const again = await place.open();
      assert.equal(again.opened.journal, journal.opened.journal);
      assert.equal(again.opened.birth, journal.opened.birth);
      assert.equal(again.opened.head, everyBody.length);
      await again.close();
      assert.deepEqual(await place.verified(), before);
    },
  );

  journalTest(
    '[I38] a command id is taken once; the whole append with a second one is refused',
    async (journal, place) => {
      assert.equal(reasonOf(await append(journal, 0, [make.commandBody('c-1')])), 'ok 1');
      const again = await append(journal, 1, [link('a'), make.commandBody('c-1')]);
      assert.deepEqual(again, {
        ok: false,
        reason: 'failed',
        message: 'fact 3 (COMMAND_TAKEN) is refused: "command/c-1" was taken by fact 1',
      });
      assert.equal((await journal.read(0, 10)).length, 1);
      assert.equal(
        reasonOf(await append(journal, 1, [make.commandBody('c-2'), make.commandBody('c-2')])),
        'failed',
      );
      assert.equal(reasonOf(await append(journal, 1, [make.commandBody('c-2')])), 'ok 2');
      await journal.close();
      const reopened = await place.open();
      assert.equal(reasonOf(await append(reopened, 2, [make.commandBody('c-2')])), 'failed');
      await reopened.close();
    },
  );

  journalTest(
    '[I1] [I11] [I21] a label, a fill, an opening and a close are booked once',
    async (journal) => {
      const bodies = make.story(1).flat();
      assert.equal(reasonOf(await append(journal, 0, bodies)), `ok ${bodies.length}`);
      for (const type of ['ORDER_INTENDED', 'FILL_BOOKED', 'TRADE_OPENED', 'TRADE_CLOSED']) {
        const body = bodies.find((one) => one.type === type);
        assert.ok(body, type);
        assert.equal(reasonOf(await append(journal, bodies.length, [body])), 'failed', type);
      }
      const child: FactBody = {
        type: 'ORDER_INTENDED',
        v: 1,
        data: { intent: make.intent(2, { label: make.labelOf(1, 's'), children: [] }) },
      };
      assert.equal(reasonOf(await append(journal, bodies.length, [child])), 'failed');
    },
  );

  journalTest('[I21] a closed trade may be corrected and never opens again', async (journal) => {
    const bodies = make.story(1).flat();
    await append(journal, 0, bodies);
    const reopened: FactBody = { type: 'TRADE_UPDATED', v: 1, data: { trade: make.trade(1) } };
    assert.equal(reasonOf(await append(journal, bodies.length, [reopened])), 'failed');
    const corrected: FactBody = {
      type: 'TRADE_UPDATED',
      v: 1,
      data: { trade: make.closedTrade(1, { corrected: true }) },
    };
    assert.equal(
      reasonOf(await append(journal, bodies.length, [corrected])),
      `ok ${bodies.length + 1}`,
    );
  });

  journalTest(
    '[I3] one unresolved opening per strategy and instrument; freed when it is resolved',
    async (journal) => {
      const intended = (n: number): FactBody => ({
        type: 'ORDER_INTENDED',
        v: 1,
        data: { intent: make.intent(n) },
      });
      assert.equal(reasonOf(await append(journal, 0, [intended(1)])), 'ok 1');
      assert.equal(reasonOf(await append(journal, 1, [intended(2)])), 'failed');
      const other: FactBody = {
        type: 'ORDER_INTENDED',
        v: 1,
        data: { intent: make.intent(3, { strategy: 'other' }) },
      };
      assert.equal(reasonOf(await append(journal, 1, [other])), 'ok 2');
      const rejected: FactBody = {
        type: 'ORDER_REJECTED',
        v: 1,
        data: { label: make.labelOf(1, 'e'), code: 10_009, message: 'not_enough_funds' },
      };
      assert.equal(reasonOf(await append(journal, 2, [rejected, intended(2)])), 'ok 4');
      const absent: FactBody = {
        type: 'ORDER_ABSENT',
        v: 1,
        data: { label: make.labelOf(2, 'e'), by: 'proof', evidence: 'fence' },
      };
      assert.equal(reasonOf(await append(journal, 4, [absent])), 'ok 5');
      assert.equal(reasonOf(await append(journal, 5, [intended(4)])), 'ok 6');
      const refused = (n: number): FactBody => ({
        type: 'ORDER_REJECTED',
        v: 1,
        data: { label: make.labelOf(n, 'e'), code: 10_009, message: 'not_enough_funds' },
      });
      const within = [refused(4), intended(5), refused(5), intended(6)];
      assert.equal(reasonOf(await append(journal, 6, within)), 'ok 10');
      assert.equal(reasonOf(await append(journal, 10, [intended(7)])), 'failed');
    },
  );

  journalTest(
    '[I34] appends in flight are carried out and answered in the order of their calls',
    async (journal) => {
      const order: number[] = [];
      const results = await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const result = await append(journal, index * 2, [link(`${index}a`), link(`${index}b`)]);
          order.push(index);
          return reasonOf(result);
        }),
      );
      assert.deepEqual(
        results,
        Array.from({ length: 200 }, (_, index) => `ok ${index * 2 + 2}`),
      );
      assert.deepEqual(
        order,
        Array.from({ length: 200 }, (_, index) => index),
      );
      const reasons = (await journal.read(0, 1_000)).map((fact) =>
        fact.type === 'LINK_CHANGED' ? fact.data.reason : '',
      );
      assert.deepEqual(reasons.slice(0, 3), ['0a', '0b', '1a']);
      assert.equal(reasons.at(-1), '199b');
    },
  );

  journalTest(
    'one refused append among those in flight takes only those behind it along',
    async (journal) => {
      const results = await Promise.all([
        append(journal, 0, [make.commandBody('c-1')]),
        append(journal, 1, [link('a'), make.commandBody('c-1')]),
        append(journal, 3, [link('b')]),
        append(journal, 1, [link('c')]),
      ]);
      assert.deepEqual(results.map(reasonOf), ['ok 1', 'failed', 'stale', 'ok 2']);
      assert.deepEqual(
        (await journal.read(0, 10)).map(({ type }) => type),
        ['COMMAND_TAKEN', 'LINK_CHANGED'],
      );
    },
  );

  journalTest(
    '[T10] [I32] an append that finds no room is refused as full, whole; what fits goes on behind the same head',
    async (journal, place) => {
      await append(journal, 0, [link('a')]);
      await journal.close();
      const small = await place.openSmall();
      const large = Array.from({ length: 20 }, () => link('x'.repeat(100_000)));
      assert.equal(reasonOf(await append(small, 1, [link('b')])), 'ok 2');
      assert.equal(reasonOf(await append(small, 2, [make.commandBody('c-1'), ...large])), 'full');
      assert.equal(reasonOf(await append(small, 3, [link('c')])), 'stale');
      assert.equal(reasonOf(await append(small, 2, [make.commandBody('c-1')])), 'ok 3');
      await small.close();
      const again = await place.open();
      assert.deepEqual(
        (await again.read(0, 10)).map(({ type }) => type),
        ['LINK_CHANGED', 'LINK_CHANGED', 'COMMAND_TAKEN'],
      );
      await again.close();
      assert.equal((await place.verified()).facts, 3);
    },
  );

  journalTest('reads answer at most their limit, behind the given seq', async (journal) => {
    await append(
      journal,
      0,
      Array.from({ length: 25 }, (_, index) => link(String(index))),
    );
    const seqs = async (after: number, limit: number): Promise<readonly number[]> =>
      (await journal.read(after, limit)).map(({ seq }) => seq);
    assert.deepEqual(await seqs(0, 3), [1, 2, 3]);
    assert.deepEqual(await seqs(22, 10), [23, 24, 25]);
    assert.deepEqual(await seqs(25, 10), []);
    await assert.rejects(journal.read(0, 0), /a read of 0/);
    await assert.rejects(journal.read(-1, 10), /a read after -1/);
  });

  journalTest('only the newest snapshot is kept, and found again', async (journal, place) => {
    await append(journal, 0, [link('a'), link('b'), link('c')]);
    await journal.keepSnapshot({ seq: 1, text: '{"books":1}' });
    await journal.keepSnapshot({ seq: 3, text: '{"books":"é ✓"}' });
    await journal.keepSnapshot({ seq: 2, text: '{"books":2}' });
    await assert.rejects(journal.keepSnapshot({ seq: 4, text: '{}' }), /beyond the head 3/);
    await journal.close();
    const again = await place.open();
    assert.deepEqual(again.opened.snapshot, { seq: 3, text: '{"books":"é ✓"}' });
    await again.close();
  });

  journalTest(
    'a batch that is misnumbered, of mixed epochs or empty stops its writer',
    async (journal) => {
      const [first, second] = make.facts(0, [link('a'), link('b')]);
      assert.ok(first && second);
      await assert.rejects(
        journal.append({ expected: 0, epoch: 1, facts: [second] }),
        /carries seq 2/,
      );
      await assert.rejects(
        journal.append({ expected: 0, epoch: 1, facts: [first, { ...second, epoch: 2 }] }),
        /carries epoch 2/,
      );
      await assert.rejects(journal.append({ expected: 0, epoch: 1, facts: [] }), /without facts/);
      assert.deepEqual(await journal.read(0, 10), []);
    },
  );

  journalTest(
    '[I32] closing carries out what is in flight and answers it truly',
    async (journal, place) => {
      const inFlight = Array.from({ length: 20 }, (_, index) =>
        append(journal, index, [link(String(index))]),
      );
      const [results] = await Promise.all([Promise.all(inFlight), journal.close()]);
      assert.deepEqual(
        results.map(reasonOf),
        Array.from({ length: 20 }, (_, index) => `ok ${index + 1}`),
      );
      const again = await place.open();
      assert.equal(again.opened.head, 20);
      await again.close();
    },
  );

  journalTest('a closed journal writes nothing more', async (journal) => {
    await append(journal, 0, [link('a')]);
    await journal.close();
    const late = await append(journal, 1, [link('b')]);
    assert.deepEqual(late, { ok: false, reason: 'failed', message: 'the journal is closed' });
  });
}
