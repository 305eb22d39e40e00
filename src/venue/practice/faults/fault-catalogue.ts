/**
 * The faults by the ids under which a test plan names them: X for the exchange, W for the network. Each is one kind of fault
 * with values of its own, or several ways to go wrong of which `how` chooses; what a request says goes before the values.
 */
import { FIELDS, type FaultField, type FaultRequest } from './fault-fields.ts';
import { FAULT_KINDS, type FaultKind, isFaultKind, rulesOf } from './fault-rules.ts';

type Way = { readonly does: FaultKind; readonly with?: Omit<Partial<FaultRequest>, 'kind'> };

export type CatalogueEntry = {
  readonly id: string;
  readonly group: 'orders' | 'trading' | 'reads' | 'account' | 'frames' | 'network';
  /** What goes wrong, in a sentence. */
  readonly says: string;
  /** By the value of `how`; the first is meant when it is left out. */
  readonly ways: Readonly<Record<string, Way>>;
};

const way = (does: FaultKind, values: Way['with'] = {}): Way => ({ does, with: values });
const one = (does: FaultKind, values: Way['with'] = {}): CatalogueEntry['ways'] => ({
  plain: way(does, values),
});
const ORDERS = 'private/*';
const PERP = 'BTC_USDC-PERPETUAL';

const ORDER_FAULTS: readonly CatalogueEntry[] = [
  {
    id: 'X1',
    group: 'orders',
    says: 'A request is refused with 10028 too_many_requests; with close the connection ends after it.',
    ways: one('too_many_requests', { method: ORDERS }),
  },
  {
    id: 'X2',
    group: 'orders',
    says: 'A request is carried out, and its answer is lost, or an error with code comes in its place.',
    ways: {
      lost: way('lose_answer', { method: 'private/buy' }),
      error: way('error', { method: 'private/buy', code: 11094, executed: true }),
    },
  },
  {
    id: 'X3',
    group: 'orders',
    says: 'The connection is cut at once, and the request is carried out late all the same.',
    ways: one('late_request', { method: 'private/buy', delayMs: 2_000 }),
  },
  {
    id: 'X4',
    group: 'orders',
    says: 'A request waits past its deadline and is refused with 13888 timed_out; nothing is placed.',
    ways: one('error', { method: 'private/buy', code: 13888 }),
  },
  {
    id: 'X19',
    group: 'orders',
    says: 'A cancel comes too late: its order fills first, and the answer is 11044 not_open_order.',
    ways: one('cancel_too_late', { fill: true, code: 11044 }),
  },
  {
    id: 'X24',
    group: 'orders',
    says: 'The matching engine is busy: requests wait for it, the ninth of a currency gets 10047, an edit that a newer one overtakes 13777, what a cancel withdraws 13666.',
    ways: one('engine_busy', { ms: 5_000 }),
  },
];

const TRADING_FAULTS: readonly CatalogueEntry[] = [
  {
    id: 'X5',
    group: 'trading',
    says: 'Maintenance: all connections are cut, requests get 11051, platform_state says so; orders survive.',
    ways: one('maintenance', { ms: 10_000 }),
  },
  {
    id: 'X6',
    group: 'trading',
    says: 'Matching is halted: orders are accepted, none fills and none triggers.',
    ways: one('halt', { ms: 10_000 }),
  },
  {
    id: 'X7',
    group: 'trading',
    says: 'Fills come in pieces, one message for each.',
    ways: one('burst_fills', { parts: 3, count: 1 }),
  },
  {
    id: 'X8',
    group: 'trading',
    says: 'The exchange cancels live reduce-only orders, or leaves a share of them.',
    ways: one('cut_reduce_only', { account: 'main', share: FIELDS.share.schema.parse('0') }),
  },
  {
    id: 'X13',
    group: 'trading',
    says: 'A person acts by hand: closes, reduces, opens or turns the position round.',
    ways: {
      close: way('hand_close', { account: 'main', instrument: PERP, as: 'web' }),
      reduce: way('hand_reduce', { account: 'main', instrument: PERP, as: 'web' }),
      open: way('hand_open', { account: 'main', instrument: PERP, as: 'web', direction: 'buy' }),
      flip: way('hand_flip', { account: 'main', instrument: PERP, as: 'web' }),
    },
  },
  {
    id: 'X14',
    group: 'trading',
    says: 'The exchange liquidates a share of the position, at once or in steps of a second, makes the account bankrupt, settles every instrument now, or delivers one that ends.',
    ways: {
      liquidation: way('liquidation', { account: 'main', instrument: PERP }),
      course: way('liquidation_course', { account: 'main', instrument: PERP }),
      bankruptcy: way('bankruptcy', { account: 'main', instrument: PERP }),
      settlement: way('settlement'),
      delivery: way('delivery'),
    },
  },
  {
    id: 'X15',
    group: 'trading',
    says: 'An instrument gets other terms (tick size ten times as large unless told), or its book another state for ms of server time.',
    ways: {
      terms: way('new_terms', { instrument: PERP }),
      state: way('book_state', { instrument: PERP, state: 'halted', ms: 60_000 }),
    },
  },
  {
    id: 'X16',
    group: 'trading',
    says: 'A person moves a live order: its price, or the trigger of a stop, by so many percent.',
    ways: one('move_order', { account: 'main', percent: FIELDS.percent.schema.parse('-0.5') }),
  },
];

