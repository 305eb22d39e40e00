/**
 * The one door: an input changes the cell and answers the facts to make durable and the wishes to carry out after that.
 * It does nothing itself. First the input is taken in, then the duties, which are derived from the state and therefore the
 * same after a restart, then what screens show. The cell is changed in place: it has one owner.
 */
import { unreachable } from '../base/assert.ts';
import type { Millis } from '../base/time.ts';
import type { Fact } from '../domain/fact.ts';
import { settleOrphans } from './adopt.ts';
import { keepAlerts } from './alerts.ts';
import { assure } from './assure.ts';
import { settleDown } from './calm.ts';
import { onCash } from './cash.ts';
import { carryOutChanges, onChangeAnswer, onChangeLook } from './changes.ts';
import { onCheckPart, runChecks } from './check.ts';
import { carryOutFlattening } from './close.ts';
import { finishDraining, onCommand } from './commands.ts';
import { settleExplained } from './correct.ts';
import { compareStreams, onCopy, onCopyRefused } from './copy.ts';
import { onDailyMade, reportDays } from './daily.ts';
import { onImportPart } from './import.ts';
import type { Input, Now, Wish } from './input.ts';
import { onCandle, onHistory, readHistory } from './judge.ts';
import {
  countRefused,
  onChanges,
  onInstrument,
  onInstrumentState,
  onNoInstrument,
  onLinkDown,
  onLinkUp,
  onStalled,
  onTicker,
  keepPrices,
  onUndecodable,
} from './links.ts';
import type { Errand } from './live.ts';
import { lookUpOrders, onOrderLook, onSuccessorLook } from './looks.ts';
import { seeOrder } from './observe.ts';
import { watchMarks } from './marks.ts';
import { followHands } from './moved.ts';
import { onNotified } from './notices.ts';
import { onDurable, onPlaceAnswer } from './place.ts';
import { onPlatform } from './platform.ts';
import { protectTrades } from './protect.ts';
import { onFence, onRoundPart, resolveUnknowns, tellLost, tellLostFills } from './resolve.ts';
import { assertShown, show } from './show.ts';
import { onStart } from './start.ts';
import { watchStrangers } from './strangers.ts';
import { readTerms } from './terms.ts';
import { trailStops } from './trail.ts';
import { type Cell, type Turn, openTurn, record } from './turn.ts';
import type { VenueEvent, VenueOutcome } from '../venue/port.ts';

/** What one step answers. `wakeAt` (mono) is when the next `wake` is wanted; Infinity when never. */
export type Step = {
  readonly facts: readonly Fact[];
  readonly wishes: readonly Wish[];
  readonly wakeAt: Millis;
};

/** Takes one input. `now` must not go back. */
export function step(cell: Cell, input: Input, now: Now): Step {
  if (input.kind === 'venue' && keepPrices(cell, input.event, now.mono))
    return { facts: [], wishes: [], wakeAt: cell.live.wakeMono };
  cell.live.priced.clear();
  const turn = openTurn(cell, now, causeOf(input));
  take(turn, input);
  duties(turn);
  show(turn);
  keepAlerts(turn);
  assertShown(cell, turn.facts);
  cell.live.wakeMono = turn.wakeAt;
  return { facts: turn.facts, wishes: turn.wishes, wakeAt: turn.wakeAt };
}

function causeOf(input: Input): string {
  switch (input.kind) {
    case 'venue':
      return 'ref' in input.event
        ? `${input.event.kind} ${input.event.ref}`
        : `${input.event.kind} on connection ${input.event.conn}`;
    case 'command':
      return `command ${input.command.id}`;
    case 'notified':
      return `notice ${input.notice} of ${input.alert}`;
    case 'start':
    case 'speed':
    case 'disk':
    case 'durable':
    case 'stalled':
    case 'wake':
    case 'report':
    case 'stop':
      return input.kind;
  }
}

function take(turn: Turn, input: Input): void {
  switch (input.kind) {
    case 'start':
      return onStart(turn, input);
    case 'venue':
      return onVenue(turn, input.event);
    case 'command':
      return onCommand(turn, input.command);
    case 'speed':
      if (input.speed !== turn.books.speed)
        record(turn, { type: 'SPEED_CHANGED', v: 1, data: { speed: input.speed } });
      return;
    case 'notified':
      return onNotified(turn, input);
    case 'disk':
      if (input.disk !== turn.books.disk)
        record(turn, {
          type: 'DISK_CHANGED',
          v: 1,
          data: { disk: input.disk, freeBytes: input.freeBytes },
        });
      return;
    case 'durable':
      return onDurable(turn, input.tookMs);
    case 'stalled':
      return onStalled(turn, input.ms);
    case 'wake':
      return;
    case 'report':
      return onDailyMade(turn, input.made);
    case 'stop':
      record(turn, { type: 'ENGINE_STOPPED', v: 1, data: { reason: input.reason } });
      return;
  }
  return unreachable(input);
}

