/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { SnapshotList } from '../../web-ui/src/snapshots/snapshot-list.js';
import { describeWith } from '../requires.js';
import { objections } from './axe.js';
import { app, modelNotes, playPhrase } from './page.js';
import { eventually, panelTests } from './panel-tests.js';

const drawer = (page: Page) => page.getByRole('region', { name: 'Snapshots', exact: true });
const button = (page: Page, name: string | RegExp) => drawer(page).getByRole('button', { name });
const names = (page: Page) => drawer(page).locator('li .title').allTextContents();
const notes = (page: Page) => app(page, (panel) => panel.notes.length);
const shown = (page: Page) => new URLSearchParams(new URL(page.url()).hash.slice(1)).get('session');

/** What was played before the one snapshot that there is, and all that the player played. */
async function played(page: Page, time: number) {
  const all = await app(page, (panel) =>
    panel.notes.map(({ voice, pitch, start }) => ({ voice, pitch, start })),
  );
  const pitches = (voice: string, until: number) =>
    all
      .filter((note) => note.voice === voice && note.start < until)
      .sort((one, other) => one.start - other.start)
      .map(({ pitch }) => pitch);
  return { player: pitches('player', Number.POSITIVE_INFINITY), model: pitches('model', time) };
}

const timeOfSnapshot = (page: Page) =>
  page
    .locator('continuo-snapshot-drawer')
    .evaluate((drawer) => (drawer as unknown as { list: SnapshotList }).list.snapshots[0]!.time);

async function keep(page: Page, name: string): Promise<void> {
  await drawer(page).getByLabel('Name of the new snapshot').fill(name);
  await page.keyboard.press('Enter');
  await drawer(page).getByText(`${name} is kept.`).waitFor();
}

