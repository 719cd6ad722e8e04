/// <reference lib="dom" />

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkTune, readAbc } from '../../src/music/abc/index.js';
import { describeWith } from '../requires.js';
import { takesIn } from '../takes-in.js';
import { type Host, replayed } from './host.js';
import { app, modelNotes, notesOf } from './page.js';
import { openPanelHost, type PanelHost } from './panel-host.js';

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

describeWith('Chromium', 'a jam of folk tunes in a real browser, on the real host', (executablePath) => {
  let panel: PanelHost | undefined;
  let takes: string;
  let host: Host;
  let browser: Browser;

  beforeAll(async () => {
    panel = await openPanelHost(executablePath);
    ({ takes, host, browser } = panel);
  });

  afterAll(() => panel?.close());

  const jam = (page: Page) => page.getByRole('region', { name: 'The jam so far' });
  const steering = (page: Page) => page.getByRole('complementary', { name: 'Steering' });
  const engraved = (page: Page) => jam(page).locator('.abcjs-note').count();

  it('engraves the tune that player and network write, and leaves it in the take', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    await page.goto(host.address);
    await page.locator('continuo-app[data-connected=true]').waitFor();
    await steering(page).getByLabel('Plugin').selectOption('folk');
    await steering(page).locator('[data-param=key] select').selectOption('G');
    await steering(page).getByLabel('Tempo, typed').fill('200');
    await steering(page).getByLabel('Tempo, typed').press('Enter');
    await page.getByRole('button', { name: 'Tune' }).click();
    expect(await jam(page).count()).toBe(0);

    await page.getByRole('button', { name: 'Start' }).click();
    for (const key of ['g', 'h', 'j', 'k', 'j', 'h', 'g', 'g']) {
      await page.keyboard.press(key, { delay: 100 });
      await page.waitForTimeout(50);
    }
    // How long the reply is depends on when each key came.
    await eventually(() => modelNotes(page)).toBeGreaterThan(2);
    await eventually(() => engraved(page)).toBeGreaterThan(8);
    await page.getByRole('status').getByText('Your turn').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();

    await jam(page).getByRole('button', { name: 'Copy ABC' }).click();
    await jam(page).getByText('Copied.').waitFor();
    const abc = await page.evaluate(() => navigator.clipboard.readText());
    expect(abc).toContain('M:4/4\nL:1/8\nQ:1/4=200\nK:G\n');
    const [read] = [...readAbc(abc)];
    expect(checkTune(read!.tune!)).toEqual({ errors: [], warnings: [] });
    const heard = await app(page, ({ notes }) => notes);
    await page.reload();
    await page.locator('continuo-app[data-connected=true]').waitFor();
    await page.getByRole('button', { name: 'Tune' }).click();
    await eventually(() => engraved(page)).toBeGreaterThan(8);
    expect(troubles).toEqual([]);

    await steering(page).getByLabel('Plugin').selectOption('piano');
    await eventually(() => jam(page).count()).toBe(0);
    const take = join(takes, takesIn(takes)[0]!);
    const book = readFileSync(join(take, 'tune.abc'), 'utf8');
    expect(book).toMatch(/^N:played with continuo, model folk-session [0-9a-f]{16}, seed 7$/m);
    expect(book.replace(/^N:.*\n/m, '')).toBe(abc);
    const again = await replayed(take);
    expect(notesOf(heard, 'model')).toEqual(again.model);
    expect(notesOf(heard, 'player')).toEqual(again.player);
  });

  it('is heard with its metronome, while it runs', async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(host.address);
    await page.locator('continuo-app[data-connected=true]').waitFor();
    await steering(page).getByLabel('Plugin').selectOption('folk');
    await steering(page).getByLabel('Tempo, typed').fill('240');
    await steering(page).getByLabel('Tempo, typed').press('Enter');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.waitForTimeout(500);
    const before = await modelNotes(page);
    expect(await app(page, ({ sounding }) => sounding)).toBe(0);
    await steering(page).getByLabel('Metronome').check();
    await eventually(() => app(page, ({ level }) => level)).toBeGreaterThan(0.005);
    await page.getByRole('button', { name: 'Stop' }).click();
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);
    await eventually(() => app(page, ({ level }) => level)).toBeLessThan(0.001);
    expect(await modelNotes(page)).toBe(before);
    await page.close();
  });
});
