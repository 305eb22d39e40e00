/**
 * What an instrument's position has earned that is not cash yet. Results and funding wait for the settlement of 08:00 UTC,
 * which pays what was realised and what the open rest gained until then (FACTS 16); fees are cash at once, and have two
 * sides that must meet: the fill's and the log's. Values in the settlement currency; only divisions round, to 18 digits.
 */
import {
  abs,
  add,
  type Decimal,
  div,
  isZero,
  lte,
  mul,
  neg,
  sign,
  sub,
  ZERO,
} from '../base/decimal.ts';
import { DAY, HOUR, type Millis } from '../base/time.ts';
import type { CashRow } from './account.ts';
import { sessionStart } from './funding.ts';

type Kind = 'linear' | 'inverse';

/** How long after 08:00 UTC a settlement is that of the session which has ended; one at any other time was made by hand. */
const ON_TIME = HOUR;

/** A position, and what of its results is not cash, as both stand at some time. */
export type Stand = {
  readonly position: Decimal;
  /** What the position was bought for; null when nobody told. */
  readonly cost: Decimal | null;
  readonly unsettled: Decimal;
  /** Fills and funding since the last settlement: each may round by one unit. */
  readonly events: number;
  /** The facts of the session that told of them, where somebody asked for them. */
  readonly facts?: FactSpan;
};

/** Facts from the first to the last of them, by their seqs; others lie between them. */
export type FactSpan = { readonly from: number; readonly to: number; readonly count: number };

/** Both together; they may be the same stretch. */
export const spanOf = (spans: readonly (FactSpan | undefined)[]): FactSpan | undefined => {
  const known = spans.filter((span) => span !== undefined);
  if (known.length === 0) return undefined;
  return {
    from: Math.min(...known.map(({ from }) => from)),
    to: Math.max(...known.map(({ to }) => to)),
    count: known.reduce((sum, { count }) => sum + count, 0),
  };
};

/** What an instrument's account holds and what of its result is not cash yet. */
export type HeldMoney = Stand & {
  readonly instrument: string;
  /** Amount that left the books without a fill, and what it had cost. */
  readonly gone: { readonly amount: Decimal; readonly cost: Decimal };
  /** When an option ended that became this future: a row of that moment pays it, not what was held. Left out until one did. */
  readonly exercisedAt?: Millis;
  /** Up to when something was held or left that the books did not see: the row that pays for then can't be compared. 0: nothing. */
  readonly unsure: Millis;
  /** Begin of the session of the last event, and when that was; left out in what was kept before it was noted. */
  readonly session: Millis;
  readonly last?: Millis;
  /** What stood at the ends of earlier sessions whose settlement is not read, oldest first: each at all of them up to `until`. */
  readonly stood: readonly (Stand & { readonly until: Millis })[];
};

export type Held = { -readonly [Key in keyof HeldMoney]: HeldMoney[Key] };

/** As facts and snapshots from before kept it: of what stood only the last session, and of what was not seen no time. */
export type HeldStored = Omit<HeldMoney, 'stood' | 'unsure'> & {
  readonly stood?: HeldMoney['stood'];
  readonly unsure?: Millis;
  readonly comparable?: boolean;
  readonly before?: (Omit<Stand, 'cost'> & { readonly cost?: Decimal | null }) | null;
};

/** What was kept, in whatever form, to go on with. */
export function heldFrom(kept: HeldStored): Held {
  const { stood, before, comparable, unsure, ...rest } = kept;
  if (stood !== undefined && unsure !== undefined) return { ...kept, stood, unsure };
  const last = before ?? null;
  return {
    ...rest,
    unsure: comparable === false ? 1 : 0,
    stood: last === null ? [] : [{ cost: null, ...last, until: kept.session }],
  };
}

/** A fee that waits for its other side; `part` when the log's rows did not make it whole. */
export type WaitingFee = {
  readonly currency: string;
  readonly tradeId: string;
  readonly side: 'fill' | 'row' | 'part';
  readonly net: Decimal;
  /** The fact of the fill, where somebody asked for it. */
  readonly fact?: number;
};

const PLACES = 18;

/** The smallest amount of cash that the exchange books in a currency. */
export const unitOf = (currency: string): Decimal =>
  (/^(USD|EUR)/.test(currency) ? '0.000001' : '0.00000001') as Decimal;

