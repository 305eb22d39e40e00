/** The session of a drop copy: a login that can only read, the account's fills, and not one request beside. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEVER_SENT } from '../port.ts';
import { SECRET } from './scripted-exchange.contract.ts';
import { order, up, world } from './session-kit.contract.ts';

const reader = {
  link: 'drop_copy',
  credentials: { clientId: 'narrow', clientSecret: SECRET },
} as const;

describe('deribit session: drop copy', () => {
  it('[I56] logs in with its own key, says whose account it is, and hears fills by a channel of its own', () => {
    const { rig, far } = up(reader);
    assert.deepEqual(
      far.requests.map(({ method }) => method),
      ['public/auth', 'public/set_heartbeat', 'private/get_account_summary', 'private/subscribe'],
    );
    const [told] = rig.of('link_up');
    assert.deepEqual(
      [told?.link, told?.account, told?.cancelOnDisconnect],
      ['drop_copy', { id: '4711', testnet: true }, null],
    );
    assert.deepEqual(far.requests.at(-1)?.params, { channels: ['user.trades.any.any.raw'] });
  });

  it('[I56] tells the fills of a frame, each with all that a fill has', () => {
    const { rig, far } = up(reader);
    const trade = {
      trade_id: 'USDC-7',
      instrument_name: 'BTC_USDC-PERPETUAL',
      timestamp: 1_790_000_000_000,
      order_id: 'USDC-1',
      label: 'razor-1',
      direction: 'buy',
      amount: 0.5,
      price: 60_000,
      fee: 0.25,
      fee_currency: 'USDC',
      liquidity: 'T',
      api: true,
    };
    far.say('user.trades.any.any.raw', [trade, { ...trade, trade_id: 'USDC-8' }]);
    far.say('user.trades.any.any.raw', [{ ...trade, price: 'much' }]);
    rig.run(10);
    const [copy, ...more] = rig.of('copy');
    assert.deepEqual(
      [copy?.conn, copy?.fills.map(({ tradeId, currency }) => `${currency} ${tradeId}`), more],
      [1, ['USDC USDC-7', 'USDC USDC-8'], []],
    );
    assert.equal(copy?.fills[0]?.amount, '0.5');
    assert.match(rig.of('undecodable')[0]?.what ?? '', /user\.trades/);
  });

  it('[I56] takes no request, of whatever kind', () => {
    const { rig, far } = up(reader);
    const before = far.requests.length;
    for (const request of [
      { kind: 'place', order: order() },
      { kind: 'cancel', orderId: 'USDC-1' },
      { kind: 'positions' },
      { kind: 'ticker', instrument: 'BTC_USDC-PERPETUAL' },
    ] as const) {
      const outcome = rig.ask(request);
      assert.ok(outcome.status === 'refused' && outcome.code === NEVER_SENT);
      assert.match(outcome.message, /only listens/);
    }
    rig.run(4_000);
    assert.equal(far.requests.length, before);
    rig.run(2 * 3_600_000);
    const asked = new Set(far.requests.slice(before).map(({ method }) => method));
    assert.deepEqual([...asked].sort(), ['public/auth', 'public/test'], 'pings and logins');
  });

  it('[I49][I56] a key that can trade is refused and not tried again', () => {
    const { rig, far } = world({
      ...reader,
      credentials: { clientId: 'good', clientSecret: SECRET },
    });
    rig.until(() => rig.of('link_refused').length === 1);
    rig.run(60_000);
    const [refused] = rig.of('link_refused');
    assert.deepEqual([refused?.link, refused?.code], ['drop_copy', 'scope_too_wide']);
    assert.match(refused?.message ?? '', /the drop copy allows trade:read_write/);
    assert.equal(far.requests.length, 1);
  });

  it('[I46][I56] no secret in what it tells, and none in what it can’t read', () => {
    const { rig } = world({
      ...reader,
      credentials: { clientId: 'narrow', clientSecret: 'wrong-one' },
    });
    rig.until(() => rig.of('link_refused').length === 1);
    assert.ok(!JSON.stringify(rig.events).includes('wrong-one'));
    assert.match(rig.of('link_refused')[0]?.message ?? '', /refuses the API key of the drop copy/);
  });

  it('is cut and comes back within its small share of the credits', () => {
    const { rig } = up({ ...reader, jitter: () => 0 });
    const from = rig.now();
    rig.cut();
    rig.until(() => rig.of('link_up').length === 2);
    assert.ok(rig.now() - from >= 2_900 && rig.now() - from < 5_000, `${rig.now() - from} ms`);
  });
});
