/** Reports of days and periods, and the journal by what is looked for: over the real port, on paper and in the terminal. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportLine } from '../../src/journal/chain.ts';
import { encodeFact } from '../../src/journal/codec.ts';
import { lockstep } from '../support/cli.ts';
import { dec } from '../../src/base/decimal.ts';
import type { CashLines } from '../../src/domain/daily.ts';
import { aBreak, facts, fill, INSTRUMENT, report, START, story } from '../support/facts.ts';
import { createFakeEngine, type FakeEngine } from '../support/served-engine.ts';
import { serve } from '../support/serving.ts';

/** One trade closed, one open, a check, a difference. */
function tradingEngine(): FakeEngine {
  const engine = createFakeEngine();
  for (const bodies of [...story(1), ...story(2).slice(0, 3)])
    engine.commit((seq) => facts(seq - 1, bodies));
  engine.commit((seq) =>
    facts(seq - 1, [
      { type: 'BREAK_OPENED', v: 1, data: { break: aBreak(1), subject: 'BTC_USDC-PERPETUAL' } },
      { type: 'RECONCILIATION_COMPLETED', v: 1, data: { report: report(1), cursor: null } },
    ]),
  );
  return engine;
}

const problem = (body: unknown) => body as Readonly<Record<string, unknown>>;

test('a day or period that can not be is refused by name, with what is accepted', async (t) => {
  const server = await serve(t, { engine: tradingEngine() });
  const cases: readonly (readonly [string, number, Readonly<Record<string, unknown>>])[] = [
    [
      '/reports/daily/2026-02-30',
      400,
      { code: 'invalid_field', field: 'day', accepted: 'a day such as 2026-03-02' },
    ],
    [
      '/reports/period?from=2026-03-02',
      400,
      { code: 'missing_field', field: 'to', detail: '"to" is missing.' },
    ],
    [
      '/reports/period?from=2026-03-02&to=2026-03-02',
      400,
      { code: 'invalid_field', field: 'from', accepted: 'a time before "to"' },
    ],
    [
      '/reports/period.html?from=2020-01-01&to=2026-01-01',
      400,
      { code: 'invalid_field', field: 'to', accepted: 'at most 366 days after "from"' },
    ],
    [
      '/reports/daily/2026-03-02.html?lang=fr',
      400,
      { code: 'invalid_field', field: 'lang', accepted: 'one of en, nl' },
    ],
    [
      '/journal?after=1&before=9',
      400,
      { code: 'invalid_field', field: 'before', accepted: 'one of "after" and "before"' },
    ],
    [
      '/journal?severity=loud',
      400,
      { field: 'severity', accepted: 'one of info, warning, critical' },
    ],
  ];
  for (const [path, status, expected] of cases) {
    const reply = await server.get(path);
    assert.equal(reply.status, status, path);
    for (const [name, value] of Object.entries(expected))
      assert.equal(problem(reply.body)[name], value, `${path}: ${name}`);
  }
});

test('a report as a page is whole in itself, in the language asked for, and shows what came from outside as text', async (t) => {
  const engine = tradingEngine();
  const hostile = aBreak(2, { id: 'brk_<script>', books: '"><img src=x onerror=alert(1)>' });
  engine.commit((seq) =>
    facts(seq - 1, [{ type: 'BREAK_OPENED', v: 1, data: { break: hostile, subject: 'x' } }]),
  );
  const server = await serve(t, { engine });
  const { body } = await server.get('/reports/daily/2026-03-02');
  const { report: made } = body as {
    readonly report: { readonly trades: { readonly count: number } };
  };
  assert.equal(made.trades.count, 1);
  for (const [lang, title] of [
    ['en', 'Daily report of 2026-03-02'],
    ['nl', 'Dagrapport van 02-03-2026'],
  ] as const) {
    const page = await server.get(`/reports/daily/2026-03-02.html?lang=${lang}`);
    assert.equal(page.status, 200);
    assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
    assert.match(
      String(page.headers['content-security-policy']),
      /^default-src 'none'; style-src 'sha256-/,
    );
    assert.ok(page.text.includes(`<h1>${title}</h1>`));
    assert.ok(page.text.includes('brk_&lt;script&gt;'));
    assert.doesNotMatch(page.text, /<script|<img|https?:|onerror=alert\(1\)>/);
    assert.match(page.text, /razor-1/);
  }
  const period = await server.get(
    '/reports/period.html?from=2026-03-02T10:00Z&to=2026-03-02T11:00Z',
  );
  assert.match(period.text, /<h1>Report of 2026-03-02 10:00:00 to 2026-03-02 11:00:00<\/h1>/);
});

