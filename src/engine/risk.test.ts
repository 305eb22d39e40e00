/** Limits of one strategy beside those of its account, in a world: what it has lost itself holds it back, and nobody else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Decimal, dec, gt, neg } from '../base/decimal.ts';
import { DAY, startOfDay } from '../base/time.ts';
import { emptyBooks, freezeBooks, thawBooks } from '../domain/books.ts';
import { evolve } from '../domain/evolve.ts';
import type { FactBody } from '../domain/fact.ts';
import type { Fill } from '../domain/fill.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { botOn, createWorld, ETHER, PERPETUAL } from '../../sim/world/world.ts';
import { spec } from '../../test/support/documents.ts';
import { RISK } from '../../sim/world/defaults.ts';

test('[I39] a strategy that has lost what it may lose in a day opens nothing more, also after a restart; another one does', async () => {
  const limits = { maxDailyLossUsd: dec('0.4') };
  const world = await createWorld({
    strategies: [{ ...botOn(PERPETUAL, 'one'), limits }, botOn(ETHER, 'two')],
  });
  await world.enter({}, 'one');
  world.control('POST', 'price', { instrument: PERPETUAL, price: '99400' });
  await world.until('the stop', () => world.openTrade('one') === undefined, 5_000);
  const lost = world.books().dailyOf.get('one')?.net ?? dec('0');
  assert.ok(gt(neg(lost), limits.maxDailyLossUsd), lost);
  assert.equal(world.books().daily.net, lost);
  await world.restart();
  await world.ready();
  world.signal({}, { id: 'one', sticky: true });
  world.signal({}, { id: 'two' });
  await world.until('the entry of the other', () => world.openTrade('two') !== undefined, 130_000);
  await world.run(60_000);
  const reasons = world
    .of('STRATEGY_EVALUATED')
    .filter(({ data }) => data.strategy === 'one' && data.why.reason.startsWith('gate.'))
    .map(({ data }) => data.why.reason);
  assert.deepEqual(new Set(reasons), new Set(['gate.daily_loss']));
  audit(world);
});

test('[I39] [I25] a close of yesterday that is found today leaves what today has lost as it is, for the account and for its strategy', () => {
  const books = emptyBooks(RISK);
  const today = startOfDay(Date.parse('2026-03-02T10:00:00Z'));
  let seq = 0;
  const write = (body: FactBody): void => {
    const common = {
      actor: { kind: 'engine', id: 'e' },
      cause: '',
      build: '',
      config: '',
    } as const;
    const at = '2026-03-02T10:00:00.000Z';
    evolve(books, { seq: ++seq, at, epoch: 1, ...common, ...body });
  };
  const book = (trade: string, at: number, price: string, opens: boolean): void => {
    const fill: Fill = {
      tradeId: `USDC-${seq}`,
      currency: 'USDC',
      instrument: spec.name,
      orderId: `o-${seq}`,
      label: '',
      direction: opens ? 'buy' : 'sell',
      amount: dec('0.001'),
      price: dec(price),
      fee: dec('0'),
      feeCurrency: 'USDC',
      at,
      liquidity: 'taker',
      liquidation: false,
      api: true,
    };
    const role = opens ? ('open' as const) : ('close' as const);
    const opening = {
      trade,
      strategy: 'bot',
      direction: 'long' as const,
      parent: null,
      entryLabel: '',
      stopLoss: null,
      takeProfit: null,
    };
    write({
      type: 'FILL_BOOKED',
      v: 1,
      data: {
        fill,
        allocations: [{ trade, role, amount: fill.amount, fee: fill.fee }],
        opens: opens ? opening : null,
        exit: opens ? null : { reason: 'external_close', by: 'web' },
        source: 'check',
      },
    });
  };
  const nets = (): readonly (Decimal | undefined)[] => [
    books.daily.net,
    books.dailyOf.get('bot')?.net,
  ];
  write({ type: 'INSTRUMENT_SPECIFIED', v: 1, data: { instrument: spec } });
  for (const trade of ['a', 'b', 'c']) book(trade, today - DAY, '100000', true);
  book('a', today - 1, '99000', false);
  assert.deepEqual(nets(), ['-1', '-1']);
  book('b', today + 1, '98000', false);
  assert.deepEqual(nets(), ['-2', '-2'], 'a new day');
  book('c', today - 2, '90000', false);
  assert.deepEqual(nets(), ['-2', '-2'], 'yesterday is over');
  const { dailyOf: _, ...older } = JSON.parse(freezeBooks(books)) as Record<string, unknown>;
  assert.deepEqual(thawBooks(JSON.stringify(older)).dailyOf, new Map());
});
