/**
 * What a session does about order books and about locks of the exchange: it tells of books that are whole or lost, asks for
 * lost ones anew, and reads once a connection how the exchange is. How a book is kept: books.ts; the locks: platform.ts.
 */
import type { Millis } from '../../base/time.ts';
import type { Heard, Lost } from './books.ts';
import { type Core, emit, emitInOrder, reportUndecodable, writeOwn } from './core.ts';
import type { Call } from './frame.ts';
import type { HandshakeAnswer } from './login.ts';
import type { Seen } from './stream-fast.ts';
import { closing } from './stream-more.ts';

/** What follows once a link is up and what it can be without is known. */
export function beginMarket(core: Core, missing: readonly string[], mono: Millis): void {
  const news = missing.filter((channel) => !core.toldMissing.has(channel));
  for (const channel of news) core.toldMissing.add(channel);
  if (news.length > 0)
    reportUndecodable(core, `the exchange left out channels: ${news.join(', ')}`);
  tellLost(core, core.books.confirmed(missing, mono));
  if (core.link === 'market')
    writeOwn(core, { method: 'public/status', params: {} }, { kind: 'status', mono });
}

/** What was read straight from its text. */
export function seenOn(core: Core, seen: Seen, mono: Millis): void {
  const { conn } = core;
  switch (seen.kind) {
    case 'book':
      return bookHeard(core, seen.channel, core.books.takeText(seen.channel, seen.frame, mono));
    case 'ticker':
      return emitInOrder(core, { kind: 'ticker', conn, ticker: seen.ticker });
    case 'trades':
      return emitInOrder(core, { kind: 'trades', conn, trades: seen.trades });
    case 'candle': {
      const { instrument, candle } = seen;
      return emitInOrder(core, { kind: 'candle', conn, instrument, candle });
    }
  }
}

/** What a notification on the channel of a book made of it. */
export function bookHeard(core: Core, channel: string, heard: Heard): void {
  if (heard.kind === 'nothing') return;
  const { conn } = core;
  if (heard.kind === 'whole') return emitInOrder(core, { kind: 'book', conn, book: heard.view });
  const { instrument, broken } = heard;
  emitInOrder(core, { kind: 'book_lost', conn, instrument, reason: broken.why });
  if (broken.kind === 'unreadable')
    reportUndecodable(core, `a notification on ${channel}: ${broken.why}`);
}

/** Books that have gone silent, and those that are to be asked for. */
export function tendBooks(core: Core, mono: Millis): void {
  const { lost, call } = core.books.tick(mono);
  tellLost(core, lost);
  askForBooks(core, call, mono);
}

/** An answer, an error or (null) no answer in time to a question about books. */
export const booksAnswered = (core: Core, answer: HandshakeAnswer | null, mono: Millis): void =>
  askForBooks(core, core.books.answered(resultOf(answer), mono), mono);

/** An exchange that does not say how it is leaves what was known of it. */
export function statusCame(core: Core, answer: HandshakeAnswer | null): void {
  const closures = core.platform.status(resultOf(answer));
  if (!closures.ok)
    return reportUndecodable(core, `the answer to public/status: ${closures.error}`);
  for (const event of closing(core.link, core.conn, closures.value)) emit(core, event);
}

const resultOf = (answer: HandshakeAnswer | null): unknown =>
  answer?.kind === 'result' ? answer.result : null;

function tellLost(core: Core, lost: readonly Lost[]): void {
  for (const { instrument, why } of lost)
    emit(core, { kind: 'book_lost', conn: core.conn, instrument, reason: why });
}

function askForBooks(core: Core, call: Call | null, mono: Millis): void {
  if (call !== null && core.phase.kind === 'up') writeOwn(core, call, { kind: 'books', mono });
}
