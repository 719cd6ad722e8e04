/// <reference lib="dom" />
import { it } from 'vitest';
import { describeWith } from '../requires.js';
import { app } from './page.js';
import { eventually, panelTests } from './panel-tests.js';

describeWith('Chromium', 'the computer’s keys in a real browser', (executablePath) => {
  const tests = panelTests(executablePath, 'each test');

  it('has Start first in the order of the keyboard, behind the sessions', async () => {
    const page = await tests.open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('continuo-app[data-phase=waiting]').waitFor();
  });

  it('gives the keys back to the music after a click, a choice or a number', async () => {
    const page = await tests.open();
    await page.getByRole('radio', { name: 'Continue' }).click();
    await page.locator('select[name=model]').selectOption({ index: 0 });
    await page.getByRole('spinbutton', { name: 'Temperature, typed' }).fill('0.9');
    await page.keyboard.press('Enter');
    await page.locator('[data-param=temperature] input[type=range]').click();
    await page.keyboard.press('Space');
    await page.locator('continuo-app[data-phase=waiting]').waitFor();
    await page.keyboard.press('a');
    await eventually(() => app(page, ({ notes }) => notes[0]?.pitch)).toBe(60);
  });

  it('lets go of held keys when the window loses the keyboard', async () => {
    const page = await tests.open();
    await page.keyboard.press('Space');
    await page.keyboard.down('a');
    const held = () => app(page, ({ notes }) => notes.map(({ end }) => end === undefined));
    await eventually(held).toEqual([true]);
    await page.evaluate(() => dispatchEvent(new Event('blur')));
    await eventually(held).toEqual([false]);
  });

  it('lets go of held keys when it is closed', async () => {
    const [one, two] = [await tests.open(), await tests.open()];
    await one.keyboard.press('Space');
    await one.keyboard.down('a');
    const held = () => app(two, ({ notes }) => notes.map(({ end }) => end === undefined));
    await eventually(held).toEqual([true]);
    await one.close();
    await eventually(held).toEqual([false]);
  });
});