/** What holding `signed` is worth more at a higher price: the result between two prices is the difference of two of these. */
const valueOf = (kind: Kind, signed: Decimal, price: Decimal): Decimal =>
  kind === 'linear' ? mul(signed, price) : neg(div(signed, price, PLACES));

export const newHeld = (instrument: string): Held => ({
  instrument,
  position: ZERO,
  cost: ZERO,
  gone: { amount: ZERO, cost: ZERO },
  unsettled: ZERO,
  unsure: 0,
  events: 0,
  session: 0,
  stood: [],
});

/**
 * An event of a new session keeps what stood when it began, until the settlement of then is read. One of an earlier session,
 * found late, parts the nights before it from those behind it.
 */
function turnTo(held: Held, at: Millis): void {
  const session = sessionStart(at);
  if (session === held.session) return;
  if (session > held.session) {
    const { position, cost, unsettled, events, facts } = held;
    const kept = facts === undefined ? {} : { facts };
    held.stood = [...held.stood, { position, cost, unsettled, events, ...kept, until: session }];
    held.session = session;
    delete held.facts;
    return;
  }
  const place = held.stood.findIndex(({ until }) => until > session);
  const later = held.stood[place];
  if (later === undefined || held.stood[place - 1]?.until === session) return;
  held.stood = held.stood.toSpliced(place, 0, { ...withoutFacts(later), until: session });
}

function withoutFacts<One extends Stand>({ facts: _, ...one }: One): Omit<One, 'facts'> {
  return one;
}

/** Notes the fact that told of something in the session that `from` belongs to. */
export function noteFact(held: Held, from: Millis, seq: number): void {
  const fact = { from: seq, to: seq, count: 1 };
  const place = held.stood.findIndex(({ until }) => until >= from);
  const stand = held.stood[place];
  if (stand === undefined) held.facts = spanOf([held.facts, fact]) ?? fact;
  else
    held.stood = held.stood.with(place, { ...stand, facts: spanOf([stand.facts, fact]) ?? fact });
}

/** The facts that told of what the row of a settlement pays. */
export function factsPaid(held: HeldMoney, at: Millis): FactSpan | undefined {
  const night = nightOf(at);
  const passed = held.stood.filter(({ until }) => until < night);
  return spanOf([...passed, stoodAt(held, at)].map(({ facts }) => facts));
}

/** Changes what stands, and what stood at the nights that `from` (an instant, or a night itself) counts for. */
function change(held: Held, from: Millis, how: (stand: Stand) => Partial<Stand>): void {
  held.stood = held.stood.map((one) => (one.until >= from ? { ...one, ...how(one) } : one));
  Object.assign(held, how(held));
}

/** What the account held at the first start. Results of its session until then are in no fact: its first settlement can't be compared. */
export function holdBaseline(
  held: Held,
  kind: Kind,
  {
    size,
    averagePrice,
    at,
  }: { readonly size: Decimal; readonly averagePrice: Decimal | null; readonly at: Millis },
): void {
  held.position = size;
  held.cost =
    averagePrice === null ? (isZero(size) ? ZERO : null) : valueOf(kind, size, averagePrice);
  held.unsure = at;
  held.session = sessionStart(at);
}

type Position = Pick<Stand, 'position' | 'cost'>;

/** Takes `closed` (with the position's sign) out of what is held; answers what it had cost too, null when nobody knows. */
function takeOut(
  { position, cost }: Position,
  closed: Decimal,
): Position & { share: Decimal | null } {
  const share =
    cost === null ? null : position === closed ? cost : div(mul(cost, closed), position, PLACES);
  const left = sub(position, closed);
  if (isZero(left)) return { position: left, cost: ZERO, share };
  return { position: left, cost: cost === null || share === null ? null : sub(cost, share), share };
}

