/** What is understood of recorded messages: every one of the methods and channels that the table knows, and no nonsense. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Source, understand } from './understand.ts';

const FIXTURES = join(import.meta.dirname, '../../../../shared/deribit/fixtures');

type Recorded = { readonly file: string; readonly source: Source };

/** Files of these folders in the index, with the method that it names. */
function recorded(folders: RegExp): readonly Recorded[] {
  const found: Recorded[] = [];
  let folder = '';
  for (const line of readFileSync(join(FIXTURES, 'INDEX.md'), 'utf8').split('\n')) {
    folder = /^## (\S+) \(/.exec(line)?.[1] ?? folder;
    const [, name = '', from = ''] = /^\|([^|]+)\|([^|]*)\|/.exec(line) ?? [];
    if (!/\.(json|txt)$/.test(name) || !folders.test(folder)) continue;
    const method = /(?:public|private)\/[\w/]+/.exec(from)?.[0];
    found.push({ file: join(folder, name), source: method === undefined ? {} : { method } });
  }
  return found;
}

/** What is said of the files that are not understood, but for those that are told to be left alone. */
function failures(folders: RegExp): readonly string[] {
  const all = recorded(folders);
  assert.ok(all.length > 90, `${all.length} files`);
  return all.flatMap(({ file, source }) => {
    const read = understand(readFileSync(join(FIXTURES, file), 'utf8'), source);
    if (read.kind !== 'not_understood' || read.what.includes('does not use it (')) return [];
    return [`${file.replace(/^.*\//, '')}: ${read.what}`];
  });
}

describe('messages of others', () => {
  if (!existsSync(FIXTURES)) return;
  const nameless = 'a result of a shape that no method of the client gives; name its method';

  it('each that was recorded is understood, but for two on money that nothing tells apart', () => {
    assert.deepEqual(failures(/^(?!docs|ccxt_)/), [
      `cancelWithdrawalPushDataJSON.json: ${nameless}`,
      `submitWithdrawalResponseJSON.json: ${nameless}`,
    ]);
  });
  it('each of the documentation is understood, but for two without a method and one that is gone', () => {
    assert.deepEqual(failures(/^docs/), [
      `Response_messages.response.1.json: ${nameless}`,
      `Security_keys.response.2.json: ${nameless}`,
      'public__get_index.response.1.json: public/get_index: the client does not know it',
    ]);
  });
});

const frame = (result: string): string => `{"jsonrpc":"2.0","id":7,"result":${result}}`;

describe('one message', () => {
  const POSITION =
    '{"instrument_name":"BTC-PERPETUAL","size":-10,"average_price":5e4,"mark_price":50001.25,"realized_profit_loss":0,"floating_profit_loss":1.0E-9,"initial_margin":0,"maintenance_margin":0,"new_member":{"a":1}}';

  it('a result with its method, with a member that is new', () => {
    const read = understand(frame(POSITION), { method: 'private/get_position' });
    assert.ok(read.kind === 'answer');
    assert.deepEqual(
      [
        read.as,
        (read.value as { size: string }).size,
        (read.value as { floatingPnl: string }).floatingPnl,
      ],
      ['private/get_position', '-10', '0.000000001'],
    );
  });

  it('a bare result, and one whose method nobody names', () => {
    assert.equal(understand(POSITION, { method: 'private/get_position' }).kind, 'answer');
    assert.deepEqual(
      [understand(frame(`[${POSITION}]`))].map((read) => read.kind === 'answer' && read.as),
      ['private/get_positions'],
    );
  });

  it('an error says what its code proves', () => {
    assert.deepEqual(
      understand('{"jsonrpc":"2.0","id":1,"error":{"code":10028,"message":"too_many_requests"}}'),
      {
        kind: 'error',
        as: null,
        value: {
          code: 10028,
          message: 'too_many_requests',
          data: null,
          class: 'rate_limited',
          proves: 'rate_limited',
        },
      },
    );
  });

  it('[I46] a request is told without what it gives', () => {
    assert.deepEqual(
      understand(
        '{"id":1,"method":"public/auth","params":{"client_secret":"hush","client_id":"me"}}',
      ),
      { kind: 'request', as: 'public/auth', value: { parameters: ['client_secret', 'client_id'] } },
    );
  });

  it('book changes: a deleted level has nothing left, and a change must say what it follows', () => {
    const book = (more: string): string =>
      `{"method":"subscription","params":{"channel":"book.X-PERPETUAL.raw","data":{"instrument_name":"X-PERPETUAL","timestamp":1,"change_id":5,"type":"change","bids":[["delete",1.5,3],["new",1,2]],"asks":[]${more}}}}`;
    const read = understand(book(',"prev_change_id":4'));
    assert.ok(read.kind === 'notification');
    assert.deepEqual((read.value as { bids: unknown }).bids, [
      { price: '1.5', amount: '0' },
      { price: '1', amount: '2' },
    ]);
    assert.equal(understand(book('')).kind, 'not_understood');
  });

  for (const nonsense of [
    '',
    'hello',
    '<html>502</html>',
    '[]x',
    'null',
    '{"jsonrpc":"2.0","id":1}',
    frame('{"order_id":1}'),
    '{"method":"subscription","params":{"channel":"ticker.X.raw","data":{"mark_price":"1"}}}',
  ])
    it(`nonsense is refused: ${nonsense.slice(0, 40)}`, () => {
      assert.equal(understand(nonsense).kind, 'not_understood');
    });
});
