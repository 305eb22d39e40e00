/**
 * What a break says of books and exchange, as a sentence to be: the engine writes both sides in a few words of the field,
 * which are known here and spelt in the reader's language. Other words stay as they are.
 */
import type { TextKey } from '../../../src/words/text.ts';
import type { FeedValue } from './feed.ts';

export type SideText =
  | { readonly key: TextKey; readonly values: Readonly<Record<string, FeedValue>> }
  | { readonly plain: string };

const FIXED: ReadonlyMap<string, TextKey> = new Map([
  ['flat', 'side.flat'],
  ['0', 'side.flat'],
  ['no trade holds it', 'web.side.no_trade'],
  ['no intent with this label', 'web.side.no_intent'],
  ['an order of another kind with this label', 'web.side.other_kind'],
  ['not found, not proved absent', 'web.side.not_found'],
]);

const AMOUNT = String.raw`(-?)(\d+(?:\.\d+)?)`;
const HELD = new RegExp(`^(long|short) ${AMOUNT}$`);
const SIGNED = new RegExp(`^${AMOUNT}$`);
const OPEN_TRADE = new RegExp(String.raw`^(\S+) open ${AMOUNT}$`);
const LIVE_STOP = new RegExp(`^live stop ${AMOUNT}$`);
const UNANSWERED = new RegExp(`^(buy|sell) ${AMOUNT} sent, no answer$`);

/** Kinds whose sides are amounts of money and not positions. */
const MONEY: ReadonlySet<string> = new Set(['balance_drift', 'fee_or_funding_difference']);

const held = (side: string, amount: string): SideText => ({
  key: 'web.side.held',
  values: { side: { word: `side.${side}` }, amount: { decimal: amount } },
});

/** A side of a break of this kind. */
export function sideText(kind: string, side: string): SideText {
  const fixed = MONEY.has(kind) ? undefined : FIXED.get(side);
  if (fixed !== undefined) return { key: fixed, values: {} };
  const position = HELD.exec(side);
  if (position !== null) return held(position[1] ?? '', position[3] ?? '');
  const signed = MONEY.has(kind) ? null : SIGNED.exec(side);
  if (signed !== null) return held(signed[1] === '-' ? 'short' : 'long', signed[2] ?? '');
  const trade = OPEN_TRADE.exec(side);
  if (trade !== null)
    return {
      key: 'web.side.open_trade',
      values: { trade: trade[1] ?? '', amount: { decimal: trade[3] ?? '' } },
    };
  const stop = LIVE_STOP.exec(side);
  if (stop !== null)
    return stop[2] === '0'
      ? { key: 'stop.missing', values: {} }
      : { key: 'web.side.live_stop', values: { amount: { decimal: stop[2] ?? '' } } };
  const unanswered = UNANSWERED.exec(side);
  if (unanswered !== null)
    return {
      key: 'web.side.unanswered',
      values: {
        direction: { word: `direction.${unanswered[1] ?? ''}` },
        amount: { decimal: unanswered[3] ?? '' },
      },
    };
  return { plain: side };
}