test('report of a day or a period: in words, as JSON, and as a file for printing', async (t) => {
  const server = await serve(t, { engine: tradingEngine() });
  const data = ['--data', server.dataDir];
  const inWords = await lockstep(['report', '--day', '2026-03-02', ...data, '--lang', 'nl']);
  assert.equal(inWords.code, 0);
  assert.match(inWords.out, /^Dagrapport van 02-03-2026\n/);
  assert.match(inWords.out, /razor-1 +BTC_USDC-PERPETUAL long 0,0011/);
  const period = ['--from', '2026-03-02T10:00:00Z', '--to', '2026-03-03'];
  const asJson = await lockstep(['report', ...period, '--json', ...data]);
  assert.deepEqual(
    JSON.parse(asJson.out),
    (await server.get('/reports/period?from=2026-03-02T10:00:00Z&to=2026-03-03')).body,
  );
  const file = join(server.dataDir, 'day.html');
  const written = await lockstep(['report', '--day', '2026-03-02', '--html', file, ...data]);
  assert.equal(written.out, `Written to ${file}.\n`);
  assert.equal(
    readFileSync(file, 'utf8'),
    (await server.get('/reports/daily/2026-03-02.html')).text,
  );
  const dutch = await lockstep(['report', '--day', '2026-03-32', '--lang', 'nl', ...data]);
  assert.match(
    dutch.err,
    /^"day" is "2026-03-32"\. Toegestaan: een dag zoals 2026-03-02\. Stuur "day" als een dag zoals 2026-03-02\./,
  );
  for (const [argv, words] of [
    [['--day', '2026-03-32'], /"day" is "2026-03-32"\. Accepted: a day such as 2026-03-02\./],
    [['--from', '2026-03-02'], /Say either an id, or --day, or --from and --to\./],
    [['--html', file], /--html needs --day, or --from and --to\./],
    [['--day', '2026-03-02', '--html', server.dataDir], /Cannot write .*: it is a folder\./],
  ] as const) {
    const { code, err } = await lockstep(['report', ...argv, ...data]);
    assert.ok(code !== 0);
    assert.match(err, words);
  }
});

