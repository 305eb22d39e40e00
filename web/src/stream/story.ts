/**
 * A trade's facts as a story: one line for each thing that happened, with the facts that it is made of. What only repeats
 * something for screens goes to the line before it, so no fact is lost. Pure; the facts come in order of `seq`.
 */
import type { Break, Trade, TradeDetail } from '../../../src/wire/requests.ts';
import { hasText, type TextKey } from '../../../src/words/text.ts';
import { type FeedValue, isDormant, type Tone } from './feed.ts';
import { sideText } from './sides.ts';

export type StoryFact = TradeDetail['timeline'][number];

export type StoryLine = {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly key: TextKey;
  readonly values: Readonly<Record<string, FeedValue>>;
  readonly tone: Tone;
  readonly facts: readonly StoryFact[];
};

type Said = Pick<StoryLine, 'key' | 'values' | 'tone'>;

/** What is read of the deciding facts; the journal's own types say more. */
type Intent = {
  readonly purpose: string;
  readonly type: string;
  readonly direction: string;
  readonly amount: string;
  readonly price: string | null;
  readonly triggerPrice: string | null;
  readonly children: readonly { readonly purpose: string; readonly triggerPrice: string }[];
};
type Booked = {
  readonly fill: { readonly direction: string; readonly price: string };
  readonly allocations: readonly {
    readonly trade: string | null;
    readonly role: 'open' | 'close';
    readonly amount: string;
    readonly fee: string;
  }[];
  readonly exit: { readonly by: string } | null;
  readonly source: string;
};
type Adopted = {
  readonly strategy: string;
  readonly direction: string;
  readonly amount: string;
  readonly entryPrice: string;
  readonly by: string;
};

const HANDS: ReadonlySet<string> = new Set(['web', 'mobile', 'other_api']);

const dec = (decimal: string): FeedValue => ({ decimal });
const plain = (key: TextKey, values: Said['values'] = {}, tone: Tone = 'plain'): Said => ({
  key,
  values,
  tone,
});
const who = (id: string): FeedValue => (hasText(`actor.${id}`) ? { word: `actor.${id}` } : id);

function intended({ intent }: { readonly intent: Intent }): Said {
  const { purpose, direction, amount, price, triggerPrice, children } = intent;
  const level = (of: string): string | undefined =>
    children.find((child) => child.purpose === of)?.triggerPrice;
  const [stop, target] = [level('stop'), level('target')];
  const values = { direction: { word: `direction.${direction}` }, amount: dec(amount) };
  if (purpose === 'entry' && price !== null && stop !== undefined && target !== undefined)
    return plain('web.story.entry', {
      ...values,
      price: dec(price),
      stop: dec(stop),
      target: dec(target),
    });
  const at = triggerPrice ?? price;
  const what = { word: hasText(`web.purpose.${purpose}`) ? `web.purpose.${purpose}` : purpose };
  return at === null
    ? plain('web.story.intended', { ...values, what })
    : plain('web.story.intended_at', { ...values, what, price: dec(at) });
}

function booked(data: Booked, trade: string): Said | null {
  const mine = data.allocations.find((allocation) => allocation.trade === trade);
  if (mine === undefined) return null;
  const values = {
    direction: { word: `web.did.${data.fill.direction}` },
    amount: dec(mine.amount),
    price: dec(data.fill.price),
    fee: dec(mine.fee),
    source: { word: data.source === 'push' ? 'web.source.push' : 'web.source.check' },
  };
  if (mine.role === 'open' || data.exit === null) return plain('web.story.filled', values, 'good');
  const { by } = data.exit;
  return plain(
    'web.story.closing_fill',
    { ...values, by: { word: `closed_by.${by}` } },
    HANDS.has(by) ? 'hand' : 'good',
  );
}

/** An order of the exchange as the journal keeps it. */
type Seen = {
  readonly orderId: string;
  readonly type: string;
  readonly state: string;
  readonly reduceOnly: boolean;
  readonly triggerPrice: string | null;
};

const GUARD_STATES: ReadonlyMap<string, readonly [TextKey, Tone]> = new Map([
  ['untriggered', ['web.story.guard_live', 'good']],
  ['triggered', ['web.story.guard_fired', 'plain']],
  ['cancelled', ['web.story.guard_gone', 'plain']],
  ['rejected', ['web.story.guard_refused', 'bad']],
]);

/** Stops and targets tell when they become live, fire or go; the entry is told by its fill. */
function protective({ order }: { readonly order: Seen }): Said | null {
  const { type, state, triggerPrice, reduceOnly } = order;
  const told = GUARD_STATES.get(state);
  if (told === undefined || !reduceOnly || triggerPrice === null || isDormant(order)) return null;
  const what = { word: type.startsWith('take') ? 'chart.target' : 'chart.stop' };
  return plain(told[0], { what, price: dec(triggerPrice) }, told[1]);
}

type Change = {
  readonly want: {
    readonly kind: string;
    readonly amount?: string;
    readonly triggerPrice?: string | null;
  };
  readonly why: string;
};

