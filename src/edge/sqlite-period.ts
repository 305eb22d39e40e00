/**
 * The report of a period from the stored facts: finds where it begins, takes over from the last daily report before it, and
 * folds in steps, so that pages get their turn between them. Facts never change, so no long transaction is needed.
 */
import type { DatabaseSync } from 'node:sqlite';
import { assert } from '../base/assert.ts';
import { canonical, type Json } from '../base/canonical.ts';
import { toHex } from '../base/hashing.ts';
import { dayOf, isoTime, type Millis, parseIso } from '../base/time.ts';
import type { DailyCarry, DailyItem } from '../domain/daily.ts';
import type { Fact } from '../domain/fact.ts';
import { decodeFact } from '../journal/codec.ts';
import {
  beat,
  carryOf,
  type Daily,
  DAILY_TYPES,
  endDaily,
  isDailyFact,
  openDaily,
  rowsOf,
  takeFact,
} from '../view/daily.ts';
import type { PeriodAnswer, PeriodQuery } from '../view/store.ts';
import { chainStart } from '../journal/chain.ts';
import { sha256, utf8 } from './hashing.ts';
import { lastCommit, metaOf } from './sqlite-stored.ts';

/** Facts that are folded before pages get their turn. */
const STEP = 4_000;
/** Where the envelope's time begins behind `"at":"`, and how long it is. */
const AT = '"at":"';
const ISO_LENGTH = 24;

const WANTED = DAILY_TYPES.map((type) => `'${type}'`).join(', ');

const timeOf = (text: string): Millis => {
  const from = text.indexOf(AT) + AT.length;
  return parseIso(text.slice(from, from + ISO_LENGTH)) ?? 0;
};

/** The first fact at or behind an instant, with what a start recorded just before it; `head + 1` when there is none yet. */
function firstAt(db: DatabaseSync, at: Millis, head: number): number {
  return withStart(db, firstStamped(db, at, head));
}

/** Facts that one start may record before its first link is up. */
const MOST_OF_A_START = 2_000;

function withStart(db: DatabaseSync, seq: number): number {
  const rows = db
    .prepare('SELECT seq, type FROM facts WHERE seq < ? AND seq >= ? ORDER BY seq DESC')
    .iterate(seq, seq - MOST_OF_A_START);
  let first = seq;
  for (const row of rows) {
    const { type } = row;
    if (type === 'LINK_CHANGED') return first;
    if (type === 'ENGINE_STARTED' || type === 'JOURNAL_OPENED') first = Number(row['seq']);
    else if (first < seq) return first;
  }
  return first;
}

function firstStamped(db: DatabaseSync, at: Millis, head: number): number {
  const hour = isoTime(at).slice(0, 13);
  const later = db.prepare('SELECT min(seq) AS seq FROM hours WHERE hour > ?').get(hour)?.['seq'];
  const begin = db.prepare('SELECT seq FROM hours WHERE hour = ?').get(hour)?.['seq'];
  const end = later === null || later === undefined ? head + 1 : Number(later);
  if (begin === undefined) return end;
  const rows = db
    .prepare(
      `SELECT seq, substr(text, 1, 80) AS text FROM facts WHERE seq >= ? AND seq < ? ORDER BY seq`,
    )
    .iterate(Number(begin), end);
  for (const { seq, text } of rows) if (timeOf(String(text)) >= at) return Number(seq);
  return end;
}

function factAt(db: DatabaseSync, seq: number): Fact | undefined {
  const text = db.prepare('SELECT text FROM facts WHERE seq = ?').get(seq)?.['text'];
  if (typeof text !== 'string') return undefined;
  const fact = decodeFact(text);
  assert(fact.ok, fact.ok ? '' : fact.error);
  return fact.value;
}

/** What the last daily report before fact `from` left. */
function carryBefore(
  db: DatabaseSync,
  from: number,
): { readonly carry: DailyCarry | null; readonly after: number } {
  const found = db
    .prepare("SELECT doc FROM daily WHERE json_extract(doc, '$.to') < ? ORDER BY at DESC LIMIT 1")
    .get(from)?.['doc'];
  const item = typeof found === 'string' ? (JSON.parse(found) as DailyItem) : undefined;
  const fact = item === undefined ? undefined : factAt(db, item.seq);
  return item === undefined || fact?.type !== 'REPORT_READY'
    ? { carry: null, after: 0 }
    : { carry: fact.data.carry, after: item.to };
}