const READ_FAULTS: readonly CatalogueEntry[] = [
  {
    id: 'X9',
    group: 'reads',
    says: 'Orders, positions, trades and cash are read from a copy that is up to ms old.',
    ways: one('stale_reads', { ms: 2_600 }),
  },
  {
    id: 'X10',
    group: 'reads',
    says: 'Closed orders are found for windowMs only, and in the archive delayMs after they left.',
    ways: one('order_window', { windowMs: 0, delayMs: 60_000 }),
  },
  {
    id: 'X11',
    group: 'reads',
    says: 'Trades are recent for windowMs only; the archive knows them delayMs later, so that there is a hole between.',
    ways: one('trade_window', { windowMs: 0, delayMs: 60_000 }),
  },
  {
    id: 'X23',
    group: 'reads',
    says: 'Positions are read from an old copy while trades are read fresh, so that they do not fit.',
    ways: one('stale_reads', { method: 'private/get_position*', ms: 2_600 }),
  },
  {
    id: 'X25',
    group: 'reads',
    says: 'A list leaves out a row, that of an instrument or its first, or shows a position as if none were held.',
    ways: {
      missing: way('short_answer', { method: 'private/get_positions', row: 'missing' }),
      zero: way('short_answer', { method: 'private/get_position*', row: 'zero' }),
    },
  },
  {
    id: 'X26',
    group: 'reads',
    says: 'A list holds the rows of another account as well.',
    ways: one('mixed_answer', { method: 'private/get_open_orders*' }),
  },
];

const ACCOUNT_FAULTS: readonly CatalogueEntry[] = [
  {
    id: 'X17',
    group: 'account',
    says: 'Cancel-on-disconnect does not act where it should, or with fires acts where nobody asked.',
    ways: one('cod', { fires: false }),
  },
  {
    id: 'X18',
    group: 'account',
    says: 'Tokens expire now, the key is disabled, or its scope is reduced.',
    ways: {
      expire: way('tokens_expired'),
      disable: way('key_disabled', { ms: 60_000 }),
      scope: way('scope_reduced', { scope: 'trade:read account:read', ms: 60_000 }),
    },
  },
  {
    id: 'X22',
    group: 'account',
    says: 'Answers claim to come from another network: their testnet flag is false, or absent.',
    ways: one('testnet_flag', { testnet: 'false' }),
  },
];

const FRAME_FAULTS: readonly CatalogueEntry[] = [
  {
    id: 'X12',
    group: 'frames',
    says: 'A push of the account comes after the answer, twice, not at all, or its last fill after the order is done.',
    ways: {
      after_answer: way('reorder_notifications', { channel: 'user.changes' }),
      twice: way('duplicate_notification', { channel: 'user.changes' }),
      lost: way('drop_notification', { channel: 'user.changes' }),
      done_first: way('reorder_notifications', { channel: 'user.trades' }),
    },
  },
  {
    id: 'X20',
    group: 'frames',
    says: 'A message is malformed, has unknown fields, numbers as text, the id of another answer, or enormous size.',
    ways: {
      malformed: way('broken_frames', { on: 'answers' }),
      unknown_fields: way('broken_frames', { on: 'answers' }),
      text_numbers: way('broken_frames', { on: 'answers' }),
      id_reuse: way('broken_frames', { on: 'answers' }),
      enormous: way('broken_frames', { on: 'answers', bytes: 5_000_000 }),
    },
  },
  {
    id: 'X21',
    group: 'frames',
    says: 'The server time that is told, and by which deadlines are judged, is off by offsetMs.',
    ways: one('clock_offset', { offsetMs: 5_000 }),
  },
];

