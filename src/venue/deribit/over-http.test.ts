/** HTTP as a second door: how a request is written and signed, and what each kind of answer proves. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hmacSha256 } from '../../edge/hashing.ts';
import { NEVER_SENT, type VenueOutcome, type VenueRequest } from '../port.ts';
import { ERRORS } from '../protocol/errors.ts';
import { encodeBase64 } from './base64.ts';
import { classify } from './classify.ts';
import { encode } from './encode.ts';
import { askOverHttp, writeHttp } from './over-http.ts';
import { createScrub } from './scrub.ts';
import { order } from './session-kit.contract.ts';

const SECRET = 'AMANDASECRECT';
const scrub = createScrub(SECRET);
const credentials = { clientId: 'AMANDA', clientSecret: SECRET };
const PLACE: VenueRequest = { kind: 'place', order: order() };
const CANCEL: VenueRequest = { kind: 'cancel', orderId: 'USDC-1' };
const READ: VenueRequest = { kind: 'positions' };

/** The end of a request that got this answer. */
function endOf(request: VenueRequest, status: number, text: string): VenueOutcome {
  const ask = askOverHttp(request, scrub);
  assert.equal(ask.first.kind, 'ask');
  const step = ask.answered({ status, text });
  assert.ok(step.kind === 'end');
  return step.outcome;
}
const body = (members: object): string => JSON.stringify({ jsonrpc: '2.0', ...members });

describe('a request over HTTP', () => {
  it('is a POST of JSON-RPC below the root of the API', () => {
    const written = writeHttp(encode(CANCEL), '/api/v2', { kind: 'none' });
    assert.deepEqual(written, {
      method: 'POST',
      path: '/api/v2/private/cancel',
      body: '{"jsonrpc":"2.0","id":1,"method":"private/cancel","params":{"order_id":"USDC-1"}}',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
    });
  });

  it('[I46] signed, it shows id, time, nonce and a signature of all that is sent, and never the secret', () => {
    const timestamp = 1_576_074_319_000;
    const written = writeHttp(encode(CANCEL), '/api/v2', {
      kind: 'signature',
      credentials,
      signer: { hmacSha256, nonce: () => '1iqt2wls' },
      timestamp,
    });
    const signed = `${timestamp}\n1iqt2wls\nPOST\n/api/v2/private/cancel\n${written.body}\n`;
    assert.equal(
      written.headers['authorization'],
      `deri-hmac-sha256 id=AMANDA,ts=${timestamp},sig=${hmacSha256(SECRET, signed)},nonce=1iqt2wls`,
    );
    assert.ok(!JSON.stringify(written).includes(SECRET));
  });

  it('shows a key as Basic and a token as Bearer', () => {
    const header = (login: Parameters<typeof writeHttp>[2]) =>
      writeHttp(encode(READ), '/api/v2', login).headers['authorization'];
    assert.equal(
      header({ kind: 'basic', credentials }),
      `Basic ${Buffer.from(`AMANDA:${SECRET}`).toString('base64')}`,
    );
    assert.equal(header({ kind: 'bearer', token: 'tok' }), 'Bearer tok');
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => encodeBase64(text) === Buffer.from(text, 'utf8').toString('base64'),
      ),
    );
  });

  it('one that makes no sense, or is too large, is never sent', () => {
    for (const label of ['x'.repeat(65)]) {
      const { first } = askOverHttp({ kind: 'place', order: order({ label }) }, scrub);
      assert.ok(first.kind === 'end' && first.outcome.status === 'refused');
      assert.equal(first.outcome.code, NEVER_SENT);
    }
    const { first } = askOverHttp({ kind: 'cancel', orderId: 'x'.repeat(20_000) }, scrub);
    assert.ok(first.kind === 'end' && first.outcome.status === 'refused');
  });
});

describe('an answer over HTTP', () => {
  it('with a result is the result, whatever the status, with both stamps', () => {
    for (const status of [200, 400, 500]) {
      const ask = askOverHttp({ kind: 'cancel_by_label', label: 'a', currency: 'USDC' }, scrub);
      const step = ask.answered({
        status,
        text: body({ result: 2, usIn: 1_790_000_000_000_123, usOut: 1_790_000_000_001_999 }),
      });
      assert.deepEqual(step, {
        kind: 'end',
        outcome: {
          status: 'ok',
          result: { kind: 'cancel_by_label', count: 2 },
          beganAt: 1_790_000_000_000,
        },
        server: 1_790_000_000_001,
      });
    }
  });

  it('with an error means what it means over a socket, whatever the status', () => {
    const code = fc.constantFrom(...Object.keys(ERRORS).map(Number), 77_777);
    const request = fc.constantFrom(PLACE, CANCEL, READ);
    fc.assert(
      fc.property(
        code,
        request,
        fc.constantFrom(200, 400, 401, 429, 503),
        (error, wish, status) => {
          const given = { code: error, message: 'm', data: null };
          assert.deepEqual(
            endOf(wish, status, body({ error: given, usIn: 1_000_000 })),
            classify(wish, given, 1_000),
          );
        },
      ),
    );
  });

  it('[I46] that is anything else leaves the outcome unknown, order or read, and not a word of it is told', () => {
    const bodies = [
      '',
      ' \n',
      '<html>canary</html>',
      'canary',
      '{"jsonrpc":"2.0","result":',
      '[]',
      'null',
      '7',
      '{}',
      '{"error":"canary"}',
      '{"error":{"code":"canary"}}',
      '{"result":1,"error":{"code":10009,"message":"canary"}}',
      '{"method":"subscription","params":{"channel":"canary","data":1}}',
      '{"success":false,"canary":true}',
      `{"result":"canary ${SECRET}"}`,
    ];
    for (const status of [200, 204, 301, 400, 401, 403, 404, 429, 500, 502, 503, 520])
      for (const text of bodies)
        for (const request of [PLACE, CANCEL, READ]) {
          const outcome = endOf(request, status, text);
          assert.equal(outcome.status, 'unknown', `${status} ${text}`);
          assert.ok(!JSON.stringify(outcome).includes('canary'), JSON.stringify(outcome));
        }
    assert.deepEqual(endOf(PLACE, 429, ''), {
      status: 'unknown',
      reason: 'HTTP 429 with no body, which proves nothing',
      code: null,
    });
    assert.match(JSON.stringify(endOf(READ, 503, '<html>')), /HTTP 503 with a page/);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.integer(), (text, status) => {
        assert.notEqual(endOf(PLACE, status, text).status, 'ok');
      }),
    );
  });

  it('in pages is read to its end', () => {
    const request = { kind: 'cash_log', currency: 'USDC', from: 0, to: 1 } as const;
    const ask = askOverHttp(request, scrub);
    const next = ask.answered({
      status: 200,
      text: body({ result: { logs: [], continuation: 5 }, usIn: 5_000 }),
    });
    assert.ok(next.kind === 'ask' && next.call.params['continuation'] === 5);
    const last = ask.answered({
      status: 200,
      text: body({ result: { logs: [], continuation: null }, usIn: 9_000 }),
    });
    assert.deepEqual(last, {
      kind: 'end',
      outcome: { status: 'ok', result: { kind: 'cash_log', rows: [] }, beganAt: 5 },
      server: null,
    });
  });

  it('[I46] an echo of the secret is struck out', () => {
    const error = { code: 10020, message: `no ${SECRET}`, data: { key: SECRET } };
    assert.ok(!JSON.stringify(endOf(READ, 400, body({ error }))).includes(SECRET));
  });
});
