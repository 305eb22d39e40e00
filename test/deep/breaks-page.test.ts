/** The page of a difference: who has it, how it ended before, and a decision undone, in light and dark and on a phone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { dec } from '../../src/base/decimal.ts';
import type { Break } from '../../src/domain/shown.ts';
import { openBrowser, openPage, overflow } from '../browser/support.ts';
import * as make from '../support/facts.ts';
import { createFakeEngine } from '../support/served-engine.ts';
import { serve, temporaryFolder } from '../support/serving.ts';

const LIMIT = { timeout: 60_000 };
const DASHBOARD = fileURLToPath(new URL('../../web/dist/', import.meta.url));
const AT = '2026-03-02T10:00:00.000Z';
const ENDED = { action: 'accept', by: 'anna', reason: 'known', at: AT } as const;

const BACK = make.aBreak(1, {
  life: 'regressed',
  who: 'somebody',
  proposal: 'accept',
  options: [{ action: 'accept', writes: 'BREAK_RESOLVED' }],
  history: [{ ...ENDED, life: 'accepted', books: 'a', exchange: 'b', amount: dec('0.02') }],
});
const TAKEN: Break = { ...BACK, owner: 'bob' };
const OVER = make.aBreak(2, { life: 'accepted', resolution: ENDED });

test(
  'a difference that came back says so, is taken on by one click, and what was decided is undone after a look at the plan',
  LIMIT,
  async (t) => {
    const engine = createFakeEngine();
    const tell = (type: 'BREAK_OPENED' | 'BREAK_UPDATED', found: Break): void => {
      engine.commit((seq) =>
        make.facts(seq - 1, [{ type, v: 1, data: { break: found, subject: found.id } }]),
      );
    };
    tell('BREAK_OPENED', BACK);
    tell('BREAK_OPENED', OVER);
    const server = await serve(t, { engine, webRoot: DASHBOARD, dataDir: temporaryFolder(t) });
    const browser = await openBrowser(t);
    const { page, errors } = await openPage(browser);
    await page.goto(server.loginLink());
    await page.getByTestId('nav-breaks').click();
    await page.locator('[data-testid="break-item"][data-life="regressed"]').waitFor();
    assert.match((await page.getByTestId('break-history').textContent()) ?? '', /anna.*known/s);
    assert.match(
      (await page.getByTestId('break-item').first().textContent()) ?? '',
      /somebody else/,
    );
    await page.getByTestId('break-take').first().click();
    await page.getByTestId('notice').first().waitFor();
    tell('BREAK_UPDATED', TAKEN);
    await page.locator('[data-testid="break-owner"][data-owner="bob"]').waitFor();

    await page.goto(new URL(`/breaks/${OVER.id}`, page.url()).href);
    await page.getByTestId('break-undo').click();
    await page.getByTestId('undo-confirm').click();
    await page.getByTestId('command-state').waitFor();
    assert.deepEqual(
      engine.commands.filter(({ dryRun }) => !dryRun).map(({ verb }) => verb),
      ['take', 'undo'],
    );
    assert.deepEqual(errors(), []);
    for (const look of [
      { width: 1_360, height: 1_040, scheme: 'light' },
      { width: 375, height: 812, scheme: 'dark' },
    ] as const) {
      const other = await openPage(browser, look);
      await other.page.goto(server.loginLink());
      await other.page.getByTestId('nav-breaks').waitFor();
      await other.page.goto(new URL(`/breaks/${BACK.id}`, page.url()).href);
      await other.page.getByTestId('break-history').waitFor();
      assert.equal(await overflow(other.page), 0);
      assert.deepEqual(other.errors(), []);
    }
  },
);
