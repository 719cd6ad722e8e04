/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { TestHostClient } from '../../src/server/testing/host-client.js';
import { PanelClient } from '../../src/server/testing/panel-client.js';
import { describeWith } from '../requires.js';
import { objections } from './axe.js';
import { app, modelNotes, playPhrase } from './page.js';
import { eventually, panelTests } from './panel-tests.js';

const shownIn = (page: Page) => new URLSearchParams(new URL(page.url()).hash.slice(1)).get('session');
const menu = (page: Page) => page.locator('continuo-session-menu .opens');
const shows = (page: Page, name: string) =>
  page.waitForFunction((wanted) => document.title === `${wanted} · Continuo`, name);
const ready = (page: Page) => page.locator('continuo-app[data-connected=true]').waitFor();

describeWith('Chromium', 'the sessions of a host in the panel', (executablePath) => {
  const tests = panelTests(executablePath, 'each test');
  const host = async () => (await TestHostClient.greeted(tests.host.address)).client;

  it('are opened with plugin and model, renamed in place and switched; what is down is released, and nothing is mixed up', async () => {
    const page = await tests.open();
    await shows(page, 'Session 1');
    const first = shownIn(page);
    await playPhrase(page);
    await eventually(() => modelNotes(page)).toBeGreaterThan(0);
    const notes = await app(page, (panel) => panel.notes.length);
    await page.keyboard.press('i');
    await page.getByRole('button', { name: 'New session' }).click();
    await page.getByLabel('Plays').selectOption('folk');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await shows(page, 'Session 2');
    await ready(page);
    expect(await page.getByText('Folk').first().isVisible()).toBe(true);
    expect(await app(page, (panel) => panel.notes.length)).toBe(0);
    expect(shownIn(page)).not.toBe(first);
    await menu(page).click();
    await page.getByRole('button', { name: 'Rename Session 2' }).click();
    await page.keyboard.type('Reels');
    await page.keyboard.press('Enter');
    await shows(page, 'Reels');
    // Letters typed as a name are no notes.
    expect(await app(page, (panel) => panel.notes.length)).toBe(0);
    await page.keyboard.press('Escape');
    await page.keyboard.down('a');
    await eventually(() => app(page, (panel) => panel.notes.length)).toBe(1);
    const held = await PanelClient.connect(tests.host.address, {}, `/sessions/${shownIn(page)}`);
    held.say({ type: 'hello', version: 2 });
    await held.next('welcome');
    await menu(page).click();
    await page
      .getByRole('button', { name: /^.*Session 1.*$/ })
      .first()
      .click();
    await shows(page, 'Session 1');
    // The key that was down there came up there.
    for (;;) if ((await held.next('event')).event.type === 'noteOff') break;
    await page.keyboard.up('a');
    await ready(page);
    await eventually(() => app(page, (panel) => panel.notes.length)).toBeGreaterThanOrEqual(notes);
    expect(shownIn(page)).toBe(first);
  });

  it('have an address each, to which a reload, another page and Back come', async () => {
    const id = await (await host()).open({ name: 'Tuesday', plugin: 'drums' });
    const page = await tests.open();
    await shows(page, 'Session 1');
    const first = page.url();
    await page.goto(`${tests.host.address}#session=${id}`);
    await shows(page, 'Tuesday');
    await page.reload();
    await shows(page, 'Tuesday');
    await ready(page);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await shows(other, 'Tuesday');
    await ready(other);
    await eventually(() => modelNotes(other)).toBe(0);
    await other.keyboard.press('a');
    // Both pages are in one session.
    await eventually(() => app(page, (panel) => panel.notes.length)).toBe(1);
    await menu(page).click();
    await page
      .getByRole('button', { name: /^.*Session 1.*$/ })
      .first()
      .click();
    await shows(page, 'Session 1');
    await page.goBack();
    await shows(page, 'Tuesday');
    await page.goto(`${tests.host.address}#session=nothere1`);
    await shows(page, 'Tuesday');
    await other.goto('about:blank');
    await other.goto(`${tests.host.address}#session=nothere1`);
    await shows(other, 'Session 1');
    expect(other.url()).toBe(first);
  });

  it('are closed and come back with what they had; their pages go to another meanwhile', async () => {
    const page = await tests.open();
    await shows(page, 'Session 1');
    await playPhrase(page);
    await eventually(() => modelNotes(page)).toBeGreaterThan(0);
    // The end of a turn may discard what was planned.
    await page.locator('continuo-app[data-phase=waiting]').waitFor();
    const client = await host();
    await client.open({ name: 'Tuesday' });
    const notes = await modelNotes(page);
    await page.locator('continuo-steering').getByRole('radio', { name: 'Duet' }).click();
    await menu(page).click();
    await page.getByRole('button', { name: 'Close Session 1' }).click();
    await shows(page, 'Tuesday');
    await page.getByText('Session 1 was closed; its take is kept.').waitFor();
    await ready(page);
    expect(await modelNotes(page)).toBe(0);
    await page.getByRole('main').getByRole('button', { name: 'Undo' }).click();
    await shows(page, 'Session 1');
    await ready(page);
    await eventually(() => modelNotes(page)).toBeGreaterThanOrEqual(notes);
    expect(
      await page
        .locator('continuo-steering')
        .getByRole('radio', { name: 'Duet' })
        .getAttribute('aria-checked'),
    ).toBe('true');
  });

  it('may all be closed: one can be opened again from there', async () => {
    const page = await tests.open();
    await shows(page, 'Session 1');
    await menu(page).click();
    await page.getByRole('button', { name: 'Close Session 1' }).click();
    await page.getByText('No session is open.').waitFor();
    await page.keyboard.press('Escape');
    expect(await objections(page)).toEqual([]);
    await page.getByRole('button', { name: 'Open one' }).click();
    await shows(page, 'Session 2');
    await ready(page);
  });

  it('are marked where somebody else plays', async () => {
    const page = await tests.open({ viewport: { width: 1600, height: 900 } });
    await shows(page, 'Session 1');
    const id = await (await host()).open({ name: 'Tuesday' });
    const rail = page.getByRole('navigation', { name: 'Sessions' });
    await rail.getByText('Tuesday').waitFor();
    expect(await rail.locator('.unread').count()).toBe(0);
    const other = await PanelClient.connect(tests.host.address, {}, `/sessions/${id}`);
    other.say({ type: 'hello', version: 2 });
    await other.next('welcome');
    other.say({ type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 80 } });
    await rail.locator('.unread').getByText('Tuesday').waitFor();
    expect(await objections(page)).toEqual([]);
    await rail.getByText('Tuesday').click();
    await shows(page, 'Tuesday');
    expect(await rail.locator('.unread').count()).toBe(0);
  });

  it.each([
    ['light', 390, 844],
    ['dark', 1280, 800],
    ['dark', 320, 568],
    ['light', 1600, 900],
  ] as const)(
    'are listed without an objection of axe, within reach of a thumb: %s, %i x %i',
    async (colorScheme, width, height) => {
      await (await host()).open({ name: 'A name that is longer than there is room for here' });
      const page = await tests.open({ colorScheme, viewport: { width, height } });
      await shows(page, 'Session 1');
      if (width < 1440) await menu(page).click();
      await page.getByRole('button', { name: 'New session' }).click();
      expect(await objections(page)).toEqual([]);
      for (const button of await page.locator('continuo-sessions').getByRole('button').all()) {
        const box = (await button.boundingBox())!;
        expect(Math.min(box.width, box.height), String(await button.textContent())).toBeGreaterThanOrEqual(
          44,
        );
        expect(box.x + box.width).toBeLessThanOrEqual(width);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    },
  );
});
