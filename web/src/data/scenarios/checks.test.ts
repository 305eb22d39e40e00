import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { trade } from '../../stream/samples.ts';
import type { Decimal } from '../words.ts';
import { SCENARIOS } from './all.ts';
import type { ScenarioId } from './machine.ts';
import {
  afterClose,
  closedByHand,
  closingFrame,
  detail,
  exchange,
  handOrder,
  holding,
  INSTRUMENT,
  inTradeProof,
  lostAnswer,
  memo,
  placed,
  sight,
  statusChanged,
  stopOrder,
} from './samples.ts';
import type { Memo, Proof, Sight } from './sight.ts';

const d = (text: string): Decimal => text as Decimal;

type End = { readonly proof?: Proof; readonly memo?: Memo; readonly sight?: Sight };

/** The checks that fail on an end state; the good one where nothing else is given. */
function failing(id: ScenarioId, end: End = {}): readonly string[] {
  const scenario = SCENARIOS.find((each) => each.id === id);
  assert.ok(scenario !== undefined);
  const good = id === 'restart' ? inTradeProof() : afterClose();
  const [proof, found, seen] = [end.proof ?? good, end.memo ?? memo(), end.sight ?? sight()];
  return scenario.checks
    .filter(({ judge }) => !judge(proof, found, seen).ok)
    .map(({ name }) => name.replace('scenario.check.', ''));
}

describe('the verdicts of the scenarios', () => {
  it('all pass where both sides say the same', () => {
    for (const { id } of SCENARIOS) assert.deepEqual(failing(id), [], id);
  });

  it('a trade that the books still hold open, while the exchange is flat, is a ghost', () => {
    const proof = afterClose({ open: [trade()], details: [detail(trade())] });
    assert.deepEqual(failing('ghost', { proof }), [
      'closed_once',
      'real_exit',
      'by_hand',
      'ghosts',
    ]);
  });

  it('a close that is booked twice, or at another price, or as somebody else’s', () => {
    const twice = afterClose({ details: [detail(closedByHand(), 2)] });
    assert.deepEqual(failing('ghost', { proof: twice }), ['closed_once']);
    const price = afterClose({ details: [detail(closedByHand({ exitPrice: d('64100.5') }))] });
    assert.deepEqual(failing('ghost', { proof: price }), ['real_exit']);
    const engine = afterClose({ details: [detail(closedByHand({ closedBy: 'stop' }))] });
    assert.deepEqual(failing('ghost', { proof: engine }), ['by_hand']);
  });

  it('what is left at the exchange: a position nobody explains, an order for no trade', () => {
    const position = afterClose({ exchange: exchange({ accounts: holding('-0.002') }) });
    assert.deepEqual(failing('ghost', { proof: position }), ['orphans']);
    const order = afterClose({
      exchange: exchange({ orders: [placed(), handOrder, stopOrder()] }),
    });
    assert.deepEqual(failing('status', { proof: order }), ['orphans']);
  });

  it('an open difference, or an engine that does not find its own books clean', () => {
    const breaks = [{ life: 'confirmed' }] as unknown as Proof['breaks'];
    assert.deepEqual(failing('status', { proof: afterClose({ breaks }) }), ['breaks']);
    const report = { ok: false } as Proof['report'];
    assert.deepEqual(failing('ghost', { proof: afterClose({ report }) }), ['own']);
    assert.deepEqual(failing('ghost', { proof: afterClose({ report: null }) }), ['own']);
  });

  it('a status that hangs, or that changes one commit after the close', () => {
    const commit = (frames: Sight['commits'][number]['frames'], number = 9) => ({
      at: 130,
      commit: number,
      frames,
    });
    const hanging = sight({ commits: [commit([closingFrame, statusChanged('position_open')])] });
    assert.deepEqual(failing('status', { sight: hanging }), ['same_commit']);
    const later = sight({
      commits: [commit([closingFrame]), commit([statusChanged('analyzing')], 10)],
    });
    assert.deepEqual(failing('status', { sight: later }), ['same_commit']);
    const rests = sight({ commits: [commit([closingFrame, statusChanged('cooldown')])] });
    assert.deepEqual(failing('status', { sight: rests }), []);
  });

  it('a screen that follows too late, or only after a reload', () => {
    assert.deepEqual(failing('status', { memo: memo({ closeMs: 1_001 }) }), ['in_time']);
    assert.deepEqual(failing('live', { memo: memo({ entryMs: 1_001 }) }), ['entry_in_time']);
    assert.deepEqual(failing('live', { memo: memo({ closeMs: null }) }), ['in_time']);
    assert.deepEqual(failing('live', { sight: sight({ document: 6 }) }), ['no_reload']);
  });

  it('after a restart: another trade, an order sent again, a stop that is gone', () => {
    const other = inTradeProof({ open: [trade({ id: 't2' })] });
    assert.deepEqual(failing('restart', { proof: other }), ['same_trade']);
    const again = placed({ orderId: 'USDC-9', createdAt: 1_500 });
    const twice = inTradeProof({
      exchange: exchange({
        accounts: holding('0.001'),
        orders: [placed(), again, stopOrder()],
      }),
    });
    assert.deepEqual(failing('restart', { proof: twice }), ['one_entry', 'duplicates']);
    const relabelled = inTradeProof({
      exchange: exchange({
        accounts: holding('0.001'),
        orders: [placed(), { ...again, label: 'ls:razor:n1:2:4e:fb145ee4' }, stopOrder()],
      }),
    });
    assert.deepEqual(failing('restart', { proof: relabelled }), ['one_entry']);
    for (const stop of [stopOrder({ state: 'cancelled' }), stopOrder({ amount: d('0.0005') })]) {
      const bare = inTradeProof({
        exchange: exchange({ accounts: holding('0.001'), orders: [placed(), stop] }),
      });
      assert.deepEqual(failing('restart', { proof: bare }), ['stop']);
    }
    const lost = inTradeProof({ unresolved: ['ls:razor:n1:1:1e:fb145ee4'] });
    assert.deepEqual(failing('restart', { proof: lost }), ['unresolved']);
  });

  it('what a triggered stop became is the same order, and spoils the scene', () => {
    const born = stopOrder({ orderId: 'USDC-7', state: 'filled', filled: d('0.001') });
    const proof = inTradeProof({
      exchange: exchange({ faults: lostAnswer, orders: [placed(), stopOrder(), born] }),
    });
    assert.ok(!failing('restart', { proof }).includes('duplicates'));
    const restart = SCENARIOS.find(({ id }) => id === 'restart');
    const came = inTradeProof({ exchange: { ...proof.exchange, faults: lostAnswer.slice(1) } });
    assert.equal(restart?.spoiled(came, memo())?.key, 'scenario.why.answer_came');
    assert.equal(restart?.spoiled(proof, memo())?.key, 'scenario.why.market_closed');
    assert.equal(restart?.spoiled(inTradeProof(), memo()), null);
  });

  it('orders of strangers and of other accounts are no business of the engine', () => {
    const proof = inTradeProof({
      exchange: exchange({
        accounts: holding('0.001'),
        orders: [
          placed(),
          stopOrder(),
          placed({ orderId: 'w1', label: '', web: true, createdAt: 1_500 }),
          placed({ orderId: 'x1', account: 'other', createdAt: 1_500, instrument: INSTRUMENT }),
        ],
      }),
    });
    assert.deepEqual(failing('restart', { proof }), []);
  });
});
