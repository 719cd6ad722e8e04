/// <reference lib="dom" />
import { expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { abc, button, drawer, eventually, field, makeReel, panelTests } from './drawer.js';
import { startHost } from './host.js';
import { app } from './page.js';

describeWith('Chromium', 'the drawer of pieces, in a real browser on the real host', (executablePath) => {
  const panel = panelTests(executablePath);

  it('does one thing at a time: a tune that plays, and the space bar, do not set the jam off', async () => {
    const fresh = await panel.own(startHost(panel.takes));
    const page = await panel.open({ at: fresh });
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
  });

  it('plays it with the cursor following, and stops', async () => {
    const page = await panel.open();
    await page.keyboard.press('b');
    await makeReel(page);
    await drawer(page).getByRole('button', { name: 'Play the tune' }).click();
    await eventually(() => app(page, ({ level }) => level)).toBeGreaterThan(0.005);
    const place = async () => (await drawer(page).locator('.paper .now').first().boundingBox())?.x ?? 0;
    await eventually(() => drawer(page).locator('.paper .now').count()).toBeGreaterThan(0);
    const first = await place();
    await eventually(place).toBeGreaterThan(first + 30);
    await drawer(page).getByRole('button', { name: 'Stop the tune' }).click();
    expect(await drawer(page).locator('.paper .now').count()).toBe(0);
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);

    await drawer(page).getByRole('button', { name: 'Play the tune' }).click();
    await eventually(() => app(page, ({ sounding }) => sounding)).toBeGreaterThan(0);
    await page.keyboard.press('q');
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);
    await drawer(page).getByRole('button', { name: 'Play the tune' }).waitFor();
    expect(await drawer(page).locator('.paper .now').count()).toBe(0);
  });

  it('folds options away, says how many of them are not as they were, and shows one that is wrong', async () => {
    const page = await panel.open();
    await page.keyboard.press('b');
    const best = field(page, 'Best of');
    expect(await best.isVisible()).toBe(false);
    await field(page, 'Seed').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await button(page, 'Less').getAttribute('aria-expanded')).toBe('true');
    await best.fill('3');
    await field(page, 'Temperature').fill('');
    await button(page, 'Less').click();
    expect(await best.isVisible()).toBe(false);
    expect(await button(page, 'More (2)').getAttribute('aria-expanded')).toBe('false');
    await button(page, 'Make').click();
    await button(page, 'Less').waitFor();
    await eventually(() =>
      app(page, ({ shadowRoot }) =>
        shadowRoot!
          .querySelector('continuo-piece-drawer')!
          .shadowRoot!.activeElement?.shadowRoot?.activeElement?.getAttribute('name'),
      ),
    ).toBe('temperature');
    await field(page, 'Temperature').fill('0.8');
    await button(page, 'Less').click();
    await field(page, 'Bars a part').fill('2');
    await button(page, 'More (1)').waitFor();
    await makeReel(page);
    // What is folded away is asked for.
    expect(await abc(page)).toMatch(/candidate \d of 3/);
  });

  it('brings what grows into sight on a low screen, with Make in reach', async () => {
    const page = await panel.open({ viewport: { width: 900, height: 700 } });
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
    const page = await panel.open();
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
    const page = await panel.open({ viewport: { width: 390, height: 844 } });
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
