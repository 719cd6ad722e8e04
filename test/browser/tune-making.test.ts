/// <reference lib="dom" />
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { barredTune } from '../../dist/plugins/folk/rework/bars.js';
import { describeWith } from '../requires.js';
import { abc, bars, book, button, drawer, eventually, field, makeReel, panelTests } from './drawer.js';
import { program } from './host.js';
import { app } from './page.js';

/** The tune's bars as they are counted, an upbeat as bar 0: their number, part and music. */
function numbered(abc: string): { number: number; part: string; music: string }[] {
  const { bars, tokens } = barredTune(abc);
  return bars.map(({ number, part, from, to }) => ({ number, part, music: tokens.slice(from, to).join() }));
}

describeWith('Chromium', 'tunes in the drawer, in a real browser on the real host', (executablePath) => {
  const panel = panelTests(executablePath);

  it('makes the tune that the command line makes, and engraves it', async () => {
    const page = await panel.open();
    await page.getByRole('button', { name: 'Tune' }).click();
    await makeReel(page);
    expect(await drawer(page).locator('.abcjs-note').count()).toBeGreaterThan(60);
    await drawer(page).getByRole('heading', { name: 'Reel in Ador' }).waitFor();
    await drawer(page)
      .getByText(/^Seed 5\. Model folk-session .*rammar forbade/)
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
    expect(drawn.match(/abcjs-notehead/g)?.length).toBeGreaterThan(60);
  });

  it('grows while it is made, and is given up at once', async () => {
    const page = await panel.open();
    await page.keyboard.press('b');
    await field(page, 'Form').fill('ABCDEFGHIJKL');
    await field(page, 'Bars a part').fill('32');
    // Of several candidates only the one that is kept is engraved.
    await button(page, 'More').click();
    await field(page, 'Best of').fill('1');
    await button(page, 'Make').click();
    const notes = () => drawer(page).locator('.abcjs-note').count();
    await eventually(notes).toBeGreaterThan(0);
    const first = await notes();
    expect(await book(page).getByRole('listitem').count()).toBe(0);
    await eventually(notes).toBeGreaterThan(first);
    await button(page, 'Cancel').click();
    await drawer(page).getByText('Say what tune you want').waitFor();
    expect(await notes()).toBe(0);
    await field(page, 'Form').fill('AB');
    await field(page, 'Bars a part').fill('8');
    await makeReel(page);
    expect(await button(page, 'Cancel').isDisabled()).toBe(true);
  });

  it('makes bars anew that are touched, the others note for note, and goes back', async () => {
    const page = await panel.open();
    await page.keyboard.press('b');
    await makeReel(page);
    const before = (await abc(page))!;
    await button(page, 'Bar 3, part A').click();
    await button(page, 'Bar 4, part A').click();
    expect(await bars(page).inputValue()).toBe('3-4');
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
    await bars(page).fill('');
    await button(page, 'Bar 4, part A').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await bars(page).inputValue()).toBe('5-6');
    expect(await app(page, ({ dataset }) => dataset.phase)).toBe('stopped');
    await bars(page).fill('part B');
    const kept = numbered(after).filter(({ part }) => part === 'B');
    const [first] = kept.filter(({ number }) => number > 0);
    expect(await button(page, `Bar ${first!.number}, part B`).getAttribute('aria-pressed')).toBe('true');
    await button(page, 'Keep only these').click();
    await eventually(() => abc(page)).not.toBe(after);
    expect(numbered((await abc(page))!).filter(({ part }) => part === 'B')).toEqual(kept);
    await bars(page).fill('99');
    await button(page, 'Make these anew').click();
    await drawer(page)
      .getByRole('alert')
      .getByText(`bars 1 to ${kept.at(-1)!.number}`)
      .waitFor();
  });

  it('shows a tune of one’s own with its chords and its words, a lone last bar no wider than the others', async () => {
    const page = await panel.open();
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

  it('says why there is no tune, and makes the next', async () => {
    const page = await panel.open();
    await page.keyboard.press('b');
    await field(page, 'Key').fill('H');
    await page.keyboard.press('Enter');
    await drawer(page).getByRole('alert').getByText('"H" is no key').waitFor();
    await makeReel(page);
    expect(await drawer(page).getByRole('alert').count()).toBe(0);
  });
});
