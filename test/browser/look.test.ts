/// <reference lib="dom" />
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { objections } from './axe.js';
import { type Host, startHost } from './host.js';
import { app, modelNotes, pixels, playPhrase } from './page.js';
import { openPanelHost, type PanelHost } from './panel-host.js';

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

/** The judge of accessibility, run in the page as its own script. */
/** In the page: adds up layout shifts that no input of the user caused (the browser's layout-shift entries). */
function watchShifts(): void {
  Object.assign(window, { shifts: [] });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    })[])
      if (!entry.hadRecentInput) (window as unknown as { shifts: number[] }).shifts.push(entry.value);
  }).observe({ type: 'layout-shift', buffered: true });
}

/** The sum of all shifts since the last call: an upper bound of the score of any window. */
const shifted = (page: Page) =>
  page.evaluate(() =>
    (window as unknown as { shifts: number[] }).shifts.splice(0).reduce((sum, value) => sum + value, 0),
  );

describeWith('Chromium', 'the look of the panel', (executablePath) => {
  let panel: PanelHost | undefined;
  let takes: string;
  let host: Host;
  let browser: Browser;

  beforeAll(async () => {
    panel = await openPanelHost(executablePath);
    ({ takes, host, browser } = panel);
  });

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });

  afterAll(() => panel?.close());

  async function open(options: BrowserContextOptions = {}, at = host): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.addInitScript(watchShifts);
    await page.goto(at.address);
    await page.locator('continuo-app[data-connected=true]').waitFor();
    return page;
  }

  const drawer = (page: Page) => page.getByRole('region', { name: 'Tune', exact: true });

  async function answered(page: Page): Promise<void> {
    if (await page.getByRole('button', { name: 'Start' }).isEnabled()) await page.keyboard.press('Space');
    await page.locator('continuo-app[data-phase=waiting]').waitFor();
    const before = await modelNotes(page);
    await playPhrase(page);
    // An answer may be short.
    await eventually(() => modelNotes(page)).toBeGreaterThan(before);
  }

  async function makeTune(page: Page): Promise<void> {
    await drawer(page).getByRole('button', { name: 'Make', exact: true }).click();
    await drawer(page).getByRole('button', { name: 'Bar 1, part A' }).waitFor();
  }

  it.each([
    ['light', 1280, 800],
    ['dark', 1280, 800],
    ['light', 390, 844],
    ['dark', 640, 400],
  ] as const)(
    'has nothing that axe objects to, in any state: %s, %i x %i',
    async (colorScheme, width, height) => {
      const page = await open({ colorScheme, viewport: { width, height } });
      expect(await objections(page), 'at first').toEqual([]);
      await answered(page);
      expect(await objections(page), 'in a jam').toEqual([]);
      await page.locator('canvas').focus();
      await page.keyboard.press('ArrowLeft');
      await page.getByRole('button', { name: 'Back to now' }).waitFor();
      expect(await objections(page), 'looking back').toEqual([]);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      expect(await objections(page), 'help').toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('b');
      await drawer(page).getByRole('button', { name: 'More' }).click();
      expect(await objections(page), 'all options').toEqual([]);
      await drawer(page).getByText('A tune of your own').click();
      await drawer(page).getByLabel('ABC of your own').fill('X:1\nK:C\n?\n');
      await drawer(page).getByRole('button', { name: 'Open', exact: true }).click();
      await drawer(page).getByRole('alert').first().waitFor();
      expect(await objections(page), 'a tune of one’s own').toEqual([]);
      await makeTune(page);
      await drawer(page).getByRole('button', { name: 'Bar 2, part A' }).click();
      expect(await objections(page), 'a tune').toEqual([]);
    },
    90_000,
  );

  it('has nothing that axe objects to where the host is lost', async () => {
    const other = await startHost(takes);
    const page = await open({}, other);
    await other.stop('SIGKILL');
    await page.getByRole('button', { name: 'Try now' }).waitFor();
    expect(await objections(page)).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'shows what is chosen, and every word, where the host is lost in forced colours: %s',
    async (colorScheme) => {
      const other = await startHost(takes);
      const page = await open({ colorScheme, forcedColors: 'active' }, other);
      await other.stop('SIGKILL');
      await page.getByRole('button', { name: 'Try now' }).waitFor();
      const look = (name: string) =>
        page.getByRole('radio', { name }).evaluate((element) => {
          const { color, backgroundColor, borderWidth } = getComputedStyle(element);
          return { color, backgroundColor, borderWidth };
        });
      const [chosen, other_] = [await look('Answer'), await look('Duet')];
      expect(chosen.backgroundColor).toBe(other_.backgroundColor);
      expect(chosen.color).not.toBe(chosen.backgroundColor);
      expect(chosen.borderWidth).not.toBe(other_.borderWidth);
      expect(await objections(page)).toEqual([]);
    },
  );

  it('has room for long names: three lines in the book, all of it under the keyboard; undo beside what it undoes', async () => {
    const page = await open({ viewport: { width: 960, height: 540 } });
    const title = `The Ballad of ${'a very long name '.repeat(8)}`.trim();
    const abc = `X:1\nT:${title}\nM:4/4\nL:1/8\nK:D\nDEFA d4|]\n`;
    await page.evaluate(
      (tune) => localStorage.setItem('continuo.tunebook', JSON.stringify({ tunes: [tune] })),
      { id: 1, title, abc, named: true },
    );
    await page.reload();
    await page.locator('continuo-app[data-connected=true]').waitFor();
    await page.keyboard.press('b');
    const named = drawer(page).getByRole('button', { name: title, exact: true });
    const lines = () =>
      named.locator('span').evaluate((span) => [span.clientHeight / 20, span.scrollHeight / 20]);
    const [shown, all] = (await lines()) as [number, number];
    expect([shown, all > 3]).toEqual([3, true]);
    expect(await named.getAttribute('title')).toBe(title);
    await drawer(page).getByRole('button', { name: 'Save all tunes' }).focus();
    await page.keyboard.press('Tab');
    expect((await lines())[0]).toBe(all);
    await page.keyboard.press('Enter');
    await drawer(page).getByRole('button', { name: 'Bar 1, part A' }).waitFor();
    const top = (name: string) =>
      drawer(page)
        .getByRole('button', { name, exact: true })
        .evaluate((element) => element.getBoundingClientRect().top);
    expect(await top('Undo')).toBe(await top('Go on from here'));
  });

  it.each([
    [1280, 800],
    [390, 844],
    [640, 400],
  ] as const)(
    'moves nothing by itself but the music: %i x %i',
    async (width, height) => {
      const page = await open({ viewport: { width, height } });
      // What the sound, the ports and the first pings bring.
      await eventually(() => page.getByText(/host .* ms/).count()).toBe(1);
      await page.evaluate(() => document.fonts.ready);
      const shifts: Record<string, number> = { load: await shifted(page) };
      await answered(page);
      await page.getByRole('status').getByText('Your turn').waitFor();
      shifts.jam = await shifted(page);
      await page.locator('select[name=plugin]').selectOption('folk');
      await page.locator('[data-param=key]').waitFor();
      shifts.plugin = await shifted(page);
      await page.keyboard.press('b');
      await drawer(page).waitFor();
      shifts.drawer = await shifted(page);
      await makeTune(page);
      shifts.make = await shifted(page);
      await drawer(page).getByRole('button', { name: 'Play the tune' }).click();
      await eventually(() => drawer(page).locator('.paper .now').count()).toBeGreaterThan(0);
      shifts.play = await shifted(page);
      await page.locator('select[name=plugin]').selectOption('piano');
      await page.locator('[data-param=lowest]').waitFor();
      for (const [step, shift] of Object.entries(shifts)) expect(shift, step).toBeLessThan(0.02);
    },
    180_000,
  );

  it.each(['light', 'dark'] as const)(
    'is all there in the colours of the reader: forced, %s',
    async (colorScheme) => {
      const page = await open({ forcedColors: 'active', colorScheme });
      await answered(page);
      await eventually(() => pixels(page, 'model')).toSatisfy(({ past }) => past > 50);
      expect((await pixels(page, 'player')).past).toBeGreaterThan(50);
      // The two voices, and the ground, have colours of their own.
      const colours = await page.evaluate(() => {
        const probe = document.createElement('span');
        probe.style.setProperty('forced-color-adjust', 'none');
        document.body.append(probe);
        return ['player', 'model', 'surface', 'line'].map((name) => {
          probe.style.color = `var(--${name})`;
          return getComputedStyle(probe).color;
        });
      });
      expect(new Set(colours).size).toBe(4);
      // A key that is down is told from one that is not, and what is chosen from what is not.
      const key = (pitch: number) =>
        page
          .locator(`[data-pitch="${pitch}"]`)
          .evaluate((element) => getComputedStyle(element).backgroundColor);
      const up = await key(60);
      await page.keyboard.down('a');
      await eventually(() => key(60)).not.toBe(up);
      await page.keyboard.up('a');
      const ground = (name: string) =>
        page.getByRole('radio', { name }).evaluate((element) => getComputedStyle(element).backgroundColor);
      expect(await ground('Answer')).not.toBe(await ground('Duet'));
      expect(await objections(page)).toEqual([]);
    },
  );

  it('stands still for who asks for it: the page turns by quarters', async () => {
    const page = await open({ reducedMotion: 'reduce' });
    await answered(page);
    expect(await app(page, ({ notes }) => notes.length)).toBeGreaterThan(6);
    const moving = await page.evaluate(() => document.getAnimations().length);
    expect(moving).toBe(0);
  });
});
