/**
 * The whole table of error codes, for every kind of request: what an answer with that code proves. The expectations are
 * written down here once more, from the exchange's table, and share nothing with the client's own.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { VenueOutcome, VenueRequest } from '../port.ts';
import { ERRORS } from '../protocol/errors.ts';
import { type VenueError, classify, proofOf, readError } from './classify.ts';
import { parseExactly } from './exact-json.ts';

/** How a kind of request takes errors: one that places, one that names an order, one that looks. */
const KINDS: Readonly<Record<VenueRequest['kind'], 'place' | 'names' | 'read'>> = {
  place: 'place',
  edit: 'names',
  cancel: 'names',
  cancel_by_label: 'names',
  cancel_many: 'place',
  order_state: 'names',
  open_orders: 'read',
  orders_by_label: 'read',
  positions: 'read',
  position: 'read',
  summaries: 'read',
  fills: 'read',
  ended_orders: 'read',
  trigger_history: 'read',
  settlements: 'read',
  cash_log: 'read',
  instrument: 'read',
  ticker: 'read',
  candles: 'read',
};
const ALL = Object.keys(KINDS) as readonly VenueRequest['kind'][];

/** Groups of codes by what the exchange's documentation lets a client conclude. */
const CODES = {
  client_bug: [-32700, -32602, -32601, -32600, -32000, 10030, 10033, 11045, 11050, 13018],
  unknown_outcome: [-32603, 10001, 11031, 11094, 13008, 13028],
  retry_after_reconcile: [10050],
  auth: [
    9999, 10000, 12000, 12003, 12998, 12999, 13000, 13001, 13003, 13004, 13005, 13006, 13007, 13009,
    13668, 13778, 13904, 11042, 13012, 13021, 13403,
  ],
  reject: [
    10002, 10021, 10022, 10023, 10024, 10025, 10026, 10027, 10031, 10032, 10036, 10043, 10044,
    11029, 11036, 11038, 11039, 11041, 11043, 11047, 11048, 11049, 11055, 13010, 13011, 13016,
    10003, 10011, 10045, 10046, 10072, 11021, 11030, 13030, 13032, 13040, 13902, 10005, 10006,
    10007, 10008, 10034, 10035, 10009, 10039, 10012, 10020, 11037, 11046, 13019, 13020, 10013,
    10014, 10015, 10016, 10017, 10018, 10037, 10038, 11013, 11022, 11035, 13035, 13901, 11054,
  ],
  retry_later: [10019, 13025, 13036, 13503, 11051, 11098, 13002],
  rate_limited: [10028, 10066, 13780, 13903],
  retry: [10040, 10041, 10047, 13043, 10048, 11056],
  not_executed: [13666, 13777, 13888],
  gone: [10004, 10010, 11008, 11044],
  stale: [10029, 11053],
  unprotected: [10049, 13042],
  beside: [
    11052, 13017, 11090, 11091, 11092, 11093, 11095, 11096, 11097, 12100, 12001, 12002, 12004,
    12005, 13013, 13014, 13015, 13031, 13034, 13037, 13781, 13791, 13792, 13793, 13911, 13912,
    13913, 13914, 13915, 13916, 13919, 13905, 13906, 13907, 13910, 13917, 13918,
  ],
} as const;
type Group = keyof typeof CODES;

/** Groups whose codes prove that nothing was done. */
const HARMLESS: ReadonlySet<Group> = new Set<Group>([
  'client_bug',
  'auth',
  'reject',
  'retry_later',
  'rate_limited',
  'retry',
  'not_executed',
]);

function expected(kind: VenueRequest['kind'], code: number, group: Group): string {
  if (code === 10004 && kind === 'order_state') return 'ok null';
  if (code === 10004 && kind === 'orders_by_label') return 'ok []';
  if (code === 10004 && kind === 'cancel_by_label') return 'ok 0';
  if (group === 'gone' && KINDS[kind] === 'names') return 'gone';
  if (group === 'rate_limited') return 'refused, rate limited';
  return HARMLESS.has(group) ? 'refused' : 'unknown';
}

function told(outcome: VenueOutcome): string {
  if (outcome.status === 'ok') {
    const { result } = outcome;
    if (result.kind === 'order_state') return `ok ${JSON.stringify(result.order)}`;
    if (result.kind === 'cancel_by_label') return `ok ${result.count}`;
    return result.kind === 'orders_by_label' ? `ok ${JSON.stringify(result.orders)}` : 'ok ?';
  }
  return outcome.status === 'refused' && outcome.rateLimited
    ? 'refused, rate limited'
    : outcome.status;
}

