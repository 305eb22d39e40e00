import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { EMPTY, receive, type Received, type StreamState } from './receive.ts';
import {
  type Body,
  closedTrade,
  found,
  group,
  heartbeat,
  market,
  order,
  position,
  report,
  snapshot,
  statusChanged,
  strategy,
  trade,
} from './samples.ts';

const take = (state: StreamState, message: unknown): Received =>
  receive(state, JSON.stringify(message));

const after = (messages: readonly unknown[], state: StreamState = EMPTY): StreamState =>
  messages.reduce<StreamState>((held, message) => {
    const { state: next, want, why } = take(held, message);
    assert.equal(want, 'nothing', why);
    return next;
  }, state);

const closing: readonly Body[] = [
  { type: 'TRADE_CLOSED', trade: closedTrade() },
  { type: 'POSITION_CHANGED', position: position() },
  statusChanged({ status: 'analyzing', activity: 'analyzing', position: null }),
];

describe('the stream as this page takes it', () => {
  it('[I35] a commit is applied whole: closed trade, position and status change in one step', () => {
    const open = after([
      snapshot({
        openTrades: [trade()],
        strategies: [
          strategy({ status: 'position_open', activity: 'position_open', position: 't1' }),
        ],
        positions: [position({ size: '0.001' as never })],
      }),
    ]);
    assert.equal(open.mirror?.trades['t1']?.status, 'open');
    const { mirror } = after([group(10, 13, closing)], open);
    assert.equal(mirror?.commit, 13);
    assert.equal(mirror?.trades['t1']?.status, 'closed');
    assert.equal(mirror?.trades['t1']?.exitReason, 'tp_hit');
    assert.equal(mirror?.positions['BTC_USDC-PERPETUAL']?.size, '0');
    assert.equal(mirror?.strategies['razor']?.status, 'analyzing');
    assert.equal(open.mirror?.trades['t1']?.status, 'open', 'the mirror before stays as it was');
  });

  it('[I35] a group that mixes two commits, or is out of order, changes nothing', () => {
    const start = after([snapshot()]);
    const [first, second] = group(10, 12, closing.slice(0, 2));
    const mixed = take(start, [first, { ...second, commit: 13 }]);
    assert.equal(mixed.want, 'resubscribe');
    assert.equal(mixed.state, start);
    assert.equal(take(start, [second, first]).want, 'resubscribe');
    assert.equal(take(start, []).want, 'resubscribe');
    assert.equal(take(start, first).why, 'a frame outside its group');
  });

  it('[I35] a commit that is held already is not applied again, and k never decreases', () => {
    const start = after([snapshot(), group(10, 12, [{ type: 'TRADE_OPENED', trade: trade() }])]);
    const again = take(start, group(10, 12, [{ type: 'TRADE_OPENED', trade: closedTrade() }]));
    assert.equal(again.want, 'nothing');
    assert.equal(again.state, start);
    const old = take(start, snapshot({ commit: 11 }));
    assert.equal(old.want, 'resubscribe');
    assert.equal(old.state.mirror?.commit, 12);
  });

  it('[I37] a hole in the chain is not stepped over: the page resubscribes from what it holds', () => {
    const start = after([snapshot()]);
    const { state, want, why } = take(
      start,
      group(11, 12, [{ type: 'TRADE_OPENED', trade: trade() }]),
    );
    assert.equal(want, 'resubscribe');
    assert.equal(why, 'gap: held 10, next follows 11');
    assert.equal(state.mirror?.commit, 10);
    assert.deepEqual(Object.keys(state.mirror?.trades ?? {}), []);
  });

  it('[I37] a group that follows an earlier commit is no hole: the commits between had no frames', () => {
    const { mirror } = after([
      snapshot(),
      group(8, 12, [{ type: 'TRADE_OPENED', trade: trade() }]),
    ]);
    assert.equal(mirror?.commit, 12);
  });

  it('[I37] frames before a snapshot, and another journal, ask for a snapshot', () => {
    assert.equal(
      take(EMPTY, group(0, 2, [{ type: 'TRADE_OPENED', trade: trade() }])).want,
      'snapshot',
    );
    const start = after([snapshot({ openTrades: [trade()] })]);
    assert.equal(take(start, heartbeat({ journal: 'birth-2' })).want, 'snapshot');
    const { mirror } = after([snapshot({ journal: 'birth-2', commit: 3 })], start);
    assert.equal(mirror?.commit, 3);
    assert.deepEqual(mirror?.trades, {});
    assert.deepEqual(mirror?.feed, []);
  });

  it('[I37] split anywhere and resumed from the commit held, the page ends as one that was never away', () => {
    const ids = fc.array(fc.constantFrom('t1', 't2', 't3'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(ids, fc.nat(), fc.nat(), (trades, cut, back) => {
        const groups = trades.map((id, index) =>
          group(10 + index * 2, 12 + index * 2, [
            {
              type: index % 2 === 0 ? 'TRADE_OPENED' : 'TRADE_CLOSED',
              trade: index % 2 === 0 ? trade({ id }) : closedTrade({ id }),
            },
          ]),
        );
        const whole = after([snapshot(), ...groups]);
        const at = cut % (groups.length + 1);
        const resumed = Math.max(0, at - (back % 3));
        const split = after(groups.slice(resumed), after([snapshot(), ...groups.slice(0, at)]));
        assert.deepEqual(split, whole);
      }),
    );
  });

  it('heartbeats and prices are kept apart from the books', () => {
    const {
      mirror,
      pulse,
      market: prices,
    } = after([snapshot(), heartbeat({ verifiedAge: 7_000 }), market('64001.5')]);
    assert.equal(pulse?.verifiedAge, 7_000);
    assert.equal(prices['BTC_USDC-PERPETUAL']?.markPrice, '64001.5');
    assert.equal(mirror?.commit, 10);
  });

  it('what is no frame asks to resubscribe; an object of a type from the future is passed over', () => {
    assert.equal(receive(EMPTY, 'not json').want, 'resubscribe');
    assert.equal(receive(EMPTY, '42').want, 'resubscribe');
    assert.equal(take(EMPTY, [{ type: 'TRADE_OPENED' }]).want, 'resubscribe');
    const start = after([snapshot()]);
    assert.equal(take(start, { type: 'WEATHER' }).state, start);
    const { mirror } = after(
      [group(10, 12, [{ type: 'WEATHER' as never }, { type: 'TRADE_OPENED', trade: trade() }])],
      start,
    );
    assert.deepEqual(Object.keys(mirror?.trades ?? {}), ['t1']);
  });
});

describe('what the frames change', () => {
  it('an order stands until it is final, under its label also once it has an id', () => {
    const sent = after([
      snapshot(),
      group(10, 11, [{ type: 'ORDER_CHANGED', order: order({ orderId: null, state: 'pending' }) }]),
    ]);
    assert.deepEqual(
      Object.values(sent.mirror?.orders ?? {}).map(({ state }) => state),
      ['pending'],
    );
    const live = after([group(11, 12, [{ type: 'ORDER_CHANGED', order: order() }])], sent);
    assert.deepEqual(
      Object.values(live.mirror?.orders ?? {}).map(({ state }) => state),
      ['untriggered'],
    );
    const gone = after(
      [group(12, 13, [{ type: 'ORDER_CHANGED', order: order({ state: 'cancelled' }) }])],
      live,
    );
    assert.deepEqual(gone.mirror?.orders, {});
  });

  it('a judged candle renews what the strategy waits for and leaves its status alone', () => {
    const why = { reason: 'rsi_long', params: { limit: '40', value: '52' } };
    const { mirror } = after([
      snapshot(),
      group(10, 11, [
        { type: 'STRATEGY_EVALUATED', strategy: 'razor', checkpoints: [], strength: 61, why },
      ]),
    ]);
    assert.equal(mirror?.strategies['razor']?.strength, 61);
    assert.deepEqual(mirror?.strategies['razor']?.why, why);
    assert.equal(mirror?.strategies['razor']?.status, 'analyzing');
  });

  it('breaks and the last report are held', () => {
    const { mirror } = after([
      snapshot(),
      group(10, 11, [{ type: 'BREAK_OPENED', break: found() }]),
      group(11, 13, [
        { type: 'BREAK_RESOLVED', break: found({ life: 'resolved' }) },
        { type: 'RECONCILIATION_COMPLETED', report: report(), cursor: null },
      ]),
    ]);
    assert.equal(mirror?.breaks['b1']?.life, 'resolved');
    assert.equal(mirror?.lastReport?.id, 'r1');
  });
});
