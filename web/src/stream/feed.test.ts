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

  it('says from which status to which, and nothing when the status stands', () => {
    const [line] = lines([statusChanged({ status: 'position_open', activity: 'position_open' })]);
    assert.equal(line?.key, 'web.feed.status_from');
    assert.deepEqual(line?.values['from'], { word: 'status.analyzing' });
    assert.deepEqual(lines([statusChanged({})]), []);
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
    assert.deepEqual(feed[0]?.values['took'], { ms: 212 });
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
      { type: 'ORDER_CHANGED', order: order() },
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
