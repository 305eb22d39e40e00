/**
 * The line in front of the matching engine while a fault keeps that busy. Requests that place, change or end orders wait
 * in the order in which they came, at most eight of one account and currency (10047 for more, FACTS, section 3.3), and are
 * carried out and answered when the engine is free again. A newer edit of the same order puts the waiting one aside
 * (13777), a cancel those that it means (13666, FACTS, sections 9.2 and 9.3), and so does cancel-on-disconnect. What can be
 * refused without the engine is refused at once. The line ends with the process, and nobody in it is answered then.
 */
import type { ErrorCode } from '../../protocol/errors.ts';
import type { Conn, Desk } from '../desk.ts';
import { holding } from '../faults/faults.ts';
import { answered, type Outcome } from './outcome.ts';
import { refuse } from '../wire/refusal.ts';
import { isLive, type OrderRecord } from '../state.ts';
import { specOf } from '../world.ts';

/** How many requests of one account and currency may wait. */
const PLACES = 8;

type Params = Readonly<Record<string, unknown>>;

/** A request for the matching engine that everything else has let through. */
export type ForEngine = {
  readonly conn: Conn | null;
  readonly account: string;
  readonly method: string;
  readonly params: Params;
  readonly carryOut: () => Outcome;
  readonly deliver: (outcome: Outcome) => void;
};

/** What a request is about, as far as it says so or its order does. */
type Subject = {
  readonly instrument?: string;
  readonly currency: string;
  readonly label?: string;
  readonly type?: string;
  /** The order that an edit or a cancel names. */
  readonly order?: string;
};

export type Waiting = ForEngine & { readonly subject: Subject };

/** A cancel of several orders may name no currency, or several. */
const ANY = 'any';

const isCancel = (method: string): boolean => method.startsWith('private/cancel');
const isEdit = (method: string): boolean => method.startsWith('private/edit');
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The account's live order that an edit or a cancel of one order means. */
function orderOf(desk: Desk, { account, method, params }: ForEngine): OrderRecord | undefined {
  const { orders } = desk.world.state;
  const named = orders.get(text(params['order_id']) ?? '');
  if (method !== 'private/edit_by_label') return named?.account === account ? named : undefined;
  const meant = [...orders.values()].filter(
    (one) =>
      isLive(one) &&
      one.account === account &&
      one.label === params['label'] &&
      one.instrument === params['instrument_name'],
  );
  return meant.length === 1 ? meant[0] : undefined;
}

/** What a request is about; null when it needs no engine to be refused, or none works on it. */
function subjectOf(desk: Desk, asked: ForEngine): Subject | null {
  const { method, params } = asked;
  const several = isCancel(method) && method !== 'private/cancel';
  if (several) return severalOf(desk, params);
  if (isEdit(method) || method === 'private/cancel') {
    const order = orderOf(desk, asked);
    if (order === undefined) return null;
    const { id, instrument, label, type } = order;
    const currency = specOf(desk.world, instrument).settlement;
    return { order: id, instrument, currency, label, type };
  }
  const spec = desk.world.specs.get(text(params['instrument_name']) ?? '');
  if (spec === undefined || !PLACING.has(method)) return null;
  const label = text(params['label']);
  return {
    instrument: spec.name,
    currency: spec.settlement,
    type: text(params['type']) ?? 'limit',
    ...(label === undefined ? {} : { label }),
  };
}

const PLACING: ReadonlySet<string> = new Set([
  'private/buy',
  'private/sell',
  'private/close_position',
]);

function severalOf(desk: Desk, params: Params): Subject | null {
  const name = text(params['instrument_name']);
  const spec = desk.world.specs.get(name ?? '');
  if (name !== undefined && spec === undefined) return null;
  return { currency: spec?.settlement ?? text(params['currency']) ?? ANY };
}

const KINDS: Readonly<Record<string, RegExp>> = {
  all: /^/,
  limit: /^(limit|market|market_limit)$/,
  trigger_all: /^(stop|take|trailing)/,
  stop: /^(stop|trailing)/,
  take: /^take/,
  trailing_stop: /^trailing_stop$/,
};

/** Whether a cancel withdraws a waiting request: all that it names has to fit. */
function withdraws(desk: Desk, { params, subject }: Waiting, waiting: Waiting): boolean {
  const about = waiting.subject;
  if (isCancel(waiting.method)) return false;
  if (subject.order !== undefined) return about.order === subject.order;
  const currencies = [params['currency'] ?? ANY].flat();
  const pair = text(params['currency_pair']);
  const spec = desk.world.specs.get(about.instrument ?? '');
  return (
    (currencies.includes(ANY) || currencies.includes(about.currency)) &&
    (pair === undefined || spec?.index === pair) &&
    [ANY, undefined, spec?.kind].includes(text(params['kind'])) &&
    [undefined, about.instrument].includes(text(params['instrument_name'])) &&
    [undefined, about.label].includes(text(params['label'])) &&
    (KINDS[text(params['type']) ?? 'all']?.test(about.type ?? 'limit') ?? false)
  );
}

/** Takes those that are meant out of the line, and answers them with a code; without one they are not answered. */
function putAside(desk: Desk, means: (one: Waiting) => boolean, code?: ErrorCode): void {
  const aside = desk.line.filter(means);
  for (const one of aside) desk.line.splice(desk.line.indexOf(one), 1);
  if (code !== undefined) for (const { deliver } of aside) deliver(answered(refuse(code)));
}

const isBusy = (desk: Desk): boolean =>
  holding(desk.faults, 'engine_busy', desk.mono) !== undefined;

/** Lets a request wait while the engine is busy; undefined when it need not. */
export function standInLine(desk: Desk, asked: ForEngine): Outcome | undefined {
  if (!isBusy(desk)) return undefined;
  const subject = subjectOf(desk, asked);
  if (subject === null) return undefined;
  const arriving: Waiting = { ...asked, subject };
  const { account, method } = arriving;
  if (isEdit(method))
    putAside(desk, (one) => isEdit(one.method) && one.subject.order === subject.order, 13777);
  if (isCancel(method))
    putAside(desk, (one) => one.account === account && withdraws(desk, arriving, one), 13666);
  const before = desk.line.filter(
    (one) => one.account === account && one.subject.currency === subject.currency,
  );
  if (before.length >= PLACES) return answered(refuse(10047));
  desk.line.push(arriving);
  return { lost: true };
}

/** A connection has ended with cancel-on-disconnect: what waits of it is never carried out. */
export const leaveLine = (desk: Desk, conn: Conn): void =>
  putAside(desk, (one) => one.conn?.id === conn.id);

/** The engine is free: everything that waits is carried out, first come first. */
export function workOff(desk: Desk): void {
  if (isBusy(desk)) return;
  for (const { carryOut, deliver } of desk.line.splice(0)) deliver(carryOut());
}
