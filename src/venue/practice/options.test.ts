/** The points that the documents leave open: what each reading of an option looks like on the wire. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE, SECOND } from '../../base/time.ts';
import { at, type Bench, createBench, PERP } from './harness.contract.ts';
import { OPTION_NAMES, type VenueOptions } from './options.ts';

const MARKET = { amount: 0.001, type: 'market' };
const REST = { amount: 0.001, price: 63_500 };
const IOC = { ...REST, time_in_force: 'immediate_or_cancel' };
const STOP = { amount: 0.001, type: 'stop_market', trigger: 'mark_price', trigger_price: 63_000 };

type Life = { readonly bench: Bench; readonly conn: number };

/** What a fresh exchange shows under a reading. */
function under<T>(venue: Partial<VenueOptions>, show: (life: Life) => T, startAt?: number): T {
  const bench = createBench({ venue, ...(startAt === undefined ? {} : { startAt }) });
  return show({ bench, conn: bench.login('practice-web') });
}

const isClosed = ({ bench, conn }: Life): boolean =>
  bench.effects.some((one) => (one.kind === 'close' || one.kind === 'drop') && one.conn === conn);
const codeOrState = ({ bench, conn }: Life, params: object): unknown => {
  const answer = bench.ask(conn, 'private/buy', { instrument_name: PERP, ...params });
  const placed = answer?.result as { readonly order: { readonly order_state: string } } | undefined;
  return answer?.error?.code ?? placed?.order.order_state;
};
const limited = (life: Life): unknown[] => {
  life.bench.control('POST', 'fault', { kind: 'X1', method: 'private/buy' });
  const error = life.bench.fails(life.conn, 'private/buy', { instrument_name: PERP, ...MARKET });
  return [error.data ?? null, isClosed(life)];
};

test('rateLimitCloses and rateLimitWait: whether 10028 closes, and whether it says how long to wait', () => {
  assert.deepEqual(under({}, limited), [null, true]);
  assert.deepEqual(under({ rateLimitCloses: false, rateLimitWait: true }, limited), [
    { wait: 1 },
    false,
  ]);
});

test('priceOutsideBand: a price beyond the band is refused, or moved to it', () => {
  const beyond = (life: Life): unknown => codeOrState(life, { amount: 0.001, price: 70_000 });
  assert.deepEqual(
    [under({}, beyond), under({ priceOutsideBand: 'clamp' }, beyond)],
    [10007, 'filled'],
  );
});

test('ownOrderMet: a taker that is rejected for an own order is cancelled, or refused', () => {
  const met = (life: Life): unknown => {
    const mode = { mode: 'reject_taker', extended_to_subaccounts: false };
    life.bench.ask(life.conn, 'private/set_self_trading_config', mode);
    life.bench.sell(life.conn, { amount: 0.001, price: 64_000 });
    return codeOrState(life, { amount: 0.001, price: 64_000 });
  };
  assert.deepEqual([under({}, met), under({ ownOrderMet: 'refuse' }, met)], ['cancelled', 10003]);
});

test('marketRemainder: what the band leaves of a market order rests, or ends', () => {
  const remainder = ({ bench, conn }: Life): unknown => {
    bench.control('POST', 'liquidity', { instrument: PERP, amount: 0.001 });
    const { order } = bench.buy(conn, { amount: 0.003, type: 'market' });
    return [order.order_state, order.filled_amount, order.order_type];
  };
  assert.deepEqual(under({}, remainder), ['open', 0.001, 'limit']);
  assert.deepEqual(under({ marketRemainder: 'cancelled' }, remainder), [
    'cancelled',
    0.001,
    'market',
  ]);
});

