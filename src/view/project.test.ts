import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyBody } from '../../test/support/fact-samples.ts';
import * as make from '../../test/support/facts.ts';
import { isLiveOrder, isOpenBreak, project } from './project.ts';
import { TABLES } from './rows.ts';

test('every kind of fact is projected, and each row fills exactly the columns of its table', () => {
  const tables = new Set<string>();
  for (const [index, body] of everyBody.entries()) {
    for (const row of project(make.fact(index + 1, body)).rows) {
      tables.add(row.table);
      if (row.op === 'put')
        assert.deepEqual(Object.keys(row.columns).sort(), [...TABLES[row.table]].sort(), body.type);
    }
  }
  assert.deepEqual([...tables].sort(), Object.keys(TABLES).sort());
});

test('which breaks wait and which orders live', () => {
  assert.deepEqual(
    (
      [
        'seen',
        'confirmed',
        'auto_resolved',
        'needs_you',
        'resolved',
        'accepted',
        'regressed',
      ] as const
    ).filter(isOpenBreak),
    ['seen', 'confirmed', 'needs_you', 'regressed'],
  );
  assert.deepEqual(
    (
      [
        'pending',
        'unknown',
        'open',
        'untriggered',
        'triggered',
        'filled',
        'cancelled',
        'rejected',
        'absent',
      ] as const
    ).filter(isLiveOrder),
    ['pending', 'unknown', 'open', 'untriggered'],
  );
});

test('funding of nothing and of the foreign amount is no part of a trade', () => {
  const accrued = (
    allocations: readonly { readonly trade: string | null; readonly amount: string }[],
  ) =>
    project(
      make.fact(1, {
        type: 'FUNDING_ACCRUED',
        v: 1,
        data: {
          instrument: make.INSTRUMENT,
          realized: make.d('0'),
          at: make.START,
          allocations: allocations.map(({ trade, amount }) => ({ trade, amount: make.d(amount) })),
        },
      }),
    ).keys;
  assert.deepEqual(
    accrued([
      { trade: 'razor-1', amount: '0.1' },
      { trade: 'razor-2', amount: '0' },
      { trade: null, amount: '1' },
    ]),
    ['trade/razor-1'],
  );
});

test('a row of the cash log is found with the fill that moved it', () => {
  const fill = project(make.fact(1, make.fillBody(1, 'open')));
  assert.deepEqual(fill.belongs, [{ trade: 'razor-1', key: 'fill/USDC/11' }]);
  const row = {
    id: 'r',
    userSeq: 1,
    at: 0,
    currency: 'USDC',
    type: 'trade',
    instrument: null,
    tradeId: '11',
    change: make.d('-0.05'),
    balance: make.d('1'),
  };
  assert.deepEqual(project(make.fact(2, { type: 'CASH_BOOKED', v: 1, data: { row } })).keys, [
    'fill/USDC/11',
  ]);
  assert.deepEqual(
    project(make.fact(2, { type: 'CASH_BOOKED', v: 1, data: { row: { ...row, tradeId: null } } }))
      .keys,
    [],
  );
});
