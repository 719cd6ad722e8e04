/// <reference lib="dom" />

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { takesIn } from '../takes-in.js';
import { replayed } from './host.js';
import { app, modelNotes, notesOf, pixels, playPhrase } from './page.js';
import { eventually, panelTests } from './panel-tests.js';

describeWith('Chromium', 'a jam in a real browser, on the real host', (executablePath) => {
  const tests = panelTests(executablePath, 'each test');

  it('answers a phrase, which is seen and heard, until all is off', async () => {
    const page = await tests.open();
    await page.getByText('Play: keys').waitFor();
    await page.getByRole('status').getByText('Ready').waitFor();
    // The first note starts it, and the words stay until the answer is heard.
    await page.keyboard.press('a', { delay: 90 });
    await page.locator('continuo-app[data-phase=listening]').waitFor();
    await page.getByText('When you pause, the model answers.').waitFor();
    for (const key of ['d', 'g', 'k', 'g', 'd']) await page.keyboard.press(key, { delay: 90 });
    await page.getByRole('status').getByText('Answering').waitFor();
    await eventually(() => modelNotes(page)).toBeGreaterThan(3);
    await page.getByText('When you pause').waitFor({ state: 'detached' });
    const played = await app(page, ({ notes }) => notes.filter(({ voice }) => voice === 'player'));
    expect(played.map(({ pitch }) => pitch)).toEqual([60, 64, 67, 72, 67, 64]);
    for (const { start, end } of played) expect(end).toBeGreaterThan(start);

    await eventually(() => pixels(page, 'model')).toSatisfy(({ past }) => past > 50);
    expect((await pixels(page, 'player')).past).toBeGreaterThan(50);
    expect((await pixels(page, 'player')).ahead).toBe(0);
    await eventually(() => app(page, ({ level }) => level)).toBeGreaterThan(0.005);

    await page.keyboard.press('q');
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);
    // The panel's own sound ends with the key; the notes on the roll end when the host has said so.
    await eventually(() =>
      app(page, ({ notes }) => notes.filter(({ end }) => end === undefined).length),
    ).toBe(0);
    await eventually(() => app(page, ({ level }) => level)).toBeLessThan(0.001);
    const silent = await modelNotes(page);
    await page.getByRole('status').getByText('Your turn').waitFor();
    expect(await modelNotes(page)).toBe(silent);
  });

  it('takes back, answers again, and stops', async () => {
    const page = await tests.open();
    await page.keyboard.press('Space');
    await playPhrase(page);
    await eventually(() => modelNotes(page)).toBeGreaterThan(3);
    const first = await app(page, ({ notes }) => notes.find(({ voice }) => voice === 'model')!.start);
    await page.getByRole('button', { name: 'Again' }).click();
    // The first reply is gone from the roll, another stands later.
    await eventually(() =>
      app(page, ({ notes }) => notes.find(({ voice }) => voice === 'model')?.start ?? 0),
    ).toBeGreaterThan(first);
    await page.keyboard.press('Backspace');
    await eventually(() => app(page, ({ notes }) => notes.length)).toBe(0);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('status').getByText('Stopped').waitFor();
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);
  });

  it('is given, note for note, what the take gives when it is replayed', async () => {
    const page = await tests.open();
    await page.keyboard.press('Space');
    await playPhrase(page);
    await eventually(() => modelNotes(page)).toBeGreaterThan(3);
    // Over the reply, and in a duet: what the model had in mind is discarded again and again.
    await playPhrase(page);
    await page.getByRole('radio', { name: 'Duet' }).click();
    const before = await modelNotes(page);
    await playPhrase(page);
    await eventually(() => modelNotes(page)).toBeGreaterThan(before + 5);
    await page.keyboard.press('Space');
    await page.locator('continuo-app[data-phase=stopped]').waitFor();
    const received = await app(page, ({ notes }) => notes);
    tests.losesHost();
    await tests.host.stop();

    const { player, model } = await replayed(join(tests.takes, takesIn(tests.takes).at(-1)!));
    expect(model.length).toBeGreaterThan(3);
    expect(notesOf(received, 'model')).toEqual(model);
    expect(notesOf(received, 'player')).toEqual(player);
  });
});
