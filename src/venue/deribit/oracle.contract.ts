/**
 * What may be believed of a message, found out a second time from its text alone: each order, fill, position, balance, row
 * and price that the client told is held against the members that it must have come from, digit for digit.
 */
import assert from 'node:assert/strict';
import { Decimal as Oracle } from 'decimal.js';
import { isCanonical } from '../../base/decimal.ts';

/** A number as it was spelt. */
class Spelt {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** JSON with every number in its own spelling. */
export const spelt = (text: string): unknown =>
  parse(text.replace(/^\ufeff/, ''), (_key, value, { source }) =>
    typeof value === 'number' ? new Spelt(source ?? '') : value,
  );

type Members = Readonly<Record<string, unknown>>;
const members = (value: unknown): Members => {
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), 'no object');
  return value as Members;
};
const list = (value: unknown): readonly unknown[] => {
  assert.ok(Array.isArray(value), 'no list');
  return value as readonly unknown[];
};
const Exact = Oracle.clone({ precision: 500, toExpNeg: -500, toExpPos: 500 });

/** A decimal of ours is the number that stands there; null and, where that means nothing, zero are told as null. */
function number(ours: unknown, raw: unknown, zero: 'zero' | 'none' = 'zero'): void {
  if (ours === null) {
    const isNothing = raw === undefined || raw === null || raw === 'market_price';
    assert.ok(
      isNothing || (zero === 'none' && raw instanceof Spelt && new Exact(raw.source).isZero()),
    );
    return;
  }
  assert.ok(
    typeof ours === 'string' && isCanonical(ours),
    `not canonical: ${JSON.stringify(ours)}`,
  );
  if (raw === undefined || raw === null) return assert.equal(ours, '0');
  assert.ok(raw instanceof Spelt, 'made of what is no number');
  assert.ok(new Exact(raw.source).equals(ours), `${raw.source} became ${ours}`);
  assert.ok(new Exact(ours).abs().lt('1e15'), ours);
}
const needed = (ours: unknown, raw: unknown): void => {
  assert.ok(raw instanceof Spelt && ours !== null, 'made of nothing');
  number(ours, raw);
};
function id(ours: unknown, raw: unknown): void {
  assert.ok(typeof ours === 'string' && ours !== '');
  assert.equal(ours, raw instanceof Spelt ? new Exact(raw.source).toFixed() : raw);
}
const word = (ours: unknown, raw: unknown, words: readonly string[]): void => {
  assert.equal(ours, raw);
  assert.ok(typeof ours === 'string' && words.includes(ours), `an unknown word: ${String(ours)}`);
};
const moment = (ours: unknown, raw: unknown): void => {
  assert.ok(typeof ours === 'number' && Number.isSafeInteger(ours) && ours > 0);
  assert.ok(raw instanceof Spelt && Number(raw.source) === ours, 'a moment of its own');
};

const DIRECTIONS = ['buy', 'sell'];
const STATES = ['open', 'filled', 'rejected', 'cancelled', 'untriggered', 'triggered'];
const TYPES = [
  'limit',
  'market',
  'stop_limit',
  'stop_market',
  'take_limit',
  'take_market',
  'trailing_stop',
  'liquidation',
];
const TRIGGERS = ['index_price', 'mark_price', 'last_price'];
const BOOK_STATES = ['open', 'locked', 'settlement', 'delivered', 'inactive', 'halted', 'unknown'];

type Check = (ours: unknown, raw: unknown) => void;

const order: Check = (told, said) => {
  const [ours, raw] = [members(told), members(said)];
  id(ours['orderId'], raw['order_id']);
  id(ours['instrument'], raw['instrument_name']);
  word(ours['state'], raw['order_state'], STATES);
  word(ours['type'], raw['order_type'], TYPES);
  word(ours['direction'], raw['direction'], DIRECTIONS);
  needed(ours['amount'], raw['amount']);
  number(ours['filled'], raw['filled_amount']);
  number(ours['averagePrice'], raw['average_price'], 'none');
  number(ours['price'], raw['price']);
  number(ours['triggerPrice'], raw['trigger_price']);
  if (ours['trigger'] !== null) word(ours['trigger'], raw['trigger'], TRIGGERS);
  if (String(ours['type']).endsWith('limit')) needed(ours['price'], raw['price']);
  moment(ours['createdAt'], raw['creation_timestamp']);
  moment(ours['updatedAt'], raw['last_update_timestamp']);
  assert.equal(ours['label'], raw['label'] ?? '');
  assert.equal(ours['reduceOnly'], raw['reduce_only'] ?? false);
};

const fill: Check = (told, said) => {
  const [ours, raw] = [members(told), members(said)];
  id(ours['tradeId'], raw['trade_id']);
  id(ours['orderId'], raw['order_id']);
  id(ours['instrument'], raw['instrument_name']);
  word(ours['direction'], raw['direction'], DIRECTIONS);
  needed(ours['amount'], raw['amount']);
  needed(ours['price'], raw['price']);
  needed(ours['fee'], raw['fee']);
  id(ours['feeCurrency'], raw['fee_currency']);
  word(ours['liquidity'], raw['liquidity'] === 'M' ? 'maker' : 'taker', ['maker', 'taker']);
  assert.ok(raw['liquidity'] === 'M' || raw['liquidity'] === 'T');
  moment(ours['at'], raw['timestamp']);
};

const position: Check = (told, said) => {
  const [ours, raw] = [members(told), members(said)];
  id(ours['instrument'], raw['instrument_name']);
  needed(ours['size'], raw['size']);
  number(ours['averagePrice'], raw['average_price'], 'none');
  needed(ours['markPrice'], raw['mark_price']);
  needed(ours['realizedPnl'], raw['realized_profit_loss']);
  needed(ours['floatingPnl'], raw['floating_profit_loss']);
  number(ours['realizedFunding'], raw['realized_funding']);
};

