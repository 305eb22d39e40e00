/** The routes of daily reports: the list of those that were written down, and any day or period made from the facts on demand. */
import { z } from 'zod';
import { DAY, isoTime, type Millis, parseIso } from '../base/time.ts';
import { LONGEST_PERIOD } from '../view/daily.ts';
import type { PeriodQuery } from '../view/store.ts';
import { dailyDocument } from '../wire/daily-document.ts';
import type { DailyAnswer } from '../wire/daily-shape.ts';
import { DAILY_STYLE, dailyHtml } from '../wire/daily-html.ts';
import { pageOf } from '../wire/schemas-answers.ts';
import { dailyAnswerSchema, dailyItemSchema } from '../wire/schemas-daily.ts';
import {
  dailyPageQuery,
  dailyQuery,
  dayPath,
  pageQuery,
  periodPageQuery,
  periodQuery,
} from '../wire/schemas-requests.ts';
import type { Lang } from '../words/format.ts';
import { sha256 } from './hashing.ts';
import { type Answer, json, refuse } from './http-answer.ts';
import { readStrictly } from './http-input.ts';
import { idOf, paging, readerOf } from './http-reads.ts';
import type { Route } from './http-routes.ts';
import { type Accounts, single, type Sources } from './http-sources.ts';

const STYLE_HASH = Buffer.from(sha256(DAILY_STYLE)).toString('base64');

/** What the page may do: show itself in its own style, and nothing else. */
const PAGE_HEADERS = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
};

const page = (answer: DailyAnswer, lang: Lang): Answer => ({
  kind: 'page',
  html: dailyHtml(dailyDocument(lang, answer)),
  headers: PAGE_HEADERS,
});

const wrongPeriod = (field: 'from' | 'to', detail: string, accepted: string): Answer =>
  refuse(400, 'invalid_field', { title: 'Invalid value', detail, field, accepted });

/** Why there can be no report of a period; undefined when there can. */
function examine({ from, to }: { readonly from: Millis; readonly to: Millis }): Answer | undefined {
  if (from >= to)
    return wrongPeriod(
      'from',
      `"from" (${isoTime(from)}) is not before "to" (${isoTime(to)}).`,
      'a time before "to"',
    );
  return to - from > LONGEST_PERIOD
    ? wrongPeriod(
        'to',
        `The period is ${Math.ceil((to - from) / DAY)} days long.`,
        `at most ${LONGEST_PERIOD / DAY} days after "from"`,
      )
    : undefined;
}

/** The day that an address names, or what is wrong with it. */
function dayOfPath(text: string): { readonly day: string } | Answer {
  const given = readStrictly(dayPath, 'path', { day: text });
  return given.ok ? given.value : given.error;
}

/** A report is made of the facts of one account. */
async function answerOf(sources: Sources, asked: PeriodQuery): Promise<DailyAnswer | Answer> {
  const one = single(sources);
  if ('kind' in one) return one;
  const { store } = one;
  const [{ report, hash, rows }, ready] = await Promise.all([
    store.period(asked),
    asked.day === null ? undefined : store.daily(asked.day),
  ]);
  return { report, hash, ready: ready ?? null, rows };
}

async function ofDay(
  sources: Sources,
  { text, rows = false }: { readonly text: string; readonly rows?: boolean | undefined },
): Promise<DailyAnswer | Answer> {
  const found = dayOfPath(text);
  if (!('day' in found)) return found;
  const from = parseIso(`${found.day}T00:00Z`) ?? 0;
  return answerOf(sources, { day: found.day, from, to: from + DAY, over: false, rows });
}

async function ofPeriod(
  sources: Sources,
  query: { readonly from: Millis; readonly to: Millis; readonly rows?: boolean | undefined },
): Promise<DailyAnswer | Answer> {
  const { from, to, rows = false } = query;
  return examine(query) ?? answerOf(sources, { day: null, from, to, over: false, rows });
}

const isAnswer = (found: DailyAnswer | Answer): found is Answer => 'kind' in found;
const asJson = (found: DailyAnswer | Answer): Answer => (isAnswer(found) ? found : json(found));
const asPage = (found: DailyAnswer | Answer, lang: Lang = 'en'): Answer =>
  isAnswer(found) ? found : page(found, lang);

const HTML = z.string().meta({ description: 'One page of HTML that needs nothing else.' });
const SUFFIX = '.html';

/** The routes; the pages come first, because a day would take their suffix for its own. */
export function dailyRoutes(accounts: Accounts): readonly Route[] {
  const read = readerOf(accounts);
  return [
    read({
      path: '/reports/daily',
      summary: 'Daily reports that were written down, newest first',
      query: pageQuery,
      answer: pageOf(dailyItemSchema),
      handle: async ({ query }, sources) => {
        const one = single(sources);
        return 'kind' in one ? one : json(await one.store.dailies(paging(query)));
      },
    }),
    read({
      path: '/reports/daily/{id}.html',
      summary: 'The report of a day (UTC) as a page for printing',
      query: dailyPageQuery,
      answer: HTML,
      handle: async (call, sources) => {
        const { rows, lang } = call.query;
        return asPage(
          await ofDay(sources, { text: idOf(call).slice(0, -SUFFIX.length), rows }),
          lang,
        );
      },
    }),
    read({
      path: '/reports/daily/{id}',
      summary: 'The report of a day (UTC), made from its facts; of today as far as it has come',
      query: dailyQuery,
      answer: dailyAnswerSchema,
      handle: async (call, sources) =>
        asJson(await ofDay(sources, { text: idOf(call), rows: call.query.rows })),
    }),
    read({
      path: '/reports/period',
      summary: 'The report of any period, made from its facts',
      query: periodQuery,
      answer: dailyAnswerSchema,
      handle: async ({ query }, sources) => asJson(await ofPeriod(sources, query)),
    }),
    read({
      path: '/reports/period.html',
      summary: 'The report of any period as a page for printing',
      query: periodPageQuery,
      answer: HTML,
      handle: async ({ query }, sources) => asPage(await ofPeriod(sources, query), query.lang),
    }),
  ];
}
