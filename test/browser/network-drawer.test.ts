/// <reference lib="dom" />
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { eventually, panelTests } from './drawer.js';
import { startHost } from './host.js';
import { modelNotes, playPhrase } from './page.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const drawer = (page: Page) => page.getByRole('region', { name: 'Network', exact: true });
const choices = (page: Page) => drawer(page).getByRole('list', { name: 'Likeliest choices' });

/** Pixels of a picture of the drawer that are painted. */
const painted = (page: Page, picture: string) =>
  drawer(page)
    .locator(`canvas.${picture}`)
    .evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) count++;
      return count;
    });

/** Frames of the WebSocket that tell of the network. */
async function watchSocket(page: Page): Promise<() => readonly string[]> {
  const seen: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const text = String(payload);
      if (text.startsWith('{"type":"network')) seen.push(text);
    }),
  );
  await page.reload();
  await page.locator('continuo-app[data-connected=true]').waitFor();
  return () => seen;
}

async function answered(page: Page): Promise<void> {
  if (await page.getByRole('button', { name: 'Start' }).isEnabled()) await page.keyboard.press('Space');
  // A phrase that cuts a reply short takes its planned notes away.
  await page.locator('continuo-app[data-phase=waiting]').waitFor();
  const before = await modelNotes(page);
  await playPhrase(page);
  await eventually(() => modelNotes(page)).toBeGreaterThan(before);
}

