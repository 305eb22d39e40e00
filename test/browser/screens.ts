/**
 * Pictures of every page in every state that it can be in, made of the real demo: `npm run screens [-- WORD…]`. Each
 * picture is also an examination: no page may be wider than its window, and no error may stand in the console.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { type Demo, startDemo, untilInTrade } from '../e2e/support/demo.ts';
import { PERPETUAL } from '../e2e/support/exchange.ts';
import { type Look, type Visit, openBrowser, openPage, overflow } from './support.ts';

const FOLDER = fileURLToPath(new URL('../../docs/screens/', import.meta.url));
/** What a page may take to fetch and draw what it shows. */
const SETTLE_MS = 900;

type LookName = 'dark' | 'light' | 'phone' | 'nl';
const LOOKS: Readonly<Record<LookName, Look & { readonly lang: 'en' | 'nl' }>> = {
  dark: { width: 1_360, height: 1_040, scheme: 'dark', lang: 'en' },
  light: { width: 1_360, height: 1_040, scheme: 'light', lang: 'en' },
  phone: { width: 375, height: 812, scheme: 'dark', lang: 'en' },
  nl: { width: 1_360, height: 1_040, scheme: 'dark', lang: 'nl' },
};
const ALL: readonly LookName[] = ['dark', 'light', 'phone', 'nl'];

type Shot = { readonly page: string; readonly path: string };
type Act = {
  readonly state: string;
  /** Brings the demo into the state; answers the pages to be taken of it. */
  readonly enter: (demo: Demo) => Promise<readonly Shot[]>;
  readonly looks: readonly LookName[];
  readonly leave?: (demo: Demo) => Promise<void>;
  /** What a browser does before it goes to the page. */
  readonly before?: (page: Page) => Promise<void>;
};

const OVERVIEW: Shot = { page: 'overview', path: '/' };
const TRADES: Shot = { page: 'trades', path: '/trades' };
const BREAKS: Shot = { page: 'breaks', path: '/breaks' };
const RECON: Shot = { page: 'recon', path: '/recon' };
const AUDIT: Shot = { page: 'audit', path: '/audit' };
const ALERTS: Shot = { page: 'alerts', path: '/alerts' };
const CONTROLS: Shot = { page: 'controls', path: '/controls' };
const PRACTICE: Shot = { page: 'practice', path: '/practice' };
/** A trade that is not there; the answer 404 is meant. */
const MISSING = { page: 'missing', id: 'none-such', path: '/trades/none-such' };
const LISTS = [OVERVIEW, TRADES, BREAKS, RECON, AUDIT, ALERTS, CONTROLS, PRACTICE];

/** Guard times are real: a link is dead after 10 s and a price old after 15 s. */
const STALE_MS = 17_000;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Two trades that are over and one that is open. */
async function trade(demo: Demo): Promise<string> {
  const follower = await demo.follow();
  for (let n = 0; n < 2; n++) {
    const { id } = await untilInTrade(demo, follower);
    await demo.exchange.closeByHand();
    await follower.closed(id);
    await demo.exchange.speed(60);
  }
  return (await untilInTrade(demo, follower)).id;
}

const ACTS: readonly Act[] = [
  {
    state: 'empty',
    enter: () => Promise.resolve([OVERVIEW, TRADES, BREAKS, RECON, ALERTS]),
    looks: ['dark', 'phone'],
  },
  {
    state: 'normal',
    enter: async (demo) => {
      await demo.exchange.speed(60);
      const id = await trade(demo);
      const report = await demo.engine().reconcile();
      return [
        ...LISTS,
        { page: 'trade', path: `/trades/${encodeURIComponent(id)}` },
        { page: 'daily', path: '/recon/daily/2026-03-02' },
        { page: 'report', path: `/recon/reports/${encodeURIComponent(report.id)}` },
        MISSING,
      ];
    },
    looks: ALL,
  },
  {
    state: 'loading',
    enter: () => Promise.resolve([TRADES, RECON, AUDIT]),
    before: async (page) => {
      await page.route('**/api/v1/**', async (route) => {
        await wait(3_000);
        await route.continue().catch(() => undefined);
      });
    },
    looks: ['dark'],
  },
  {
    state: 'paused',
    enter: async (demo) => {
      await demo.engine().post('/strategies/razor/pause', { reason: 'maintenance' });
      return [OVERVIEW, CONTROLS];
    },
    leave: async (demo) =>
      void (await demo.engine().post('/strategies/razor/resume', { reason: 'done' })),
    looks: ['dark', 'phone'],
  },
  {
    state: 'stale',
    enter: async (demo) => {
      await demo.exchange.fault({ kind: 'refuse_connections', ms: 120_000 });
      await demo.exchange.fault({ kind: 'drop_link' });
      await wait(STALE_MS);
      return [OVERVIEW, TRADES, RECON, CONTROLS];
    },
    leave: async (demo) => {
      for (const { id } of (await demo.exchange.state()).faults) await demo.exchange.heal(id);
      const follower = await demo.follow();
      await follower.status('position_open', 60_000);
    },
    looks: ['dark', 'phone'],
  },
  {
    state: 'mismatch',
    enter: async (demo) => {
      const follower = await demo.follow();
      const opened = follower.frame('BREAK_OPENED', () => true, 90_000);
      await demo.exchange.post('order', {
        instrument: PERPETUAL,
        direction: 'buy',
        amount: '0.5',
        type: 'market',
      });
      const { frame } = await opened;
      return [
        OVERVIEW,
        BREAKS,
        RECON,
        ALERTS,
        { page: 'break', path: `/breaks/${encodeURIComponent(frame.break.id)}` },
      ];
    },
    looks: ['dark', 'light', 'phone', 'nl'],
  },
];