function change({ change: { want, why } }: { readonly change: Change }): Said {
  const because = { why: { word: `web.why.${why}` } };
  if (why === 'break_even' || why === 'trailing')
    return plain('web.story.move', { ...because, price: dec(want.triggerPrice ?? '0') });
  return want.kind === 'edited'
    ? plain('web.story.edit', { ...because, amount: dec(want.amount ?? '0') })
    : plain('web.story.cancel', because);
}

function closed(trade: Trade): Said {
  const reason = { word: `exit.${trade.exitReason ?? 'ghost_trade_cleanup'}` };
  if (trade.pnlSource === 'unknown') return plain('web.story.closed_unknown', { reason }, 'warn');
  const net = { decimal: trade.netPnl, currency: trade.currency, plus: true };
  return plain('web.story.closed', { reason, net }, trade.netPnl.startsWith('-') ? 'bad' : 'good');
}

function difference(found: Break): Said {
  const { kind, books, exchange } = found;
  return plain(
    'web.story.break',
    {
      kind: { word: `break.${kind}` },
      books: { side: sideText(kind, books) },
      exchange: { side: sideText(kind, exchange) },
    },
    'warn',
  );
}

function said({ type, data }: StoryFact, trade: string): Said | null {
  switch (type) {
    case 'ORDER_INTENDED':
      return intended(data as { readonly intent: Intent });
    case 'FILL_BOOKED':
      return booked(data as Booked, trade);
    case 'ORDER_SEEN':
      return protective(data as { readonly order: Seen });
    case 'CHANGE_INTENDED':
      return change(data as { readonly change: Change });
    case 'ORDER_REJECTED': {
      const { code, message } = data as { readonly code: number; readonly message: string };
      return plain('web.story.rejected', { reason: { code, message } }, 'bad');
    }
    case 'TRADE_CLOSED':
      return closed((data as { readonly trade: Trade }).trade);
    case 'TRADE_ADOPTED': {
      const { strategy, direction, amount, entryPrice, by } = data as Adopted;
      return plain('web.story.adopted', {
        side: { word: `side.${direction}` },
        amount: dec(amount),
        price: dec(entryPrice),
        strategy,
        by: who(by),
      });
    }
    case 'STOP_MOVED': {
      const { stopLoss, reason } = data as Readonly<Record<string, string>>;
      const why = { word: `web.why.${reason ?? ''}` };
      return plain('web.story.moved', { price: dec(stopLoss ?? '0'), why }, 'good');
    }
    case 'TRADE_CORRECTED': {
      const { exitPrice, by, reason } = data as Readonly<Record<string, string>>;
      return plain('web.story.corrected', {
        price: dec(exitPrice ?? '0'),
        by: who(by ?? ''),
        reason: reason ?? '',
      });
    }
    case 'FOREIGN_SEEN': {
      const { what, who: by, text } = data as Readonly<Record<string, string>>;
      const values = {
        by: { word: `closed_by.${by ?? 'unknown'}` },
        order: { side: { plain: text ?? '' } },
      };
      return plain(
        what === 'cancelled' ? 'web.story.foreign_gone' : 'web.story.foreign_changed',
        values,
        'warn',
      );
    }
    case 'DECISION_UNDONE': {
      const { by, reason } = data as Readonly<Record<string, string>>;
      return plain('web.story.undone', { by: who(by ?? ''), reason: reason ?? '' });
    }
    case 'BREAK_OPENED':
      return difference((data as { readonly break: Break }).break);
    case 'ORDER_UNKNOWN':
      return plain('web.fact.ORDER_UNKNOWN', {}, 'warn');
    case 'ORDER_ACKED':
    case 'ORDER_FENCED':
    case 'ORDER_ABSENT':
    case 'FUNDING_ACCRUED':
    case 'FUNDING_SETTLED':
    case 'POSITION_ADJUSTED':
    case 'POSITION_DELIVERED':
    case 'BREAK_RESOLVED':
      return plain(`web.fact.${type}`);
    default:
      // What the journal may come to hold later stays visible as a fact of the line before it.
      return null;
  }
}

/** A line that says what the one before said: funding every few minutes, two cancels for one reason. */
const repeats = (line: Said, before: StoryLine): boolean =>
  line.key === before.key && JSON.stringify(line.values) === JSON.stringify(before.values);

/** Which order in which state a fact shows; the exchange may show the same twice. */
function sightOf({ type, data }: StoryFact): string | null {
  if (type !== 'ORDER_SEEN') return null;
  const { orderId, state } = (data as { readonly order: Seen }).order;
  return `${orderId} ${state}`;
}

/** The lines of the story of a trade. Facts before the first line belong to it. */
export function storyOf(facts: readonly StoryFact[], trade: string): readonly StoryLine[] {
  const lines: StoryLine[] = [];
  const seen = new Set<string>();
  let early: readonly StoryFact[] = [];
  for (const fact of facts) {
    const sight = sightOf(fact);
    const line = sight !== null && seen.has(sight) ? null : said(fact, trade);
    if (sight !== null) seen.add(sight);
    const last = lines.at(-1);
    if (last !== undefined && (line === null || repeats(line, last)))
      lines[lines.length - 1] = { ...last, facts: [...last.facts, fact] };
    else if (line === null) early = [...early, fact];
    else {
      const { seq, at, type } = fact;
      lines.push({ seq, at, type, ...line, facts: [...early, fact] });
      early = [];
    }
  }
  return lines;
}
