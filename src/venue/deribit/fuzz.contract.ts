/**
 * Mutants of good messages through the readers and through a live session, in lives of a few hundred each. A number and a
 * seed make the same mutant anywhere. What is believed is held against the text by the oracle; the session may believe
 * nothing that the readers refuse, ends every request once, and lives on.
 */
import assert from 'node:assert/strict';
import { dec } from '../../base/decimal.ts';
import { nextBelow, prng } from '../../base/prng.ts';
import type { VenueEvent, VenueRequest, VenueResult } from '../port.ts';
import { LOSE, PASS, type Rig, createRig } from '../rig.contract.ts';
import { mutant } from './mutate.contract.ts';
import { checkTold, spelt } from './oracle.contract.ts';
import { SAMPLES, frameOf } from './samples.contract.ts';
import { INSTRUMENT, START, createScripted } from './scripted-exchange.contract.ts';
import { createDeribitSession } from './session.ts';
import { options, order } from './session-kit.contract.ts';
import { type Source, type Understanding, understand } from './understand.ts';

/** A good message, and what is known of it beside its text. */
export type Base = { readonly text: string; readonly source: Source };

export const OWN: readonly Base[] = SAMPLES.map((sample) => ({
  text: frameOf(sample),
  source: sample.method === null ? {} : { method: sample.method },
}));

/** Mutants of one life. */
export const LIFE = 200;

const window = { from: START, to: START + 1_000 };
const REQUESTS: Readonly<Record<string, VenueRequest>> = {
  'private/buy': {
    kind: 'place',
    order: order({ label: 'mine', reduceOnly: true, amount: dec('0.0017') }),
  },
  'private/edit': {
    kind: 'edit',
    edit: {
      orderId: 'USDC-9001',
      amount: dec('0.0017'),
      price: dec(59_500),
      triggerPrice: null,
      reduceOnly: true,
      validUntil: START + 9e9,
    },
  },
  'private/cancel': { kind: 'cancel', orderId: 'USDC-9001' },
  'private/cancel_by_label': { kind: 'cancel_by_label', label: 'mine', currency: 'USDC' },
  'private/get_open_orders': { kind: 'open_orders' },
  'private/get_order_state': { kind: 'order_state', orderId: 'USDC-9001' },
  'private/get_order_state_by_label': { kind: 'orders_by_label', label: 'mine', currency: 'USDC' },
  'private/get_positions': { kind: 'positions' },
  'private/get_position': { kind: 'position', instrument: INSTRUMENT },
  'private/get_account_summaries': { kind: 'summaries' },
  'private/get_user_trades_by_currency_and_time': {
    kind: 'fills',
    currency: 'USDC',
    ...window,
  },
  'private/get_order_history_by_currency': { kind: 'ended_orders', currency: 'USDC', from: START },
  'private/get_trigger_order_history': { kind: 'trigger_history', currency: 'USDC', from: START },
  'private/get_settlement_history_by_currency': {
    kind: 'settlements',
    currency: 'USDC',
    from: START,
  },
  'private/cancel_all': { kind: 'cancel_many', scope: { of: 'account' } },
  'private/get_transaction_log': { kind: 'cash_log', currency: 'USDC', ...window },
  'public/get_instrument': { kind: 'instrument', instrument: INSTRUMENT },
  'public/ticker': { kind: 'ticker', instrument: INSTRUMENT },
  'public/get_tradingview_chart_data': { kind: 'candles', instrument: INSTRUMENT, ...window },
};

/** What an answer says, in the shape that its reader gives; undefined where it may come of several pages. */
function bare(result: VenueResult): unknown {
  switch (result.kind) {
    case 'place':
    case 'edit':
      return { order: result.order, trades: result.fills };
    case 'cancel':
    case 'order_state':
      return result.order;
    case 'cancel_by_label':
      return result.count;
    case 'open_orders':
    case 'orders_by_label':
      return result.orders;
    case 'positions':
      return result.positions;
    case 'position':
      return result.position;
    case 'summaries':
      return { summaries: result.summaries };
    case 'instrument':
      return result.instrument;
    case 'ticker':
      return result.ticker;
    case 'candles':
      return result.candles;
    case 'cancel_many':
    case 'orders_since':
    case 'fills':
    case 'cash_log':
    case 'ended_orders':
    case 'trigger_history':
    case 'settlements':
      return undefined;
  }
}

/** What a message carries, by its text. */
function carried(said: Understanding, text: string): unknown {
  const parsed = spelt(text) as {
    readonly result?: unknown;
    readonly params?: { readonly data?: unknown };
    readonly method?: unknown;
  };
  if (said.kind === 'answer')
    return typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, 'result')
      ? parsed.result
      : parsed;
  return parsed.method === 'subscription' ? parsed.params?.data : parsed;
}

