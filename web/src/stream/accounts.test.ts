import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Accounts, NO_ACCOUNTS, sinceOf, standingsOf, take, viewOf } from './accounts.ts';
import {
  closedTrade,
  found,
  group,
  heartbeat,
  market,
  position,
  snapshot,
  strategy,
  trade,
} from './samples.ts';

const BOTH = ['main', 'hedge'];

const taken = (messages: readonly unknown[], from: Accounts = NO_ACCOUNTS): Accounts =>
  messages.reduce<Accounts>((held, message) => {
    const { accounts, want, why } = take(held, JSON.stringify(message));
    assert.equal(want, 'nothing', why);
    return accounts;
  }, from);

const main = snapshot({
  accounts: BOTH,
  openTrades: [trade({ account: '1001' })],
  positions: [position({ account: '1001', size: '0.001' as never })],
});
const hedge = snapshot({
  account: 'hedge',
  exchangeAccount: '1002',
  accounts: BOTH,
  journal: 'birth-2',
  commit: 4,
  strategies: [strategy({ id: 'blade', assurance: 'unverified' })],
  positions: [position({ account: '1002' })],
  breaks: [found({ id: 'b2' })],
});
const ofHedge = (frames: ReturnType<typeof group>) =>
  frames.map((frame) => ({ ...frame, account: 'hedge' }));

describe('the streams of several accounts', () => {
  it('one account is its own state, and goes on from its commit', () => {
    const accounts = taken([snapshot(), heartbeat()]);
    assert.equal(viewOf(accounts, null), accounts.byId['main']);
    assert.equal(sinceOf(accounts), 10);
    assert.equal(sinceOf(NO_ACCOUNTS), null);
  });

  it('[I35] nothing is shown of all accounts before each has told everything', () => {
    const half = taken([main]);
    assert.equal(viewOf(half, null).mirror, null);
    assert.notEqual(viewOf(half, 'main').mirror, null);
    const whole = viewOf(taken([hedge], half), null).mirror;
    assert.deepEqual(Object.keys(whole?.strategies ?? {}).sort(), ['blade', 'razor']);
    assert.deepEqual(
      Object.values(whole?.positions ?? {}).map(({ account, size }) => [account, size]),
      [
        ['1001', '0.001'],
        ['1002', '0'],
      ],
    );
  });

  it('[I37] each account resumes from its own commit; a hole in one is not stepped over', () => {
    const held = taken([main, hedge]);
    assert.deepEqual(sinceOf(held), { main: 10, hedge: 4 });
    const closing = ofHedge(
      group(4, 6, [{ type: 'TRADE_CLOSED', trade: closedTrade({ id: 't9' }) }]),
    );
    const on = taken([closing], held);
    assert.deepEqual(sinceOf(on), { main: 10, hedge: 6 });
    assert.equal(on.byId['main'], held.byId['main'], 'the other account is as it was');
    const hole = take(
      on,
      JSON.stringify(ofHedge(group(7, 9, [{ type: 'TRADE_OPENED', trade: trade() }]))),
    );
    assert.deepEqual([hole.want, hole.why], ['resubscribe', 'gap: held 6, next follows 7']);
    assert.deepEqual(sinceOf(hole.accounts), { main: 10, hedge: 6 });
    assert.deepEqual(sinceOf(taken([main])), { main: 10 }, 'the other one begins with a snapshot');
  });

  it('an account that the engine no longer has is forgotten', () => {
    const held = taken([main, hedge]);
    const left = taken([heartbeat({ accounts: ['main'] })], held);
    assert.deepEqual([left.order, Object.keys(left.byId)], [['main'], ['main']]);
    assert.equal(viewOf(left, 'hedge'), left.byId['main']);
  });

  it('a drop copy is told of where one is, by the worst of them', () => {
    const links = { trading: 1, market: 2 };
    const pulseOf = (first: number | null | undefined, second: number | null | undefined) => {
      const agesOf = (age: number | null | undefined) =>
        age === undefined ? links : { ...links, drop_copy: age };
      const one = heartbeat({ accounts: BOTH, links: agesOf(first) });
      const journal = 'birth-2';
      const other = { account: 'hedge', accounts: BOTH, journal, links: agesOf(second) };
      return viewOf(taken([main, hedge, one, heartbeat(other)]), null).pulse?.links;
    };
    assert.deepEqual(pulseOf(undefined, undefined), links);
    assert.deepEqual(pulseOf(300, undefined), { ...links, drop_copy: 300 });
    assert.deepEqual(pulseOf(300, 500), { ...links, drop_copy: 500 });
    assert.deepEqual(pulseOf(300, null), { ...links, drop_copy: null });
  });

  it('the pulse of all is that of the worst, prices carry the results of every account', () => {
    const links = { trading: null, market: 300 };
    const priced = { ...market('64000'), unrealised: { t1: '1' } };
    const accounts = taken([
      main,
      hedge,
      heartbeat({ accounts: BOTH, verifiedAge: 4_000 }),
      heartbeat({
        account: 'hedge',
        accounts: BOTH,
        journal: 'birth-2',
        links,
        verifiedAge: 60_000,
      }),
      priced,
      { ...market('64001'), account: 'hedge', unrealised: { t2: '-2' } },
    ]);
    const { pulse, market: prices } = viewOf(accounts, null);
    assert.deepEqual([pulse?.links, pulse?.verifiedAge], [{ trading: null, market: 300 }, 60_000]);
    assert.equal(prices['BTC_USDC-PERPETUAL']?.markPrice, '64001');
    assert.deepEqual(prices['BTC_USDC-PERPETUAL']?.unrealised, { t1: '1', t2: '-2' });
  });

  it('a price leaves the books that were put together as they are', () => {
    const accounts = taken([main, hedge]);
    const stream = viewOf(accounts, null);
    const priced = taken([market('64000')], accounts);
    const next = viewOf(priced, null, { accounts, selected: null, stream });
    assert.equal(next.mirror, stream.mirror);
    assert.equal(next.market['BTC_USDC-PERPETUAL']?.markPrice, '64000');
    const own = viewOf(priced, 'main', { accounts, selected: null, stream });
    assert.equal(own.mirror?.account, 'main');
  });

  it('each account shows how it stands', () => {
    assert.deepEqual(standingsOf(taken([main, hedge])), [
      { id: 'main', assurance: 'verified', breaks: 0 },
      { id: 'hedge', assurance: 'unverified', breaks: 1 },
    ]);
  });

  it('lines of all accounts stand in the order of time, each with its account', () => {
    const at = (iso: string, frames: ReturnType<typeof group>) =>
      frames.map((frame) => ({ ...frame, at: iso }));
    const opened = { type: 'TRADE_OPENED' as const, trade: trade({ id: 't3' }) };
    const accounts = taken(
      [
        at('2026-03-02T10:00:05.000Z', group(10, 12, [opened])),
        ofHedge(at('2026-03-02T10:00:09.000Z', group(4, 6, [opened]))),
      ],
      taken([main, hedge]),
    );
    assert.deepEqual(
      viewOf(accounts, null).mirror?.feed.map(({ account, seq }) => [account, seq]),
      [
        ['hedge', 6],
        ['main', 12],
      ],
    );
  });
});
