/**
 * The practice exchange in its own window, over the real demo: the four problems that this project began with are played
 * by its buttons, and each ends in a tick that is true at the exchange.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type Demo, startDemo, untilInTrade } from '../e2e/support/demo.ts';
import { liveOrders, positionOf } from '../e2e/support/exchange.ts';
import { openBrowser, openPractice, overflow, picture, untilAttribute, visit } from './support.ts';

const LIMIT = { timeout: 90_000 };
const LOOKS = [
  { name: 'practice-light.png', width: 1_440, height: 1_200, scheme: 'light' },
  { name: 'practice-phone.png', width: 375, height: 1_200, scheme: 'dark' },
] as const;
const SCENARIOS = ['ghost', 'status', 'live', 'restart'];

/** The verdict of a scenario; of one that is no tick, its timeline as well. */
async function verdictOf(practice: Page, id: string): Promise<string | null> {
  const verdict = await practice.getByTestId(`scenario-${id}`).getAttribute('data-verdict');
  if (verdict === 'tick') return verdict;
  await practice.getByTestId(`show-${id}`).click();
  return `${id}: ${verdict}\n${await practice.getByTestId('scenario-timeline').innerText()}`;
}

describe('the window of the practice exchange', () => {
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

  test(
    '[T1] [T4] [N7] [N8] all four scenarios end in a tick, leave nothing behind, and add up to zero',
    LIMIT,
    async () => {
      const { page, context } = await visit(browser, demo);
      const practice = await openPractice(page);
      await practice.getByTestId('book').waitFor();
      assert.equal(await practice.locator('.nav').count(), 0, 'no rail of the engine');
      await practice.getByTestId('play-all').click();
      await practice.getByTestId('scorecard').waitFor({ timeout: 80_000 });
      for (const id of SCENARIOS) assert.equal(await verdictOf(practice, id), 'tick');
      for (const name of ['duplicates', 'ghosts', 'orphans'])
        await untilAttribute(practice, `score-${name}`, { 'data-n': '0' }, 1_000);
      await untilAttribute(practice, 'scorecard', { 'data-unexplained': '0' }, 1_000);

      await practice.getByTestId('play-all').waitFor();
      await practice.getByTestId('show-ghost').click();
      await practice.getByTestId('scenario-timeline').waitFor();
      for (const look of LOOKS) {
        await practice.emulateMedia({ colorScheme: look.scheme });
        await practice.setViewportSize({ width: look.width, height: look.height });
        assert.ok((await overflow(practice)) <= 0, `${look.name} is wider than its window`);
        await picture(practice, look.name);
      }
      const state = await demo.exchange.state();
      assert.equal(state.speed, 60, 'the speed is as it was');
      assert.deepEqual(
        state.faults.filter((fault) => 'active' in fault && fault.active === true),
        [],
      );
      const { strategies, breaksOpen } = await demo.engine().status();
      assert.equal(strategies[0]?.control.value, 'running');
      assert.equal(breaksOpen, 0);
      await context.close();
    },
  );

  test(
    'the book follows a price that a hand moves, faults come and go, and the bot’s stop can be cancelled',
    LIMIT,
    async () => {
      const { page, errors, context } = await visit(browser, demo);
      await demo.exchange.speed(60);
      const trade = await untilInTrade(demo, await demo.follow());
      await demo.exchange.freeze();
      const practice = await openPractice(page);
      await untilAttribute(practice, 'practice-position', { 'data-instrument': trade.instrument });
      const mark = Number((await demo.exchange.state()).instruments[0]?.mark);
      await practice.getByTestId('practice-price').fill(String(Math.round(mark) + 7));
      await practice.getByTestId('practice-set-price').click();
      await practice.getByTestId('watch-hand').waitFor();
      await practice.getByTestId('book-ask').first().waitFor();

      await practice.getByTestId('fault-duplicate_notification').click();
      await untilAttribute(practice, 'fault', { 'data-kind': 'duplicate_notification' });
      await practice.getByTestId('fault').getByRole('button').click();
      await practice.getByTestId('faults').waitFor({ state: 'detached' });

      await practice.getByTestId('fault-id').selectOption('X12');
      await practice.getByTestId('fault-how').selectOption('twice');
      await practice.getByTestId('fault-param-count').fill('2');
      await practice.getByTestId('fault-plant').click();
      await untilAttribute(practice, 'fault', { 'data-kind': 'X12' });
      await practice.getByTestId('fault').getByRole('button').click();
      await practice.getByTestId('faults').waitFor({ state: 'detached' });

      await practice.getByTestId('practice-cash-amount').fill('250.5');
      const paid = practice.getByTestId('practice-cash-USDC');
      const cashBefore = Number((await demo.exchange.state()).accounts[0]?.cash['USDC']);
      await practice.getByTestId('practice-pay_in').click();
      await paid
        .locator(`[title="${(cashBefore + 250.5).toFixed(6).replace(/0+$/, '')}"]`)
        .waitFor();
      await untilAttribute(practice, 'practice-margin', {
        'data-account': 'main',
        'data-currency': 'USDC',
        'data-liquidating': 'false',
      });
      await practice.getByTestId('practice-funding-rate').fill('-0.1');
      await practice.getByTestId('practice-funding-hold').click();
      await practice.getByText('-0.1 %').waitFor();
      const { mark: held, index } = (await demo.exchange.state()).instruments[0] ?? {};
      assert.equal((Number(held) / Number(index) - 1).toFixed(5), '-0.00125');
      await practice.getByTestId('practice-funding-free').click();

      const before = liveOrders(await demo.exchange.state()).length;
      await practice.getByTestId('practice-cancel').first().click();
      await practice.getByTestId('practice-order').first().waitFor({ state: 'detached' });
      assert.ok(liveOrders(await demo.exchange.state()).length < before);

      await practice.getByTestId('liquidate').click();
      await practice.getByTestId('liquidate-confirm').click();
      await practice.getByTestId('practice-flat').waitFor();
      assert.equal(positionOf(await demo.exchange.state(), trade.instrument), '0');
      await practice.getByTestId('practice-insurance-USDC').waitFor();
      assert.deepEqual(errors(), []);
      await context.close();
    },
  );
});
