/// <reference lib="dom" />
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { barredTune } from '../../dist/plugins/folk/rework/bars.js';
import { describeWith } from '../requires.js';
import { type Host, program, startHost } from './host.js';
import { app } from './page.js';
import { openPanelHost, type PanelHost } from './panel-host.js';

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

/** The music between the bar lines, in order. */
function bars(abc: string): string[] {
  const music = abc.slice(abc.indexOf('\n', abc.indexOf('\nK:') + 1));
  return music
    .replace(/\s/g, '')
    .split(/[|:\]]+/)
    .filter((bar) => bar !== '');
}

/** The tune's bars as they are counted, an upbeat as bar 0: their number, part and music. */
function numbered(abc: string): { number: number; part: string; music: string }[] {
  const { bars, tokens } = barredTune(abc);
  return bars.map(({ number, part, from, to }) => ({ number, part, music: tokens.slice(from, to).join() }));
}

describeWith('Chromium', 'the tune drawer in a real browser, on the real host', (executablePath) => {
  let panel: PanelHost | undefined;
  let takes: string;
  let host: Host;
  let browser: Browser;
  let troubles: string[];
  let elsewhere: string[];

  beforeAll(async () => {
    panel = await openPanelHost(executablePath);
    ({ takes, host, browser } = panel);
  });

  afterAll(() => panel?.close());

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

  async function open(viewport = { width: 1280, height: 800 }, at = host): Promise<Page> {
    const context = await browser.newContext({ viewport });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    page.on('request', (request) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(at.address))
        elsewhere.push(request.url());
    });
    await page.goto(at.address);
    await page.locator('continuo-app[data-connected=true]').waitFor();
    return page;
  }

  const drawer = (page: Page) => page.getByRole('region', { name: 'Tune', exact: true });
  const button = (page: Page, name: string) => drawer(page).getByRole('button', { name, exact: true });
  const abc = (page: Page) => drawer(page).getByLabel('The tune as ABC').textContent();
  const book = (page: Page) => drawer(page).getByRole('region', { name: 'Tunebook' });
  const lit = (page: Page) => drawer(page).locator('.paper .now');

  async function makeReel(page: Page): Promise<void> {
    await drawer(page).getByLabel('Type').selectOption('reel');
    await drawer(page).getByLabel('Key').fill('Ador');
    const seed = drawer(page).getByLabel('Seed');
    if (!(await seed.isVisible())) await button(page, 'More').click();
    await seed.fill('5');
    await button(page, 'Make').click();
    await button(page, 'Bar 1, part A').waitFor();
  }

  it('makes the tune that the command line makes, and engraves it', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Tune' }).click();
    await makeReel(page);
    expect(await drawer(page).locator('.abcjs-note').count()).toBeGreaterThan(60);
    await drawer(page).getByRole('heading', { name: 'Reel in Ador' }).waitFor();
    await drawer(page)
      .getByText(/^Seed 5 .*the grammar forbade/)
      .waitFor();

    const made = await abc(page);
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
    const [midi] = await Promise.all([page.waitForEvent('download'), button(page, 'Download .mid').click()]);
    expect(readFileSync(await midi.path(), 'latin1').slice(0, 4)).toBe('MThd');
    const [svg] = await Promise.all([page.waitForEvent('download'), button(page, 'Download .svg').click()]);
    const drawn = readFileSync(await svg.path(), 'utf8');
    expect(drawn).toMatch(/^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(drawn).toContain('Reel in Ador');
    expect(drawn.match(/abcjs-note /g)?.length).toBeGreaterThan(60);
  });

  it('grows while it is made, and is given up at once', async () => {
    const page = await open();
    await page.keyboard.press('b');
    await drawer(page).getByLabel('Form').fill('ABCDEFGHIJKL');
    await drawer(page).getByLabel('Bars a part').fill('32');
    // Of several candidates only the one that is kept is engraved.
    await button(page, 'More').click();
    await drawer(page).getByLabel('Best of').fill('1');
    await button(page, 'Make').click();
    const notes = () => drawer(page).locator('.abcjs-note').count();
    await eventually(notes).toBeGreaterThan(0);
    const first = await notes();
    expect(await book(page).getByRole('listitem').count()).toBe(0);
    await eventually(notes).toBeGreaterThan(first);
    await button(page, 'Cancel').click();
    await drawer(page).getByText('Say what you want').waitFor();
    expect(await notes()).toBe(0);
    await drawer(page).getByLabel('Form').fill('AB');
    await drawer(page).getByLabel('Bars a part').fill('8');
    await makeReel(page);
    expect(await button(page, 'Cancel').isDisabled()).toBe(true);
  });

  it('makes bars anew that are touched, the others note for note, and goes back', async () => {
    const page = await open();
    await page.keyboard.press('b');
    await makeReel(page);
    const before = (await abc(page))!;
    await button(page, 'Bar 3, part A').click();
    await button(page, 'Bar 4, part A').click();
    expect(await drawer(page).getByLabel('Bars', { exact: true }).inputValue()).toBe('3-4');
    await button(page, 'Make these anew').click();
    await eventually(() => abc(page)).not.toBe(before);
    const after = (await abc(page))!;
    const was = numbered(before);
    expect(numbered(after)).toHaveLength(was.length);
    const changed = numbered(after).flatMap(({ number, music }, at) =>
      music === was[at]!.music ? [] : [number],
    );
    expect(changed.length).toBeGreaterThan(0);
    expect([3, 4]).toEqual(expect.arrayContaining(changed));
    await drawer(page).getByRole('heading', { name: 'made anew in part' }).waitFor();
    expect(await book(page).getByRole('listitem').count()).toBe(1);
    await button(page, 'Undo').click();
    await eventually(() => abc(page)).toBe(before);
    await button(page, 'Redo').click();
    await eventually(() => abc(page)).toBe(after);

    // With the keyboard alone, and with a word.
    await drawer(page).getByLabel('Bars', { exact: true }).fill('');
    await button(page, 'Bar 4, part A').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await drawer(page).getByLabel('Bars', { exact: true }).inputValue()).toBe('5-6');
    expect(await app(page, ({ dataset }) => dataset.phase)).toBe('stopped');
    await drawer(page).getByLabel('Bars', { exact: true }).fill('part B');
    const kept = numbered(after).filter(({ part }) => part === 'B');
    const [first] = kept.filter(({ number }) => number > 0);
    expect(await button(page, `Bar ${first!.number}, part B`).getAttribute('aria-pressed')).toBe('true');
    await button(page, 'Keep only these').click();
    await eventually(() => abc(page)).not.toBe(after);
    expect(numbered((await abc(page))!).filter(({ part }) => part === 'B')).toEqual(kept);
    await drawer(page).getByLabel('Bars', { exact: true }).fill('99');
    await button(page, 'Make these anew').click();
    await drawer(page)
      .getByRole('alert')
      .getByText(`bars 1 to ${kept.at(-1)!.number}`)
      .waitFor();
  });

  it('keeps a book: it is there after a reload, tunes are renamed, opened, saved and deleted', async () => {
    const page = await open();
    await page.keyboard.press('b');
    await makeReel(page);
    const made = (await abc(page))!;
    await book(page).getByRole('button', { name: 'Rename Reel in Ador' }).click();
    await page.keyboard.type('The Browser');
    await page.keyboard.press('Enter');
    await drawer(page).getByRole('heading', { name: 'The Browser' }).waitFor();
    await page.reload();
    await page.locator('continuo-app[data-connected=true]').waitFor();
    await page.keyboard.press('b');
    await book(page).getByRole('button', { name: 'The Browser', exact: true }).click();
    await drawer(page).getByRole('heading', { name: 'The Browser' }).waitFor();
    await drawer(page).locator('.abcjs-note').first().waitFor();
    expect(await abc(page)).toBe(made.replace(/^T:.*$/m, 'T:The Browser'));

    await drawer(page).getByText('A tune of your own').click();
    const text = drawer(page).getByLabel('ABC of your own');
    await text.fill('X:7\nT:Mine\nM:4/4\nL:1/8\nK:D\nFAAB AFDF|B2Bc ?BBd|\n');
    await button(page, 'Open').click();
    await drawer(page).getByRole('alert').getByText('Line 6, column 16').waitFor();
    await text.fill('X:7\nT:Mine\nR:reel\nM:4/4\nL:1/8\nK:D\n{d}FAAB AFDF|B2Bc dBBd|\n');
    await button(page, 'Open').click();
    await eventually(() => abc(page)).toContain('{d}FAAB AFDF');
    await button(page, 'Go on from here').click();
    // It keeps its title and its ornaments.
    await eventually(async () => bars((await abc(page))!).length).toBeGreaterThan(2);
    expect(bars((await abc(page))!).slice(0, 2)).toEqual(['{d}FAABAFDF', 'B2BcdBBd']);
    await drawer(page).getByRole('heading', { name: 'Mine' }).waitFor();

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      button(page, 'Save all tunes as one .abc').click(),
    ]);
    const saved = readFileSync(await download.path(), 'utf8');
    expect(saved.match(/^[XT]:.*$/gm)).toEqual([
      'X:1',
      'T:The Browser',
      'X:2',
      expect.stringContaining('T:Mine'),
    ]);
    await book(page).getByRole('button', { name: 'Delete The Browser' }).click();
    await eventually(() => book(page).getByRole('listitem').count()).toBe(1);
    // Typing is not playing.
    expect(await app(page, ({ notes }) => notes.length)).toBe(0);
  });

  it('gives back a tune that was deleted: by click, by keyboard, with Ctrl+Z, until something else is done', async () => {
    const page = await open();
    await page.keyboard.press('b');
    for (const key of ['G', 'D']) {
      await drawer(page).getByLabel('Key').fill(key);
      await button(page, 'Make').click();
      await drawer(page)
        .getByRole('heading', { name: `in ${key}` })
        .waitFor();
    }
    const names = () => book(page).locator('[data-tune]').allTextContents();
    const before = await names();
    expect(before).toHaveLength(2);
    const second = before[1]!.trim();
    await book(page)
      .getByRole('button', { name: `Delete ${second}` })
      .click();
    await eventually(async () => (await names()).length).toBe(1);
    await book(page).getByRole('status').getByText('Deleted').waitFor();
    await book(page).getByRole('button', { name: 'Undo' }).click();
    await eventually(names).toEqual(before);
    // With the keyboard: the focus goes to Undo, and from there to the tune.
    await book(page)
      .getByRole('button', { name: `Delete ${second}` })
      .focus();
    await page.keyboard.press('Enter');
    await book(page).getByRole('button', { name: 'Undo' }).waitFor();
    await page.keyboard.press('Enter');
    await eventually(names).toEqual(before);
    expect(
      await book(page)
        .locator('[data-tune]')
        .nth(1)
        .evaluate((row) => row.matches(':focus')),
    ).toBe(true);
    await book(page)
      .getByRole('button', { name: `Delete ${second}` })
      .click();
    await eventually(async () => (await names()).length).toBe(1);
    await page.keyboard.press('Control+z');
    await eventually(names).toEqual(before);
    await book(page)
      .getByRole('button', { name: `Delete ${second}` })
      .click();
    await button(page, 'Vary').click();
    await book(page).getByRole('button', { name: 'Undo' }).waitFor({ state: 'detached' });
    expect(await names()).toHaveLength(1);
    expect(await app(page, ({ dataset }) => dataset.phase)).toBe('stopped');
  });

  it('remembers volume, octave and the tune that was open', async () => {
    const fresh = await startHost(takes);
    const page = await open(undefined, fresh);
    await page.getByRole('slider', { name: 'Volume' }).fill('35');
    await page.keyboard.press('z');
    await page.keyboard.press('b');
    await makeReel(page);
    const made = await abc(page);
    await page.reload();
    await page.locator('continuo-app[data-connected=true]').waitFor();
    expect(await page.getByRole('slider', { name: 'Volume' }).inputValue()).toBe('35');
    await page.keyboard.press('b');
    await drawer(page).getByRole('heading', { name: 'Reel in Ador' }).waitFor();
    expect(await abc(page)).toBe(made);
    expect(await book(page).locator('[aria-current=true]').count()).toBe(1);
    await page.keyboard.press('b');
    await page.keyboard.down('a');
    await eventually(() => app(page, ({ notes }) => notes[0]?.pitch)).toBe(48);
    await page.keyboard.up('a');
    await page.close();
    await fresh.stop();
  });

  it('does one thing at a time: a tune that plays, and the space bar, do not set the jam off', async () => {
    const fresh = await startHost(takes);
    const page = await open(undefined, fresh);
    await page.keyboard.press('b');
    await makeReel(page);
    const phase = () => app(page, ({ dataset }) => dataset.phase);
    const play = drawer(page).getByRole('button', { name: 'Play the tune' });
    const stop = drawer(page).getByRole('button', { name: 'Stop the tune' });
    await play.click();
    await stop.waitFor();
    await page.keyboard.press('a', { delay: 100 });
    await eventually(() => app(page, ({ notes }) => notes.map(({ voice, pitch }) => [voice, pitch]))).toEqual(
      [['player', 60]],
    );
    await page.keyboard.press('Space');
    await play.waitFor();
    expect(await phase()).toBe('stopped');
    // On a button, the space bar is the button's.
    await play.focus();
    await page.keyboard.press('Space');
    await stop.waitFor();
    await page.keyboard.press('Space');
    await play.waitFor();
    expect(await phase()).toBe('stopped');
    // The jam ends the tune, and Ctrl+Space is nobody's.
    await play.click();
    await stop.waitFor();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.locator('continuo-app[data-phase=waiting]').waitFor();
    await play.waitFor();
    await page.keyboard.press('Control+Space');
    expect(await phase()).toBe('waiting');
    await page.keyboard.press('Space');
    await page.locator('continuo-app[data-phase=stopped]').waitFor();
    await page.close();
    await fresh.stop();
  });

  it('shows a tune of one’s own with its chords and its words, a lone last bar no wider than the others', async () => {
    const page = await open();
    await page.keyboard.press('b');
    await drawer(page).getByText('A tune of your own').click();
    const own =
      'X:7\nT:Mine\nC:Somebody\nR:reel\nM:4/4\nL:1/8\nK:D\n"D"F2A2 "G"A2F2|"Em"B2c2 "A7"d2B2|"D"F2A2 A2F2|"G"B2B2 "A"d4|\n' +
      'w: Oh the sum-mer time has come and the trees are all in bloom~now\n"D"d8|]\nw: sweet\n';
    await drawer(page).getByLabel('ABC of your own').fill(own);
    await button(page, 'Open').click();
    await button(page, 'Bar 5, part A').waitFor();
    const engraved = (kind: string) => drawer(page).locator(`.paper .abcjs-${kind}`).allTextContents();
    expect(await engraved('chord')).toEqual(['D', 'G', 'Em', 'A7', 'D', 'G', 'A', 'D']);
    expect((await engraved('lyric')).join(' ')).toContain('sum');
    expect((await engraved('lyric')).join(' ')).toContain('sweet');
    for (const kept of ['"A7"', 'w: Oh the sum-mer', 'C:Somebody']) expect(await abc(page)).toContain(kept);
    const width = async (bar: number) => (await button(page, `Bar ${bar}, part A`).boundingBox())!.width;
    expect(await width(5)).toBeLessThan(1.5 * (await width(3)));
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

  it('folds options away, says how many of them are not as they were, and shows one that is wrong', async () => {
    const page = await open();
    await page.keyboard.press('b');
    const best = drawer(page).getByLabel('Best of');
    expect(await best.isVisible()).toBe(false);
    await drawer(page).getByLabel('Seed').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await button(page, 'Less').getAttribute('aria-expanded')).toBe('true');
    await best.fill('3');
    await drawer(page).getByLabel('Temperature').fill('');
    await button(page, 'Less').click();
    expect(await best.isVisible()).toBe(false);
    expect(await button(page, 'More (2)').getAttribute('aria-expanded')).toBe('false');
    await button(page, 'Make').click();
    await button(page, 'Less').waitFor();
    await eventually(() =>
      app(page, ({ shadowRoot }) =>
        shadowRoot!.querySelector('continuo-tune-drawer')!.shadowRoot!.activeElement?.getAttribute('name'),
      ),
    ).toBe('temperature');
    await drawer(page).getByLabel('Temperature').fill('0.8');
    await button(page, 'Less').click();
    await drawer(page).getByLabel('Bars a part').fill('2');
    await button(page, 'More (1)').waitFor();
    await makeReel(page);
    // What is folded away is asked for.
    expect(await abc(page)).toMatch(/candidate \d of 3/);
  });

  it('brings what grows into sight on a low screen, with Make in reach', async () => {
    const page = await open({ width: 900, height: 700 });
    await page.keyboard.press('b');
    await makeReel(page);
    const [paper, make, foot] = await Promise.all([
      drawer(page).locator('.paper').boundingBox(),
      button(page, 'Make').boundingBox(),
      drawer(page).boundingBox(),
    ]);
    expect(paper!.y).toBeGreaterThanOrEqual(make!.y + make!.height);
    expect(paper!.y).toBeLessThan(foot!.y + foot!.height - 90);
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
    await button(page, 'Bar 3, part A').click();
    for (const width of [360, 768, 1280]) {
      await page.setViewportSize({ width, height: 844 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      for (const button of await drawer(page).locator('button:not([data-bar])').all()) {
        const box = await button.boundingBox();
        // Of what is folded away.
        if (box === null) continue;
        const which = `${await button.textContent()} on ${width} px`;
        expect(Math.min(box.width, box.height), which).toBeGreaterThanOrEqual(44);
        expect(box.x + box.width, which).toBeLessThanOrEqual(width);
      }
    }
  });
});