test('remainderRestsMs: what a market order leaves rests until somebody cancels it, or for so long', () => {
  const rested = ({ bench, conn }: Life): unknown => {
    bench.control('POST', 'liquidity', { instrument: PERP, amount: 0.001 });
    const { order } = bench.buy(conn, { amount: 0.05, type: 'market' });
    const limit = bench.buy(conn, REST).order;
    bench.pass(9 * SECOND, SECOND);
    const before = bench.order(conn, order.order_id).order_state;
    bench.pass(2 * SECOND, SECOND);
    return [before, ...[order, limit].map(({ order_id: id }) => bench.order(conn, id).order_state)];
  };
  assert.deepEqual(under({}, rested), ['open', 'open', 'open']);
  assert.deepEqual(under({ remainderRestsMs: 10_000 }, rested), ['open', 'cancelled', 'open']);
});

test('unfillable: an IOC or FOK that meets nobody ends as cancelled, or is refused', () => {
  const both = (life: Life): unknown =>
    [IOC, { ...IOC, time_in_force: 'fill_or_kill' }].map((params) => codeOrState(life, params));
  assert.deepEqual(under({}, both), ['cancelled', 'cancelled']);
  assert.deepEqual(under({ unfillable: 'error' }, both), [11030, 11030]);
  assert.equal(
    under({ unfillable: 'error' }, (life) => codeOrState(life, { ...IOC, price: 64_100 })),
    'filled',
  );
});

test('cancelledTrigger: which state the cancel of an untriggered order tells', () => {
  const told = ({ bench, conn }: Life): unknown => {
    const { order_id: id } = bench.sell(conn, STOP).order;
    return [
      bench.ok(conn, 'private/cancel', { order_id: id }).order_state,
      bench.order(conn, id).order_state,
    ];
  };
  assert.deepEqual(under({}, told), ['cancelled', 'cancelled']);
  assert.deepEqual(under({ cancelledTrigger: 'untriggered' }, told), ['untriggered', 'cancelled']);
});

test('dayEndReason: the cancel_reason of an order that was good for the day, or none', () => {
  const reason = ({ bench, conn }: Life): unknown => {
    const { order_id: id } = bench.buy(conn, { ...REST, time_in_force: 'good_til_day' }).order;
    bench.pass(30 * SECOND);
    const { order_state: state, cancel_reason: why } = bench.order(conn, id);
    return [state, why ?? null];
  };
  const before = at('2026-01-05T07:59:40.000Z');
  assert.deepEqual(under({}, reason, before), ['cancelled', 'settlement']);
  assert.deepEqual(under({ dayEndReason: 'absent' }, reason, before), ['cancelled', null]);
});

test('labelRetentionMs: how long a closed order is found by its label', () => {
  const found = ({ bench, conn }: Life): unknown => {
    bench.buy(conn, { ...MARKET, label: 'mine' });
    bench.pass(10 * SECOND);
    const asked = { currency: 'USDC', label: 'mine' };
    return bench.ok(conn, 'private/get_order_state_by_label', asked).length;
  };
  assert.deepEqual([under({}, found), under({ labelRetentionMs: 5_000 }, found)], [1, 0]);
});

test('indexingDelayMs: when the archive knows what has left the recent window', () => {
  const found = ({ bench, conn }: Life): unknown => {
    bench.buy(conn, MARKET);
    bench.pass(32 * MINUTE);
    bench.handle({ kind: 'closed', conn });
    const asked = { currency: 'USDC', historical: true };
    return bench.ok(bench.login('practice-web'), 'private/get_order_history_by_currency', asked)
      .length;
  };
  assert.deepEqual(
    [under({ tokenSeconds: 9_000 }, found), under({ indexingDelayMs: 600_000 }, found)],
    [1, 0],
  );
});

test('codTakesTriggers: whether cancel-on-disconnect takes untriggered orders', () => {
  const states = ({ bench, conn }: Life): unknown => {
    bench.ok(conn, 'private/enable_cancel_on_disconnect');
    bench.sell(conn, STOP);
    bench.buy(conn, REST);
    bench.handle({ kind: 'closed', conn });
    return bench.state().orders.map(({ state }) => state);
  };
  assert.deepEqual(under({}, states), ['cancelled', 'cancelled']);
  assert.deepEqual(under({ codTakesTriggers: false }, states), ['untriggered', 'cancelled']);
});