const NETWORK_FAULTS: readonly CatalogueEntry[] = [
  {
    id: 'W1',
    group: 'network',
    says: 'All connections are cut now; with lost, at the next request, which is lost or whose answer is.',
    ways: one('drop_link'),
  },
  {
    id: 'W2',
    group: 'network',
    says: 'The connections of this moment carry nothing any more, and nobody is told.',
    ways: one('black_hole', { way: 'both' }),
  },
  {
    id: 'W3',
    group: 'network',
    says: 'Everything takes latencyMs longer each way, in its order.',
    ways: one('clog', { latencyMs: 3_000, ms: 30_000 }),
  },
  {
    id: 'W4',
    group: 'network',
    says: 'One direction of the connections of this moment carries nothing any more.',
    ways: one('black_hole', { way: 'down' }),
  },
  {
    id: 'W5',
    group: 'network',
    says: 'A gateway answers with a page and a status: HTTP requests, carried out or not, or every new WebSocket; or nobody is let in; or TLS shows a new certificate, that of another host, or fails.',
    ways: {
      page: way('bad_gateway', { method: '*', status: '502', executed: false }),
      upgrade: way('bad_upgrade', { status: '502' }),
      refused: way('refuse_connections'),
      certificate: way('tls_face', { shows: 'renewed' }),
      wrong_host: way('tls_face', { shows: 'stranger' }),
      handshake: way('tls_face', { shows: 'none' }),
    },
  },
  {
    id: 'W6',
    group: 'network',
    says: 'All connections are cut again and again.',
    ways: one('flapping', { everyMs: 3_000, ms: 30_000 }),
  },
  {
    id: 'W7',
    group: 'network',
    says: 'The exchange finds that every client reads too slowly: it says so and cuts them off.',
    ways: one('too_slow'),
  },
  {
    id: 'W8',
    group: 'network',
    says: 'A connection that was silent for idleMs carries nothing any more, and nobody is told.',
    ways: one('idle_timeout', { idleMs: 20_000 }),
  },
  {
    id: 'W9',
    group: 'network',
    says: 'A bit of a message flips on the way: no client can read the frame, or TLS its record.',
    ways: one('bit_flip', { on: 'answers' }),
  },
];

export const CATALOGUE: readonly CatalogueEntry[] = [
  ...ORDER_FAULTS,
  ...TRADING_FAULTS,
  ...READ_FAULTS,
  ...ACCOUNT_FAULTS,
  ...FRAME_FAULTS,
  ...NETWORK_FAULTS,
];

/** A fault that was asked for, by id or kind, as what is to be done; null when there is none of that name or way. */
export function planOf(
  request: FaultRequest,
): (FaultRequest & { readonly does: FaultKind }) | null {
  if (isFaultKind(request.kind)) return { ...request, does: request.kind };
  const entry = CATALOGUE.find(({ id }) => id === request.kind);
  if (entry === undefined) return null;
  const [first] = Object.keys(entry.ways);
  const how = request.how ?? first ?? '';
  const chosen = Object.hasOwn(entry.ways, how) ? entry.ways[how] : undefined;
  if (chosen === undefined) return null;
  const given = Object.fromEntries(
    Object.entries(request).filter(([, value]) => value !== undefined),
  );
  return { ...chosen.with, ...(given as FaultRequest), ...howOf(entry, how), does: chosen.does };
}

/** `how` is part of a fault only where its kind tells ways apart itself. */
const howOf = (entry: CatalogueEntry, how: string): { readonly how?: string | undefined } =>
  entry.ways[how]?.does === 'broken_frames' ? { how } : { how: undefined };

/** The ways of an id; none where there is only one. */
export const waysOf = (kind: string): readonly string[] => {
  const ways = Object.keys(CATALOGUE.find(({ id }) => id === kind)?.ways ?? {});
  return ways.length > 1 ? ways : [];
};

const paramsOf = ({ does, with: values = {} }: Way) =>
  rulesOf(does)
    .takes.filter((name) => name !== 'how')
    .map((name: FaultField) => ({
      name,
      accepted: FIELDS[name].accepted,
      default: values[name] ?? null,
      needed: rulesOf(does).needs === name && values[name] === undefined,
    }));

/** All that may be asked for, as `GET faults` shows it: ids with their ways and parameters, then the plain kinds. */
export const catalogueView = () => ({
  faults: CATALOGUE.map(({ id, group, says, ways }) => ({
    kind: id,
    group,
    says,
    how: waysOf(id),
    ways: Object.entries(ways).map(([how, chosen]) => ({
      how,
      does: chosen.does,
      params: paramsOf(chosen),
    })),
  })),
  kinds: FAULT_KINDS.map((kind) => ({
    kind,
    takes: rulesOf(kind).takes,
    needs: rulesOf(kind).needs ?? null,
    deed: rulesOf(kind).deed === true,
  })),
});
