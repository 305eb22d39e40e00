/** Links and market data: what the venue's sessions tell beside answers. From a replaced connection only fills count (I24). */
import { canonical } from '../base/canonical.ts';
import { isZero } from '../base/decimal.ts';
import { withoutNoise } from '../domain/account.ts';
import type { Instrument, InstrumentState } from '../domain/instrument.ts';
import { bookedPosition, instrumentsInUse } from '../domain/ledger.ts';
import type { Ticker } from '../domain/market.ts';
import type { Millis } from '../base/time.ts';
import type { VenueEvent } from '../venue/port.ts';
import { dropCheck } from './check.ts';
import { isCopyOfOurs, noteBrought, onCopyUp } from './copy.ts';
import { oweHistory } from './judge.ts';
import { MARKET_FRESH, REFUSED_KEPT, REFUSED_WINDOW, STALL } from './limits.ts';
import { observe } from './observe.ts';
import { undecided } from './adopt.ts';
import { forgetAccountLocks } from './platform.ts';
import { readTermsSoon } from './terms.ts';
import { type Cell, EXCHANGE, type Turn, ask, record, wake, wantCheck } from './turn.ts';

type Event<Kind extends VenueEvent['kind']> = Extract<VenueEvent, { readonly kind: Kind }>;

/** A link is ready: what was known of it before proves nothing any more. */
export function onLinkUp(turn: Turn, event: Event<'link_up'>): void {
  if (event.link === 'drop_copy') return onCopyUp(turn, event);
  const since = {
    up: true as const,
    conn: event.conn,
    since: turn.now.mono,
    sinceServer: turn.now.server,
    codOn: event.cancelOnDisconnect === true,
  };
  if (event.link === 'market') {
    turn.live.links.market = since;
    record(
      turn,
      { type: 'LINK_CHANGED', v: 1, data: { link: 'market', up: true, reason: 'connected' } },
      EXCHANGE,
    );
    for (const name of instrumentsInUse(turn.books)) {
      ask(
        turn,
        { for: 'instrument', instrument: name },
        { kind: 'instrument', instrument: name },
        'market',
      );
      ask(turn, { for: 'price', instrument: name }, { kind: 'ticker', instrument: name }, 'market');
      oweHistory(turn, name);
    }
    return;
  }
  if (event.account !== null && !isOurAccount(turn, event.account)) return;
  forgetAccountLocks(turn, event.link);
  if (!isCopyOfOurs(turn)) return;
  const first = !turn.live.started;
  turn.live.started = true;
  turn.live.links.trading = since;
  record(
    turn,
    {
      type: 'LINK_CHANGED',
      v: 1,
      data: {
        link: 'trading',
        up: true,
        reason: since.codOn ? 'connected; cancel-on-disconnect is on: no openings' : 'connected',
      },
    },
    EXCHANGE,
  );
  for (const name of instrumentsInUse(turn.books))
    ask(turn, { for: 'instrument', instrument: name }, { kind: 'instrument', instrument: name });
  wantCheck(turn, first ? 'start' : 'reconnect');
}

/** The first account is pinned; another one is refused (X22, D9). */
function isOurAccount(
  turn: Turn,
  account: { readonly id: string; readonly testnet: boolean },
): boolean {
  const pinned = turn.books.account;
  if (pinned === null) {
    record(
      turn,
      { type: 'ACCOUNT_IDENTIFIED', v: 1, data: { account: account.id, testnet: account.testnet } },
      EXCHANGE,
    );
    return true;
  }
  if (pinned.id === account.id && pinned.testnet === account.testnet) return true;
  const message = `this journal belongs to account ${pinned.id}, the key to account ${account.id}; use the data folder of that account, or its key`;
  turn.wishes.push({ kind: 'fatal', code: 'other_account', message });
  return false;
}

export function onLinkDown(turn: Turn, event: Event<'link_down'>): void {
  const state = turn.live.links[event.link];
  if (!state.up || state.conn !== event.conn) return;
  turn.live.links[event.link] = { up: false };
  if (event.link === 'market') turn.live.orderBooks.clear();
  record(
    turn,
    { type: 'LINK_CHANGED', v: 1, data: { link: event.link, up: false, reason: event.reason } },
    EXCHANGE,
  );
  if (event.link === 'trading') {
    dropCheck(turn, `the link went down: ${event.reason}`);
    turn.live.round = null;
  }
}

/** Prices and candles that waited for us look fresh and are not: nothing is opened on them. */
export function onStalled(turn: Turn, ms: Millis): void {
  if (ms < STALL) return;
  turn.live.stalledMono = turn.now.mono;
  wantCheck(turn, 'surprise');
}

/** One private frame. The position in it is a cut: when the books differ after it, a check is wanted. */
export function onChanges(turn: Turn, { conn, changes: told }: Event<'changes'>): void {
  const changes = { ...told, positions: told.positions.map(withoutNoise) };
  const { trading } = turn.live.links;
  if (!trading.up || conn !== trading.conn) {
    observe(turn, { orders: [], fills: changes.fills, positions: [] }, 'push');
    return;
  }
  noteBrought(turn, changes.fills, 'trading');
  observe(turn, changes, 'push');
  for (const position of changes.positions) {
    if (position.size !== bookedPosition(turn.books, position.instrument))
      wantCheck(turn, 'surprise');
  }
  if (!isZero(undecided(turn, changes.instrument))) wantCheck(turn, 'surprise');
}

