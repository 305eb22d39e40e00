/** A hand moves funding: the mark is held away from the index, the rate follows, and longs and shorts pay it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Decimal, abs, dec, gt, lt, sub, ZERO } from '../../../base/decimal.ts';
import { HOUR, MINUTE, SECOND } from '../../../base/time.ts';
import { type Bench, createBench, PERP } from '../harness.contract.ts';

const fund = (bench: Bench, body: object) =>
  bench.control('POST', 'funding', { instrument: PERP, ...body });
const fundingOf = (bench: Bench): Decimal =>
  bench.state().accounts[0]?.positions[0]?.funding ?? ZERO;
const premiumOf = (bench: Bench): number => {
  const { mark, index } = bench.state().instruments[0] ?? { mark: ZERO, index: ZERO };
  return Number(sub(mark, index)) / Number(index);
};

test('a rate is held for a while: an hour of it costs a long one eighth of it, then the mark wanders again', () => {
  const bench = createBench();
  bench.control('POST', 'order', { instrument: PERP, direction: 'buy', amount: '0.1' });
  const { status, body } = fund(bench, { rate: '0.001', ms: HOUR });
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(bench.state().instruments[0]?.mark, '64080');
  bench.pass(HOUR - SECOND);
  // 0.1 BTC x 64,000 x 0.1 percent / 8, less the second that is missing.
  assert.ok(lt(abs(sub(fundingOf(bench), dec('-0.8'))), dec('0.0005')), fundingOf(bench));
  assert.equal(premiumOf(bench), 0.00125);
  bench.pass(SECOND);
  assert.ok(Math.abs(premiumOf(bench)) < 0.0005);
});

test('a premium is held until it is let go; a negative one is paid by shorts; it outlives a restart', () => {
  const bench = createBench();
  bench.control('POST', 'order', { instrument: PERP, direction: 'buy', amount: '0.1' });
  assert.equal(fund(bench, { premium: '-0.002' }).status, 200);
  bench.pass(10 * MINUTE);
  bench.restart();
  bench.pass(10 * MINUTE);
  assert.equal(premiumOf(bench), -0.002);
  assert.ok(gt(fundingOf(bench), ZERO));
  assert.equal(fund(bench, { premium: null }).status, 200);
  assert.ok(Math.abs(premiumOf(bench)) < 0.0005);
});

test('a wider dead zone makes a small premium free; valued at mark a position pays a little more', () => {
  const paid = (venue: object, premium: string): Decimal => {
    const bench = createBench({ venue });
    bench.control('POST', 'order', { instrument: PERP, direction: 'buy', amount: '0.1' });
    fund(bench, { premium });
    bench.pass(15 * MINUTE);
    return fundingOf(bench);
  };
  assert.ok(lt(paid({}, '0.0004'), ZERO));
  assert.equal(paid({ fundingDeadZone: '0.0005' }, '0.0004'), ZERO);
  // 0.1 x 64,000 x 0.375 percent / 32, and with the mark in place of the index 0.4 percent more.
  assert.equal(paid({}, '0.004'), '-0.75');
  assert.equal(paid({ fundingPrice: 'mark' }, '0.004'), '-0.753');
});

test('what ends has no funding', () => {
  const bench = createBench({ dated: true });
  const { status, body } = fund(bench, { instrument: 'BTC_USDC-9JAN26', rate: '0.001' });
  assert.deepEqual([status, body.error.field], [400, 'instrument']);
});

test('a call that does not fit is refused with the field and what is accepted', () => {
  const bench = createBench();
  for (const [body, field] of [
    [{ rate: '0.006' }, 'rate'],
    [{ premium: '0.06' }, 'premium'],
    [{ premium: '0.001', rate: '0.001' }, 'premium'],
    [{}, 'premium'],
    [{ rate: '0.001', ms: 0 }, 'ms'],
    [{ rate: '0.001', instrument: 'X' }, 'instrument'],
  ] as const) {
    const { status, body: answer } = fund(bench, body);
    assert.deepEqual([status, answer.error.field], [400, field], JSON.stringify(answer));
    assert.ok((answer.error.accepted ?? '').length > 5);
  }
});