const requestOf = (kind: VenueRequest['kind']): VenueRequest => ({ kind }) as VenueRequest;
const ask = (kind: VenueRequest['kind'], error: Partial<VenueError> & { code: number }) =>
  classify(requestOf(kind), { message: 'words', data: null, ...error }, null);
const same = (text: string): string => text;
const rows = Object.entries(CODES).flatMap(([group, codes]) =>
  codes.map((code) => ({ code, group: group as Group })),
);

describe('what a code of the exchange proves', () => {
  it('the expectations cover the whole table, each code once', () => {
    const codes = rows.map(({ code }) => code).toSorted((a, b) => a - b);
    assert.deepEqual(
      codes,
      Object.keys(ERRORS)
        .map(Number)
        .toSorted((a, b) => a - b),
    );
    assert.equal(new Set(codes).size, codes.length);
  });

  for (const kind of ALL)
    it(`[I7] every code of the table, as an answer to ${kind}`, () => {
      for (const { code, group } of rows)
        assert.equal(told(ask(kind, { code })), expected(kind, code, group), String(code));
    });

  it('[I7] an order is only ever refused where the table says so, whatever the code', () => {
    const harmless = new Set<number>(
      rows.filter(({ group }) => HARMLESS.has(group)).map(({ code }) => code),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: -33_000, max: 20_000 }), fc.maxSafeInteger()),
        fc.constantFrom(...ALL),
        (code, kind) => {
          const { status } = ask(kind, { code });
          assert.equal(status === 'refused', harmless.has(code));
          if (!rows.some((row) => row.code === code)) assert.equal(status, 'unknown');
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('what a person is told: five words, of which two leave open what happened', () => {
    const words = new Map<Group, string>([
      ['client_bug', 'fatal'],
      ['rate_limited', 'rate_limited'],
      ['gone', 'stale'],
      ['stale', 'stale'],
    ]);
    for (const { code, group } of rows)
      assert.equal(
        proofOf(code),
        words.get(group) ?? (HARMLESS.has(group) ? 'not_executed' : 'unknown'),
        String(code),
      );
    assert.equal(proofOf(99_999), 'unknown');
  });

  it('a message that carries a bound or a reason changes nothing and is kept', () => {
    for (const [code, message] of [
      [10007, 'price_too_high 88079.9'],
      [10013, 'pme_max_total_open_orders 100'],
      [11030, 'other_reject not_executed_but_this_says unknown'],
      [10039, 'not_enough_funds_in_currency USDC'],
      [10009, ''],
    ] as const) {
      const outcome = ask('place', { code, message });
      assert.ok(outcome.status === 'refused');
      assert.equal(outcome.message, message);
    }
    assert.equal(ask('place', { code: 11031, message: 'not_enough_funds' }).status, 'unknown');
    assert.equal(ask('place', { code: 10001, message: 'rejected' }).status, 'unknown');
  });

  it('data of any shape is kept as text and decides nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...rows), (data, { code, group }) => {
        const error = readError({ code, message: 'm', data }, same);
        assert.ok(error !== undefined);
        assert.ok(
          error.data === null ? data === null : error.data.length <= JSON.stringify(data).length,
        );
        assert.equal(
          told(classify(requestOf('place'), error, null)),
          expected('place', code, group),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('what has not the shape of an error proves nothing: a code in words, a fraction, none', () => {
    for (const error of [
      '{"code":"10009","message":"not_enough_funds"}',
      '{"code":10009.5,"message":"m"}',
      '{"code":1e400,"message":"m"}',
      '{"code":12345678901234567890,"message":"m"}',
      '{"code":null,"message":"m"}',
      '{"code":true}',
      '{"code":[10009]}',
      '{"message":"not_enough_funds"}',
      '"not_enough_funds"',
      '[10009]',
      'null',
      '10009',
    ])
      assert.equal(readError(parseExactly(error), same), undefined, error);
    assert.equal(readError(parseExactly('{"code":1.0009e4}'), same)?.code, 10009);
  });

  it('the same groups as in the reference, where it is at hand', () => {
    const reference = new URL('../../../../shared/deribit/errors.json', import.meta.url);
    if (!existsSync(reference)) return;
    const { errors } = JSON.parse(readFileSync(reference, 'utf8')) as {
      errors: readonly { code: number; client_class: string }[];
    };
    const open = new Set(['unknown_outcome', 'retry_after_reconcile', 'reconcile', 'cod_failed']);
    const beside = new Set(['subscription', 'wallet', 'account', 'rfq']);
    for (const { code, client_class: group } of errors) {
      const harmless = !open.has(group) && !beside.has(group);
      assert.equal(ask('place', { code }).status, harmless ? 'refused' : 'unknown', String(code));
    }
  });
});