describeWith('Chromium', 'the drawer of the network', (executablePath) => {
  const tests = panelTests(executablePath);

  it('shows choices, layers and surprise while it is open, and asks for nothing while it is closed', async () => {
    const page = await tests.open();
    const seen = await watchSocket(page);
    await answered(page);
    expect(seen()).toEqual([]);
    await page.keyboard.press('n');
    await answered(page);
    await eventually(() => choices(page).getByRole('listitem').count()).toBeGreaterThanOrEqual(8);
    await eventually(() => choices(page).locator('.chosen').count()).toBe(1);
    await eventually(() => choices(page).textContent()).toMatch(/[A-G]#?\d (on|off)|wait/);
    await eventually(() => painted(page, 'heat')).toBeGreaterThan(1000);
    await eventually(() => painted(page, 'surprise')).toBeGreaterThan(500);
    // What the grammar forbade is struck through: the model never ends a note that it does not hold. Not each reply would like to.
    const said = () => seen().filter((text) => text.includes('networkSteps'));
    const forbidden = () => said().some((text) => text.includes('"forbidden":true'));
    for (let tries = 0; tries < 5 && !forbidden(); tries++) await answered(page);
    expect(forbidden()).toBe(true);
    for (const text of said()) expect(text.length).toBeLessThan(64 * 1024);
    await page.keyboard.press('Escape');
    await drawer(page).waitFor({ state: 'detached' });
    await page.waitForTimeout(300);
    const count = seen().length;
    await answered(page);
    expect(seen().length).toBe(count);
  });

  it('traces a unit, steps from token to token, and follows again', async () => {
    const page = await tests.open();
    await page.getByRole('button', { name: 'Network' }).click();
    await answered(page);
    await eventually(() => painted(page, 'heat')).toBeGreaterThan(1000);
    await drawer(page).getByLabel('Layer', { exact: true }).fill('2');
    await drawer(page).getByLabel('Unit', { exact: true }).fill('17');
    await drawer(page).getByLabel('Unit', { exact: true }).press('Enter');
    await eventually(() => drawer(page).locator('output').textContent()).toMatch(/^h = -?[01]\.\d\d$/);
    await drawer(page).getByLabel('Unit', { exact: true }).fill('99999');
    await drawer(page).getByLabel('Unit', { exact: true }).press('Enter');
    await eventually(() => drawer(page).getByLabel('Unit', { exact: true }).inputValue()).toBe('383');
    await drawer(page).getByRole('button', { name: 'No trace' }).click();
    await drawer(page).getByText('Touch a unit').waitFor();
    const { width, height } = (await drawer(page).locator('canvas.heat').boundingBox())!;
    await drawer(page)
      .locator('canvas.heat')
      .click({ position: { x: 0.7 * width, y: 0.3 * height } });
    await eventually(() => drawer(page).getByLabel('Unit', { exact: true }).inputValue()).toMatch(/^\d+$/);
    const heading = () => drawer(page).locator('continuo-choices p').textContent();
    await drawer(page).getByRole('button', { name: 'The token before' }).click();
    const before = await heading();
    await drawer(page).getByRole('button', { name: 'The token before' }).click();
    await page.waitForTimeout(500);
    await drawer(page).getByRole('button', { name: 'The next token' }).click();
    expect(await heading()).toBe(before);
    await drawer(page).getByRole('button', { name: 'Follow' }).click();
    await drawer(page).getByRole('button', { name: 'Follow' }).waitFor({ state: 'detached' });
  });

  it('shows the member of a band that is chosen, and the gates of its layers', async () => {
    const takes = mkdtempSync(join(tmpdir(), 'continuo-takes-'));
    const host = await startHost(takes, '0', '--with', 'drums@solo');
    const browser = await chromium.launch({
      executablePath,
      args: ['--headless', '--no-sandbox', '--disable-gpu'],
    });
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(host.address);
      const seen = await watchSocket(page);
      await page.keyboard.press('n');
      const whose = drawer(page).getByLabel('Whose network');
      expect(await whose.locator('option').allTextContents()).toEqual(['Piano', 'Drums']);
      await whose.selectOption('drums');
      await page.keyboard.press('Space');
      // The drummer's words.
      const hears = async (wanted: () => Promise<boolean>) => {
        for (let tries = 0; tries < 20 && !(await wanted()); tries++) await playPhrase(page);
        expect(await wanted()).toBe(true);
      };
      const words = async () => (await choices(page).allTextContents()).join();
      await hears(async () => /kick|snare|closedHat/.test(await words()));
      await drawer(page).getByLabel('Show').selectOption('z');
      const gate = () => seen().some((text) => text.includes('"gate":{"name":"z"'));
      await hears(async () => gate());
      await hears(async () => (await painted(page, 'heat')) > 1000);
      const others = seen().filter((text) => !text.includes('"member":"drums"'));
      expect(others.length).toBeLessThan(seen().length / 2);
      for (const text of seen()) expect(text.length).toBeLessThan(64 * 1024);
    } finally {
      await browser.close();
      await host.stop();
      rmSync(takes, { recursive: true, force: true });
    }
  }, 120_000);

  it('and that of pieces close each other', async () => {
    const page = await tests.open();
    await page.keyboard.press('n');
    await drawer(page).waitFor();
    await page.keyboard.press('b');
    await page.getByRole('region', { name: 'Tune', exact: true }).waitFor();
    await drawer(page).waitFor({ state: 'detached' });
    await page.keyboard.press('n');
    await drawer(page).waitFor();
    await page.getByRole('region', { name: 'Tune', exact: true }).waitFor({ state: 'hidden' });
  });

  it.each([
    ['light', 1280, 800],
    ['dark', 768, 1024],
    ['dark', 360, 740],
    ['light', 640, 400],
    ['light', 1280, 400],
  ] as const)('fits and has nothing that axe objects to: %s, %i x %i', async (colorScheme, width, height) => {
    const page = await tests.open({ viewport: { width, height } });
    await page.emulateMedia({ colorScheme });
    await page.keyboard.press('n');
    await answered(page);
    await eventually(() => choices(page).getByRole('listitem').count()).toBeGreaterThanOrEqual(8);
    await page.evaluate(axe);
    const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
      violations: { id: string; nodes: { html: string }[] }[];
    };
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const heat = (await drawer(page).locator('canvas.heat').boundingBox())!;
    expect(heat.width).toBeGreaterThan(300);
    expect(heat.height).toBeGreaterThan(100);
  });
});
