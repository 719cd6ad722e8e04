/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { connectSession } from '../../src/client/index.js';
import { describeWith } from '../requires.js';
import { objections } from './axe.js';
import { eventually, panelTests } from './panel-tests.js';

const button = (page: Page, what: 'undo' | 'redo') => page.locator(`continuo-undo [data-action=${what}]`);
/** What is said of it, without its sign. */
const says = async (page: Page, what: 'undo' | 'redo') =>
  (await button(page, what).locator('span:not([aria-hidden])').allTextContents()).join('').trim();

describeWith('Chromium', 'undo in the panel', (executablePath) => {
  const tests = panelTests(executablePath, 'each test');

  it('undoes a drag as a whole, and says what it undoes, by button and by key', async () => {
    const page = await tests.open();
    expect([await says(page, 'undo'), await button(page, 'undo').isDisabled()]).toEqual(['Undo', true]);
    const slider = page.locator('continuo-param[data-param=temperature] input[type=range]');
    const at = async () => Number(await slider.inputValue());
    const began = await at();
    const box = (await slider.boundingBox())!;
    const to = (share: number) => [box.x + share * box.width, box.y + box.height / 2] as const;
    await page.mouse.move(...to(0.3));
    await page.mouse.down();
    for (const share of [0.4, 0.6, 0.8]) await page.mouse.move(...to(share));
    await page.mouse.up();
    const dragged = await at();
    expect(dragged).not.toBe(began);
    await eventually(() => says(page, 'undo')).toBe('Undo Temperature');
    await page.locator('[data-mode=listen]').click();
    await eventually(() => says(page, 'undo')).toBe('Undo Mode listen');
    await button(page, 'undo').click();
    await eventually(() => page.locator('[data-mode=answer]').getAttribute('aria-checked')).toBe('true');
    await eventually(() => says(page, 'redo')).toBe('Redo Mode listen');
    await page.keyboard.press('Control+z');
    await eventually(at).toBe(began);
    expect(await button(page, 'undo').isDisabled()).toBe(true);
    await page.keyboard.press('Control+Shift+Z');
    await eventually(at).toBe(dragged);
    await eventually(() => says(page, 'undo')).toBe('Undo Temperature');
  });

  it('is one for all panels of a session, and leaves fields their own undo', async () => {
    const page = await tests.open();
    const other = await connectSession(tests.host.address);
    await other.command({ type: 'mode', mode: 'duet' });
    await eventually(() => says(page, 'undo')).toBe('Undo Mode duet');
    const field = page.locator('continuo-param[data-param=temperature] input[type=number]');
    await field.focus();
    await page.keyboard.press('Control+z');
    await field.blur();
    expect(await says(page, 'undo')).toBe('Undo Mode duet');
    const told = other.next('mode');
    await page.keyboard.press('Control+z');
    expect((await told).mode).toBe('answer');
    other.close();
  });

  it('has nothing that axe objects to, and is as big as a thumb with long words', async () => {
    for (const width of [360, 820, 1280]) {
      const page = await tests.open({ viewport: { width, height: 800 } });
      const other = await connectSession(tests.host.address);
      await other.command({ type: 'param', id: 'bargeIn', value: 'beat' }).catch(() => {});
      await other.command({ type: 'mode', mode: width === 820 ? 'duet' : 'continue' });
      other.close();
      await eventually(() => says(page, 'undo')).toContain('Mode');
      const box = (await button(page, 'undo').boundingBox())!;
      expect(box.height).toBeGreaterThanOrEqual(44);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(await objections(page)).toEqual([]);
      await page.close();
    }
  });
});