const itemOf = (db: DatabaseSync, day: string): DailyItem | undefined => {
  const doc = db.prepare('SELECT doc FROM daily WHERE id = ?').get(day)?.['doc'];
  return typeof doc === 'string' ? (JSON.parse(doc) as DailyItem) : undefined;
};

/** The day's own facts where its report was made, behind those of the day before where that was; else those of the time asked for. */
function rangeOf(
  db: DatabaseSync,
  { day, from, to }: PeriodQuery,
  head: number,
): { readonly first: number; readonly last: number } {
  const made = day === null ? undefined : itemOf(db, day);
  if (made !== undefined) return { first: made.from, last: made.to };
  const before = day === null ? undefined : itemOf(db, dayOf(from - 1));
  const first = before === undefined ? firstAt(db, from, head) : before.to + 1;
  return { first, last: Math.max(first, firstAt(db, to, head)) - 1 };
}

/** Folds facts behind `after` up to `last`; answers where it stopped. */
function foldStep(db: DatabaseSync, daily: Daily, after: number, last: number): number {
  const to = Math.min(after + STEP, last);
  const rows = db
    .prepare(
      `SELECT type, CASE WHEN type IN (${WANTED}) THEN text ELSE substr(text, 1, 80) END AS text
        FROM facts WHERE seq > ? AND seq <= ? ORDER BY seq`,
    )
    .iterate(after, to);
  for (const { type, text } of rows) {
    if (!DAILY_TYPES.some((wanted) => wanted === type)) {
      beat(daily, timeOf(String(text)));
      continue;
    }
    const fact = decodeFact(String(text));
    assert(fact.ok, fact.ok ? '' : fact.error);
    if (isDailyFact(fact.value)) takeFact(daily, fact.value);
  }
  return to;
}

function hashAt(db: DatabaseSync, seq: number): string {
  const hash = db.prepare('SELECT hash FROM facts WHERE seq = ?').get(seq)?.['hash'];
  return toHex(
    hash === undefined
      ? chainStart({ sha256, utf8 }, metaOf(db, 'journal')).hash
      : (hash as Uint8Array),
  );
}

/** Folds the report of a period, one step at a turn of the thread; `onEnd` gets the answer or what went wrong. */
export function walkPeriod(
  db: DatabaseSync,
  asked: PeriodQuery,
  onEnd: (answer: PeriodAnswer | Error) => void,
): void {
  const begin = (): (() => PeriodAnswer | undefined) => {
    const head = lastCommit(db);
    const { first, last } = rangeOf(db, asked, head);
    const { carry, after } = carryBefore(db, first);
    const bounds = { from: asked.from, to: asked.to };
    let before = true;
    let at = after;
    let daily = openDaily(carry, { from: asked.from, to: asked.from });
    return () => {
      at = foldStep(db, daily, at, before ? first - 1 : last);
      if (before && at >= first - 1) {
        daily = openDaily(carryOf(daily), bounds, asked.rows);
        before = false;
        at = first - 1;
        return undefined;
      }
      if (before || at < last) return undefined;
      const next = factAt(db, last + 1);
      const kept = carryOf(daily);
      const rows = rowsOf(daily);
      const report = endDaily(daily, {
        day: asked.day,
        from: first,
        to: last,
        hash: hashAt(db, last),
        over: asked.over || next !== undefined,
        startsNext: next?.type === 'ENGINE_STARTED',
      });
      const hash = toHex(sha256(canonical(report as unknown as Json)));
      return { report, hash, carry: kept, rows };
    };
  };
  let step: (() => PeriodAnswer | undefined) | undefined;
  const turn = (): void => {
    if (!db.isOpen) return;
    try {
      step ??= begin();
      const answer = step();
      if (answer === undefined) setImmediate(turn);
      else onEnd(answer);
    } catch (error) {
      onEnd(error instanceof Error ? error : new Error(String(error)));
    }
  };
  turn();
}