/**
 * Prices on which nothing hangs are kept for whoever looks, and no duty follows them: they come ten times a second for each
 * instrument. Answers whether the event was such a one.
 */
export function keepPrices({ books, live }: Cell, event: VenueEvent, mono: Millis): boolean {
  if (event.kind === 'book') live.orderBooks.set(event.book.instrument, { book: event.book, mono });
  else if (event.kind === 'book_lost') live.orderBooks.delete(event.instrument);
  else if (event.kind === 'ticker') {
    const { ticker } = event;
    if (mono >= live.wakeMono || isWatched({ books, live }, ticker)) return false;
    live.tickers.set(ticker.instrument, { ticker, mono });
  } else return event.kind === 'trades' || event.kind === 'quote' || event.kind === 'index';
  return true;
}

/**
 * Whether a ticker may matter to a duty: it says another state, or the last step looked at the price of its instrument. Duties
 * that did not would do the same again, until something else happens or their time comes.
 */
function isWatched(
  { books, live }: Pick<Cell, 'books' | 'live'>,
  { instrument, state }: Ticker,
): boolean {
  const known = books.instruments.get(instrument);
  return live.priced.has(instrument) || (known !== undefined && known.state !== state);
}

export function onTicker(turn: Turn, { ticker }: Event<'ticker'>): void {
  turn.live.tickers.set(ticker.instrument, { ticker, mono: turn.now.mono });
  onInstrumentState(turn, ticker.instrument, ticker.state);
}

/** A changed state is a fact; an instrument that opens again is checked before it is traded. */
export function onInstrumentState(turn: Turn, name: string, state: InstrumentState): void {
  const known = turn.books.instruments.get(name);
  if (known === undefined || known.state === state) return;
  record(
    turn,
    { type: 'INSTRUMENT_SPECIFIED', v: 1, data: { instrument: { ...known, state } } },
    EXCHANGE,
  );
  readTermsSoon(turn, name);
  if (state === 'open' || state === 'delivered') wantCheck(turn, 'surprise');
}

/**
 * A specification as read: a fact when it is new or has changed. It may not name the state, and is older than a ticker: where
 * there is a fresh one, that says how the instrument stands, or the two would be told in turn without end.
 */
export function onInstrument(turn: Turn, read: Instrument): void {
  const { ticker, mono = -Infinity } = turn.live.tickers.get(read.name) ?? {};
  const isFresh = turn.now.mono - mono < MARKET_FRESH;
  const instrument = { ...read, state: isFresh && ticker ? ticker.state : read.state };
  const known = turn.books.instruments.get(instrument.name);
  if (known !== undefined && canonical(known) === canonical(instrument)) return;
  record(turn, { type: 'INSTRUMENT_SPECIFIED', v: 1, data: { instrument } }, EXCHANGE);
}

/** A message that can't be trusted is kept, and the books are compared. Where they come in floods, only their number is kept. */
export function onUndecodable(turn: Turn, event: Event<'undecodable'>): void {
  countRefused(turn);
  const { refused } = turn.live;
  const { what, raw } = event;
  if (refused.count === 0) refused.sinceMono = turn.now.mono;
  refused.count += 1;
  if (refused.count > REFUSED_KEPT) {
    refused.last = { what, raw };
    return;
  }
  record(turn, { type: 'MESSAGE_REFUSED', v: 1, data: { what, raw } }, EXCHANGE);
  if (event.link === 'trading') wantCheck(turn, 'surprise');
}

/** The duty: once its window is over, how many messages beside those that were kept could not be read. */
export function countRefused(turn: Turn): void {
  const { refused } = turn.live;
  if (refused.count === 0) return;
  const over = refused.sinceMono + REFUSED_WINDOW;
  if (turn.now.mono < over) return wake(turn, over);
  const { count, last } = refused;
  Object.assign(refused, { count: 0, last: null });
  if (last === null) return;
  const what = `${count - REFUSED_KEPT} more messages could not be read within a minute, the last: ${last.what}`;
  record(turn, { type: 'MESSAGE_REFUSED', v: 1, data: { what, raw: last.raw } }, EXCHANGE);
}

/** Codes that say that an instrument does not exist; all others may pass (errors.json, FACTS appendix B). */
const NO_SUCH_INSTRUMENT = new Set([10020, 13020, -32602]);

/** The exchange does not know an instrument that a strategy is to trade: nothing that we do can mend that. */
export function onNoInstrument(
  turn: Turn,
  name: string,
  refusal: { readonly code: number; readonly message: string },
): void {
  const configured = [...turn.books.strategies.values()].some(
    ({ config, control }) => config.instrument === name && control.value !== 'stopped',
  );
  if (!configured || turn.books.instruments.has(name) || !NO_SUCH_INSTRUMENT.has(refusal.code))
    return;
  const message = `the exchange has no instrument ${name} (${refusal.code} ${refusal.message}); correct "instrument" in the configuration`;
  turn.wishes.push({ kind: 'fatal', code: 'unknown_instrument', message });
}
