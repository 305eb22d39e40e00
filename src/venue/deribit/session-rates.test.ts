/** A session and the exchange's limits: who waits for credits and for how long, what too_many_requests leads to, room in the queue of the engine. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEVER_SENT, type VenueOutcome, type VenueRequest } from '../port.ts';
import { PASS, type Rig } from '../rig.contract.ts';
import type { Scripted } from './scripted-exchange.contract.ts';
import { START } from './scripted-exchange.contract.ts';
import { order, up, world } from './session-kit.contract.ts';

const LIMITED = { error: { code: 10028, message: 'too_many_requests' } } as const;
const CANDLES: VenueRequest = {
  kind: 'candles',
  instrument: 'BTC_USDC-PERPETUAL',
  from: START,
  to: START + 1,
};
const endOf = (rig: Rig, ref: string): VenueOutcome | undefined => rig.answers(ref)[0];
/** Lets the exchange refuse a method for as many requests. */
function refuse(far: Scripted, method: string, times: number, error: object = LIMITED): void {
  let left = times;
  far.override.set(method, () => {
    left -= 1;
    if (left <= 0) far.override.delete(method);
    return error as typeof LIMITED;
  });
}

describe('deribit session: who waits for credits', () => {
  it('256 reads wait, and all of a check gets through before the next of them', () => {
    const { rig, far } = up();
    const crowd = Array.from({ length: 256 + 30 }, () => rig.request(CANDLES));
    rig.run(20);
    const others = () =>
      far.requests.filter(({ method }) => method.startsWith('public/get_trad')).length;
    const before = others();
    assert.ok(before >= 15 && before <= 22, `${before} of the others at once`);
    const check: readonly VenueRequest[] = [
      { kind: 'fills', currency: 'USDC', from: START, to: START + 1 },
      { kind: 'open_orders' },
      { kind: 'positions' },
      { kind: 'summaries' },
      { kind: 'fills', currency: 'USDC', from: START, to: START + 1 },
      { kind: 'orders_by_label', label: 'a', currency: 'USDC' },
      { kind: 'order_state', orderId: 'USDC-1' },
    ];
    const refs = check.map((request) => rig.request(request));
    rig.run(30);
    assert.deepEqual(
      refs.map((ref) => endOf(rig, ref)?.status),
      refs.map(() => 'ok'),
    );
    assert.equal(others(), before, 'nothing of the crowd went before the check');
    rig.run(12_000);
    assert.ok(crowd.every((ref) => rig.answers(ref).length === 1));
  });

  it('a crowd of order requests and reads leaves the login and the pings their credits', () => {
    const { rig } = up();
    for (let i = 0; i < 250; i++) rig.request({ kind: 'positions' });
    rig.run(30);
    const from = rig.now();
    rig.cut();
    rig.until(() => rig.of('link_up').length === 2);
    assert.ok(rig.now() - from < 500, `back after ${rig.now() - from} ms`);
  });

  it('a link that is cut again and again spends no more on logins than our share', () => {
    const { rig, far } = world({ jitter: () => 0 });
    const from = rig.now();
    for (let i = 1; i <= 12; i++) {
      rig.until(() => rig.of('link_up').length === i);
      rig.cut();
    }
    const credits = 12 * 3_000;
    assert.ok(credits <= 12_000 + 4_000 * ((rig.now() - from) / 1000) + 3_000, 'subscriptions');
    assert.equal(far.requests.filter(({ method }) => method === 'private/subscribe').length, 12);
  });
});

