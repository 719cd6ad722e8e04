/// <reference lib="dom" />
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { eventually } from './drawer.js';
import { startHost } from './host.js';
import { app } from './page.js';

describeWith('Chromium', 'the ensemble beside somebody at the panel', (executablePath) => {
  it('three followers come in, are heard, and end each note that they began', async () => {
    const takes = mkdtempSync(join(tmpdir(), 'continuo-takes-'));
    const host = await startHost(takes, '0', '--plugin', 'ensemble', '--mode', 'duet');
    const args = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--autoplay-policy=no-user-gesture-required',
    ];
    const browser = await chromium.launch({ executablePath, args });
    try {
      const page = await browser.newPage();
      await page.goto(host.address);
      await page.locator('continuo-app[data-connected=true]').waitFor();
      const parts = () =>
        app(page, ({ notes }) => {
          const played = notes.filter(({ voice }) => voice === 'model') as readonly {
            readonly part?: string;
          }[];
          return [...new Set(played.map(({ part }) => part ?? 'none'))].sort();
        });
      // C major, A minor, F major: a chord of three keys, held.
      for (let turn = 0; turn < 8 && (await parts()).length < 3; turn++) {
        const chord = [
          ['a', 'd', 'g'],
          ['a', 'd', 'h'],
          ['a', 'f', 'h'],
        ][turn % 3]!;
        for (const key of chord) await page.keyboard.down(key);
        await page.waitForTimeout(2500);
        for (const key of chord) await page.keyboard.up(key);
      }
      expect(await parts()).toEqual(['bass', 'chords', 'counter']);
      expect(await app(page, ({ level }) => level)).toBeGreaterThan(0);
      await page.keyboard.press('Space');
      await eventually(() =>
        app(
          page,
          ({ notes }) => notes.filter(({ voice, end }) => voice === 'model' && end === undefined).length,
        ),
      ).toBe(0);
      await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);
    } finally {
      await browser.close();
      await host.stop();
      rmSync(takes, { recursive: true, force: true });
    }
  }, 120_000);
});
