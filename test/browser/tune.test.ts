/// <reference lib="dom" />
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { type Host, program, startHost } from './host.js';
import { app } from './page.js';

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

describeWith('Chromium', 'the tune drawer in a real browser, on the real host', (executablePath) => {
  let takes: string;
  let host: Host;
  let browser: Browser;
  let troubles: string[];
  let elsewhere: string[];

  beforeAll(async () => {
    expect(existsSync(program), 'dist/ must be built: npm run build').toBe(true);
    takes = mkdtempSync(join(tmpdir(), 'continuo-takes-'));
    host = await startHost(takes);
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    args.push('--disable-component-update', '--autoplay-policy=no-user-gesture-required');
    browser = await chromium.launch({ executablePath, args });
  });

  afterAll(async () => {
    await browser?.close();
    await host?.stop();
    rmSync(takes, { recursive: true, force: true });
  });

  beforeEach(() => {
    troubles = [];
    elsewhere = [];
  });

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    // The page's content policy is kept, by the engraver too, and nothing is fetched from anywhere else.
    expect(troubles).toEqual([]);
    expect(elsewhere).toEqual([]);
  });

  async function open(viewport = { width: 1280, height: 800 }): Promise<Page> {
    const context = await browser.newContext({ viewport });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    page.on('request', (request) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(host.address))
        elsewhere.push(request.url());
    });
    await page.goto(host.address);
    await page.locator('continuo-app[data-connected=true]').waitFor();
    return page;
  }

  const drawer = (page: Page) => page.getByRole('region', { name: 'Tune' });
  const lit = (page: Page) => drawer(page).locator('.paper .now');

  async function makeReel(page: Page): Promise<void> {
    await drawer(page).getByLabel('Type').selectOption('reel');
    await drawer(page).getByLabel('Key').fill('Ador');
    await drawer(page).getByLabel('Seed').fill('5');
    await drawer(page).getByRole('button', { name: 'Make' }).click();
    await drawer(page).locator('.abcjs-note').first().waitFor();
  }

  it('makes the tune that the command line makes, and engraves it', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Tune' }).click();
    await makeReel(page);
    expect(await drawer(page).locator('.abcjs-note').count()).toBeGreaterThan(60);
    await drawer(page).getByRole('heading', { name: 'Reel in Ador' }).waitFor();
    await drawer(page).getByText('Seed 5').waitFor();

    const made = await drawer(page).getByLabel('The tune as ABC').inputValue();
    const args = ['generate', 'folk', '--type', 'reel', '--key', 'Ador', '--seed', '5'];
    const printed = execFileSync(process.execPath, [program, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(made).toBe(printed);

    await drawer(page).getByRole('button', { name: 'Copy ABC' }).click();
    await drawer(page).getByText('Copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(printed);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      drawer(page).getByRole('button', { name: 'Download .abc' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('reel-in-ador-5-1.abc');
    expect(readFileSync(await download.path(), 'utf8')).toBe(printed);
  });

  it('plays it with the cursor following, and stops', async () => {
    const page = await open();
    await page.keyboard.press('b');
    await makeReel(page);
    await drawer(page).getByRole('button', { name: 'Play the tune' }).click();
    await eventually(() => app(page, ({ level }) => level)).toBeGreaterThan(0.005);
    const place = async () => (await lit(page).first().boundingBox())?.x ?? 0;
    await eventually(() => lit(page).count()).toBeGreaterThan(0);
    const first = await place();
    await eventually(place).toBeGreaterThan(first + 30);
    await drawer(page).getByRole('button', { name: 'Stop the tune' }).click();
    expect(await lit(page).count()).toBe(0);
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);

    await drawer(page).getByRole('button', { name: 'Play the tune' }).click();
    await eventually(() => app(page, ({ sounding }) => sounding)).toBeGreaterThan(0);
    await page.keyboard.press('q');
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);
    await drawer(page).getByRole('button', { name: 'Play the tune' }).waitFor();
    expect(await lit(page).count()).toBe(0);
  });

  it('says why there is no tune, and makes the next', async () => {
    const page = await open();
    await page.keyboard.press('b');
    await drawer(page).getByLabel('Key').fill('H');
    await page.keyboard.press('Enter');
    await drawer(page).getByRole('alert').getByText('"H" is no key').waitFor();
    await makeReel(page);
    expect(await drawer(page).getByRole('alert').count()).toBe(0);
  });

  it('opens and closes with keys, and the focus comes back', async () => {
    const page = await open();
    await page.keyboard.press('b');
    await drawer(page).waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Escape');
    await drawer(page).waitFor({ state: 'hidden' });
    await page.keyboard.press('Enter');
    await drawer(page).waitFor();
    await page.keyboard.press('Escape');
    await drawer(page).waitFor({ state: 'hidden' });
    expect(await app(page, ({ notes }) => notes.length)).toBe(0);
  });

  it('fits every screen', async () => {
    const page = await open({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Tune' }).click();
    await makeReel(page);
    for (const width of [390, 768, 1280]) {
      await page.setViewportSize({ width, height: 844 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      for (const button of await drawer(page).getByRole('button').all()) {
        const box = (await button.boundingBox())!;
        const which = `${await button.textContent()} on ${width} px`;
        expect(Math.min(box.width, box.height), which).toBeGreaterThanOrEqual(44);
        expect(box.x + box.width, which).toBeLessThanOrEqual(width);
      }
    }
  });
});
