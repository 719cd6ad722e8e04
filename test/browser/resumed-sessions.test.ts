/// <reference lib="dom" />
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { TestHostClient } from '../../src/server/testing/host-client.js';
import { describeWith } from '../requires.js';
import { app, modelNotes, playPhrase } from './page.js';
import { eventually, panelTests } from './panel-tests.js';

/** What the host has kept of its sessions. */
function keptIn(takes: string): string {
  const folder = join(takes, '.sessions');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
}

const shows = (page: Page, name: string) =>
  page.waitForFunction((wanted) => document.title === `${wanted} · Continuo`, name);

describeWith('Chromium', 'the sessions of a host that ended, in the panel', (executablePath) => {
  const tests = panelTests(executablePath, 'each test');

  it('are waited for by a panel that was open, which shows their music again once they are resumed', async () => {
    const page = await tests.open();
    await shows(page, 'Session 1');
    await playPhrase(page);
    await eventually(() => modelNotes(page)).toBeGreaterThan(0);
    await page.locator('continuo-app[data-phase=waiting]').waitFor();
    const url = page.url();
    const { client } = await TestHostClient.greeted(tests.host.address);
    await client.ask({ type: 'openSession', name: 'Tuesday', plugin: 'drums' });
    const { port } = new URL(tests.host.address);
    const pitches = () => app(page, ({ notes }) => notes.map(({ pitch }) => pitch).sort());
    const before = await pitches();
    await eventually(() => keptIn(tests.takes)).toContain('"name": "Tuesday"');
    tests.losesHost();
    await tests.host.stop('SIGKILL');
    await page.getByText('Host lost').waitFor();
    await tests.restart(port);
    const waits = page.getByRole('group', { name: 'Session 1 can be resumed' });
    await waits.getByText(/was open in a host that crashed/).waitFor();
    expect(page.url()).toBe(url);
    await waits.getByRole('button', { name: 'Resume' }).click();
    await page.locator('continuo-app[data-connected=true]').waitFor();
    await shows(page, 'Session 1');
    expect(page.url()).toBe(url);
    await eventually(async () => (await pitches()).length).toBeGreaterThanOrEqual(before.length);
    // The other one waits in the list.
    await page.getByText('Tuesday was open when the host before ended').waitFor();
    await page.keyboard.press('i');
    await page.getByRole('button', { name: 'Dismiss Tuesday' }).click();
    await page.getByText('Tuesday is not offered any more.').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Undo' }).click();
    // The list closed at the click beside it.
    await page.getByText('Tuesday was open when the host before ended').waitFor();
    await page.keyboard.press('i');
    await page.getByRole('button', { name: 'Resume Tuesday' }).click();
    await shows(page, 'Tuesday');
  });

  it('come back by themselves in a panel that waits, when somebody else resumes them', async () => {
    const page = await tests.open();
    await shows(page, 'Session 1');
    await playPhrase(page);
    await eventually(() => modelNotes(page)).toBeGreaterThan(0);
    await page.locator('continuo-app[data-phase=waiting]').waitFor();
    const id = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('session');
    const { port } = new URL(tests.host.address);
    tests.losesHost();
    await tests.restart(port);
    await page.getByText(/was open in a host that was stopped/).waitFor();
    const { client } = await TestHostClient.greeted(tests.host.address);
    expect(await client.ask({ type: 'resumeSession', id })).toMatchObject({ type: 'opened', id });
    await page.locator('continuo-app[data-connected=true]').waitFor();
    await eventually(() => modelNotes(page)).toBeGreaterThan(0);
  });
});
