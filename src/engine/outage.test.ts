/**
 * T7: the exchange is away for two minutes, by refused connections, errors, empty lists or stale reads. A failed, empty or
 * stale answer is never read as flat: books and stops stay, assurance says what is known, nothing is opened on it, and
 * afterwards everything is verified again, what a hand did meanwhile booked once from its fills.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freezeBooks } from '../domain/books.ts';
import { presentTrade } from '../domain/present.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { BOT, botOn, createWorld, ETHER, PERPETUAL, type World } from '../../sim/world/world.ts';

const AWAY = 120_000;

type Outage = {
  readonly how: string;
  readonly faults: readonly Readonly<Record<string, unknown>>[];
  /** The rung at its end, when nothing happened meanwhile and when a hand has closed. */
  readonly says: string;
  readonly saysClosed: string;
  /** Whether the private stream goes on. */
  readonly pushes: boolean;
  /** Whether a hand closes in it as well; one code of each kind is enough for that. */
  readonly closes: boolean;
  readonly tradesTell?: true;
};

const failing = (how: string, fault: Readonly<Record<string, unknown>>): Outage => ({
  how,
  faults: [{ ...fault, ms: AWAY }],
  says: 'unverified',
  saysClosed: 'unverified',
  pushes: true,
  closes: true,
});

const OUTAGES: readonly Outage[] = [
  {
    how: 'connections are refused',
    faults: [{ kind: 'refuse_connections', ms: AWAY }, { kind: 'drop_link' }],
    says: 'blind',
    saysClosed: 'blind',
    pushes: false,
    closes: true,
  },
  {
    ...failing('nobody is logged in any more (10000)', { kind: 'error', code: 10000 }),
    says: 'blind',
    closes: false,
  },
  ...[11051, 10041, 13888, 13028].map((code) => ({
    ...failing(`every private request is answered with ${code}`, { kind: 'error', code }),
    closes: code === 11051,
  })),
  failing('every read is answered as if there were nothing', { kind: 'empty_answer' }),
  failing('the trades are an empty list', {
    kind: 'empty_answer',
    method: 'private/get_user_trades*',
  }),
  {
    ...failing('the positions are an empty list', {
      kind: 'empty_answer',
      method: 'private/get_positions',
    }),
    says: 'verified',
    saysClosed: 'verified',
  },
  {
    ...failing('the open orders are an empty list', {
      kind: 'empty_answer',
      method: 'private/get_open_orders',
    }),
    says: 'verified',
    saysClosed: 'verified',
  },
  {
    how: 'reads come from a copy that lags by seconds',
    faults: [{ kind: 'stale_reads' }],
    says: 'verified',
    saysClosed: 'verified',
    pushes: true,
    closes: true,
  },
  {
    how: 'reads come from a copy that stands still',
    faults: [{ kind: 'stale_reads', ms: 2 * AWAY }],
    says: 'verified',
    saysClosed: 'unverified',
    pushes: true,
    closes: true,
  },
  {
    how: 'positions and margins alone come from a copy that stands still',
    faults: [
      { kind: 'stale_reads', method: 'private/get_position*', ms: 2 * AWAY },
      { kind: 'stale_reads', method: 'private/get_account*', ms: 2 * AWAY },
    ],
    says: 'verified',
    saysClosed: 'unverified',
    pushes: true,
    closes: true,
    tradesTell: true,
  },
];

/** A world with an open trade of one strategy and a second one that could open, compared a moment ago, at second :20. */
async function atRest(): Promise<{ readonly world: World; readonly id: string }> {
  const world = await createWorld({ strategies: [BOT, botOn(ETHER, 'other')] });
  const { id } = await world.enter();
  await world.run(60_000 - ((world.serverNow() + 41_000) % 60_000));
  const checked = await world.command({ verb: 'reconcile' });
  assert.ok(checked.ok && checked.report?.ok === true);
  await world.run(500);
  return { world, id };
}

function begin(world: World, { faults }: Outage): () => void {
  const ids = faults.map((fault) => world.fault(fault));
  return () => {
    for (const id of ids) world.control('DELETE', `fault/${id}`);
  };
}

const rung = (world: World, name = PERPETUAL) => world.books().assurance.get(name)?.value;

/** What is held to be true of trades, orders, fills and differences. */
const still = (world: World): string => {
  const { trades, orders, intents, changes, fills, booked, foreign, breaks, cash } = world.books();
  const held = { trades, orders, intents, changes, fills, booked, foreign, breaks, cash };
  return freezeBooks(held as never);
};

const liveAtExchange = (world: World) =>
  world
    .exchange()
    .orders.filter(({ state }) => state === 'open' || state === 'untriggered')
    .map(({ orderId, amount, triggerPrice }) => [orderId, amount, triggerPrice]);

const ordersSent = (world: World, since: number): string[] =>
  world
    .frames()
    .slice(since)
    .filter(({ text }) => /private\/(buy|sell|edit|cancel)/.test(text))
    .map(({ text }) => text);

