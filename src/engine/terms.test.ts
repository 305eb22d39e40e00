/** Terms of a contract that change while we are connected, with a trade open: FACTS 23.14 happened twice in one year. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { botOn, createWorld, INVERSE, PERPETUAL, type World } from '../../sim/world/world.ts';
import { MARKET_FRESH, TERMS_EVERY } from './limits.ts';
import { onInstrument, onTicker } from './links.ts';
import { openTurn } from './turn.ts';

type Terms = {
  readonly contractSize?: string;
  readonly minAmount?: string;
  readonly tick?: string;
};
const change = (world: World, instrument: string, terms: Terms) =>
  world.control('POST', 'specification', { instrument, ...terms });
const known = (world: World, name: string) => world.books().instruments.get(name);
const told = (world: World, name: string) =>
  world
    .of('INSTRUMENT_SPECIFIED')
    .map(({ data }) => data.instrument)
    .filter((instrument) => instrument.name === name)
    .map(({ contractSize, tickSize }) => `${contractSize} ${tickSize}`);
const stops = (world: World) =>
  world
    .exchange()
    .orders.filter(
      ({ type, state, dormant }) => type === 'stop_market' && state === 'untriggered' && !dormant,
    )
    .map(({ amount }) => amount);

for (const { kind, name, from, to, size } of [
  {
    kind: 'linear',
    name: PERPETUAL,
    from: { contractSize: '0.0001', tick: '0.1' },
    to: { contractSize: '0.001', tick: '0.5' },
    size: '200',
  },
  {
    kind: 'inverse',
    name: INVERSE,
    from: { contractSize: '10', tick: '0.5' },
    to: { contractSize: '1', tick: '0.1' },
    size: '100',
  },
])
  test(`[I17] ${kind}: new terms are a fact, what is open keeps its amount, and they may go back`, async () => {
    const world = await createWorld({ strategies: [botOn(name)] });
    const { id, open } = await world.enter({ sizeUsd: dec(size) });
    for (const terms of [to, from]) {
      change(world, name, terms);
      await world.run(TERMS_EVERY + 60_000);
      assert.equal(known(world, name)?.contractSize, terms.contractSize);
      assert.equal(known(world, name)?.tickSize, terms.tick);
      assert.deepEqual([world.trade(id).open, world.position(name)], [open, open]);
      assert.deepEqual(stops(world), [open]);
      assert.deepEqual([...world.books().breaks.values()], []);
    }
    assert.deepEqual(told(world, name).length, 3);
    world.tell({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
    await world.until('the close', () => world.trade(id).closedAt !== null);
    assert.equal(world.position(name), '0');
    await world.run(5_000);
    audit(world);
  });

test('[I58] a refusal that says that our terms are wrong reads them at once; the order is not sent again, the next one fits', async () => {
  const world = await createWorld();
  await world.ready();
  change(world, PERPETUAL, { contractSize: '0.001' });
  world.signal({ sizeUsd: dec('150') });
  await world.until('a refusal', () => world.of('ORDER_REJECTED').length > 0, 130_000);
  await world.run(1_000);
  assert.equal(known(world, PERPETUAL)?.contractSize, '0.001');
  const intents = world.of('ORDER_INTENDED');
  assert.equal(intents.length, 1);
  assert.equal(intents[0]?.data.intent.amount, '0.0014');
  world.signal({ sizeUsd: dec('250') });
  await world.until('an entry', () => world.openTrade() !== undefined, 130_000);
  assert.equal(world.openTrade()?.open, '0.002');
  const labels = world.of('ORDER_INTENDED').map(({ data }) => data.intent.label);
  assert.equal(new Set(labels).size, labels.length);
  audit(world);
});

test('[I58] an instrument that changes its state has its terms read', async () => {
  const world = await createWorld();
  await world.ready();
  change(world, PERPETUAL, { tick: '0.5' });
  world.control('POST', 'settle');
  await world.until('new terms', () => known(world, PERPETUAL)?.tickSize === '0.5', 60_000);
});

test('[FACTS 8.2] terms that do not name the state leave that to the ticker: nothing is told to and fro while it is locked', async () => {
  const world = await createWorld();
  await world.ready();
  const { cell } = world.life().driver;
  const { ticker } = cell.live.tickers.get(PERPETUAL) ?? {};
  const instrument = known(world, PERPETUAL);
  assert.ok(ticker && instrument?.state === 'open');
  const now = { server: world.serverNow(), mono: world.now() };
  const turn = openTurn(cell, now, 'test');
  for (let round = 0; round < 3; round++) {
    onTicker(turn, { kind: 'ticker', conn: 1, ticker: { ...ticker, state: 'locked' } });
    onInstrument(turn, instrument);
    onInstrument(turn, { ...instrument, tickSize: dec(round + 1) });
  }
  const states = turn.facts.map(({ type, data }) => {
    const { tickSize, state } = (data as { readonly instrument: typeof instrument }).instrument;
    return `${type} ${tickSize} ${state}`;
  });
  assert.deepEqual(states.slice(0, 2), [
    'INSTRUMENT_SPECIFIED 0.1 locked',
    'INSTRUMENT_SPECIFIED 1 locked',
  ]);
  assert.ok(states.every((told) => told.endsWith('locked')));
  const later = openTurn(cell, { ...now, mono: now.mono + MARKET_FRESH }, 'test');
  onInstrument(later, instrument);
  assert.equal(known(world, PERPETUAL)?.state, 'open', 'an old ticker knows no better');
});
