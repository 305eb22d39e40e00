import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasText } from '../../../src/words/text.ts';
import { addToFeed, type FeedEntry } from './feed.ts';
import {
  type Body,
  closedTrade,
  found,
  group,
  order,
  report,
  statusChanged,
  strategy,
  trade,
} from './samples.ts';

const lines = (bodies: readonly Body[]): readonly FeedEntry[] =>
  group(10, 10 + bodies.length, bodies).reduce<readonly FeedEntry[]>(
    (feed, frame) => addToFeed(feed, frame, { razor: strategy() }),
    [],
  );

describe('the live feed', () => {
  it('tells who closed a trade and marks a hand', () => {
    const [line] = lines([
      {
        type: 'TRADE_CLOSED',
        trade: closedTrade({ exitReason: 'external_close', closedBy: 'web' }),
      },
    ]);
    assert.equal(line?.key, 'web.feed.closed');
    assert.equal(line?.tone, 'hand');
    assert.deepEqual(line?.values['by'], { word: 'closed_by.web' });
    assert.deepEqual(line?.values['net'], { decimal: '0.576', currency: 'USDC', plus: true });
    assert.equal(line?.trade, 't1');
  });

  it('never shows a number for a result that is not known', () => {
    const [line] = lines([
      {
        type: 'TRADE_CLOSED',
        trade: closedTrade({
          pnlSource: 'unknown',
          closedBy: 'unknown',
          exitReason: 'ghost_trade_cleanup',
        }),
      },
    ]);
    assert.equal(line?.key, 'web.feed.closed_unknown');
    assert.equal(line?.tone, 'warn');
  });

  it('tells a status that nothing else tells, and no other', () => {
    const mismatch = statusChanged({ status: 'mismatch', assurance: 'mismatch' });
    const [line] = lines([mismatch]);
    assert.equal(line?.key, 'web.feed.status_from');
    assert.deepEqual(line?.values['from'], { word: 'status.analyzing' });
    assert.equal(line?.tone, 'warn');
    assert.deepEqual(lines([statusChanged({})]), []);
    assert.deepEqual(lines([statusChanged({ status: 'position_open' })]), []);
    assert.deepEqual(lines([statusChanged({ status: 'blind' })]), [], 'the lost link tells it');
  });

  it('lets a close bring along the status that it left the strategy in', () => {
    const feed = lines([
      { type: 'TRADE_CLOSED', trade: closedTrade() },
      statusChanged({ status: 'cooldown' }),
    ]);
    assert.deepEqual(
      feed.map(({ seq, type, after }) => [seq, type, after]),
      [[12, 'TRADE_CLOSED', 'status.cooldown']],
    );
  });

  it('says with what an entry is guarded, in one line', () => {
    const [line] = lines([{ type: 'TRADE_OPENED', trade: trade() }]);
    assert.equal(line?.key, 'web.feed.opened_guarded');
    assert.deepEqual(line?.values['stop'], { decimal: '63680' });
    const [bare] = lines([{ type: 'TRADE_OPENED', trade: trade({ stopLoss: null }) }]);
    assert.equal(bare?.key, 'web.feed.opened');
  });

  it('keeps quiet about our orders that do what they are meant to', () => {
    const changes = [
      { state: 'filled', filled: '0.001' },
      { state: 'untriggered', orderId: 'OTO-1', reduceOnly: true },
      { state: 'triggered', orderId: 'OTO-1', reduceOnly: true },
      { state: 'untriggered', orderId: 'SLMS-1', reduceOnly: true },
      { state: 'cancelled', orderId: 'SLMS-1', reduceOnly: true },
      { state: 'pending', orderId: null },
    ] as const;
    const bodies = changes.map(
      (each): Body => ({
        type: 'ORDER_CHANGED',
        order: order(each as Parameters<typeof order>[0]),
      }),
    );
    assert.deepEqual(lines(bodies), []);
  });

  it('tells our orders that failed, and every order of a hand with who it was', () => {
    const tell = (changes: Parameters<typeof order>[0]): FeedEntry | undefined =>
      lines([{ type: 'ORDER_CHANGED', order: order(changes) }])[0];
    assert.equal(tell({ state: 'unknown' })?.tone, 'warn');
    assert.equal(tell({ state: 'rejected' })?.tone, 'warn');
    const entry = { state: 'cancelled', reduceOnly: false } as const;
    assert.equal(tell({ ...entry, filled: '0' as never })?.tone, 'plain', 'an entry not filled');
    const hand = tell({ state: 'filled', origin: 'web' });
    assert.equal(hand?.tone, 'hand');
    assert.deepEqual(hand?.values['by'], { word: 'closed_by.web' });
    assert.equal(tell({ state: 'untriggered', origin: 'web', orderId: 'OTO-7' }), undefined);
  });

  it('tells the close of a hand once: by the trade, not by the order', () => {
    const feed = lines([
      { type: 'ORDER_CHANGED', order: order({ state: 'filled', origin: 'web', tradeId: null }) },
      { type: 'TRADE_CLOSED', trade: closedTrade({ closedBy: 'web' }) },
    ]);
    assert.deepEqual(
      feed.map(({ type }) => type),
      ['TRADE_CLOSED'],
    );
  });

  it('tells both links of one loss in one line', () => {
    const down = (link: 'trading' | 'market'): Body => ({
      type: 'LINK_CHANGED',
      link,
      up: false,
      reason: 'silence',
    });
    const [line, ...rest] = lines([down('market'), down('trading')]);
    assert.deepEqual(rest, []);
    assert.deepEqual(line?.values['link'], { word: 'link.exchange' });
  });

  it('a drop copy has a name of its own', () => {
    const body = { type: 'LINK_CHANGED', link: 'drop_copy', up: false, reason: 'silence' } as const;
    assert.deepEqual(lines([body])[0]?.values['link'], { word: 'link.drop_copy' });
  });

  it('tells a difference once: not again by the check and by the status of its commit', () => {
    const feed = lines([
      { type: 'BREAK_OPENED', break: found() },
      {
        type: 'RECONCILIATION_COMPLETED',
        report: report({ ok: false, breaks: ['b1'] }),
        cursor: null,
      },
      statusChanged({ status: 'mismatch', assurance: 'mismatch' }),
    ]);
    assert.deepEqual(
      feed.map(({ type }) => type),
      ['BREAK_OPENED'],
    );
  });

  it('leads to the difference that it tells', () => {
    const [line] = lines([{ type: 'BREAK_OPENED', break: found({ id: 'brk_9' }) }]);
    assert.equal(line?.found, 'brk_9');
  });

  it('gives routine checks that found nothing one line between them', () => {
    const check: Body = { type: 'RECONCILIATION_COMPLETED', report: report(), cursor: null };
    const feed = lines([{ type: 'TRADE_OPENED', trade: trade() }, check, check, check]);
    assert.deepEqual(
      feed.map(({ seq, type }) => [seq, type]),
      [
        [14, 'RECONCILIATION_COMPLETED'],
        [11, 'TRADE_OPENED'],
      ],
    );
    assert.deepEqual(Object.keys(feed[0]?.values ?? {}), ['trigger']);
  });

  it('adds no frame twice, keeps the newest first and stays short', () => {
    const many = Array.from({ length: 80 }, (): Body => ({ type: 'TRADE_OPENED', trade: trade() }));
    const feed = lines(many);
    assert.equal(feed.length, 60);
    assert.equal(feed[0]?.seq, 90);
    const [again] = group(89, 90, [{ type: 'TRADE_OPENED', trade: trade() }]);
    assert.ok(again !== undefined);
    assert.equal(addToFeed(feed, again, {}), feed);
  });

  it('uses only sentences and words that exist', () => {
    const feed = lines([
      { type: 'TRADE_OPENED', trade: trade() },
      { type: 'TRADE_OPENED', trade: trade({ origin: 'adopted' }) },
      { type: 'TRADE_CLOSED', trade: closedTrade() },
      { type: 'ORDER_CHANGED', order: order({ origin: 'web' }) },
      { type: 'ORDER_CHANGED', order: order({ triggerPrice: null, state: 'unknown' }) },
      { type: 'BREAK_OPENED', break: found() },
      { type: 'BREAK_RESOLVED', break: found({ life: 'resolved' }) },
      {
        type: 'RECONCILIATION_COMPLETED',
        report: report({ ok: false, breaks: ['b1'] }),
        cursor: null,
      },
      {
        type: 'RECONCILIATION_COMPLETED',
        report: report({ complete: false, ok: false }),
        cursor: null,
      },
      {
        type: 'CONTROL_CHANGED',
        strategy: 'razor',
        control: 'paused',
        by: 'anna',
        reason: 'lunch',
      },
      { type: 'CONTROL_CHANGED', strategy: 'razor', control: 'running', by: 'anna', reason: '' },
      { type: 'LINK_CHANGED', link: 'trading', up: false, reason: 'silence' },
      { type: 'LINK_CHANGED', link: 'market', up: true, reason: '' },
    ]);
    assert.equal(feed.length, 13);
    const words = feed.flatMap(({ values }) =>
      Object.values(values).flatMap((value) =>
        typeof value === 'object' && 'word' in value ? [value.word] : [],
      ),
    );
    assert.deepEqual(
      [...feed.map(({ key }) => key as string), ...words].filter((key) => !hasText(key)),
      [],
    );
  });
});
