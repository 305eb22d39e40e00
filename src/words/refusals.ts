/**
 * Error codes of the exchange in the reader's words. Codes that mean the same to whoever runs a strategy share a sentence;
 * the code and the exchange's own text always stand behind it, so that a manual or a support desk can be asked.
 */
import type { Lang } from './format.ts';
import type { TextKey } from './text.ts';
import { text } from './text.ts';
import type { refusalTexts } from './texts-refusals.ts';

type Meaning = Exclude<keyof typeof refusalTexts, 'refusal.with_code' | 'refusal.code_only'>;

/** Codes by what they mean; those of wallets, block trades and requests for quotes are not met here. */
const CODES: Readonly<Record<Meaning, readonly number[]>> = {
  'refusal.amount': [10_002, 10_021, 10_022, 10_027, 10_032],
  'refusal.price_tick': [10_023, 10_026, 10_043, 10_044],
  'refusal.price_bound': [10_005, 10_006, 10_007, 10_008, 10_011],
  'refusal.trigger_price': [10_034, 10_035, 11_036],
  'refusal.funds': [10_009, 10_039],
  'refusal.limit': [
    10_013, 10_014, 10_015, 10_016, 10_017, 10_018, 10_037, 10_038, 10_072, 11_013, 11_022, 11_035,
    13_035, 13_901,
  ],
  'refusal.own_order': [10_003],
  'refusal.post_only': [11_021, 11_054],
  'refusal.order_gone': [10_004, 10_010, 10_029, 11_008, 11_044, 11_053],
  'refusal.instrument': [10_020, 13_020],
  'refusal.book_closed': [10_012, 11_037, 11_046, 13_019],
  'refusal.settlement': [10_041],
  'refusal.maintenance': [11_051],
  'refusal.locked': [10_019, 11_098, 13_002, 13_025, 13_036, 13_503],
  'refusal.liquidation': [10_045, 10_046],
  'refusal.rate': [10_028, 10_066, 13_780, 13_903],
  'refusal.busy': [10_040, 10_047, 10_048, 11_056, 13_043],
  'refusal.too_late': [13_888],
  'refusal.overtaken': [13_666, 13_777],
  'refusal.unclear': [-32_603, 10_001, 10_050, 11_031, 11_094, 13_008, 13_028],
  'refusal.key': [
    9_999, 10_000, 12_003, 12_998, 13_000, 13_004, 13_005, 13_006, 13_007, 13_009, 13_668, 13_778,
  ],
  'refusal.scope': [11_042, 13_012, 13_021, 13_403],
  'refusal.account': [12_000, 12_999, 13_001, 13_003, 13_904],
  'refusal.disconnect': [10_049, 13_042],
  'refusal.channel': [11_052, 13_017],
  'refusal.terms': [
    10_024, 10_031, 10_036, 11_030, 11_038, 11_039, 11_041, 11_047, 11_048, 11_055, 13_030, 13_032,
    13_040, 13_902,
  ],
  'refusal.request': [
    -32_700, -32_602, -32_601, -32_600, -32_000, 10_025, 10_030, 10_033, 11_029, 11_043, 11_045,
    11_049, 11_050, 13_010, 13_011, 13_016, 13_018,
  ],
};

const MEANINGS: ReadonlyMap<number, TextKey> = new Map(
  Object.entries(CODES).flatMap(([meaning, codes]) =>
    codes.map((code) => [code, meaning as Meaning] as const),
  ),
);

/** Whether there is a sentence for a code. */
export const hasRefusal = (code: number): boolean => MEANINGS.has(code);

/** What a code means and what to do, with code and message behind it; a code that nobody knows stands with its message alone. */
export function refusal(lang: Lang, code: number, message: string): string {
  const meaning = MEANINGS.get(code);
  if (meaning === undefined)
    return text(lang, 'refusal.code_only', { message, code: String(code) });
  return text(lang, 'refusal.with_code', {
    sentence: text(lang, meaning as 'refusal.amount'),
    code: String(code),
    message,
  });
}