describeWith('Chromium', 'snapshots in the panel', (executablePath) => {
  const tests = panelTests(executablePath, 'each test');

  it('are kept, gone back to, renamed and deleted with undo, all by keys', async () => {
    const page = await tests.open();
    await playPhrase(page);
    await eventually(() => modelNotes(page)).toBeGreaterThan(0);
    await page.keyboard.press('q');
    await page.keyboard.press('.');
    // The focus goes to the field, where letters are no notes.
    const field = drawer(page).getByLabel('Name of the new snapshot');
    await eventually(() => field.evaluate((element) => element.matches(':focus'))).toBe(true);
    await page.keyboard.type('Verse');
    const before = await notes(page);
    await page.keyboard.press('Enter');
    await drawer(page).getByText('Verse is kept.').waitFor();
    expect(await names(page)).toEqual(['Verse']);
    await page.keyboard.press('Escape');
    await eventually(() =>
      page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.className),
    ).toBe('see-snapshots');
    await page.keyboard.press('Tab');
    await page.keyboard.press('h');
    await eventually(() => notes(page)).toBeGreaterThan(before);
    await page.keyboard.press('.');
    await button(page, 'Go back to Verse now').press('Enter');
    await eventually(() => notes(page)).toBe(before);
    await drawer(page).getByText('goes on from here').waitFor();
    await button(page, 'Rename Verse').press('Enter');
    const name = drawer(page).getByLabel('Name of the snapshot', { exact: true });
    await eventually(() => name.evaluate((element) => element.matches(':focus'))).toBe(true);
    await page.keyboard.type('Chorus');
    await page.keyboard.press('Enter');
    await eventually(() => names(page)).toEqual(['Chorus']);
    await button(page, 'Delete Chorus').press('Enter');
    await drawer(page).getByText('Chorus was deleted.').waitFor();
    expect(await names(page)).toEqual([]);
    await button(page, 'Undo').press('Enter');
    await eventually(() => names(page)).toEqual(['Chorus']);
    // The session's Undo knows of going back, and brings the note after it.
    await page.locator('continuo-undo [data-action=undo]').click();
    await eventually(() => notes(page)).toBeGreaterThan(before);
  });

  it('are gone back to when the phrase is over, which is said until then', async () => {
    const page = await tests.open();
    await page.locator('[data-mode=continue]').click();
    await page.keyboard.press('.');
    await keep(page, 'Nothing yet');
    await page.keyboard.press('Escape');
    await playPhrase(page);
    await eventually(() => modelNotes(page)).toBeGreaterThan(0);
    await page.locator('.see-snapshots').click();
    await button(page, 'At the phrase: go back to Nothing yet').click();
    await drawer(page).getByText('Goes back to Nothing yet when the phrase is over.').waitFor();
    await drawer(page).getByText('at the next phrase').waitFor();
    await page.locator('[data-mode=answer]').click();
    await drawer(page).getByText('goes on from here').waitFor();
    await eventually(() => notes(page)).toBe(0);
  });

  it('go into files, and come from them by choice or drop; what does not fit says why', async () => {
    const page = await tests.open();
    await page.keyboard.press('.');
    await keep(page, 'To take along');
    const saved = page.waitForEvent('download');
    await button(page, 'Save To take along to a file').click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe('to-take-along.continuo-state');
    const bytes = readFileSync((await download.path())!);
    await button(page, 'Delete To take along').click();
    await eventually(() => names(page)).toEqual([]);
    const file = { name: 'x.continuo-state', mimeType: 'application/octet-stream', buffer: bytes };
    await drawer(page).locator('input[type=file]').setInputFiles(file);
    await eventually(() => names(page)).toEqual(['To take along']);
    await drawer(page).getByText('from a file').waitFor();
    tests.complains('400 (Bad Request)');
    const dropped = await page.evaluateHandle(
      (text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], 'broken.continuo-state'));
        return data;
      },
      bytes.toString().slice(0, -20),
    );
    await drawer(page).dispatchEvent('drop', { dataTransfer: dropped });
    await drawer(page).getByRole('alert').getByText('is no saved state that can be read').waitFor();
    await button(page, 'Close').last().click();
    await page.locator('select[name=model]').selectOption('piano-pop-start');
    await drawer(page).getByText('piano-pop played then: choose it, to go back.').waitFor();
    expect(await button(page, 'Go back to To take along now').isDisabled()).toBe(true);
  });

  it('have a second future, compared with the first; one is kept, and the other comes back', async () => {
    const page = await tests.open();
    await playPhrase(page);
    await eventually(() => modelNotes(page)).toBeGreaterThan(0);
    const first = shown(page);
    await page.keyboard.press('.');
    await keep(page, 'Fork in the road');
    const time = await timeOfSnapshot(page);
    const before = await played(page, time);
    expect(before.player).toHaveLength(6);
    expect(before.model.length).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    // What comes after the moment is none of the fork's past.
    await page.keyboard.press('h');
    await eventually(async () => (await played(page, time)).player).toHaveLength(7);
    await page.keyboard.press('.');
    await button(page, 'Fork from Fork in the road').click();
    const bar = page.locator('continuo-fork');
    const chosen = () => bar.locator('[aria-checked=true]').textContent();
    await bar.locator('[data-side=b]').waitFor();
    await eventually(async () => (await chosen())?.trim()).toBe('B · Session 1, fork');
    const second = shown(page);
    expect(second).not.toBe(first);
    await page.locator('continuo-app[data-connected=true]').waitFor();
    // Its roll begins with the music up to there, and with nothing else.
    await eventually(() => played(page, time)).toEqual(before);
    await page.keyboard.press('/');
    await eventually(() => shown(page)).toBe(first);
    await bar.locator('[aria-checked=true]').press('ArrowRight');
    await eventually(() => shown(page)).toBe(second);
    await page.locator('continuo-app[data-connected=true]').waitFor();
    expect(await objections(page)).toEqual([]);
    await bar.getByRole('button', { name: 'Keep this one' }).click();
    await page.getByText('Session 1 was closed').waitFor();
    await bar.locator('[data-side=a]').waitFor({ state: 'detached' });
    expect(shown(page)).toBe(second);
    await page.getByRole('main').getByRole('button', { name: 'Undo' }).last().click();
    await bar.locator('[data-side=a]').waitFor();
    await bar.getByRole('button', { name: 'Compare no more' }).click();
    await bar.locator('[data-side=a]').waitFor({ state: 'detached' });
  });

  for (const [width, height, colorScheme] of [
    [360, 740, 'dark'],
    [820, 700, 'light'],
    [1280, 800, 'dark'],
  ] as const)
    it(`pass axe at ${width} by ${height}, ${colorScheme}, within reach of a thumb, and nothing is cut off`, async () => {
      const page = await tests.open({ viewport: { width, height }, colorScheme });
      await page.keyboard.press('.');
      await keep(page, 'A name that is as long as a name of a snapshot may well be');
      await button(page, /^Go back to .* now$/).click();
      await drawer(page).getByText('goes on from here').waitFor();
      expect(await objections(page)).toEqual([]);
      for (const one of await drawer(page).getByRole('button').all()) {
        const box = (await one.boundingBox())!;
        expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
        expect(box.x + box.width).toBeLessThanOrEqual(width);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
});
