/** The routes of the journal: facts in order, facts that fit a filter, and the same with their hashes for other programs. */
import { z } from 'zod';
import { exportLine } from '../journal/chain.ts';
import { decodeFact } from '../journal/codec.ts';
import type { Fact } from '../domain/fact.ts';
import type { Direction, FactFilter, Found } from '../view/search.ts';
import type { Store } from '../view/store.ts';
import { journalSchema } from '../wire/schemas-answers.ts';
import { exportQuery, journalQuery } from '../wire/schemas-requests.ts';
import { type Answer, json, refuse } from './http-answer.ts';
import { type Accounts, single } from './http-sources.ts';
import { defined, readerOf } from './http-reads.ts';
import type { Route } from './http-routes.ts';

const DEFAULT_LIMIT = 100;
/** Facts that an export takes from the store at a time. */
const AT_ONCE = 1_000;

type Given = Omit<z.output<typeof exportQuery>, 'after'>;

const filterOf = ({ type, actor, object, severity, q }: Given): FactFilter =>
  defined({ type, actor, object, severity, text: q });

const factOf = (text: string): Fact => {
  const fact = decodeFact(text);
  if (!fact.ok) throw new Error(fact.error);
  return fact.value;
};

/** Where the next question goes on; null at the end of the journal on that side. */
function nextOf({ from, to, head }: Found, forward: boolean): string | null {
  if (forward) return to < head ? String(to) : null;
  return from > 1 ? String(from) : null;
}

async function filtered(store: Store, query: z.output<typeof journalQuery>) {
  const { after, before, limit = DEFAULT_LIMIT, ...filter } = query;
  const from: Direction = before === undefined ? { after: after ?? 0 } : { before };
  const found = await store.search({ filter: filterOf(filter), from, limit });
  return json({
    items: found.items.map(({ text }) => factOf(text)),
    next: nextOf(found, before === undefined),
    searched: { from: found.from, to: found.to, head: found.head },
  });
}

const notTogether = (): Answer =>
  refuse(400, 'invalid_field', {
    title: 'Invalid value',
    detail: '"after" and "before" can\'t be asked for together.',
    field: 'before',
    accepted: 'one of "after" and "before"',
  });

/** The lines of everything that fits, up to the head of when it was asked. */
async function* linesOf(store: Store, filter: FactFilter, after: number): AsyncGenerator<string> {
  const end = await store.head();
  for (let at = after; at < end; ) {
    const found = await store.search({ filter, from: { after: at }, limit: AT_ONCE });
    const lines = found.items.map(
      ({ hash, text }) => `${exportLine({ hash: Buffer.from(hash, 'hex'), text })}\n`,
    );
    if (lines.length > 0) yield lines.join('');
    at = found.to;
  }
}

/** The routes; a journal is that of one account. */
export function journalRoutes(accounts: Accounts): readonly Route[] {
  const read = readerOf(accounts);
  return [
    read({
      path: '/journal',
      summary:
        'Facts of one account after a seq, in order; or those of one stretch that fit a filter, newest first with "before"',
      query: journalQuery,
      answer: journalSchema,
      handle: async ({ query }, sources) => {
        const one = single(sources);
        if ('kind' in one) return one;
        const { after, before, limit = DEFAULT_LIMIT, ...filter } = query;
        if (after !== undefined && before !== undefined) return notTogether();
        if (before !== undefined || Object.keys(defined(filter)).length > 0)
          return filtered(one.store, query);
        const items = await one.store.facts(after ?? 0, limit);
        const next = items.length < limit ? null : String(items.at(-1)?.seq);
        return json({ items, next, searched: null });
      },
    }),
    read({
      path: '/journal/export',
      summary:
        'Facts of one account that fit a filter, one line each with its hash and the very text that was hashed',
      query: exportQuery,
      answer: z.string().meta({ description: 'Lines {"hash":"…","fact":…} (NDJSON).' }),
      handle: async ({ query: { after = 0, ...filter } }, sources) => {
        const one = single(sources);
        if ('kind' in one) return one;
        return {
          kind: 'lines',
          lines: linesOf(one.store, filterOf(filter), after),
          headers: {
            'content-type': 'application/x-ndjson',
            'content-disposition': 'attachment; filename="lockstep-journal.ndjson"',
          },
        };
      },
    }),
  ];
}
