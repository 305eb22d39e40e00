/**
 * A real browser on the dashboard: everything that goes wrong inside it (errors of scripts, of the security policy, of
 * resources) and every address that it asks for are kept, so that a test can say that there were none.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import type { Demo } from '../e2e/support/demo.ts';
import { type Owner, temporaryFolder } from '../e2e/support/process.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** A browser that ends with the test. */
export async function openBrowser(owner: Owner): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? PLACES.find((place) => existsSync(place));
  assert.ok(executablePath !== undefined, 'there is no Chromium; CHROMIUM_PATH names one');
  const browser = await chromium.launch({
    executablePath,
    args: FLAGS,
    env: { HOME: temporaryFolder(owner), LANG: 'en_US.UTF-8' },
  });
  owner.after(() => browser.close());
  return browser;
}

export type Look = {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'dark' | 'light';
};

export type Visit = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors in the console and of scripts, so far. */
  readonly errors: () => readonly string[];
  /** Origins that anything of the page was asked from. */
  readonly origins: () => readonly string[];
};

const WIDE: Look = { width: 1_360, height: 1_040, scheme: 'dark' };

/** A fresh profile with one page. */
export async function openPage(browser: Browser, look: Look = WIDE): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme,
    locale: 'en-GB',
    timezoneId: 'Europe/Amsterdam',
  });
  context.setDefaultTimeout(15_000);
  const errors: string[] = [];
  const origins = new Set<string>();
  // Windows that the page opens are heard as well.
  context.on('page', (opened) => {
    opened.on('console', (message) => {
      if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
    });
    opened.on('pageerror', (error) => errors.push(String(error)));
    opened.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:') origins.add(origin);
    });
    opened.on('websocket', (socket) =>
      origins.add(new URL(socket.url().replace(/^ws/, 'http')).origin),
    );
  });
  const page = await context.newPage();
  return { page, context, errors: () => errors, origins: () => [...origins] };
}

/** Opens the demo's dashboard with a fresh login link, and waits until it is alive. */
export async function visit(browser: Browser, demo: Demo, look?: Look): Promise<Visit> {
  const opened = await openPage(browser, look);
  const { link } = await demo.engine().post<{ link: string }>('/login-links');
  await opened.page.goto(link);
  await opened.page.getByTestId('strategy-razor').waitFor();
  return opened;
}

/** Keeps what a strategy's label shows from now on, each change once. */
export async function watchStatus(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const shown: string[] = [];
    (globalThis as unknown as { shown: string[] }).shown = shown;
    const look = (): void => {
      const status = document
        .querySelector('[data-testid="strategy-razor"]')
        ?.getAttribute('data-status');
      if (status !== null && status !== undefined && shown.at(-1) !== status) shown.push(status);
    };
    look();
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
    });
  });
  return () => page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
}

/** Waits until an element has an attribute with this value. */
export const untilAttribute = (
  page: Page,
  testId: string,
  wanted: Readonly<Record<string, string>>,
  timeout = 15_000,
): Promise<void> =>
  page
    .locator(
      `[data-testid="${testId}"]${Object.entries(wanted)
        .map(([name, value]) => `[${name}="${value}"]`)
        .join('')}`,
    )
    .first()
    .waitFor({ timeout });

/** How many pixels the page is wider than what is seen of it. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Opens the practice exchange from the navigation: a window of its own. */
export async function openPractice(page: Page): Promise<Page> {
  const [practice] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByTestId('nav-practice').click(),
  ]);
  await practice.getByTestId('practice').waitFor();
  return practice;
}

const SCREENS = fileURLToPath(new URL('../../docs/screens/', import.meta.url));

/** Pictures for the documentation, made only when they are asked for. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env['LOCKSTEP_SCREENS'] !== '1') return;
  mkdirSync(SCREENS, { recursive: true });
  await page.screenshot({ path: join(SCREENS, name), animations: 'disabled' });
}