describe('deribit session: too_many_requests', () => {
  it('a read waits for credits and is asked again; those behind it wait with it', () => {
    const { rig, far } = up();
    refuse(far, 'private/get_positions', 1);
    const from = rig.now();
    const positions = rig.request({ kind: 'positions' });
    rig.run(10);
    const summaries = rig.request({ kind: 'summaries' });
    rig.until(() => rig.answers(summaries).length === 1);
    assert.equal(endOf(rig, positions)?.status, 'ok');
    assert.ok(rig.now() - from >= 160 && rig.now() - from < 1_500, `${rig.now() - from} ms`);
    const asked = far.requests.slice(-3).map(({ method }) => method);
    assert.deepEqual(asked, [
      'private/get_positions',
      'private/get_positions',
      'private/get_account_summaries',
    ]);
  });

  it('a wait that the exchange names is obeyed; beyond the time of the read it ends as refused', () => {
    const { rig, far } = up();
    refuse(far, 'private/get_positions', 1, { error: { ...LIMITED.error, data: { wait: 4 } } });
    const from = rig.now();
    assert.equal(rig.ask({ kind: 'positions' }).status, 'ok');
    assert.ok(rig.now() - from >= 4_000 && rig.now() - from < 4_500, `${rig.now() - from} ms`);
    refuse(far, 'private/get_positions', 1, { error: { ...LIMITED.error, data: { wait: 11 } } });
    const outcome = rig.ask({ kind: 'positions' });
    assert.ok(outcome.status === 'refused' && outcome.rateLimited && outcome.code === 10028);
  });

  it('asked in vain again and again, a read ends in its time', () => {
    const { rig, far } = up();
    far.override.set('private/get_positions', () => LIMITED);
    const from = rig.now();
    assert.notEqual(rig.ask({ kind: 'positions' }).status, 'ok');
    assert.ok(rig.now() - from <= 10_000);
    const asked = far.requests.filter(({ method }) => method === 'private/get_positions').length;
    assert.ok(asked >= 5 && asked <= 11, `${asked} times`);
  });

  it('[I7] an order ends as refused, and the next one waits for the refill', () => {
    const { rig, far } = up();
    refuse(far, 'private/buy', 1);
    const outcome = rig.ask({ kind: 'place', order: order() });
    assert.ok(outcome.status === 'refused' && outcome.rateLimited && outcome.code === 10028);
    const held = rig.ask({ kind: 'cancel', orderId: 'USDC-1' });
    assert.ok(held.status === 'refused' && held.rateLimited && held.code === NEVER_SENT);
    rig.run(600);
    assert.equal(rig.ask({ kind: 'cancel', orderId: 'USDC-1' }).status, 'gone');
  });

  it('[I4] a cancel of everything ends as refused, too: it is an order request, which leaves once or never', () => {
    const { rig, far } = up();
    refuse(far, 'private/cancel_all', 1);
    const outcome = rig.ask({ kind: 'cancel_many', scope: { of: 'account' } });
    assert.ok(outcome.status === 'refused' && outcome.rateLimited && outcome.code === 10028);
    rig.run(20_000);
    const asked = far.requests.filter(({ method }) => method === 'private/cancel_all');
    assert.equal(asked.length, 1);
  });

  it('a read that waited is as old as the answer that it got, not as the refusal before', () => {
    const { rig, far } = up();
    refuse(far, 'private/get_positions', 1, { error: { ...LIMITED.error, data: { wait: 4 } } });
    const from = rig.now();
    const outcome = rig.ask({ kind: 'positions' });
    assert.ok(outcome.status === 'ok' && outcome.beganAt !== null);
    const after = outcome.beganAt - START - from;
    assert.ok(after >= 4_000, `${after} ms after it was wanted`);
  });

  it('after the close that follows it, the next connection waits for the refill and does not burst', () => {
    const { rig, far } = up({ jitter: () => 0 });
    refuse(far, 'private/buy', 1);
    rig.ask({ kind: 'place', order: order() });
    const from = rig.now();
    rig.cut('10028');
    rig.until(() => rig.of('link_up').length === 2);
    assert.ok(rig.now() - from >= 395, `back after ${rig.now() - from} ms`);
    refuse(far, 'private/get_positions', 1);
    for (let i = 0; i < 100; i++) rig.request({ kind: 'positions' });
    rig.run(12);
    rig.cut('10028');
    const cut = rig.now();
    rig.until(() => rig.of('link_up').length === 3);
    assert.ok(rig.now() - cut >= 700, `the login waits for its credits: ${rig.now() - cut} ms`);
    const asked = far.requests.length;
    for (let i = 0; i < 100; i++) rig.request({ kind: 'positions' });
    rig.run(100);
    assert.ok(far.requests.length - asked <= 3, `${far.requests.length - asked} at once`);
  });

  for (const method of ['public/auth', 'private/get_account_summary', 'private/subscribe']) {
    it(`a handshake that is told so at ${method} is begun again after a pause`, () => {
      const { rig, far } = world({ jitter: () => 0 });
      refuse(far, method, 1);
      rig.until(() => rig.of('link_down').length === 1);
      const from = rig.now();
      rig.until(() => rig.of('link_up').length === 1);
      const pause = method === 'private/subscribe' ? 750 : 777;
      assert.ok(rig.now() - from >= pause, `${rig.now() - from} ms`);
      assert.ok(rig.now() - from < 4_000, `${rig.now() - from} ms`);
    });
  }

  it('a ping that is told so costs nothing but its credits', () => {
    const { rig, far } = up();
    refuse(far, 'public/test', 1);
    rig.run(20_000);
    assert.equal(rig.of('link_down').length, 0);
  });
});