/** Moves a position by a signed amount at a price; answers too the result that the closed part realised. */
function moveBy(
  held: Position,
  kind: Kind,
  { moved: signed, price }: Pick<HeldMove, 'moved' | 'price'>,
): Position & { readonly realised: Decimal } {
  const against = sign(held.position) * sign(signed) < 0;
  const whole = against && lte(abs(held.position), abs(signed));
  const closed = !against ? ZERO : whole ? held.position : neg(signed);
  const { share, ...left } = isZero(closed) ? { ...held, share: ZERO } : takeOut(held, closed);
  const opened = add(signed, closed);
  return {
    position: add(left.position, opened),
    cost: left.cost === null ? null : add(left.cost, valueOf(kind, opened, price)),
    realised: share === null || isZero(closed) ? ZERO : sub(valueOf(kind, closed, price), share),
  };
}

/** A fill that explains what was assumed to have gone: the position has moved already, its result becomes known. */
function explain(held: Held, kind: Kind, signed: Decimal, price: Decimal): Decimal {
  const { amount, cost } = held.gone;
  if (isZero(amount)) return ZERO;
  const closed = neg(signed);
  const share = amount === closed ? cost : div(mul(cost, closed), amount, PLACES);
  held.gone = { amount: sub(amount, closed), cost: sub(cost, share) };
  return sub(valueOf(kind, closed, price), share);
}

/** A trade, signed: `moved` of it moves the position, `replaced` explains what had left it unseen. */
export type HeldMove = {
  readonly moved: Decimal;
  readonly replaced: Decimal;
  readonly price: Decimal;
  readonly at: Millis;
};

/** One fill; answers the result that it realised. One of a session that has ended counts at its night too. */
export function holdFill(held: Held, kind: Kind, move: HeldMove): Decimal {
  const { moved, replaced, price, at } = move;
  turnTo(held, at);
  held.last = Math.max(held.last ?? 0, at);
  const explained = isZero(replaced) ? ZERO : explain(held, kind, replaced, price);
  let result = ZERO;
  change(held, at + 1, ({ position, cost, unsettled, events }) => {
    const { realised, ...after } = isZero(moved)
      ? { position, cost, realised: ZERO }
      : moveBy({ position, cost }, kind, { moved, price });
    result = add(explained, realised);
    return { ...after, unsettled: add(unsettled, result), events: events + 1 };
  });
  return result;
}

/** Funding that was shared out. What a settlement's row shows belongs to the session that it ends, which an event may have left since. */
export function holdFunding(
  held: Held,
  { amount, at, ended }: { readonly amount: Decimal; readonly at: Millis; readonly ended: boolean },
): void {
  if (!ended) {
    turnTo(held, at);
    held.last = Math.max(held.last ?? 0, at);
  }
  change(held, ended ? nightOf(at) : at + 1, ({ unsettled, events }) => ({
    unsettled: add(unsettled, amount),
    events: events + 1,
  }));
}

/** An amount left or came without a fill, some time until now: what it is paid can't be compared. */
export function holdAdjusted(held: Held, amount: Decimal, at: Millis): void {
  held.unsure = Math.max(held.unsure, at);
  if (sign(held.position) * sign(amount) >= 0) {
    held.position = add(held.position, amount);
    held.cost = null;
    return;
  }
  const closed = lte(abs(held.position), abs(amount)) ? held.position : neg(amount);
  const { share, ...left } = takeOut(held, closed);
  Object.assign(held, left);
  held.gone = {
    amount: add(held.gone.amount, closed),
    cost: add(held.gone.cost, share ?? ZERO),
  };
  const rest = add(amount, closed);
  if (isZero(rest)) return;
  held.position = add(held.position, rest);
  held.cost = null;
}

/**
 * What the row of a settlement pays beside the exact result (`rest`), and what that is: `rounding` within a unit for each
 * fill and row, `uncompared` where the books did not see all of it, `unexplained` else. `ahead` is what it pays of the
 * result of what stays open; null where that is not known, and nothing can be compared.
 */
export type SettlementJudged = {
  readonly rest: Decimal;
  readonly as: 'rounding' | 'uncompared' | 'unexplained' | 'open';
  readonly ahead: Decimal | null;
};

/** What a position's value may be off by because the exchange shows its settlement price rounded, to two digits or more. */
function blurOf(kind: Kind, position: Decimal, price: Decimal): Decimal {
  const digits = Math.max(2, price.split('.')[1]?.length ?? 0);
  const half = `0.${'0'.repeat(digits)}5` as Decimal;
  return abs(sub(valueOf(kind, position, add(price, half)), valueOf(kind, position, price)));
}

