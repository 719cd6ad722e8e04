/// <reference lib="dom" />
import { expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { app } from './page.js';
import { eventually, panelTests } from './panel-tests.js';

describeWith('Chromium', 'fingers and a MIDI keyboard at the browser', (executablePath) => {
  const tests = panelTests(executablePath);

  it('plays from a MIDI keyboard at the browser, asked for by a click, and lets go when it is unplugged', async () => {
    const page = await tests.open({
      before: () => {
        // No machine of CI has such a keyboard: this one stands in the browser's place.
        const input = Object.assign(new EventTarget(), {
          id: 'one',
          name: 'Test keys',
          state: 'connected',
          onmidimessage: null as ((event: { data: Uint8Array; timeStamp: number }) => void) | null,
        });
        const access = Object.assign(new EventTarget(), { inputs: new Map([['one', input]]) });
        Object.assign(navigator, {
          requestMIDIAccess: async () => access,
          midiTest: {
            say: (...data: number[]) =>
              input.onmidimessage?.({ data: Uint8Array.from(data), timeStamp: performance.now() }),
            unplug: () => {
              input.state = 'disconnected';
              access.dispatchEvent(new Event('statechange'));
            },
          },
        });
      },
    });
    await page.getByRole('button', { name: 'Use a keyboard at this browser' }).click();
    await page.getByText('Heard at this browser: Test keys').waitFor();
    const midi = (call: string) => page.evaluate(`navigator.midiTest.${call}`);
    const notes = () => app(page, (app) => app.notes.map(({ pitch, end }) => [pitch, end === undefined]));
    await midi('say(0x90, 72, 100)');
    await midi('say(0x90, 76, 100)');
    await midi('say(0x80, 72, 0)');
    await eventually(notes).toEqual([
      [72, false],
      [76, true],
    ]);
    await midi('unplug()');
    await eventually(notes).toEqual([
      [72, false],
      [76, false],
    ]);
    await page.getByText('No keyboard at this browser yet').waitFor();
    expect(await app(page, ({ dataset }) => dataset.phase)).not.toBe('stopped');
  });

  it('plays under fingers: several keys at once, and a slide', async () => {
    const page = await tests.open({ hasTouch: true });
    const keyboard = page.locator('continuo-keyboard');
    const place = (pitch: number) => keyboard.locator(`[data-pitch="${pitch}"]`).boundingBox();
    const [c, e] = [(await place(60))!, (await place(64))!];
    const at = (box: { x: number; y: number; width: number; height: number }) => ({
      x: box.x + box.width / 2,
      y: box.y + box.height * 0.9,
    });
    const touch = await page.context().newCDPSession(page);
    const touches = (type: string, ...points: { x: number; y: number }[]) =>
      touch.send('Input.dispatchTouchEvent', {
        type: type as 'touchStart',
        touchPoints: points.map((point, id) => ({ ...point, id })),
      });
    await touches('touchStart', at(c), at(e));
    const sounding = () =>
      app(page, ({ notes }) => notes.filter(({ end }) => end === undefined).map(({ pitch }) => pitch));
    await eventually(sounding).toEqual([60, 64]);
    await touches('touchMove', at((await place(62))!), at(e));
    await eventually(sounding).toEqual([64, 62]);
    await touches('touchEnd');
    await eventually(sounding).toEqual([]);
  });
});
