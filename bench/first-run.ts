/**
 * The demo on a whole day of real candles, compared to the last unit with the exchange, as a table for
 * `docs/operate/first-run.md`:
 *
 *     node bench/first-run.ts FILE.csv[.gz] [HOURS] [SPEED]
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Decimal, dec, neg, sum } from '../src/base/decimal.ts';
import type { Metrics, Report, Trade } from '../src/domain/shown.ts';
import { type Compared, compareBooks } from '../test/e2e/support/compare.ts';
import { type Demo, startDemo } from '../test/e2e/support/demo.ts';
import type { Engine, Page } from '../test/e2e/support/engine.ts';
import { positionOf } from '../test/e2e/support/exchange.ts';

const HOUR = 3_600_000;

type Row = readonly [what: string, value: string];

/** Largest resident memory that a process ever had, in MB. */
function mostMemory(pid: number): string {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return kilobytes === undefined ? 'unknown' : `${Math.round(Number(kilobytes) / 1_024)} MB`;
}

const signedOpen = ({ direction, openAmount }: Trade): Decimal =>
  direction === 'long' ? openAmount : neg(openAmount);

const megabytes = (path: string): string => `${(statSync(path).size / 1_048_576).toFixed(1)} MB`;

const reasons = ({ byExitReason }: Metrics): string =>
  Object.entries(byExitReason)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ');

async function allReports(engine: Engine): Promise<readonly Report[]> {
  const reports: Report[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page<Report> = await engine.get(
      `/reports?limit=500${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    reports.push(...page.items);
    cursor = page.next;
  }
  return reports;
}

async function figures(demo: Demo, compared: Compared): Promise<readonly Row[]> {
  const engine = demo.engine();
  const [metrics, status, reports] = await Promise.all([
    engine.get<Metrics>('/metrics'),
    engine.status(),
    allReports(engine),
  ]);
  const breaks = await engine.facts('BREAK_OPENED');
  const lost = (await engine.facts('LINK_CHANGED')).filter(({ data }) => !data.up).length;
  const chain = await engine.post<{ ok: boolean; facts?: number }>('/audit/verify');
  const enginePid = (
    JSON.parse(readFileSync(join(demo.dataDir, 'engine.json'), 'utf8')) as { pid: number }
  ).pid;
  const open = compared.trades.filter(({ status: state }) => state === 'open').length;
  const { currency } = metrics;
  return [
    ['trades', `${compared.trades.length}${open === 0 ? '' : `, ${open} of them still open`}`],
    [
      'fills in the books / trades at the exchange',
      `${compared.fills} / ${compared.state.trades.length}`,
    ],
    [
      'position at the end',
      `${sum(compared.trades.map(signedOpen))} / ${positionOf(compared.state)}`,
    ],
    ['orders at the exchange', `${compared.state.orders.length}, one per label`],
    ['closed by', reasons(metrics)],
    ['win rate', `${metrics.winRate ?? '-'} %`],
    ['gross', `${metrics.gross} ${currency}`],
    ['fees of closed trades', `${metrics.fees} ${currency}`],
    [
      'fees of all fills, books / exchange',
      `${sum(compared.trades.map(({ fees }) => fees))} / ${sum(compared.state.trades.map(({ fee }) => dec(fee)))} ${currency}`,
    ],
    ['funding', `${metrics.funding} ${currency}`],
    ['net', `${metrics.net} ${currency}`],
    ['cash, books and exchange', `${compared.cash[currency] ?? '-'} ${currency}`],
    ['rows of cash', String(compared.cashRows)],
    ['checks', `${reports.length}, ${reports.filter(({ ok }) => ok).length} of them clean`],
    ['connections lost', String(lost)],
    ['breaks', breaks.length === 0 ? 'none' : breaks.map(({ data }) => data.break.kind).join(', ')],
    ['facts', `${status.seq}, chain ${chain.ok ? 'intact' : 'BROKEN'}`],
    ['journal', megabytes(join(demo.dataDir, 'journal.sqlite'))],
    ['most memory, exchange', mostMemory(demo.process.pid)],
    ['most memory, engine', mostMemory(enginePid)],
  ];
}

async function run(prices: string, hours: number, speed: number): Promise<void> {
  const endings: (() => unknown)[] = [];
  const owner = { after: (ended: () => unknown) => void endings.push(ended) };
  const began = performance.now();
  try {
    const demo = await startDemo(owner, { prices, speed });
    const from = (await demo.exchange.state()).now;
    const until = from + hours * HOUR;
    const limit = (hours * HOUR) / speed + 60_000;
    await demo.exchange.until(
      `${hours} hours`,
      (event) => 'now' in event && event.now >= until,
      limit,
    );
    await demo.exchange.freeze();
    const compared = await compareBooks(demo.engine(), demo.exchange);
    const rows: readonly Row[] = [
      [
        'candles',
        `${new Date(from).toISOString()} to ${new Date(compared.state.now).toISOString()} at ×${speed}`,
      ],
      ...(await figures(demo, compared)),
      ['wall time', `${((performance.now() - began) / 1_000).toFixed(1)} s`],
    ];
    console.log(
      [
        '| what | value |',
        '| --- | --- |',
        ...rows.map(([what, value]) => `| ${what} | ${value} |`),
      ].join('\n'),
    );
  } finally {
    for (const ended of endings.toReversed()) await ended();
  }
}

const [prices, hours = '24', speed = '600'] = process.argv.slice(2);
if (prices === undefined) {
  console.error('usage: node bench/first-run.ts FILE.csv[.gz] [HOURS] [SPEED]');
  process.exitCode = 2;
} else await run(prices, Number(hours), Number(speed));