/** The night whose settlement a row is: that of 08:00 UTC when it is on time, else what it pays is before the next one. */
export const nightOf = (at: Millis): Millis =>
  at - sessionStart(at) < ON_TIME ? sessionStart(at) : sessionStart(at) + DAY;

/** What stood when a row paid it. A night on which nothing was owed has no row: what stood then stands here no more. */
const stoodAt = (held: HeldMoney, at: Millis): Stand =>
  held.stood.find(({ until }) => until >= nightOf(at)) ?? held;

/** Judges the row of a settlement without taking it in. */
export function judgeSettlement(held: HeldMoney, kind: Kind, row: CashRow): SettlementJudged {
  // What stood at another hour than that of the night can't be told once something came behind it.
  const isByHand = nightOf(row.at) > row.at;
  if (isByHand && (held.last ?? 0) > row.at) return { rest: ZERO, as: 'open', ahead: null };
  const { position, unsettled, events, cost } = stoodAt(held, row.at);
  const price = row.price ?? null;
  const ahead = isZero(position)
    ? ZERO
    : price === null || cost === null
      ? null
      : sub(valueOf(kind, position, price), cost);
  if (ahead === null) return { rest: ZERO, as: 'open', ahead };
  // A delivery takes its fee off.
  const paid = add(row.change, row.fee ?? ZERO);
  const rest = sub(paid, add(unsettled, ahead));
  const units = mul(unitOf(row.currency), String(events + 1) as Decimal);
  const most = price === null ? units : add(units, blurOf(kind, position, price));
  if (lte(abs(rest), most)) return { rest, as: 'rounding', ahead };
  return { rest, as: held.unsure === 0 ? 'unexplained' : 'uncompared', ahead };
}

/** Whether a row pays an option that became this future, and nothing that was held of it. */
export const paysOption = (held: HeldMoney, { type, at }: CashRow): boolean =>
  type === 'delivery' && held.exercisedAt === at && isZero(held.position);

/** Takes in the row of a settlement: what it paid is not owed any more, that night and later. */
export function holdSettlement(held: Held, row: CashRow, judged: SettlementJudged): void {
  const stand = stoodAt(held, row.at);
  const place = held.stood.findIndex(({ until }) => until >= nightOf(row.at));
  const paid =
    judged.ahead === null ? add(row.change, row.fee ?? ZERO) : add(stand.unsettled, judged.ahead);
  change(held, nightOf(row.at), ({ unsettled, events }) => ({
    unsettled: sub(unsettled, paid),
    events: judged.ahead === null ? events + 1 : events - stand.events,
  }));
  const night = sessionStart(row.at);
  held.stood = held.stood
    .map((one, index) => (index === place ? withoutFacts(one) : one))
    .filter(({ until }) => until > night);
  if (place < 0) delete held.facts;
  held.session = Math.max(held.session, night);
  if (judged.ahead === null || row.at < held.unsure) return;
  held.gone = { amount: ZERO, cost: ZERO };
  held.unsure = 0;
}

/** How a fee met its other side: `waiting` for it, or left over (`rest`, zero when both agree; > 0: the log took less). */
export type FeeMet =
  | { readonly as: 'waiting' | 'part'; readonly fee: WaitingFee }
  | { readonly as: 'met'; readonly rest: Decimal };

/** One side of a fee (`net` is the fill's fee, or what the log's row moved for it) meets what waits for it. */
export function judgeFee(waiting: WaitingFee | undefined, given: WaitingFee): FeeMet {
  if (waiting === undefined)
    return isZero(given.net) ? { as: 'met', rest: ZERO } : { as: 'waiting', fee: given };
  const rest = add(waiting.net, given.net);
  // A fill that crosses zero has two rows: the first leaves a part.
  const isOther = waiting.side !== given.side;
  if (isOther && given.side === 'row' && sign(rest) === sign(waiting.net))
    return { as: 'part', fee: { ...waiting, side: 'part', net: rest } };
  if (!isOther) return { as: 'waiting', fee: { ...waiting, net: rest } };
  return { as: 'met', rest };
}

export const feeKey = ({ currency, tradeId }: Pick<WaitingFee, 'currency' | 'tradeId'>): string =>
  `${currency}/${tradeId}`;
