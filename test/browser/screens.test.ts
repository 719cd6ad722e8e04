/// <reference lib="dom" />
import { expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { panelTests } from './panel-tests.js';

/** Pixels: width, height, and the least height of the roll. Telephones, tablets, desks, and these at 200 and 400 %. */
const SCREENS = [
  [320, 256, 110],
  [320, 568, 200],
  [568, 320, 110],
  [640, 400, 180],
  [667, 375, 160],
  [740, 360, 140],
  [844, 390, 170],
  [960, 540, 240],
  [390, 844, 400],
  [721, 560, 230],
  [768, 1024, 400],
  [1280, 400, 150],
  [1280, 800, 400],
  [1920, 1080, 400],
] as const;

/** Whether a finger on its middle, or near its corners, meets the button and nothing else. */
function isUncovered(button: Element): boolean {
  const { left, right, top, bottom } = button.getBoundingClientRect();
  const places = [left + 6, (left + right) / 2, right - 6].flatMap((x) =>
    [top + 6, (top + bottom) / 2, bottom - 6].map((y) => [x, y] as const),
  );
  return places.every(([x, y]) => {
    const met = (button.getRootNode() as ShadowRoot).elementFromPoint(x, y);
    return met !== null && button.contains(met);
  });
}

describeWith('Chromium', 'the panel on screens of all sizes', (executablePath) => {
  const tests = panelTests(executablePath);

  it('fits every screen: nothing is cut off, nothing lies over a button, each is big enough for a thumb', async () => {
    const page = await tests.open();
    for (const [width, height, roll] of SCREENS) {
      await page.setViewportSize({ width, height });
      const screen = `${width} x ${height}`;
      expect(await page.evaluate(() => document.documentElement.scrollWidth), screen).toBeLessThanOrEqual(
        width,
      );
      for (const button of await page.getByRole('button').all()) {
        const box = (await button.boundingBox())!;
        const which = `${await button.textContent()} on ${screen}`;
        expect(Math.min(box.width, box.height), which).toBeGreaterThanOrEqual(44);
        expect(box.x + box.width, which).toBeLessThanOrEqual(width);
      }
      expect((await page.locator('continuo-roll').boundingBox())!.height, screen).toBeGreaterThanOrEqual(
        roll,
      );
      await page.evaluate(() => scrollTo(0, 0));
      for (const action of ['start', 'stop', 'all-off']) {
        const button = page.locator(`[data-action=${action}]`);
        // In the first sight, but where a screen is as low as 400 % makes it.
        if (height > 300)
          expect(await button.boundingBox(), screen).toSatisfy(({ y, height: h }) => y + h <= height);
        else await button.scrollIntoViewIfNeeded();
        expect(await button.evaluate(isUncovered), `${action} on ${screen}`).toBe(true);
      }
    }
  });

  it.each([
    [390, 844],
    [960, 540],
  ] as const)('shows the keys from their beginning, with the way out: %i x %i', async (width, height) => {
    const page = await tests.open({ viewport: { width, height } });
    await page.keyboard.press('?');
    const shows = (name: string) =>
      page
        .getByRole('dialog')
        .getByText(name, { exact: true })
        .evaluate((element) => {
          const { top, bottom } = element.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        });
    expect([await shows('The keys'), await shows('Close')]).toEqual([true, true]);
    expect(await shows('Play: the middle row is white keys, the row above black ones')).toBe(true);
    await page.getByText('Show or hide the keys').scrollIntoViewIfNeeded();
    expect([await shows('Show or hide the keys'), await shows('Close')]).toEqual([true, true]);
  });

  it('has room for what must be known on the narrowest screen: Not recording', async () => {
    const page = await tests.open({ viewport: { width: 320, height: 568 } });
    await page.routeWebSocket(/session/, (ours) => {
      const line = ours.connectToServer();
      line.onMessage((text) => {
        const message = JSON.parse(String(text)) as { type: string; description: object };
        if (message.type === 'welcome')
          Object.assign(message.description, { notRecording: 'The disk is full.' });
        ours.send(JSON.stringify(message));
      });
    });
    await page.reload();
    await page.getByText('Not recording').waitFor();
    await page.keyboard.press('a');
    await page.getByRole('status').getByText('Listening').waitFor();
    const cut = await page.locator('continuo-top-bar').evaluate((bar) => {
      const words = [...bar.shadowRoot!.querySelectorAll<HTMLElement>('h1, .state > *')];
      const seen = words.filter((word) => word.parentElement!.clientWidth > 1);
      return seen
        .filter((word) => {
          const { left, right } = word.getBoundingClientRect();
          const box = word.parentElement!.getBoundingClientRect();
          return left < box.left - 0.5 || right > box.right + 0.5 || box.right > innerWidth;
        })
        .map((word) => word.textContent);
    });
    expect(cut).toEqual([]);
  });
});
