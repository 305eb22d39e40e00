import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Decimal, dec } from '../../base/decimal.ts';
import type { VenueRequest } from '../port.ts';
import { ERRORS } from '../protocol/errors.ts';
import { createBackoff } from './backoff.ts';
import { classify } from './classify.ts';
import { createCorrelator } from './correlate.ts';
import { settlementCurrency } from './decode-order.ts';
import { decimal, decodeWith } from './decode-values.ts';
import { exact, readFrame, writeRequest } from './frame.ts';
import { MAX_AWAITED_LATE } from './limits.ts';

describe('deribit client: parts', () => {
  it('[I15] numbers of the wire become the decimal that was written, up to fifteen digits', () => {
    const digits = fc.tuple(
      fc.bigInt({ min: -999_999_999_999_999n, max: 999_999_999_999_999n }),
      fc.integer({ min: 0, max: 14 }),
    );
    fc.assert(
      fc.property(digits, ([units, scale]) => {
        const text = dec(`${units}e-${scale}`);
        for (const spelling of [
          text,
          `${units}e-${scale}`,
          text.includes('.') ? `${text}0` : `${text}.0`,
        ]) {
          assert.deepEqual(decodeWith(decimal, JSON.parse(spelling)), { ok: true, value: text });
        }
      }),
      { numRuns: 2_000 },
    );
    for (const spelling of ['9.21e4', '5.0e-8', '1.423032929843748e-4', '10.0', '-0.0'])
      assert.equal(decodeWith(decimal, JSON.parse(spelling)).ok, true, spelling);
    for (const bad of ['1e999', '1e15', '"1"', 'null', 'true'])
      assert.equal(decodeWith(decimal, JSON.parse(bad)).ok, false, bad);
  });
  it('[I15] a decimal stands in a request with every digit', () => {
    const long = '1234567890123456789.000000000000000000001' as Decimal;
    assert.equal(
      writeRequest(7, {
        method: 'private/buy',
        params: {
          amount: exact(long),
          'a"b': undefined,
          list: [exact(long), 1, true, 'x"y'],
          deep: { price: exact(long) },
        },
      }),
      `{"jsonrpc":"2.0","id":7,"method":"private/buy","params":{"amount":${long},"list":[${long},1,true,"x\\"y"],"deep":{"price":${long}}}}`,
    );
  });
  it('frames have one of few shapes', () => {
    assert.equal(readFrame('{"id":1,"result":null}').kind, 'result');
    assert.equal(readFrame('{"id":1,"result":1,"error":{}}').kind, 'unreadable');
    assert.equal(readFrame('{"method":"heartbeat","params":{"type":"other"}}').kind, 'unreadable');
    assert.equal(
      readFrame('{"params":{"type":"heartbeat"},"method":"heartbeat"}').kind,
      'heartbeat',
    );
    const { kind, ...frame } = readFrame(
      '{"usOut":1.5,"usIn":1700000000000000,"testnet":"yes","id":"a","error":null}',
    );
    assert.deepEqual(
      [kind, frame],
      [
        'error',
        {
          id: 'a',
          error: null,
          stamps: { usIn: 1_700_000_000_000_000, usOut: null, testnet: null },
        },
      ],
    );
  });
  it('the currency of a trade id follows from the instrument', () => {
    const names = {
      'BTC-PERPETUAL': 'BTC',
      'BTC_USDC-PERPETUAL': 'USDC',
      'ETH-25DEC26': 'ETH',
      'XRP_USDC-30JUN23-0d625-C': 'USDC',
      BTC_USDC: 'USDC',
      'BTC-FS-25DEC26_PERP': 'BTC',
    };
    for (const [name, currency] of Object.entries(names))
      assert.equal(settlementCurrency(name), currency, name);
  });
  it('[I7] only codes of the table that prove it end an order as refused', () => {
    const place = { kind: 'place' } as VenueRequest;
    const status = (code: number): string =>
      classify(place, { code, message: '', data: null }, null).status;
    const proving = new Set([
      'not_executed',
      'transient',
      'rate_limited',
      'unavailable',
      'rejected',
      'auth',
      'fatal',
    ]);
    for (const [code, entry] of Object.entries(ERRORS))
      assert.equal(status(Number(code)), proving.has(entry.class) ? 'refused' : 'unknown', code);
    fc.assert(fc.property(fc.integer(), (code) => code in ERRORS || status(code) === 'unknown'));
  });
  it('pauses double up to 10 s with full jitter and start anew after 30 s up', () => {
    const highest = createBackoff(() => 1);
    assert.deepEqual(
      Array.from({ length: 8 }, () => highest.next(0)),
      [500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000],
    );
    assert.equal(highest.next(29_999), 10_000);
    assert.equal(highest.next(30_000), 500);
    const lowest = createBackoff(() => 0);
    assert.deepEqual([lowest.next(0), lowest.next(0), lowest.next(0)], [250, 250, 250]);
  });
  it('pauses are longer while the exchange does not want us, as long as it asks for within a bound, and none for another server', () => {
    const backoff = createBackoff(() => 1);
    const long = (askedMs = 0): number => backoff.next(0, { kind: 'long', askedMs });
    assert.deepEqual(
      Array.from({ length: 5 }, () => long()),
      [5_000, 10_000, 20_000, 30_000, 30_000],
    );
    assert.deepEqual([long(45_000), long(Infinity)], [45_000, 300_000]);
    const elsewhere = { kind: 'none', askedMs: 0 } as const;
    const other = createBackoff(() => 1);
    assert.deepEqual(
      [other.next(30_000, elsewhere), other.next(0, elsewhere), other.next(0, elsewhere)],
      [0, 1_000, 2_000],
    );
  });
  it('a request ends once, and only so many late answers are awaited', () => {
    const sent = createCorrelator<string>();
    const first = sent.register(1, 100, 'a');
    const second = sent.register(1, 200, 'b');
    assert.equal(sent.wakeAt(), 100);
    assert.deepEqual(
      sent.expire(100).map((entry) => entry.what),
      ['a'],
    );
    assert.deepEqual(sent.expire(100), []);
    assert.deepEqual(
      sent.cutOff(1).map((entry) => entry.what),
      ['b'],
    );
    for (const strange of [
      `${first}.0`,
      ` ${first}`,
      `0${first}`,
      '',
      true,
      null,
      [first],
      { id: first },
    ])
      assert.equal(sent.take(strange, 1), undefined);
    assert.deepEqual([sent.take(first, 2), sent.take(String(first), 2)], [undefined, undefined]);
    assert.equal(sent.take(String(first), 1)?.ended, true);
    assert.equal(sent.take(first, 1), undefined);
    for (let i = 0; i < MAX_AWAITED_LATE; i++) sent.register(2, 1, 'c');
    sent.expire(1);
    assert.equal(sent.take(second, 1), undefined);
    assert.equal(sent.wakeAt(), Infinity);
  });
});
