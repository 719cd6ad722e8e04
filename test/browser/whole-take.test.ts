/// <reference lib="dom" />
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FOLDERS } from '../../src/host/folders.js';
import { type RunningServer, startServer } from '../../src/server/start-server.js';
import { MemoryPieces } from '../../src/server/testing/memory-pieces.js';
import { MemorySession } from '../../src/server/testing/memory-session.js';
import { directoryOf } from '../../src/server/testing/memory-sessions.js';
import { noTakes } from '../../src/server/testing/no-takes.js';
import { describeWith } from '../requires.js';
import { app } from './page.js';

/** An hour of music, a note a second. */
const HOUR = 3600;

describeWith('Chromium', 'a panel that comes after an hour of music', (executablePath) => {
  let server: RunningServer;
  let session: MemorySession;
  let browser: Browser;
  let page: Page;
  const defects: unknown[] = [];

  beforeAll(async () => {
    session = new MemorySession();
    server = await startServer({
      ...{
        sessions: directoryOf(session),
        pieces: new MemoryPieces(),
        takes: noTakes,
        port: 0,
        panelFolder: FOLDERS.panel,
      },
      onDefect: (error) => void defects.push(error),
    });
    session.emit({ type: 'phase', time: 0, phase: 'waiting' });
    for (let id = 0; id < HOUR; id++) {
      const voice = id % 2 === 0 ? 'player' : 'model';
      session.emit({ type: 'noteOn', id, voice, time: id, pitch: 50 + (id % 20), velocity: 80 });
      session.emit({ type: 'noteOff', id, time: id + 0.75 });
    }
    session.time = HOUR;
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath, args: [...args, '--disable-component-update'] });
    page = await browser.newPage({ viewport: { width: 1000, height: 600 } });
    await page.goto(server.address);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const count = () => app(page, ({ notes }) => notes.length);
  /** Looks at a moment of the past, as dragging there does. */
  const lookAt = (time: number) =>
    page.locator('continuo-roll').evaluate((roll: Element & { lookingAt?: number }, to) => {
      roll.lookingAt = to;
    }, time);

  it('has the last of it at once, all that is looked at as soon as it is, and each note once', async () => {
    await expect.poll(count).toBeGreaterThan(0);
    const first = await count();
    expect(first).toBeLessThan(HOUR / 2);
    await lookAt(HOUR - first - 10);
    await expect.poll(count).toBeGreaterThan(first);
    expect(await count()).toBeLessThan(HOUR);
    await lookAt(0);
    await expect.poll(count, { timeout: 10_000 }).toBe(HOUR);
    const starts = await app(page, ({ notes }) => notes.map(({ start }) => start));
    expect(new Set(starts).size).toBe(HOUR);
  });

  it('does not see what was forgotten, also when it comes back', async () => {
    session.emit({ type: 'takenBack', time: 0 });
    await expect.poll(count).toBe(0);
    await page.reload();
    await expect.poll(() => app(page, ({ dataset }) => dataset.connected)).toBe('true');
    expect(await count()).toBe(0);
    expect(defects).toEqual([]);
  });
});
