/**
 * Locks and maintenance of the exchange: while an instrument's part of it is closed nothing is opened there; reductions and
 * cancels go on as far as the exchange takes them. It ends with the opposite word and a check that began after it.
 */
import type { Instrument } from '../domain/instrument.ts';
import { instrumentsInUse } from '../domain/ledger.ts';
import type { LinkName, PlatformPart } from '../venue/port.ts';
import { EXCHANGE, type Turn, record, wantCheck } from './turn.ts';

/** A part as one text, as facts name it. */
const nameOf = (part: PlatformPart): string =>
  'name' in part ? `${part.kind} ${part.name}` : part.kind;

/** The index of an instrument, as the exchange calls it, and the names by which older words call its currencies. */
const partsOf = ({ baseCurrency, quoteCurrency, settlementCurrency }: Instrument): string[] =>
  [`${baseCurrency}_${quoteCurrency}`, settlementCurrency, baseCurrency].map((name) =>
    name.toLowerCase(),
  );

function concerns(part: PlatformPart, instrument: Instrument): boolean {
  switch (part.kind) {
    case 'everything':
    case 'maintenance':
      return true;
    case 'public_requests':
      return false;
    case 'index':
      return partsOf(instrument).includes(part.name.toLowerCase());
    case 'account':
      return part.name === 'ALL' || part.name === instrument.settlementCurrency;
  }
}

/** Whether an instrument's part of the exchange is closed. */
export function isPlatformClosed({ live, books }: Turn, name: string): boolean {
  if (live.closed.size === 0) return false;
  const instrument = books.instruments.get(name);
  return (
    instrument === undefined || [...live.closed.values()].some((part) => concerns(part, instrument))
  );
}

function isOurs({ books }: Turn, part: PlatformPart): boolean {
  const known = instrumentsInUse(books).flatMap((name) => books.instruments.get(name) ?? []);
  return part.kind === 'public_requests' || known.some((instrument) => concerns(part, instrument));
}

function tell(turn: Turn, part: PlatformPart, closed: boolean): void {
  record(turn, { type: 'PLATFORM_CHANGED', v: 1, data: { part: nameOf(part), closed } }, EXCHANGE);
}

/** A part was closed or opened; what it was before is no news. Parts that nothing of ours hangs on are no facts. */
export function onPlatform(turn: Turn, part: PlatformPart, closed: boolean): void {
  const { live } = turn;
  const key = nameOf(part);
  if (live.closed.has(key) === closed) return;
  if (closed) live.closed.set(key, part);
  else {
    live.closed.delete(key);
    live.reopenedMono = turn.now.mono;
  }
  if (!isOurs(turn, part)) return;
  tell(turn, part, closed);
  if (!closed) wantCheck(turn, 'surprise');
}

/** A new connection of the trading link: its session asks for the locks of the account, those of before count no more. */
export function forgetAccountLocks(turn: Turn, link: LinkName): void {
  if (link !== 'trading') return;
  for (const part of turn.live.closed.values())
    if (part.kind === 'account') onPlatform(turn, part, false);
}
