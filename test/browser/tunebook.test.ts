/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { abc, book, button, drawer, eventually, field, makeReel, panelTests } from './drawer.js';
import { startHost } from './host.js';
import { app } from './page.js';

/** The music between the bar lines, in order. */
function musicOf(abc: string): string[] {
  const music = abc.slice(abc.indexOf('\n', abc.indexOf('\nK:') + 1));
  return music
    .replace(/\s/g, '')
    .split(/[|:\]]+/)
    .filter((bar) => bar !== '');
}

describeWith('Chromium', 'the tunebook, in a real browser on the real host', (executablePath) => {
  const panel = panelTests(executablePath);

  it('keeps a book: it is there after a reload, tunes are renamed, opened, saved and deleted', async () => {
    const page = await panel.open();
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
    await eventually(async () => musicOf((await abc(page))!).length).toBeGreaterThan(2);
    expect(musicOf((await abc(page))!).slice(0, 2)).toEqual(['{d}FAABAFDF', 'B2BcdBBd']);
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
    const page = await panel.open();
    await page.keyboard.press('b');
    for (const key of ['G', 'D']) {
      await field(page, 'Key').fill(key);
      await button(page, 'Make').click();
      await drawer(page)
        .getByRole('heading', { name: `in ${key}` })
        .waitFor();
    }
    const names = () => book(page).locator('[data-piece]').allTextContents();
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
        .locator('[data-piece]')
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
    const fresh = await panel.own(startHost(panel.takes));
    const page = await panel.open({ at: fresh });
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
  });
});
