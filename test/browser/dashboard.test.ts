/**
 * The dashboard in a real browser over the real demo: what a person sees of a trade from its opening to its close, that
 * nothing has to be reloaded, and that nothing is asked of any other origin.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { DailyReport } from '../../src/domain/daily.ts';
import { type Demo, startDemo, untilInTrade } from '../e2e/support/demo.ts';
import {
  openBrowser,
  openPage,
  openPractice,
  overflow,
  picture,
  untilAttribute,
  visit,
  watchStatus,
} from './support.ts';

const LIMIT = { timeout: 60_000 };

/** Waits until the chart is drawn and a price has come. */
async function untilAlive(page: Page): Promise<void> {
  await page.locator('[data-testid="chart"]:not(:has(.empty)) canvas').first().waitFor();
  await page.locator('[data-testid="mark-price"]', { hasText: /\d/ }).waitFor();
}

/** Something that a reload would lose. */
const mark = (page: Page): Promise<void> =>
  page.evaluate(() => void Object.assign(globalThis, { marked: true }));
const isMarked = (page: Page): Promise<boolean> => page.evaluate(() => 'marked' in globalThis);

describe('the dashboard', () => {
  let browser: Browser;
  let demo: Demo;
  const owner = { after: (ended: () => unknown) => void endings.push(ended) };
  const endings: (() => unknown)[] = [];

  before(async () => {
    [browser, demo] = await Promise.all([openBrowser(owner), startDemo(owner, { seed: 71 })]);
  });
  after(async () => {
    for (const ended of endings.toReversed()) await ended();
  });

  test('the login link works once and leaves the address', LIMIT, async () => {
    const first = await openPage(browser);
    await first.page.goto(demo.link);
    await first.page.getByTestId('truth').waitFor();
    assert.equal(first.page.url(), `${demo.origin}/`);
    const cookies = await first.context.cookies();
    assert.deepEqual(
      cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite]),
      [[true, 'Strict']],
    );
    assert.deepEqual(first.errors(), []);
    const second = await openPage(browser);
    await second.page.goto(demo.link);
    await untilAttribute(second.page, 'login', { 'data-stage': 'used' });
    assert.deepEqual(await second.context.cookies(), []);
    await first.context.close();
    await second.context.close();
  });

  test(
    '[T3] [T4] [N7] a trade from its opening to the close by a hand, seen without a reload',
    LIMIT,
    async () => {
      const { page, errors, origins, context } = await visit(browser, demo);
      await mark(page);
      const shown = await watchStatus(page);
      const checkpoints = ['volatility', 'rsi', 'trend', 'momentum', 'cooldown', 'trades_today'];
      for (const id of checkpoints) await page.getByTestId(`checkpoint-${id}`).waitFor();

      const follower = await demo.follow();
      const trade = await untilInTrade(demo, follower);
      await untilAttribute(page, 'strategy-razor', { 'data-status': 'position_open' });
      await untilAttribute(page, 'stop-razor', { 'data-stop': 'on_exchange' });
      await untilAttribute(page, 'position-razor', { 'data-side': trade.direction });
      await untilAttribute(page, 'truth', { 'data-tone': 'good' });
      await page.getByTestId('chart').waitFor();
      await untilAlive(page);
      await picture(page, 'overview-dark.png');

      await page.getByTestId('nav-trades').click();
      const row = page.locator(`[data-testid="trade-row"][data-trade-id="${trade.id}"]`);
      await row.waitFor();
      assert.equal(await row.getAttribute('data-status'), 'open');

      const practice = await openPractice(page);
      const began = performance.now();
      await practice.getByTestId('practice-close').click();
      await untilAttribute(practice, 'watch', { 'data-over': 'true' });
      assert.ok(performance.now() - began < 3_000, 'the books followed');
      await picture(practice, 'practice-dark.png');
      await practice.close();
      await page
        .locator(`[data-testid="trade-row"][data-trade-id="${trade.id}"][data-status="closed"]`)
        .waitFor();
      assert.equal(await row.getAttribute('data-closed-by'), 'web');
      assert.equal(await row.getAttribute('data-exit-reason'), 'external_close');
      const closed = (await demo.engine().trades('&status=closed')).length;
      await page.locator('[data-testid="metric-count"]', { hasText: String(closed) }).waitFor();
      const result = page.getByTestId('results').locator('tr', { hasText: 'razor' });
      await result.filter({ hasText: 'Closed outside the engine' }).waitFor();
      await picture(page, 'metrics-dark.png');
      await page.getByTestId('nav-overview').click();
      await untilAttribute(page, 'strategy-razor', { 'data-status': 'analyzing' });
      await untilAttribute(page, 'position-razor', { 'data-side': 'flat' });
      assert.ok((await shown()).includes('position_open'));
      assert.ok(await isMarked(page), 'nothing was reloaded');
      assert.deepEqual(errors(), []);
      assert.deepEqual(
        origins().toSorted(),
        [demo.origin, `http://127.0.0.1:${demo.exchange.port}`].toSorted(),
      );
      await context.close();
    },
  );

  test('[I22] [I38] paused and resumed by one click each', LIMIT, async () => {
    const { page, errors, context } = await visit(browser, demo);
    await page.getByTestId('pause-razor').click();
    await untilAttribute(page, 'strategy-razor', { 'data-status': 'paused' });
    assert.equal((await demo.engine().status()).strategies[0]?.control.value, 'paused');
    await page.getByTestId('resume-razor').click();
    await page.getByTestId('pause-razor').waitFor();
    assert.equal((await demo.engine().status()).strategies[0]?.control.value, 'running');
    const taken = await demo.engine().facts('COMMAND_TAKEN');
    assert.deepEqual(
      taken.map(({ data }) => data.name),
      ['pause', 'resume'],
    );
    assert.deepEqual(errors(), []);
    await context.close();
  });

  test(
    'an alert appears without a reload, is seen, and is over when its cause is',
    LIMIT,
    async () => {
      const { page, errors, context } = await visit(browser, demo);
      await untilAttribute(page, 'alerts-open', { 'data-count': '0' });
      await mark(page);
      await demo.engine().post('/kill', { strength: 'stop', reason: 'weird fills' });
      await untilAttribute(page, 'alerts-open', { 'data-count': '1' });
      await page.keyboard.press('g');
      await page.keyboard.press('l');
      const alert = page.locator('[data-testid="alert"][data-rule="kill_engaged"]');
      await alert.getByText('weird fills').waitFor();
      await page.getByTestId('no-channel').waitFor();
      await alert.getByTestId('snooze-minutes').selectOption('15');
      await alert.getByTestId('alert-snooze').click();
      await alert.getByTestId('snoozed').waitFor();
      await alert.getByTestId('alert-ack').click();
      await page.locator('[data-testid="alert"][data-seen="true"]').waitFor();
      await untilAttribute(page, 'alerts-open', { 'data-count': '0' });
      const [seen] = await demo.engine().facts('ALERT_ACKNOWLEDGED');
      assert.equal(seen?.actor.kind, 'person');
      await page.getByTestId('nav-controls').click();
      await page.getByTestId('resume-razor').click();
      await page.getByTestId('nav-alerts').click();
      await page.getByTestId('alerts-none').waitFor();
      await page.locator('[data-testid="alert"][data-state="cleared"]').waitFor();
      assert.ok(await isMarked(page), 'nothing was reloaded');
      assert.deepEqual(errors(), []);
      await context.close();
    },
  );

  test(
    '[I37] the engine killed: the page says so within 3 s, and follows again after the restart',
    LIMIT,
    async () => {
      const { page, context } = await visit(browser, demo);
      await mark(page);
      await page.getByTestId('nav-trades').click();
      await page.getByTestId('trade-row').first().waitFor();
      const practice = await openPractice(page);
      await demo.killEngine();
      const began = performance.now();
      await page.locator('.frame:not([data-fresh="fresh"])').waitFor({ timeout: 3_000 });
      assert.ok(performance.now() - began < 3_000);
      await page.locator('[data-testid="link"]:not([data-state="live"])').waitFor();
      await practice.getByTestId('engine-down').waitFor();
      await practice.getByTestId('engine-restore').click();
      await page.locator('.frame[data-fresh="fresh"]').waitFor();
      await untilAttribute(page, 'link', { 'data-state': 'live' });
      await page.getByTestId('nav-trades').click();
      const server = (await demo.engine().trades()).map(({ id, status }) => `${id} ${status}`);
      const rows = await page
        .getByTestId('trade-row')
        .evaluateAll((all) =>
          all.map(
            (one) => `${one.getAttribute('data-trade-id')} ${one.getAttribute('data-status')}`,
          ),
        );
      assert.deepEqual(rows, server);
      assert.ok(await isMarked(page), 'nothing was reloaded');
      await context.close();
    },
  );

  test(
    '[N10] the report of today says what the API says, and the audit log finds a fact',
    LIMIT,
    async () => {
      const { page, errors, context } = await visit(browser, demo);
      await page.goto(`${demo.origin}/recon`);
      await page.getByTestId('daily-today').click();
      await page.getByTestId('daily-page').waitFor();
      const day = decodeURIComponent(page.url().split('/').at(-1) ?? '');
      const shown = await page.getByTestId('daily-figures').locator('tbody tr td').allInnerTexts();
      const { report } = await demo.engine().get<{ report: DailyReport }>(`/reports/daily/${day}`);
      const [figures] = report.trades.figures;
      assert.equal(shown[0], figures?.currency);
      assert.ok(Number(shown[1]) > 0 && Number(shown[1]) <= (figures?.count ?? 0));
      await page.getByTestId('daily-rows').click();
      const rows = page.getByTestId('daily-rows-USDC').locator('tbody tr');
      await rows.first().waitFor();
      assert.match(await rows.first().innerText(), /the fill, fact|the row itself/);
      const made = await context.newPage();
      await made.goto(`${demo.origin}/api/v1/reports/daily/${day}.html`);
      assert.equal(await made.locator('h1').innerText(), `Daily report of ${day}`);
      assert.notEqual(
        await made
          .locator('h2')
          .first()
          .evaluate((one) => getComputedStyle(one).borderBottomStyle),
        'none',
      );
      await page.goto(`${demo.origin}/audit`);
      await page.getByTestId('fact-row').first().waitFor();
      await page.getByTestId('audit-search').fill('trade_closed');
      await page.getByTestId('audit-object').selectOption('trade');
      await page.locator('[data-testid="fact-row"][data-type="TRADE_CLOSED"]').first().waitFor();
      await untilAttribute(page, 'audit-searched', { 'data-busy': 'false' });
      assert.match(page.url(), /\?object=trade&q=trade_closed$/);
      const seq = await page.getByTestId('fact-row').last().getAttribute('data-seq');
      await page.getByTestId('fact-row').last().click();
      await page.getByTestId('fact-json').waitFor();
      assert.equal(new URL(page.url()).pathname, `/audit/${seq}`);
      assert.deepEqual(errors(), []);
      await context.close();
    },
  );

  test(
    'dark, light and on a phone: no page is wider than its window, and nothing complains',
    LIMIT,
    async () => {
      const looks = [
        { name: 'overview-light.png', look: { width: 1_360, height: 1_040, scheme: 'light' } },
        { name: 'phone.png', look: { width: 375, height: 812, scheme: 'dark' } },
      ] as const;
      for (const { name, look } of looks) {
        const { page, errors, context } = await visit(browser, demo, look);
        await untilAlive(page);
        assert.equal(
          await page.evaluate(() =>
            document.documentElement.getAttribute('data-mantine-color-scheme'),
          ),
          look.scheme,
        );
        await picture(page, name);
        for (const path of [
          '/',
          '/trades',
          '/breaks',
          '/recon',
          '/audit',
          '/alerts',
          '/controls',
          '/practice',
        ]) {
          await page.goto(demo.origin + path);
          await page.getByTestId('mode-band').waitFor();
          await page.locator('.page').waitFor();
          assert.ok(
            (await overflow(page)) <= 0,
            `${path} at ${look.width} is ${await overflow(page)} px too wide`,
          );
        }
        assert.deepEqual(errors(), []);
        await context.close();
      }
    },
  );
});
