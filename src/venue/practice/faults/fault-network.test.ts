/** The faults of the network, and what can be asked about all faults. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SECOND } from '../../../base/time.ts';
import { FIELD_NAMES } from './fault-fields.ts';
import { catalogue } from '../../../words/catalogue.ts';
import { CATALOGUE, waysOf } from './fault-catalogue.ts';
import { FAULT_KINDS } from './fault-rules.ts';
import { type Bench, createBench, PERP } from '../harness.contract.ts';

const MARKET = { instrument_name: PERP, amount: 0.001, type: 'market' };

const plant = (bench: Bench, kind: string, values: object = {}): number => {
  const answer = bench.control('POST', 'fault', { kind, ...values });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.id;
};
const ended = (bench: Bench, conn: number): number =>
  bench.effects.filter((one) => (one.kind === 'drop' || one.kind === 'close') && one.conn === conn)
    .length;
const orders = (bench: Bench): number => bench.state().orders.length;

test('W1: cut at once, or at the next request, which is lost or whose answer is', () => {
  for (const [values, placed] of [
    [{ lost: 'request' }, 0],
    [{ lost: 'answer', method: 'private/buy' }, 1],
  ] as const) {
    const bench = createBench();
    const conn = bench.login();
    plant(bench, 'W1', values);
    assert.equal(bench.ask(conn, 'private/buy', MARKET), undefined);
    assert.deepEqual([ended(bench, conn), orders(bench)], [1, placed]);
  }
  const bench = createBench();
  const conn = bench.login();
  plant(bench, 'W1');
  assert.equal(ended(bench, conn), 1);
});

test('W2: nothing gets through either way and nobody is told, while a new connection works', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.ok(conn, 'public/set_heartbeat', { interval: 10 });
  const id = plant(bench, 'W2');
  assert.equal(bench.ask(conn, 'private/buy', MARKET), undefined);
  for (let i = 0; i < 40; i++) bench.pass(SECOND);
  assert.deepEqual([orders(bench), ended(bench, conn), bench.inbox(conn).length], [0, 0, 2]);
  assert.equal(bench.ok(bench.login(), 'private/get_positions').length, 0);
  bench.control('DELETE', `fault/${id}`);
  assert.equal(ended(bench, conn), 1, 'the exchange had given it up');
});

test('W4: one direction only', () => {
  for (const [way, placed] of [
    ['down', 1],
    ['up', 0],
  ] as const) {
    const bench = createBench();
    const conn = bench.login();
    bench.ok(conn, 'public/set_heartbeat', { interval: 10 });
    bench.inbox(conn);
    plant(bench, 'W4', { way });
    assert.equal(bench.ask(conn, 'private/buy', MARKET), undefined);
    bench.pass(13 * SECOND);
    assert.deepEqual([orders(bench), bench.inbox(conn).length], [placed, way === 'up' ? 1 : 0]);
  }
});

test('W3: each way takes seconds, in its order, also when it is over', () => {
  const bench = createBench();
  const conn = bench.login();
  const id = plant(bench, 'W3', { latencyMs: 2_000 });
  bench.ask(conn, 'private/buy', MARKET);
  assert.equal(orders(bench), 0);
  bench.pass(1_000);
  bench.control('DELETE', `fault/${id}`);
  bench.ask(conn, 'private/sell', MARKET);
  assert.equal(orders(bench), 0, 'it does not overtake');
  bench.pass(1_000);
  assert.deepEqual(
    bench.state().orders.map(({ direction }) => direction),
    ['buy', 'sell'],
  );
  plant(bench, 'W3', { latencyMs: 2_000 });
  bench.ask(conn, 'public/get_time');
  bench.pass(2_000);
  const last = bench.effects.filter((one) => one.kind === 'send').at(-1);
  assert.equal(last?.kind === 'send' && last.delayMs, 2_000);
});

test('W5: a page in place of an answer over HTTP, carried out or not', () => {
  for (const [executed, placed] of [
    [false, 0],
    [true, 1],
  ] as const) {
    const bench = createBench();
    plant(bench, 'W5', { status: '504', executed });
    const authorization = `Basic ${btoa('practice-engine:practice-engine-secret')}`;
    const out = bench.handle({
      kind: 'http',
      id: 1,
      method: 'private/buy',
      params: MARKET,
      rpcId: 1,
      authorization,
    });
    const reply = out.find((one) => one.kind === 'reply');
    assert.ok(reply?.kind === 'reply');
    assert.deepEqual([reply.status, reply.type], [504, 'text/html; charset=utf-8']);
    assert.match(String(reply.body), /^<html>/);
    assert.equal(orders(bench), placed);
  }
});

test('W5 at the entrance: every new WebSocket meets a status until it is over, and a refusal goes before it', () => {
  const bench = createBench();
  const old = bench.login();
  const entrance = (): unknown => bench.effects.findLast((one) => one.kind === 'listen');
  const page = plant(bench, 'W5', { how: 'upgrade', status: '504' });
  assert.deepEqual(entrance(), { kind: 'listen', accept: false, status: 504 });
  const conn = bench.connect();
  assert.equal(ended(bench, conn), 1, 'who comes all the same is cut');
  const shut = plant(bench, 'refuse_connections', { ms: 1_000 });
  assert.deepEqual(entrance(), { kind: 'listen', accept: false });
  bench.pass(1_000);
  assert.deepEqual(entrance(), { kind: 'listen', accept: false, status: 504 });
  bench.control('DELETE', `fault/${page}`);
  assert.deepEqual(entrance(), { kind: 'listen', accept: true });
  assert.deepEqual(
    [ended(bench, old), shut],
    [0, page + 1],
    'connections that stand are left alone',
  );
});

test('W5 of TLS: what the door shows, until it is over; without such a door it is refused', () => {
  const bench = createBench({ tls: true });
  const shown = (): readonly string[] =>
    bench.effects.flatMap((one) => (one.kind === 'tls' ? [one.shows] : []));
  plant(bench, 'W5', { how: 'certificate', ms: 1_000 });
  bench.pass(1_000);
  for (const how of ['wrong_host', 'handshake'])
    bench.control('DELETE', `fault/${plant(bench, 'W5', { how })}`);
  assert.deepEqual(shown(), ['renewed', 'own', 'stranger', 'own', 'none', 'own']);
  const { status, body } = createBench().control('POST', 'fault', { kind: 'W5', how: 'handshake' });
  assert.deepEqual([status, body.error.code, body.error.field], [400, 'no_tls', 'kind']);
});

test('W9: the answer, or a push, arrives spoilt; what it is about is done', () => {
  const bench = createBench();
  const conn = bench.login();
  const spoilt = (): readonly string[] =>
    bench.effects.flatMap((one) => (one.kind === 'send' && one.spoilt === true ? [one.text] : []));
  plant(bench, 'W9', { method: 'private/buy' });
  bench.ok(conn, 'private/get_positions');
  bench.ask(conn, 'private/buy', MARKET);
  assert.match(spoilt().join(), /"order_state":"filled"/);
  assert.equal(orders(bench), 1);
  const reader = bench.login('practice-web');
  bench.ok(reader, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
  plant(bench, 'W9', { on: 'notifications', channel: 'user.changes' });
  bench.ask(conn, 'private/buy', MARKET);
  bench.ask(conn, 'private/buy', MARKET);
  assert.match(spoilt().slice(1).join(), /user\.changes/);
  assert.equal(spoilt().length, 2, 'each once');
});

test('W6: cut again and again, until it is over', () => {
  const bench = createBench();
  plant(bench, 'W6', { everyMs: 1_000, ms: 3_500 });
  let cuts = 0;
  for (let i = 0; i < 60; i++) {
    const conn = bench.connect();
    bench.pass(100);
    cuts += ended(bench, conn);
  }
  assert.equal(cuts, 3);
});

test('W7: told that it reads too slowly, and cut off', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.inbox(conn);
  plant(bench, 'W7');
  assert.equal(bench.inbox(conn).at(-1)?.method, 'connection_too_slow');
  assert.equal(ended(bench, conn), 1);
});

test('W8: who was silent too long is forgotten on the way', () => {
  const bench = createBench();
  const [busy, idle] = [bench.login(), bench.login()];
  plant(bench, 'W8', { idleMs: 5_000 });
  for (let i = 0; i < 6; i++) {
    bench.pass(SECOND);
    bench.ok(busy, 'public/test');
  }
  assert.equal(bench.ask(idle, 'public/test'), undefined);
  assert.equal(ended(bench, idle), 0);
});

test('GET faults: every id of the catalogue with its ways, parameters and a sentence', () => {
  const bench = createBench();
  const { body } = bench.control('GET', 'faults') as unknown as {
    readonly body: {
      readonly faults: readonly {
        readonly kind: string;
        readonly says: string;
        readonly ways: readonly { readonly how: string; readonly params: readonly object[] }[];
      }[];
      readonly kinds: readonly { readonly kind: string }[];
    };
  };
  const ids = Array.from({ length: 26 }, (_, i) => `X${i + 1}`);
  const nets = Array.from({ length: 9 }, (_, i) => `W${i + 1}`);
  assert.deepEqual(new Set(body.faults.map(({ kind }) => kind)), new Set([...ids, ...nets]));
  assert.deepEqual(
    body.kinds.map(({ kind }) => kind),
    FAULT_KINDS,
  );
  assert.ok(body.faults.every(({ says }) => says.endsWith('.')));
});

test('every id has its words in both languages, and the English sentence is the exchange’s own', () => {
  const words: Readonly<Record<string, { readonly en: string; readonly nl: string } | undefined>> =
    catalogue;
  for (const { id, says, ways, group } of CATALOGUE) {
    assert.equal(words[`practice.says.${id}`]?.en, says);
    assert.ok(
      words[`practice.id.${id}`] !== undefined && words[`practice.group.${group}`] !== undefined,
    );
    for (const how of waysOf(id)) assert.ok(words[`practice.how.${how}`] !== undefined, how);
    assert.ok(Object.keys(ways).length > 0);
  }
});

test('every way of every id can be planted with its own values, or says what it lacks', () => {
  for (const { id, ways } of CATALOGUE)
    for (const how of Object.keys(ways)) {
      const bench = createBench({ tls: true, dated: how === 'delivery' });
      const conn = bench.login();
      bench.buy(conn, { amount: 0.002, type: 'market' });
      bench.sell(conn, { amount: 0.002, price: 64_500, reduce_only: true });
      const named = Object.keys(ways).length > 1 ? { how } : {};
      plant(bench, id, named);
      const [fault] = bench.state().faults;
      assert.deepEqual([fault?.kind, fault?.does], [id, ways[how]?.does]);
    }
});

test('a way that an id does not have, and a field that means nothing to it, are refused', () => {
  const bench = createBench();
  for (const [body, field] of [
    [{ kind: 'X18', how: 'lose' }, 'how'],
    [{ kind: 'X9', how: 'plain' }, 'how'],
    [{ kind: 'X99' }, 'kind'],
    [{ kind: 'W3', idleMs: 5 }, 'idleMs'],
    [{ kind: 'X7', parts: 1 }, 'parts'],
    [{ kind: 'X15', how: 'state', state: 'sleepy' }, 'state'],
    [{ kind: 'clock_offset' }, 'offsetMs'],
    [{ kind: 'X13', account: 'nobody', how: 'open' }, 'account'],
  ] as const) {
    const { status, body: answer } = bench.control('POST', 'fault', body);
    assert.deepEqual([status, answer.error.field], [400, field], JSON.stringify(body));
  }
  assert.ok(FIELD_NAMES.length > 30);
  assert.deepEqual(bench.state().faults, []);
});
