/** A page that is cut off while thousands of facts are booked, and on a disk that fills up: it says so, and follows again by itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { createFakeEngine, type FakeEngine } from '../support/served-engine.ts';
import * as make from '../support/facts.ts';
import { serve, type Serving, temporaryFolder } from '../support/serving.ts';
import { openBrowser, openPage, untilAttribute } from './support.ts';

const LIMIT = { timeout: 60_000 };
const DASHBOARD = fileURLToPath(new URL('../../web/dist/', import.meta.url));

/** Books whole trades, the last of them still open. */
function book(engine: FakeEngine, from: number, count: number): void {
  for (let n = from; n < from + count; n++) {
    const story = make.story(n);
    for (const bodies of n === from + count - 1 ? story.slice(0, 3) : story)
      engine.commit(() => make.facts(engine.head(), bodies));
  }
}

const rowsOf = (page: Page): Promise<readonly string[]> =>
  page
    .getByTestId('trade-row')
    .evaluateAll((rows) =>
      rows.map((row) => `${row.getAttribute('data-trade-id')} ${row.getAttribute('data-status')}`),
    );

async function tradesOf(server: Serving): Promise<readonly string[]> {
  const { body } = await server.get('/trades?limit=500');
  const { items, next } = body as { items: readonly { id: string; status: string }[]; next: null };
  assert.equal(next, null);
  return items.map(({ id, status }) => `${id} ${status}`);
}

test(
  '[T9][I35][I37] cut off for 5,000 facts a page says so within 3 s, and holds every row again, without a reload',
  LIMIT,
  async (t) => {
    const engine = createFakeEngine();
    book(engine, 1, 3);
    const dataDir = temporaryFolder(t);
    const served = { engine, webRoot: DASHBOARD, dataDir };
    const first = await serve(t, served);
    const { page } = await openPage(await openBrowser(t));
    const said: string[] = [];
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => void said.push(String(payload))),
    );
    await page.goto(first.loginLink());
    await page.getByTestId('strategy-razor').waitFor();
    await page.getByTestId('nav-trades').click();
    await page.getByTestId('trade-row').nth(2).waitFor();
    await page.evaluate(() => void Object.assign(globalThis, { marked: true }));

    await first.stop();
    const began = performance.now();
    await page.locator('.frame:not([data-fresh="fresh"])').waitFor({ timeout: 3_000 });
    assert.ok(performance.now() - began < 3_000);
    const before = engine.head();
    book(engine, 4, 254);
    assert.ok(engine.head() - before >= 5_000);
    assert.equal((await rowsOf(page)).length, 3, 'nothing comes while it is cut off');
    await page.locator('[data-testid="link"][data-state="lost"]').waitFor();

    const server = await serve(t, { ...served, port: first.port });
    await page.locator('.frame[data-fresh="fresh"]').waitFor();
    await untilAttribute(page, 'link', { 'data-state': 'live' });
    assert.equal(await page.getByTestId('lost-bar').count(), 0);
    await page.locator('[data-testid="trade-row"][data-trade-id="razor-257"]').waitFor();
    assert.deepEqual(await rowsOf(page), await tradesOf(server));
    assert.deepEqual(said, ['{"type":"SUBSCRIBE"}', `{"type":"SUBSCRIBE","since":${before}}`]);
    assert.ok(await page.evaluate(() => 'marked' in globalThis), 'nothing was reloaded');
  },
);

test('[T10] a page says that the disk has too little room, until it has', LIMIT, async (t) => {
  const engine = createFakeEngine();
  book(engine, 1, 1);
  const server = await serve(t, { engine, webRoot: DASHBOARD });
  const { page, errors } = await openPage(await openBrowser(t), {
    width: 375,
    height: 812,
    scheme: 'light',
  });
  await page.goto(server.loginLink());
  await page.getByTestId('strategy-razor').waitFor();
  assert.equal(await page.getByTestId('disk-bar').count(), 0);
  for (const disk of ['low', 'full'] as const) {
    engine.pulse = { ...engine.pulse, disk };
    await untilAttribute(page, 'disk-bar', { 'data-disk': disk });
    assert.match(await page.getByTestId('disk-bar').innerText(), /nothing is opened/);
  }
  engine.pulse = { ...engine.pulse, disk: 'enough' };
  await page.getByTestId('disk-bar').waitFor({ state: 'detached' });
  assert.deepEqual(errors(), []);
});
