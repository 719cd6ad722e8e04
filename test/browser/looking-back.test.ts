/// <reference lib="dom" />
import { expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { app, playPhrase } from './page.js';
import { eventually, panelTests } from './panel-tests.js';

describeWith('Chromium', 'the past of a jam in a real browser', (executablePath) => {
  const tests = panelTests(executablePath);

  it('looks back, plays the past from there and returns to now', async () => {
    const page = await tests.open();
    // Stopped by hand, it stays so.
    await page.keyboard.press('Space');
    await page.locator('continuo-app[data-phase=waiting]').waitFor();
    await page.keyboard.press('Space');
    await page.locator('continuo-app[data-phase=stopped]').waitFor();
    await page.getByText('Press Start, then play').waitFor();
    await playPhrase(page);
    expect(await app(page, ({ dataset }) => dataset.phase)).toBe('stopped');
    await eventually(() =>
      app(page, ({ notes }) => notes.filter(({ end }) => end !== undefined).length),
    ).toBe(6);
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);
    const roll = (await page.locator('continuo-roll').boundingBox())!;
    await page.mouse.move(roll.x + 300, roll.y + 200);
    await page.mouse.down();
    await page.mouse.move(roll.x + 450, roll.y + 200, { steps: 3 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Back to now' }).waitFor();
    await page.keyboard.press('Space');
    await eventually(() => app(page, ({ sounding }) => sounding)).toBeGreaterThan(0);
    expect(await app(page, ({ dataset }) => dataset.phase)).toBe('stopped');
    await page.keyboard.press('Escape');
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);
    await page.getByRole('button', { name: 'Back to now' }).waitFor({ state: 'detached' });
  });
});
