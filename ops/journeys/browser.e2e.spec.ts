import { existsSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform } from './testing.ts';

const program = process.env.PARLEY_TEST_CHROMIUM ?? '/usr/bin/chromium';
const missing = existsSync(program) ? null : `no Chromium at ${program}`;
if (missing) console.log(`skipped: the pages in a real browser (${missing})`);

describe.skipIf(missing)('the pages in a real browser', () => {
  let platform: Awaited<ReturnType<typeof startPlatform>>;
  let browser: Browser;
  let context: BrowserContext;
  const complaints: string[] = [];
  const foreign: string[] = [];

  beforeAll(async () => {
    platform = await startPlatform();
    const args = ['--no-sandbox', '--disable-dev-shm-usage'];
    browser = await chromium.launch({ executablePath: program, args });
    context = await browser.newContext();
    context.on('request', (request) => {
      const url = request.url();
      if (!/^(data|blob):/.test(url) && !url.startsWith(platform.url)) foreign.push(url);
    });
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.[Symbol.asyncDispose]();
  });

  async function open(path: string): Promise<Page> {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(platform.url + path);
    return page;
  }

  /** By its beginning: the button that closes the tab is part of its name. */
  function tabOf(page: Page, name: string) {
    return page.getByRole('tab', { name: new RegExp(`^${name}\\b`) });
  }

  /** Runs the document of a tab and waits until the answer shows what is looked for. */
  async function run(page: Page, tab: string, shows: RegExp): Promise<void> {
    await tabOf(page, tab).click();
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await page.locator('.result-window').filter({ hasText: shows }).waitFor({ timeout: 20_000 });
  }

  it('show what runs, and lead to the explorer', async () => {
    const page = await open('/');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Parley');
    await page.getByRole('link', { name: 'Explorer' }).click();
    await tabOf(page, 'RegisterAda').waitFor();
    await page.close();
  });

  it('walk a newcomer from registering to two people who talk live', async () => {
    const first = await open('/graphiql');
    await run(first, 'RegisterAda', /"name": "Ada"/);
    await run(first, 'RegisterBen', /"name": "Ben"/);
    await run(first, 'LogIn', /"ben"/);
    await run(first, 'OpenDirect', /"DIRECT"/);

    const second = await open('/graphiql');
    await run(second, 'Watch', /"Progress"/);
    await run(first, 'Send', /"number": 1/);
    const heard = second.locator('.result-window').filter({ hasText: 'Hello, Ben!' });
    await heard.waitFor({ timeout: 20_000 });

    await run(first, 'History', /Hello, Ben!/);
    await run(first, 'Inbox', /"unread": 1/);
    await second.close();
    await first.close();
  });

  it('say what to do when a step was left out', async () => {
    const other = await browser.newContext();
    const page = await other.newPage();
    await page.goto(`${platform.url}/graphiql`);
    await run(page, 'OpenDirect', /register or log in as Ben in this page first/);
    await other.close();
  });

  it('can be used from the keyboard', async () => {
    const page = await open('/graphiql');
    await tabOf(page, 'RegisterAda').waitFor();
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate('document.activeElement?.tagName ?? "BODY"');
    expect(await focused()).not.toBe('BODY');
    await page.close();
  });

  it('ask nothing of a foreign host and complain of nothing', () => {
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
