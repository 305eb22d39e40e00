import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AT, strategy } from '../stream/samples.ts';
import {
  closingFill,
  closingFrame,
  handOrder,
  INSTRUMENT,
  statusChanged,
  stopOrder,
} from './scenarios/samples.ts';
import { stepsOfChanges, stepsOfCommit } from './watch-steps.ts';
import type { Decimal } from './words.ts';

const position = { instrument: INSTRUMENT, size: '0' as Decimal };

describe('the stopwatch', () => {
  it('shows the fill and the stop that went with it, as the exchange tells them', () => {
    const steps = stepsOfChanges(
      {
        account: 'main',
        orders: [handOrder, stopOrder({ state: 'cancelled' })],
        trades: [closingFill],
        position,
        cash: {},
      },
      31,
    );
    assert.deepEqual(
      steps.map(({ at, name, said }) => [at, name, said.key]),
      [
        [31, 'filled', 'practice.saw.filled'],
        [31, 'gone-stop_market', 'practice.saw.order_gone'],
      ],
    );
  });

  it('is deaf to other accounts', () => {
    const changes = {
      account: 'other',
      orders: [handOrder],
      trades: [closingFill],
      position,
      cash: {},
    };
    assert.deepEqual(stepsOfChanges(changes, 31), []);
  });

  it('tells from the engine’s own stamp when it saw the close, never later than it was booked', () => {
    const frames = [closingFrame, statusChanged('analyzing')];
    const strategies = { razor: strategy({ status: 'position_open' }) };
    const base = Date.parse(AT) - 20 * 1_006;
    const steps = stepsOfCommit(frames, 1_009, { strategies, clock: { base, speed: 20 } });
    assert.deepEqual(
      steps.map(({ at, name }) => [at, name]),
      [
        [1_006, 'seen'],
        [1_009, 'booked'],
        [1_009, 'status'],
      ],
    );
    const [seen] = stepsOfCommit(frames, 1_002, { strategies, clock: { base, speed: 20 } });
    assert.equal(seen?.at, 1_002);
    const [unknown] = stepsOfCommit(frames, 1_009, { strategies, clock: null });
    assert.equal(unknown?.at, 1_009);
  });
});
