/// <reference lib="dom" />
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FOLDERS } from '../../src/host/folders.js';
import { serveCluster } from '../../src/server/testing/cluster-served.js';
import { MemorySession } from '../../src/server/testing/memory-session.js';
import { describeWith } from '../requires.js';
import { app } from './page.js';
import { eventually } from './panel-tests.js';

const note = (session: MemorySession, id: number) => {
  session.emit({ type: 'noteOn', id, voice: 'model', time: id, pitch: 60 + id, velocity: 80 });
  session.emit({ type: 'noteOff', id, time: id + 0.5 });
};

describeWith('Chromium', 'the panel of a session whose host is gone', (executablePath) => {
  const served = serveCluster({ panel: FOLDERS.panel });
  let browser: Browser;

  beforeAll(async () => {
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath, args: [...args, '--disable-component-update'] });
  });
  afterAll(() => browser?.close());

  it('goes on at another, with the roll that it has, and lets go of what was held', async () => {
    const [a, b] = [served.cluster.host('a').own, served.cluster.host('b').own];
    const id = await a.open({ name: 'Evening' });
    const before = a.get(id);
    before.time = 10;
    for (const n of [0, 1, 2]) note(before, n);
    const context = await browser.newContext({ viewport: { width: 1600, height: 900 } });
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => {
      // The browser says by itself that nobody answers where the host was.
      if (message.type() === 'error' && !/WebSocket|ERR_CONNECTION_REFUSED/.test(message.text()))
        wrong.push(message.text());
    });
    await page.goto(`${served.servers.a!.address}#session=${id}`);
    const connected = page.locator('continuo-app[data-connected=true]');
    await connected.waitFor();
    await eventually(() => app(page, ({ notes }) => notes.length)).toBe(3);
    const rail = page.getByRole('navigation', { name: 'Sessions' });
    await rail.getByText('· a').waitFor();
    await page.keyboard.down('a');
    await eventually(() => before.played.length).toBe(1);

    const [held] = served.cluster.leave('a');
    await served.servers.a!.close();
    delete served.servers.a;
    await page.getByText('Evening is moving to another host').waitFor();
    expect(before.played.map(({ type }) => type)).toEqual(['noteOn', 'noteOff']);
    // The other host takes it over, which knows of its music from the second note on.
    const after = new MemorySession();
    after.time = 10;
    served.cluster.orphans.delete(id);
    b.take(id, { ...held!, session: after });
    for (const n of [2, 3]) note(after, n);
    await connected.waitFor();
    await eventually(() => app(page, ({ notes }) => notes.map(({ start }) => start))).toEqual([0, 1, 2, 3]);
    expect(await page.getByText('is moving to another host').count()).toBe(0);
    await page.keyboard.up('a');
    await page.keyboard.press('d');
    await eventually(() => after.played.map(({ type }) => type)).toEqual(['noteOn', 'noteOff']);
    // What it opens now it opens there, though the page came from a host that is gone.
    await page.getByRole('button', { name: 'New session' }).click();
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await eventually(() => b.list().length).toBe(2);
    await connected.waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });
});
