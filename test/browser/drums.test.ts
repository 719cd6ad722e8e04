import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { app, pixels } from './page.js';
import { openPanelHost, type PanelHost } from './panel-host.js';

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 40_000 });

describeWith('Chromium', 'a drummer in a real browser, on the real host', (executablePath) => {
  let panel: PanelHost | undefined;

  beforeAll(async () => {
    panel = await openPanelHost(executablePath);
  });

  afterAll(() => panel?.close());

  it('counts in, is heard as drums and drawn in their lanes, and is tapped a tempo', async () => {
    const page = await panel!.browser.newPage({ viewport: { width: 1280, height: 800 } });
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    await page.goto(panel!.host.address);
    await page.locator('continuo-app[data-connected=true]').waitFor();
    const steering = page.getByRole('complementary', { name: 'Steering' });
    await steering.getByLabel('Plugin').selectOption('drums');
    await steering.locator('[data-param=countIn]').waitFor();
    await page.getByRole('radio', { name: 'Solo' }).click();
    await steering.getByRole('button', { name: 'Tap' }).waitFor();
    await page.getByRole('button', { name: 'Start' }).click();
    const strokes = () =>
      app(page, ({ notes }) => notes.filter(({ voice, part }) => voice === 'model' && part === 'drums'));
    await eventually(async () => (await strokes()).length).toBeGreaterThan(30);
    // A bar is counted with the side stick.
    expect((await strokes()).slice(0, 4).map(({ pitch }) => pitch)).toEqual([37, 37, 37, 37]);
    await eventually(() => app(page, ({ level }) => level)).toBeGreaterThan(0.02);
    const { past } = await pixels(page, 'model');
    expect(past).toBeGreaterThan(100);
    // Drums light up no keys of the piano.
    expect(await page.locator('continuo-keyboard .model').count()).toBe(0);
    expect(troubles).toEqual([]);
    await page.close();
  }, 120_000);
});
