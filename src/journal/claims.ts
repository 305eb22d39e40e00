/**
 * What may be in a journal only once, or by one holder at a time. Every adapter takes and frees these claims in the same
 * transaction as the facts and refuses the whole append when one is taken: a command id (I38), an order's label (I1),
 * a fill (I11), the opening and the close of a trade (I21), a day's report (N10), and the one unresolved opening of a strategy on an instrument (I3).
 */
import type { Fact, FactBody, FactType } from '../domain/fact.ts';
import { fillKey } from '../domain/fill.ts';

/** `holder` is named where the claim can be freed again. */
export type Claim = { readonly key: string; readonly holder: string | null };

export type Claims = {
  readonly take: readonly Claim[];
  /** All claims of these holders become free. */
  readonly free: readonly string[];
  /** Nobody may have taken these. */
  readonly absent: readonly string[];
};

const NONE: Claims = { take: [], free: [], absent: [] };

/** The claim of a command id. */
export const commandClaim = (id: string): string => `command/${id}`;

const once = (...keys: readonly string[]): Claims['take'] =>
  keys.map((key) => ({ key, holder: null }));

const holders = (label: string): readonly string[] => (label === '' ? [] : [label]);

type TradeState = { readonly id: string; readonly status: 'open' | 'closed' };

/** A closed trade never opens again (I21). */
const stillOpen = ({ id, status }: TradeState): readonly string[] =>
  status === 'open' ? [`closed/${id}`] : [];

type Data<Type extends FactType> = Extract<FactBody, { readonly type: Type }>['data'];

const CLAIMS: { readonly [Type in FactType]?: (data: Data<Type>) => Partial<Claims> } = {
  JOURNAL_OPENED: () => ({ take: once('journal') }),
  COMMAND_TAKEN: ({ id }) => ({ take: once(commandClaim(id)) }),
  ORDER_INTENDED: ({ intent }) => {
    const labels = once(...[intent, ...intent.children].map(({ label }) => `label/${label}`));
    const opening = {
      key: `opening/${intent.strategy}/${intent.instrument}`,
      holder: intent.label,
    };
    return { take: intent.purpose === 'entry' ? [...labels, opening] : labels };
  },
  ORDER_ACKED: ({ label }) => ({ free: holders(label) }),
  ORDER_REJECTED: ({ label }) => ({ free: holders(label) }),
  ORDER_ABSENT: ({ label }) => ({ free: holders(label) }),
  ORDER_SEEN: ({ order, label }) => ({ free: holders(label ?? order.label) }),
  FILL_BOOKED: ({ fill }) => ({ take: once(`fill/${fillKey(fill)}`), free: holders(fill.label) }),
  REPORT_READY: ({ daily }) => ({ take: once(`daily/${daily.day}`) }),
  TRADE_OPENED: ({ trade }) => ({ take: once(`opened/${trade.id}`), absent: stillOpen(trade) }),
  TRADE_UPDATED: ({ trade }) => ({ absent: stillOpen(trade) }),
  TRADE_CLOSED: ({ trade }) => ({ take: once(`closed/${trade.id}`) }),
};

/** What appending this fact claims, frees and demands; most kinds nothing. */
export function claimsOf(fact: FactBody): Claims {
  const claims = CLAIMS[fact.type] as ((data: FactBody['data']) => Partial<Claims>) | undefined;
  return claims === undefined ? NONE : { ...NONE, ...claims(fact.data) };
}

/** What to say when a claim is taken already. */
export const claimTaken = (fact: Pick<Fact, 'seq' | 'type'>, key: string, seq: number): string =>
  `fact ${fact.seq} (${fact.type}) is refused: "${key}" was taken by fact ${seq}`;