type Visitor = Visit & { readonly name: LookName };

async function visitAs(browser: Browser, demo: Demo, name: LookName): Promise<Visitor> {
  const look = LOOKS[name];
  const opened = await openPage(browser, look);
  await opened.context.addInitScript((lang) => {
    localStorage.setItem('lockstep.lang', lang);
  }, look.lang);
  const { link } = await demo.engine().post<{ link: string }>('/login-links');
  await opened.page.goto(link);
  await opened.page.getByTestId('strategy-razor').waitFor();
  return { ...opened, name };
}

const words = process.argv.slice(2);
const troubles: string[] = [];
let taken = 0;

async function take(visitor: Visitor, name: string): Promise<void> {
  const { page } = visitor;
  const tooWide = await overflow(page);
  if (tooWide > 0) troubles.push(`${name}: ${tooWide} px too wide`);
  if (words.length > 0 && !words.some((word) => name.includes(word))) return;
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  console.log(`  ${name}`);
  taken++;
}

async function perform(act: Act, demo: Demo, visitors: readonly Visitor[]): Promise<void> {
  console.log(act.state);
  const shots = await act.enter(demo);
  for (const visitor of visitors.filter(({ name }) => act.looks.includes(name))) {
    const before = visitor.errors().length;
    await act.before?.(visitor.page);
    for (const shot of shots) {
      await visitor.page.goto(demo.origin + shot.path);
      await visitor.page.waitForTimeout(SETTLE_MS);
      await take(visitor, `${shot.page}-${act.state}-${visitor.name}`);
    }
    await visitor.page.unrouteAll({ behavior: 'ignoreErrors' });
    troubles.push(
      ...visitor
        .errors()
        .slice(before)
        .filter((error) => !error.includes(MISSING.id))
        .map((error) => `${act.state}: ${error}`),
    );
  }
  await act.leave?.(demo);
}

/** The page lives on while its engine is gone: nothing can be fetched, so each page is gone to before. */
async function disconnected(demo: Demo, visitors: readonly Visitor[]): Promise<void> {
  console.log('disconnected');
  const pages = [OVERVIEW, TRADES, RECON, AUDIT, CONTROLS];
  for (const shot of pages) {
    for (const { page } of visitors) {
      await page.goto(demo.origin + shot.path);
      await page.waitForTimeout(SETTLE_MS);
    }
    await demo.killEngine();
    await wait(11_000);
    for (const visitor of visitors)
      await take(visitor, `${shot.page}-disconnected-${visitor.name}`);
    await demo.restoreEngine();
    for (const { page } of visitors)
      await page.locator('.frame[data-fresh="fresh"]').waitFor({ timeout: 30_000 });
  }
}

async function tour(): Promise<void> {
  const endings: (() => unknown)[] = [];
  const owner = { after: (ended: () => unknown) => void endings.push(ended) };
  mkdirSync(FOLDER, { recursive: true });
  try {
    const [browser, demo] = await Promise.all([
      openBrowser(owner),
      startDemo(owner, { seed: 71, speed: 1 }),
    ]);
    const visitors: Visitor[] = [];
    for (const name of ALL) visitors.push(await visitAs(browser, demo, name));
    for (const act of ACTS) await perform(act, demo, visitors);
    await disconnected(
      demo,
      visitors.filter(({ name }) => name === 'dark' || name === 'phone'),
    );
  } finally {
    for (const ended of endings.toReversed()) await ended();
  }
}

await tour();
console.log(`${taken} pictures in docs/screens`);
for (const trouble of troubles) console.error(`✗ ${trouble}`);
process.exitCode = troubles.length === 0 ? 0 : 1;