describe('deribit session: limits and room', () => {
  it('reads the limits of the account anew each hour', () => {
    const { rig, far } = up();
    const asked = () =>
      far.requests.filter(({ method }) => method === 'private/get_account_summary').length;
    far.override.set('private/get_account_summary', () => ({
      result: {
        id: 4711,
        limits: { matching_engine: { trading: { total: { rate: 10, burst: 200 } } } },
      },
    }));
    rig.run(3_599_000);
    assert.equal(asked(), 1);
    rig.run(2_000);
    assert.equal(asked(), 2);
    rig.run(60_000);
    rig.rules.toSession = (text) => (text.includes('"order"') ? { kind: 'delay', ms: 1 } : PASS);
    let sent = 0;
    for (let i = 0; i < 40; i++) {
      const outcome = rig.ask({
        kind: 'place',
        order: order({ label: `l-${i}`, validUntil: START + 9_000_000_000 }),
      });
      if (outcome.status !== 'refused') sent += 1;
    }
    assert.ok(sent >= 40, `${sent} sent of a burst of 70`);
    far.override.set('private/get_account_summary', () => LIMITED);
    rig.run(3_600_000);
    assert.deepEqual([asked(), rig.of('link_down').length], [3, 0]);
  });

  it('at most six order requests of a currency wait for the exchange, two of them reductions', () => {
    const { rig, far } = up();
    rig.rules.toSession = (text) =>
      text.includes('subscription') ? PASS : { kind: 'delay', ms: 2_000 };
    const place = (label: string, reduceOnly: boolean, instrument = 'BTC_USDC-PERPETUAL') =>
      rig.request({
        kind: 'place',
        order: order({
          label,
          reduceOnly,
          instrument,
          price: null,
          type: 'market',
          timeInForce: null,
        }),
      });
    const openings = Array.from({ length: 6 }, (_, i) => place(`o${i}`, false));
    const reductions = Array.from({ length: 3 }, (_, i) => place(`r${i}`, true));
    const other = place('b', false, 'BTC-PERPETUAL');
    rig.run(20);
    const sent = far.requests.flatMap(({ params }) =>
      typeof params['label'] === 'string' ? [params['label']] : [],
    );
    assert.deepEqual(sent, ['o0', 'o1', 'o2', 'o3', 'r0', 'r1', 'b']);
    for (const ref of [...openings.slice(4), ...reductions.slice(2)]) {
      const outcome = endOf(rig, ref);
      assert.ok(outcome?.status === 'refused' && outcome.rateLimited);
      assert.match(outcome.message, /wait for the matching engine/);
    }
    rig.until(() => rig.answers(other).length === 1);
    assert.notEqual(rig.answers(place('r9', true))[0]?.status, 'refused');
  });

  it('[I7] an order that finds the queue of the engine full is refused: it was not executed', () => {
    const { rig, far } = up();
    refuse(far, 'private/buy', 1, {
      error: { code: 10047, message: 'matching_engine_queue_full' },
    });
    assert.equal(rig.ask({ kind: 'place', order: order() }).status, 'refused');
    assert.equal(rig.ask({ kind: 'place', order: order({ label: 'two' }) }).status, 'ok');
  });

  it('room is given back by time-outs and by the end of a connection', () => {
    const { rig } = up();
    rig.rules.toSession = (text) => (text.includes('"label"') ? { kind: 'lose' } : PASS);
    const fill = () => {
      for (let i = 0; i < 4; i++)
        rig.request({ kind: 'cancel_by_label', label: 'x', currency: 'USDC' });
    };
    rig.rules.toExchange = (text) => (text.includes('cancel_by_label') ? { kind: 'lose' } : PASS);
    fill();
    rig.run(6_100);
    fill();
    rig.cut();
    rig.until(() => rig.of('link_up').length === 2);
    rig.run(5_000);
    rig.rules.toExchange = () => PASS;
    const refs = Array.from({ length: 6 }, () =>
      rig.request({ kind: 'cancel_by_label', label: 'x', currency: 'USDC' }),
    );
    rig.run(100);
    assert.deepEqual(
      refs.map((ref) => endOf(rig, ref)?.status),
      refs.map(() => 'ok'),
    );
  });
});