test('idleCloseMs: a minute of silence, or ten', () => {
  const after = (life: Life): unknown => {
    life.bench.pass(61 * SECOND);
    const minute = isClosed(life);
    life.bench.pass(540 * SECOND);
    return [minute, isClosed(life)];
  };
  assert.deepEqual(under({}, after), [true, true]);
  assert.deepEqual(under({ idleCloseMs: 600_000 }, after), [false, true]);
});

test('tokenSeconds: what expires_in says, and how long a token is good', () => {
  const seconds = ({ bench }: Life): unknown =>
    bench.ok(bench.connect(), 'public/auth', {
      grant_type: 'client_credentials',
      client_id: 'practice-web',
      client_secret: 'practice-web-secret',
    }).expires_in;
  assert.deepEqual(
    [under({}, seconds), under({ tokenSeconds: 31_536_000 }, seconds)],
    [900, 31_536_000],
  );
});

test('linearSizeCurrency and sizeNoise: size_currency as size or value, and noise behind the digits', () => {
  const shown = ({ bench, conn }: Life): unknown => {
    bench.buy(conn, MARKET);
    const { size, size_currency: currency } = bench.ok(conn, 'private/get_position', {
      instrument_name: PERP,
    });
    return [size, currency];
  };
  assert.deepEqual(under({}, shown), [0.001, 0.001]);
  assert.deepEqual(under({ linearSizeCurrency: 'value' }, shown), [0.001, 64]);
  assert.deepEqual(under({ sizeNoise: true }, shown), [0.001000000001, 0.001]);
});

test('feeRounding: in two steps, once, or up', () => {
  const fee = ({ bench, conn }: Life): unknown => {
    bench.control('POST', 'price', { instrument: PERP, price: '64000.98' });
    return bench.buy(conn, { amount: 0.0001, type: 'market' }).trades[0]?.fee;
  };
  const fees = (['two_steps', 'half_up', 'up'] as const).map((feeRounding) =>
    under({ feeRounding }, fee),
  );
  assert.equal(new Set(fees).size >= 2, true, fees.join());
  assert.ok(Number(fees[2]) >= Number(fees[1]));
});

test('stamps: answers with and without usIn, usOut and usDiff', () => {
  const stamped = ({ bench, conn }: Life): unknown =>
    'usIn' in (bench.ask(conn, 'public/get_time') ?? {});
  assert.deepEqual([under({}, stamped), under({ stamps: false }, stamped)], [true, false]);
});

test('GET options tells each with its value and question; POST options changes some, and refuses what does not fit', () => {
  const bench = createBench();
  const read = () =>
    (
      bench.control('GET', 'options').body as unknown as {
        readonly options: readonly {
          readonly name: string;
          readonly value: unknown;
          readonly asks: string;
        }[];
      }
    ).options;
  assert.deepEqual(
    read().map(({ name }) => name),
    OPTION_NAMES,
  );
  assert.ok(read().every(({ asks }) => asks.endsWith('?')));
  assert.equal(
    bench.control('POST', 'options', { stamps: false, idleCloseMs: 600_000 }).status,
    200,
  );
  const now = Object.fromEntries(read().map(({ name, value }) => [name, value]));
  assert.deepEqual(
    [now['stamps'], now['idleCloseMs'], now['unfillable']],
    [false, 600_000, 'cancelled'],
  );
  assert.equal('usIn' in (bench.ask(bench.connect(), 'public/get_time') ?? {}), false);
  for (const [body, field] of [
    [{ stamps: 'perhaps' }, 'stamps'],
    [{ unfillable: 'ignored' }, 'unfillable'],
    [{ idleCloseMs: 5 }, 'idleCloseMs'],
    [{ colour: 'green' }, 'colour'],
  ] as const) {
    const { status, body: answer } = bench.control('POST', 'options', body);
    assert.deepEqual([status, answer.error.field], [400, field]);
  }
});
