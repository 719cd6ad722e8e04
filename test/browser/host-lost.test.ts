/// <reference lib="dom" />
import { expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { app } from './page.js';
import { eventually, panelTests } from './panel-tests.js';

describeWith('Chromium', 'a host that is lost, and comes back', (executablePath) => {
  const tests = panelTests(executablePath);

  it('comes back by itself when the host does, and shows what it was told again', async () => {
    const page = await tests.open();
    await page.keyboard.press('Space');
    await page.keyboard.down('a');
    await page.locator('continuo-app[data-phase=listening]').waitFor();
    const { port } = new URL(tests.host.address);
    tests.losesHost();
    await tests.host.stop('SIGKILL');
    await page.getByText('Host lost').waitFor();
    await page.keyboard.up('a');
    expect(await app(page, ({ sounding }) => sounding)).toBe(0);
    expect(await app(page, ({ notes }) => notes.map(({ end }) => typeof end))).toEqual(['number']);
    // Nothing looks live, but what is played here is heard and drawn.
    await page.locator('continuo-app[data-phase=stopped]').waitFor();
    for (const control of await page.locator('continuo-steering :is(button, select, input)').all())
      expect(await control.isDisabled()).toBe(true);
    for (const name of ['Start', 'Stop', 'All off', 'Take back', 'Again'])
      expect(await page.getByRole('button', { name, exact: true }).isDisabled(), name).toBe(true);
    await page.keyboard.down('k');
    await eventually(() => app(page, ({ level }) => level)).toBeGreaterThan(0.005);
    await page.keyboard.up('k');
    expect(await app(page, ({ notes }) => notes.map(({ pitch, end }) => [pitch, typeof end]))).toEqual([
      [60, 'number'],
      [72, 'number'],
    ]);
    await page.getByRole('button', { name: 'Try now' }).click();
    await tests.restart(port);
    await page.locator('continuo-app[data-connected=true][data-phase=stopped]').waitFor();
    await page.getByRole('button', { name: 'Try now' }).waitFor({ state: 'detached' });
    expect(await app(page, ({ notes }) => notes.length)).toBe(0);
  });
});