test('[I13] the rows of a day: each with the facts that explain it, over the API, on paper and in the terminal', async (t) => {
  const engine = tradingEngine();
  const row = (seq: number, type: string, [change, balance]: readonly [string, string]) => ({
    id: `row-${seq}`,
    userSeq: seq,
    at: START + seq,
    currency: 'USDC',
    type,
    instrument: type === 'trade' ? INSTRUMENT : null,
    tradeId: type === 'trade' ? fill(1, 'open').tradeId : null,
    change: dec(change),
    balance: dec(balance),
  });
  const rows = [
    row(1, 'trade', [`-${fill(1, 'open').fee}`, '9999.94981223']),
    row(2, 'deposit', ['250.5', '10260.44981223']),
  ];
  engine.commit((seq) =>
    facts(
      seq - 1,
      rows.map((one) => ({ type: 'CASH_BOOKED', v: 1, data: { row: one } })),
    ),
  );
  const server = await serve(t, { engine });
  const { body } = await server.get('/reports/daily/2026-03-02?rows=true');
  const { rows: told } = body as { readonly rows: CashLines };
  assert.deepEqual(
    told.lines.map(({ row: id, why, balance, booked }) => [id, why.by, balance, booked]),
    [
      ['row-1', 'fill', '9999.94981223', '9999.94981223'],
      ['row-2', 'itself', '10260.44981223', '10250.44981223'],
    ],
  );
  const sums = await server.get('/reports/daily/2026-03-02');
  assert.equal((sums.body as { readonly rows: unknown }).rows, null);
  assert.doesNotMatch((await server.get('/reports/daily/2026-03-02.html')).text, /row-1/);
  const page = await server.get('/reports/daily/2026-03-02.html?rows=true');
  assert.match(page.text, /row-1 · #\d+/);
  const wrong = await server.get('/reports/daily/2026-03-02?rows=all');
  assert.deepEqual([wrong.status, problem(wrong.body)['field']], [400, 'rows']);
  const data = ['--data', server.dataDir];
  const day = ['report', '--day', '2026-03-02', '--rows', ...data];
  const english = await lockstep(day);
  assert.match(english.out, /Cash, row by row/);
  assert.match(
    english.out,
    /trade BTC_USDC-PERPETUAL +−0\.0\d+ +fee −0\.0\d+ +the fill, fact \d+ /,
  );
  assert.match(english.out, /deposit +250\.500000 +moved in or out 250\.500000 +the row itself /);
  const dutch = await lockstep([...day, '--lang', 'nl']);
  assert.match(dutch.out, /Geld, regel voor regel/);
  assert.match(dutch.out, /storting +250,500000 +in of uit 250,500000 +de regel zelf /);
  const period = ['--from', '2026-03-02', '--to', '2026-03-03', '--rows', '--json'];
  const asJson = await lockstep(['report', ...period, ...data]);
  assert.deepEqual((JSON.parse(asJson.out) as { readonly rows: CashLines }).rows, told);
  const alone = await lockstep(['report', '--rows', ...data]);
  assert.deepEqual(
    [alone.code !== 0, alone.err.trim()],
    [true, '--rows needs --day, or --from and --to.'],
  );
});

type Page = {
  readonly items: readonly { readonly seq: number; readonly type: string }[];
  readonly next: string | null;
  readonly searched: unknown;
};

test('the journal by text, kind, object, maker and severity, newest first or on from a place', async (t) => {
  const engine = tradingEngine();
  const server = await serve(t, { engine });
  const head = engine.head();
  const look = async (query: string): Promise<Page> =>
    (await server.get(`/journal?${query}`)).body as Page;
  const types = async (query: string): Promise<readonly string[]> =>
    (await look(query)).items.map(({ type }) => type);
  assert.deepEqual(await types(`before=${head + 1}&type=TRADE_CLOSED`), ['TRADE_CLOSED']);
  assert.deepEqual(await types('object=check'), ['RECONCILIATION_COMPLETED']);
  assert.deepEqual(await types('severity=critical'), ['BREAK_OPENED']);
  assert.deepEqual(await types('actor=person%20anna'), []);
  assert.equal((await look('actor=engine&limit=1000')).items.length, head);
  assert.deepEqual(await types('q=usdc-13&type=FILL_BOOKED'), ['FILL_BOOKED']);
  const two = await look(`before=${head + 1}&object=order&limit=2`);
  assert.ok((two.items[0]?.seq ?? 0) > (two.items[1]?.seq ?? 0));
  assert.equal(two.next, String(two.items[1]?.seq));
  assert.deepEqual(two.searched, { from: two.items[1]?.seq, to: head, head });
  const rest = await look(`before=${two.next ?? ''}&object=order&limit=500`);
  assert.equal(rest.next, null);
  const all = await look('object=order&limit=500');
  assert.deepEqual(
    [...two.items, ...rest.items].map(({ seq }) => seq),
    all.items.map(({ seq }) => seq).toReversed(),
  );
});

test('what fits is exported with the very text that was hashed', async (t) => {
  const engine = tradingEngine();
  const server = await serve(t, { engine });
  const all = await server.get('/journal/export');
  assert.equal(all.headers['content-type'], 'application/x-ndjson');
  assert.match(String(all.headers['content-disposition']), /^attachment; filename="lockstep-/);
  const lines = all.text.trimEnd().split('\n');
  assert.equal(lines.length, engine.head());
  const [first] = await engine.store.facts(0, 1);
  assert.ok(first !== undefined);
  const hash = (JSON.parse(lines[0] ?? '{}') as { readonly hash: string }).hash;
  assert.equal(lines[0], exportLine({ hash: Buffer.from(hash, 'hex'), text: encodeFact(first) }));
  const some = (await server.get('/journal/export?type=FILL_BOOKED')).text.trimEnd().split('\n');
  assert.equal(some.length, 3);
  assert.ok(some.every((line) => line.includes('"type":"FILL_BOOKED"')));
});
