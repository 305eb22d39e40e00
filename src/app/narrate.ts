/** What happens, in one plain line each, for the terminal that the engine runs in. */
import { parseIso } from '../base/time.ts';
import type { Fact } from '../domain/fact.ts';
import { NONE, type Lang, formatMoney, formatNumber, formatUtc } from '../words/format.ts';
import { text } from '../words/text.ts';

const clockOf = (fact: Fact): string => formatUtc(parseIso(fact.at) ?? 0);

type Data<Type extends Fact['type']> = Extract<Fact, { readonly type: Type }>['data'];

/** The sentence of each kind that people are told of as it happens. */
const SENTENCES: { readonly [Type in Fact['type']]?: (lang: Lang, data: Data<Type>) => string } = {
  TRADE_OPENED: (lang, { trade }) => {
    const price = trade.entryPrice === null ? NONE : formatNumber(lang, trade.entryPrice);
    const side = text(lang, `side.${trade.direction}`);
    return text(lang, 'cli.trade_opened', {
      strategy: trade.strategy,
      side,
      amount: formatNumber(lang, trade.amount),
      instrument: trade.instrument,
      price,
    });
  },
  TRADE_CLOSED: (lang, { trade }) => {
    const by = trade.closedBy === null ? NONE : text(lang, `closed_by.${trade.closedBy}`);
    const price = trade.exitPrice === null ? NONE : formatNumber(lang, trade.exitPrice);
    const net =
      trade.pnlSource === 'unknown'
        ? NONE
        : formatMoney(lang, trade.netPnl, { currency: trade.currency, plus: true });
    return text(lang, 'cli.trade_closed', {
      strategy: trade.strategy,
      instrument: trade.instrument,
      price,
      by,
      net,
    });
  },
  BREAK_OPENED: (lang, { break: found }) =>
    text(lang, 'cli.break_opened', {
      id: found.id,
      kind: text(lang, `break.${found.kind}`),
      instrument: found.instrument,
      books: found.books,
      exchange: found.exchange,
    }),
  DISK_CHANGED: (lang, { disk }) => text(lang, `disk.${disk}`),
  CONTROL_CHANGED: (lang, { strategy, control, by }) =>
    text(lang, 'cli.control_changed', { strategy, control, by }),
};

/** The line of a fact; undefined for facts that people are not told of as they happen. */
export function narrate(lang: Lang, fact: Fact): string | undefined {
  // What another program closed long ago is told by who imports it.
  if (fact.type === 'TRADE_CLOSED' && fact.data.trade.origin === 'imported') return undefined;
  const sentence = SENTENCES[fact.type] as ((lang: Lang, data: Fact['data']) => string) | undefined;
  return sentence === undefined ? undefined : `${clockOf(fact)}  ${sentence(lang, fact.data)}`;
}
