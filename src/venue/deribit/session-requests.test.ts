import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Decimal, dec } from '../../base/decimal.ts';
import { NEVER_SENT } from '../port.ts';
import { LOSE, PASS, type Rig } from '../rig.contract.ts';
import { INSTRUMENT, START } from './scripted-exchange.contract.ts';
import { order, up } from './session-kit.contract.ts';

describe('deribit session: requests', () => {
  const paramsText = (raw: string | undefined): string =>
    raw?.slice(raw.indexOf('"params":')) ?? '';
  const sentFor = (request: Parameters<Rig['request']>[0]): string => {
    const { rig, far } = up();
    rig.request(request);
    rig.run(100);
    return paramsText(far.requests.at(-1)?.raw);
  };
  it('[I4] writes an order with exact numbers, its deadline and every flag', () => {
    const exactly = '0.12345678901234567890123' as Decimal;
    assert.equal(
      sentFor({ kind: 'place', order: order({ amount: exactly }) }),
      `"params":{"instrument_name":"${INSTRUMENT}","amount":${exactly},"type":"limit","label":"razor-1","price":60000.1,"reduce_only":false,"time_in_force":"fill_or_kill","post_only":false,"valid_until":${START + 60_000}}}`,
    );
  });
  it('writes a trigger order without time in force, which market-style types refuse', () => {
    assert.equal(
      sentFor({
        kind: 'place',
        order: order({
          type: 'stop_market',
          price: null,
          reduceOnly: true,
          direction: 'sell',
          trigger: 'mark_price',
          triggerPrice: dec('59000'),
          timeInForce: null,
        }),
      }),
      `"params":{"instrument_name":"${INSTRUMENT}","amount":0.0017,"type":"stop_market","label":"razor-1","reduce_only":true,"trigger_price":59000,"trigger":"mark_price","valid_until":${START + 60_000}}}`,
    );
  });
  it('links two children as one-triggers-one-cancels-other, one child as one-triggers-other', () => {
    const child = (label: string, type: 'stop_market' | 'take_market', price: string) =>
      ({
        label,
        direction: 'sell',
        type,
        amount: dec('0.0017'),
        triggerPrice: dec(price),
        trigger: 'mark_price',
        reduceOnly: true,
        timeInForce: null,
      }) as const;
    const [stop, target] = [child('s', 'stop_market', '59700'), child('t', 'take_market', '60600')];
    const both = sentFor({
      kind: 'place',
      order: order({ children: [stop, target], fillCondition: 'incremental' }),
    });
    const written = (label: string, type: string, price: number) =>
      `{"direction":"sell","amount":0.0017,"type":"${type}","label":"${label}","reduce_only":true,"trigger_price":${price},"trigger":"mark_price"}`;
    assert.ok(
      both.endsWith(
        `"linked_order_type":"one_triggers_one_cancels_other","trigger_fill_condition":"incremental","otoco_config":[${written('s', 'stop_market', 59700)},${written('t', 'take_market', 60600)}]}}`,
      ),
      both,
    );
    assert.match(
      sentFor({ kind: 'place', order: order({ children: [stop], fillCondition: 'first_hit' }) }),
      /"linked_order_type":"one_triggers_other"/,
    );
  });
  it('an edit repeats every flag and gives the total amount', () => {
    assert.equal(
      sentFor({
        kind: 'edit',
        edit: {
          orderId: 'X',
          amount: dec('0.5'),
          price: null,
          triggerPrice: dec('1.5'),
          reduceOnly: true,
          validUntil: 5,
        },
      }),
      '"params":{"order_id":"X","amount":0.5,"trigger_price":1.5,"post_only":false,"reject_post_only":false,"reduce_only":true,"valid_until":5}}',
    );
  });
  it('refuses what the exchange could not read, as never sent', () => {
    const { rig } = up();
    for (const [wrong, words] of [
      [order({ label: 'x'.repeat(65) }), /label has 65 characters/],
      [order({ price: null }), /price is missing/],
      [order({ label: 'y', instrument: 'Z'.repeat(20_000) }), /larger than the 32768 bytes/],
    ] as const) {
      const outcome = rig.ask({ kind: 'place', order: wrong });
      assert.ok(outcome.status === 'refused' && outcome.code === NEVER_SENT);
      assert.match(outcome.message, words);
    }
  });
  it('an answer that speaks of another order is not believed', () => {
    const { rig, far } = up();
    const placed = rig.ask({
      kind: 'place',
      order: order({ label: 'first', price: dec('59000'), timeInForce: 'good_til_cancelled' }),
    });
    assert.equal(placed.status, 'ok');
    far.override.set('private/buy', () => ({ result: { order: far.orders[0], trades: [] } }));
    assert.equal(rig.ask({ kind: 'place', order: order({ label: 'second' }) }).status, 'unknown');
    assert.match(rig.of('undecodable')[0]?.what ?? '', /something else than was asked for/);
  });
  for (const [code, status] of [
    [10009, 'refused'],
    [13888, 'refused'],
    [10028, 'refused'],
    [-32602, 'refused'],
    [10041, 'refused'],
    [10050, 'unknown'],
    [-32603, 'unknown'],
    [11094, 'unknown'],
    [424242, 'unknown'],
    [10004, 'unknown'],
    [10049, 'unknown'],
  ] as const) {
    it(`[I7] an order answered with ${code} is ${status}`, () => {
      const { rig, far } = up();
      far.override.set('private/buy', () => ({ error: { code, message: 'words' } }));
      assert.equal(rig.ask({ kind: 'place', order: order() }).status, status);
    });
  }
  for (const code of [10004, 10010, 11008, 11044]) {
    it(`a cancel or edit answered with ${code} finds the order gone`, () => {
      const { rig, far } = up();
      for (const method of ['private/cancel', 'private/edit'])
        far.override.set(method, () => ({ error: { code, message: 'words' } }));
      assert.deepEqual(rig.ask({ kind: 'cancel', orderId: 'X' }), {
        status: 'gone',
        code,
        message: 'words',
      });
      assert.equal(
        rig.ask({
          kind: 'edit',
          edit: {
            orderId: 'X',
            amount: dec(1),
            price: null,
            triggerPrice: null,
            reduceOnly: true,
            validUntil: 5,
          },
        }).status,
        'gone',
      );
    });
  }
  it('a late answer of a connection that is gone still counts', () => {
    const { rig } = up();
    let answer = '';
    rig.rules.toSession = (text) => {
      if (!text.includes('razor-1') || !text.includes('"id"')) return PASS;
      answer = text;
      return LOSE;
    };
    const ref = rig.request({ kind: 'place', order: order() });
    rig.run(100);
    rig.cut();
    assert.deepEqual(
      rig.answers(ref).map((outcome) => outcome.status),
      ['unknown'],
    );
    rig.until(() => rig.of('link_up').length === 2);
    for (let i = 0; i < 2; i++) rig.input({ kind: 'frame', conn: 1, text: answer });
    assert.deepEqual(
      rig.lateAnswers(ref).map((outcome) => outcome.status),
      ['ok'],
    );
    rig.input({ kind: 'frame', conn: 2, text: answer });
    assert.equal(rig.lateAnswers(ref).length, 1);
  });
  it('reads wait for their credits in order; those that wait when the link goes end at once and are never sent', () => {
    const { rig, far } = up();
    const refs = Array.from({ length: 120 }, () => rig.request({ kind: 'positions' }));
    const asked = (): number =>
      far.requests.filter((request) => request.method === 'private/get_positions').length;
    rig.run(50);
    const burst = asked();
    assert.ok(burst >= 30 && burst <= 37, `${burst} at once`);
    rig.run(1_000);
    assert.ok(asked() - burst >= 8 && asked() - burst <= 10, `${asked() - burst} in a second`);
    const before = asked();
    rig.cut();
    assert.ok(refs.every((ref) => rig.answers(ref).length === 1));
    assert.deepEqual(rig.answers(refs.at(-1) ?? ''), [
      { status: 'unknown', reason: 'not connected', code: null },
    ]);
    rig.run(20_000);
    assert.equal(asked(), before);
  });
  it('reads that wait too long for credits end as unknown', () => {
    const { rig } = up();
    const refs = Array.from({ length: 250 }, () => rig.request({ kind: 'positions' }));
    rig.run(15_000);
    const ends = refs.map((ref) => rig.answers(ref)[0]);
    assert.deepEqual(ends.at(-1), {
      status: 'unknown',
      reason: 'not sent in time: the own ceiling of reads is reached',
      code: null,
    });
    assert.ok(ends.filter((end) => end?.status === 'ok').length >= 115);
    const flood = Array.from({ length: 400 }, () => rig.request({ kind: 'positions' }));
    assert.match(JSON.stringify(rig.answers(flood.at(-1) ?? '')), /too many reads are waiting/);
  });
  it('order requests end after 6 s without an answer, reads after 10 s', () => {
    const { rig } = up();
    rig.rules.toExchange = (text) => (text.includes('public/test') ? PASS : LOSE);
    const [place, read] = [
      rig.request({ kind: 'place', order: order() }),
      rig.request({ kind: 'positions' }),
    ];
    const from = rig.now();
    rig.until(() => rig.answers(place).length === 1);
    assert.equal(rig.now() - from, 6_000);
    rig.until(() => rig.answers(read).length === 1);
    assert.equal(rig.now() - from, 10_000);
    assert.equal(rig.of('link_down').length, 0);
  });
});