function onVenue(turn: Turn, event: VenueEvent): void {
  switch (event.kind) {
    case 'link_up':
      return onLinkUp(turn, event);
    case 'link_down':
      return onLinkDown(turn, event);
    case 'link_refused':
      if (event.link === 'drop_copy') return onCopyRefused(turn, event);
      turn.wishes.push({ kind: 'fatal', code: event.code, message: event.message });
      return;
    case 'answer':
    case 'late_answer':
      return onAnswer(turn, event.ref, event.outcome);
    case 'changes':
      return onChanges(turn, event);
    case 'copy':
      return onCopy(turn, event);
    case 'ticker':
      return onTicker(turn, event);
    case 'candle':
      return onCandle(turn, event.instrument, event.candle);
    case 'instrument_state':
      return onInstrumentState(turn, event.instrument, event.state);
    case 'platform':
      return onPlatform(turn, event.part, event.closed);
    case 'clock':
    case 'book':
    case 'book_lost':
    case 'trades':
    case 'quote':
    case 'index':
      return;
    case 'undecodable':
      return onUndecodable(turn, event);
  }
}

/** Orders may be answered late; everything else only once. */
function onAnswer(turn: Turn, ref: string, outcome: VenueOutcome): void {
  const errand = turn.live.errands.get(ref);
  if (errand === undefined) return;
  if (errand.for !== 'place' || outcome.status !== 'unknown') turn.live.errands.delete(ref);
  deliver(turn, errand, outcome);
}

function deliver(turn: Turn, errand: Errand, outcome: VenueOutcome): void {
  const { result } = outcome.status === 'ok' ? outcome : { result: undefined };
  switch (errand.for) {
    case 'place':
      return onPlaceAnswer(turn, errand.label, outcome);
    case 'change':
      return onChangeAnswer(turn, errand.change, outcome);
    case 'change_look':
      return onChangeLook(turn, errand.change, outcome);
    case 'resolve_open':
      return onRoundPart(turn, 'open', outcome);
    case 'resolve_fills':
      return onRoundPart(turn, 'fills', outcome);
    case 'resolve_position':
      return onRoundPart(turn, 'position', outcome);
    case 'resolve_label':
      return onRoundPart(turn, { label: errand.label }, outcome);
    case 'fence':
      return onFence(turn, errand.label, outcome);
    case 'check':
      return onCheckPart(turn, errand, outcome);
    case 'protect_look':
      if (result?.kind === 'open_orders')
        for (const order of result.orders)
          if (turn.books.orders.has(order.orderId) || turn.books.legs.has(order.label))
            seeOrder(turn, order);
      return;
    case 'order_look':
      return onOrderLook(turn, errand.label, outcome);
    case 'successor_look':
      return onSuccessorLook(turn, errand.orderId, outcome);
    case 'candles':
      if (result?.kind === 'candles') onHistory(turn, errand.instrument, result.candles);
      return;
    case 'instrument':
      if (result?.kind === 'instrument') onInstrument(turn, result.instrument);
      if (outcome.status === 'refused') onNoInstrument(turn, errand.instrument, outcome);
      return;
    case 'price':
      if (result?.kind === 'ticker')
        onTicker(turn, { kind: 'ticker', conn: 0, ticker: result.ticker });
      return;
    case 'cash':
      return onCash(turn, errand, outcome);
    case 'import':
      return onImportPart(turn, errand, outcome);
  }
}

/** What is owed, in the order of urgency: what reduces risk first. */
function duties(turn: Turn): void {
  if (turn.books.birth === '') return;
  compareStreams(turn);
  countRefused(turn);
  tellLost(turn);
  lookUpOrders(turn);
  trailStops(turn);
  carryOutChanges(turn);
  carryOutFlattening(turn);
  protectTrades(turn);
  followHands(turn);
  watchStrangers(turn);
  resolveUnknowns(turn);
  finishDraining(turn);
  settleExplained(turn);
  settleOrphans(turn);
  readHistory(turn);
  watchMarks(turn);
  readTerms(turn);
  runChecks(turn);
  tellLostFills(turn);
  assure(turn);
  settleDown(turn);
  reportDays(turn);
}