/** Reads a text and throws where what is believed of it is not what it says. */
export function checkText(text: string, source: Source): Understanding {
  const said = understand(text, source);
  if (said.kind === 'answer' || said.kind === 'notification')
    checkTold(said.as, said.value, carried(said, text));
  assert.ok(JSON.stringify(said).length > 0);
  return said;
}

export type Life = {
  /** Feeds a mutant of this number; throws where something is believed that should not be. */
  readonly feed: (index: number) => void;
  /** Ends what is open, and throws where the session has not come through. */
  readonly end: () => void;
};

/** A session that lives through mutants of these messages. */
export function createLife(seed: number, bases: readonly Base[]): Life {
  const far = createScripted();
  const link = { ...options, instruments: [INSTRUMENT] };
  const trading = createRig(createDeribitSession({ ...link, link: 'trading' }), far);
  const market = createRig(
    createDeribitSession({ ...link, link: 'market', credentials: null }),
    createScripted(),
  );
  const texts = bases.map(({ text }) => text);
  const refs: { readonly rig: Rig; readonly ref: string }[] = [];
  const isUp = (rig: Rig): boolean => rig.of('link_up').length > rig.of('link_down').length;
  const connOf = (rig: Rig): number => rig.of('link_up').at(-1)?.conn ?? 1;

  /** What the session tells of a text, which has to be what the readers told. */
  const checkEvents = (events: readonly { readonly event: VenueEvent }[], said: Understanding) => {
    const told: unknown[] = [];
    for (const { event } of events) {
      if (event.kind === 'changes') told.push(event.changes);
      if (event.kind === 'ticker') told.push(event.ticker);
      if (event.kind === 'candle') told.push(event.candle);
      if (event.kind === 'undecodable')
        assert.ok(event.raw.length <= 4_000 && event.what.length <= 500);
    }
    if (told.length === 0) return;
    assert.ok(said.kind === 'notification', 'a session believes what the readers refuse');
    assert.deepEqual(told, Array.isArray(said.value) ? said.value : [said.value]);
  };
  const hear = (rig: Rig, text: string, said: Understanding): void => {
    const before = rig.events.length;
    rig.input({ kind: 'frame', conn: connOf(rig), text });
    checkEvents(rig.events.slice(before), said);
  };

  /** Asks, and lets the mutant of a good answer be the answer. */
  const ask = (base: Base, request: VenueRequest, index: number): void => {
    const rig = trading;
    rig.run(500);
    rig.until(() => isUp(rig));
    rig.rules.toExchange = () => LOSE;
    const ref = rig.request(request);
    rig.rules.toExchange = () => PASS;
    refs.push({ rig, ref });
    const sent = /"id":(\d+)/.exec(rig.frames.at(-1)?.text ?? '')?.[1];
    if (rig.answers(ref).length > 0 || sent === undefined) return;
    const good = base.text.replace(/"id":\d+/, `"id":${sent}`);
    const text = mutant(good, texts, prng(seed, `mutant ${index}`));
    const said = checkText(text, base.source);
    rig.input({ kind: 'frame', conn: connOf(rig), text });
    const [outcome] = rig.answers(ref);
    if (outcome?.status !== 'ok') return;
    const value = bare(outcome.result);
    if (value === undefined || value === null) return;
    if (Array.isArray(value) && value.length === 0) return;
    assert.ok(said.kind === 'answer', 'a session believes what the readers refuse');
    assert.deepEqual(value, said.value);
  };

  const feed = (index: number): void => {
    const random = prng(seed, `choice ${index}`);
    const base = bases[nextBelow(random, bases.length)];
    assert.ok(base !== undefined);
    const request = REQUESTS[base.source.method ?? ''];
    if (request !== undefined && nextBelow(random, 2) === 0) return ask(base, request, index);
    const text = mutant(base.text, texts, prng(seed, `mutant ${index}`));
    const said = checkText(text, base.source);
    const rig = nextBelow(random, 2) === 0 ? trading : market;
    if (isUp(rig)) hear(rig, text, said);
  };
  const end = (): void => {
    for (const rig of [trading, market]) {
      rig.run(20_000);
      rig.until(() => isUp(rig));
    }
    for (const { rig, ref } of refs) assert.equal(rig.answers(ref).length, 1, ref);
    assert.equal(trading.ask({ kind: 'positions' }).status, 'ok');
    assert.equal(market.ask({ kind: 'ticker', instrument: INSTRUMENT }).status, 'ok');
  };
  for (const rig of [trading, market]) rig.until(() => isUp(rig));
  return { feed, end };
}
