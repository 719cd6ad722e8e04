/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { readMidi } from '../../src/music/midi/index.js';
import { describeWith } from '../requires.js';
import { objections } from './axe.js';
import { app, modelNotes, playPhrase } from './page.js';
import { eventually, panelTests } from './panel-tests.js';

const drawer = (page: Page) => page.getByRole('region', { name: 'Takes', exact: true });
const button = (page: Page, name: string | RegExp) => drawer(page).getByRole('button', { name });

/** A phrase, and the reply to it. */
async function jam(page: Page): Promise<void> {
  await playPhrase(page);
  await eventually(() => modelNotes(page)).toBeGreaterThan(0);
}

async function downloaded(page: Page, click: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const coming = page.waitForEvent('download');
  await click();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: readFileSync((await download.path())!) };
}

describeWith('Chromium', 'the takes of a host in the panel', (executablePath) => {
  const tests = panelTests(executablePath, 'each test');

  it('are saved while they are played, named in place, heard, and downloaded', async () => {
    const page = await tests.open({ acceptDownloads: true });
    await jam(page);
    await page.keyboard.press(',');
    await button(page, 'Save this jam').waitFor();
    await eventually(() => button(page, 'Save this jam').isEnabled()).toBe(true);
    const midi = await downloaded(page, () => button(page, 'Save this jam').click());
    expect(midi.name).toMatch(/^Jam of .*\.mid$/);
    const { tracks } = readMidi(midi.bytes);
    expect(tracks.map(({ name }) => name)).toEqual(['player', 'model']);
    expect(tracks[0]!.notes.length).toBeGreaterThanOrEqual(6);
    await button(page, /^Rename Jam of/).click();
    await page.keyboard.type('Reels');
    await page.keyboard.press('Enter');
    await drawer(page).getByText('Reels', { exact: true }).waitFor();
    await page.keyboard.press(' ');
    await button(page, 'Play Reels').click();
    await eventually(() => app(page, ({ sounding }) => sounding)).toBeGreaterThan(0);
    await drawer(page).getByRole('slider', { name: 'Where it is played' }).waitFor();
    await button(page, 'Stop Reels').click();
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);
    const wav = await downloaded(page, () => button(page, 'Download Reels as WAV').click());
    expect(wav.name).toBe('reels.wav');
    const samples = new Int16Array(
      wav.bytes.buffer.slice(wav.bytes.byteOffset + 44, wav.bytes.byteOffset + wav.bytes.length),
    );
    expect(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeGreaterThan(1000);
  });

  it('are deleted and brought back, by a button, a key, and from the trash', async () => {
    const page = await tests.open();
    await jam(page);
    await tests.restart(new URL(tests.host.address).port);
    const again = await tests.open();
    await again.locator('continuo-app[data-connected=true]').waitFor();
    await again.keyboard.press(',');
    const takes = drawer(again).getByRole('listitem');
    await eventually(() => takes.count()).toBeGreaterThan(0);
    const count = await takes.count();
    const first = () => button(again, /^Delete /).first();
    await first().click();
    await drawer(again)
      .getByText(/was deleted/)
      .waitFor();
    await eventually(() => takes.count()).toBe(count - 1);
    await button(again, 'Undo').click();
    await eventually(() => takes.count()).toBe(count);
    await first().click();
    await eventually(() => takes.count()).toBe(count - 1);
    await again.keyboard.press('Control+z');
    await eventually(() => takes.count()).toBe(count);
    await first().click();
    await eventually(() => takes.count()).toBe(count - 1);
    await button(again, 'Deleted').click();
    await button(again, /^Bring back /)
      .first()
      .click();
    await button(again, 'Deleted').click();
    await eventually(() => takes.count()).toBe(count);
    expect(await first().isEnabled()).toBe(true);
    tests.losesHost();
  });

  for (const [colorScheme, width, height] of [
    ['dark', 1280, 800],
    ['light', 1600, 900],
    ['light', 390, 844],
    ['dark', 800, 600],
  ] as const)
    it(`pass axe at ${width} by ${height}, ${colorScheme}, and nothing is cut off`, async () => {
      const page = await tests.open({ colorScheme, viewport: { width, height } });
      await jam(page);
      await page.getByRole('button', { name: /^Takes/ }).click();
      await button(page, /^Play /)
        .first()
        .click();
      await drawer(page).getByRole('slider').waitFor();
      expect(await objections(page)).toEqual([]);
      const wide = await drawer(page).evaluate((element) => element.scrollWidth - element.clientWidth);
      expect(wide).toBe(0);
    });
});
