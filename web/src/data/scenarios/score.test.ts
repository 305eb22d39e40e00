import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { trade } from '../../stream/samples.ts';
import type { Decimal } from '../words.ts';
import {
  afterClose,
  closedByHand,
  closingFill,
  detail,
  exchange,
  filled,
  inTradeProof,
  placed,
} from './samples.ts';
import { isPerfect, scoreOf } from './score.ts';

const d = (text: string): Decimal => text as Decimal;

describe('the scorecard', () => {
  it('is all zeros where every fill is explained to the last digit', () => {
    const score = scoreOf(afterClose(), 0);
    assert.deepEqual(score, {
      duplicates: 0,
      ghosts: 0,
      orphans: 0,
      unexplained: '0',
      currency: 'USDC',
      fills: 2,
      trades: 1,
    });
    assert.ok(isPerfect(score));
    assert.ok(isPerfect(scoreOf(inTradeProof(), 0)));
  });

  it('a trade that began before counts whole, so that its entry is no surprise', () => {
    assert.equal(scoreOf(afterClose(), 1_500).unexplained, '0');
  });

  it('a fee that is booked wrongly by one hundred-millionth is not explained', () => {
    const proof = afterClose({ details: [detail(closedByHand({ fees: d('0.06405001') }))] });
    const score = scoreOf(proof, 0);
    assert.equal(score.unexplained, '0.00000001');
    assert.equal(isPerfect(score), false);
  });

  it('a fill that the books never saw is not explained', () => {
    const missed = filled({
      tradeId: 'f9',
      amount: d('0.002'),
      price: d('64000'),
      fee: d('0.064'),
    });
    const proof = afterClose({
      exchange: exchange({ trades: [filled(), closingFill, missed] }),
    });
    assert.equal(scoreOf(proof, 0).unexplained, '-128.064');
  });

  it('counts duplicates, ghosts and orphans', () => {
    const proof = afterClose({
      exchange: exchange({ orders: [placed(), placed({ orderId: 'USDC-9' })] }),
      open: [trade()],
      details: [],
    });
    const { duplicates, ghosts, orphans } = scoreOf(proof, 5_000);
    assert.deepEqual([duplicates, ghosts, orphans], [1, 1, 0]);
  });

  it('says nothing of money where an inverse instrument has no exact sum', () => {
    const proof = afterClose({
      exchange: exchange({ trades: [filled({ instrument: 'BTC-PERPETUAL' })] }),
    });
    const score = scoreOf(proof, 0);
    assert.equal(score.unexplained, null);
    assert.equal(isPerfect(score), false);
  });
});