/** Why the second strategy's openings were refused. */
const refusedOpenings = (world: World): string[] =>
  world
    .of('STRATEGY_EVALUATED')
    .filter(({ data }) => data.strategy === 'other' && data.why.reason.startsWith('gate.'))
    .map(({ data }) => data.why.reason);

/** From now on the second strategy wants to open at every candle. */
const wantToOpen = (world: World): void => world.signal({}, { id: 'other', sticky: true });

/** Both instruments are verified again within the bounds of [L2] and of a pause between connections. */
async function recovers(world: World, stays = 1_000): Promise<void> {
  world.forget();
  await world.until(
    'verified again',
    () => rung(world) === 'verified' && rung(world, ETHER) === 'verified',
    20_000,
  );
  await world.run(stays);
  assert.equal(rung(world), 'verified', world.trace());
  assert.deepEqual([...world.books().breaks.values()], []);
  audit(world);
}

for (const outage of OUTAGES) {
  test(`[N9][I24][I29][T7] away for two minutes, ${outage.how}: books and stops stay, ${outage.says}, nothing is opened unverified`, async () => {
    const { world } = await atRest();
    const [before, stops] = [still(world), liveAtExchange(world)];
    const [began, sent] = [world.now(), world.frames().length];
    const end = begin(world, outage);
    if (outage.says !== 'verified') {
      await world.until('the doubt', () => rung(world) === outage.says, 91_000);
      wantToOpen(world);
    }
    await world.run(began + AWAY - world.now());
    assert.equal(rung(world), outage.says);
    assert.ok(still(world) === before, world.trace());
    assert.deepEqual(liveAtExchange(world), stops);
    assert.deepEqual(ordersSent(world, sent), []);
    if (outage.says === 'unverified')
      assert.deepEqual(refusedOpenings(world), ['gate.not_verified'], 'it wanted to, once');
    end();
    await recovers(world);
    assert.equal(world.of('TRADE_CLOSED').length, 0);
  });
}

/** Whether the trades that are read tell of a close whose push was lost; the stream is then made anew. */
const readsTell = ({ says, saysClosed, tradesTell }: Outage): boolean =>
  tradesTell === true || (says === 'verified' && saysClosed === 'verified');

for (const outage of OUTAGES.filter(({ closes }) => closes)) {
  for (const lost of outage.pushes ? [false, true] : [true]) {
    const push = !outage.pushes ? '' : lost ? ', the push is lost' : ', the push arrives';
    test(`[N5][N9][I11][T7] a hand closes while ${outage.how}${push}: booked once, from its fills`, async () => {
      const { world, id } = await atRest();
      const stops = liveAtExchange(world);
      const [began, sent] = [world.now(), world.frames().length];
      const end = begin(world, outage);
      await world.run(31_000);
      if (lost && outage.pushes)
        world.fault({ kind: 'drop_notification', channel: 'user.changes', ms: 500 });
      world.control('POST', 'close', { instrument: PERPETUAL, as: 'mobile' });
      if (!lost) await world.until('the push', () => world.trade(id).closedAt !== null, 1_000);
      await world.run(began + AWAY - world.now());
      const known = !lost || readsTell(outage);
      assert.equal(world.trade(id).closedAt !== null, known, world.trace());
      const renewed = lost && outage.tradesTell === true ? 'mismatch' : outage.saysClosed;
      assert.equal(rung(world), known ? renewed : outage.says, world.trace());
      if (!known) {
        assert.deepEqual(ordersSent(world, sent), []);
        assert.deepEqual(liveAtExchange(world), stops);
      }
      end();
      await recovers(world, 35_000);
      const { exitReason, closedBy, pnlSource, exitPrice } = presentTrade(
        world.books(),
        world.trade(id),
      );
      assert.deepEqual(
        [exitReason, closedBy, pnlSource, exitPrice],
        ['external_close', 'mobile', 'fills', world.exchange().trades.at(-1)?.price],
      );
      assert.equal(world.of('TRADE_CLOSED').length, 1);
      assert.equal(world.of('POSITION_ADJUSTED').length, 0);
      assert.equal(world.of('FILL_BOOKED').length, 2);
      assert.deepEqual(
        world.of('BREAK_OPENED').map(({ data }) => data.break.kind),
        lost && outage.pushes ? ['missed_fill'] : [],
        world.trace(),
      );
      assert.deepEqual(liveAtExchange(world), [], 'the stop that it left behind is gone');
    });
  }
}

test('[T7][N9] the same at twenty times the speed: the bounds are those of real time', async () => {
  const world = await createWorld({ strategies: [BOT, botOn(ETHER, 'other')], speed: 20 });
  const { id } = await world.enter();
  await world.command({ verb: 'reconcile' });
  const fault = world.fault({ kind: 'error', code: 11051, ms: AWAY });
  await world.run(60_000);
  assert.equal(rung(world), 'verified', 'for 90 real seconds');
  world.control('POST', 'close', { instrument: PERPETUAL });
  await world.until('the push', () => world.trade(id).closedAt !== null, 1_000);
  await world.run(40_000);
  assert.equal(rung(world), 'unverified');
  world.control('DELETE', `fault/${fault}`);
  await recovers(world, 35_000);
  assert.equal(world.of('FILL_BOOKED').length, 2);
});