const summary: Check = (told, said) => {
  const [ours, raw] = [members(told), members(said)];
  id(ours['currency'], raw['currency']);
  needed(ours['balance'], raw['balance']);
  needed(ours['equity'], raw['equity']);
  needed(ours['availableFunds'], raw['available_funds']);
};

const cash: Check = (told, said) => {
  const [ours, raw] = [members(told), members(said)];
  id(ours['id'], raw['id']);
  id(ours['currency'], raw['currency']);
  id(ours['type'], raw['type']);
  needed(ours['change'], raw['change']);
  needed(ours['balance'], raw['balance']);
  moment(ours['at'], raw['timestamp']);
};

const instrument: Check = (told, said) => {
  const [ours, raw] = [members(told), members(said)];
  id(ours['name'], raw['instrument_name']);
  needed(ours['tickSize'], raw['tick_size']);
  needed(ours['minAmount'], raw['min_trade_amount']);
  if (ours['traded'] === false) return;
  assert.equal(raw['kind'], 'future');
  const type = raw['instrument_type'] ?? raw['future_type'];
  assert.equal(ours['kind'], type === 'linear' ? 'linear' : type === 'reversed' ? 'inverse' : '?');
  needed(ours['contractSize'], raw['contract_size']);
  word(ours['state'], ours['state'], BOOK_STATES);
};

const ticker: Check = (told, said) => {
  const [ours, raw] = [members(told), members(said)];
  id(ours['instrument'], raw['instrument_name']);
  moment(ours['at'], raw['timestamp']);
  needed(ours['markPrice'], raw['mark_price']);
  needed(ours['minPrice'], raw['min_price']);
  needed(ours['maxPrice'], raw['max_price']);
  number(ours['bestBid'], raw['best_bid_price'], 'none');
  number(ours['bestAsk'], raw['best_ask_price'], 'none');
  word(ours['state'], ours['state'], BOOK_STATES);
  if (ours['state'] !== 'unknown') assert.equal(ours['state'], raw['state']);
};

const candle: Check = (told, said) => {
  const [ours, raw] = [members(told), members(said)];
  moment(ours['at'], raw['tick']);
  for (const name of ['open', 'high', 'low', 'close', 'volume']) needed(ours[name], raw[name]);
};

const each =
  (check: Check): Check =>
  (told, said) => {
    const [ours, raws] = [list(told), list(said)];
    assert.equal(ours.length, raws.length);
    ours.forEach((one, at) => check(one, raws[at]));
  };
const part =
  (parts: readonly (readonly [own: string, names: readonly string[], check: Check])[]): Check =>
  (told, said) => {
    const [ours, raw] = [members(told), members(said)];
    for (const [own, names, check] of parts)
      check(ours[own], raw[names.find((name) => Object.hasOwn(raw, name)) ?? '']);
  };
const either =
  (many: Check, one: Check): Check =>
  (told, said) =>
    Array.isArray(said) ? many(told, said) : one(told, said);

const placed = part([
  ['order', ['order'], order],
  ['trades', ['trades'], each(fill)],
]);
export const changes = part([
  ['instrument', ['instrument_name'], id],
  ['orders', ['orders'], each(order)],
  ['fills', ['trades'], each(fill)],
  ['positions', ['positions', 'position'], each(position)],
]);
const fills = part([['trades', ['trades'], each(fill)]]);

/** By the beginning of a method's or channel's name, how what was told of it is checked. */
const CHECKS: readonly (readonly [RegExp, Check])[] = [
  [/^private\/(?:buy|sell|edit|edit_by_label|close_position)$/, placed],
  [/^private\/(?:cancel|get_order_state)$/, order],
  [/^private\/(?:get_open_orders\w*|get_order_state_by_label)$/, each(order)],
  [/^private\/get_user_trades_by_order$/, either(each(fill), fills)],
  [/^private\/get_user_trades_/, fills],
  [/^private\/get_position$/, position],
  [/^private\/get_positions$/, each(position)],
  [/^private\/get_account_summary$|^user\.portfolio/, summary],
  [/^private\/get_account_summaries$/, part([['summaries', ['summaries'], each(summary)]])],
  [/^private\/get_transaction_log$/, part([['logs', ['logs'], each(cash)]])],
  [/^public\/get_instruments?$/, either(each(instrument), instrument)],
  [/^public\/ticker$|^ticker\./, ticker],
  [/^chart\.trades\./, candle],
  [/^user\.changes\./, either(each(changes), changes)],
  [/^user\.orders\./, either(each(order), order)],
  [/^user\.(?:combo_)?trades\./, either(each(fill), fill)],
];

/** Nothing that was told may be undefined, an unheard number, or an object with a strange ancestor. */
function whole(value: unknown, path: string): void {
  assert.notEqual(value, undefined, path);
  if (typeof value === 'number') assert.ok(Number.isFinite(value), path);
  if (typeof value !== 'object' || value === null) return;
  const ancestor: unknown = Object.getPrototypeOf(value);
  assert.ok(ancestor === Object.prototype || ancestor === Array.prototype, `${path}: an ancestor`);
  for (const [name, member] of Object.entries(value)) whole(member, `${path}.${name}`);
}

/** Throws where what was told of a method or channel is not what its text says. */
export function checkTold(as: string | null, told: unknown, said: unknown): void {
  whole(told, as ?? 'answer');
  const check = as === null ? undefined : CHECKS.find(([pattern]) => pattern.test(as))?.[1];
  check?.(told, said);
}
