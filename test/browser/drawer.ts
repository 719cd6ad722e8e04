/// <reference lib="dom" />
import type { Page } from 'playwright-core';

export { eventually, panelTests } from './panel-tests.js';

export const drawer = (page: Page, piece = 'Tune') => page.getByRole('region', { name: piece, exact: true });
export const button = (page: Page, name: string) => drawer(page).getByRole('button', { name, exact: true });
export const abc = (page: Page) => drawer(page).getByLabel('The tune as ABC').textContent();
export const book = (page: Page) => drawer(page).getByRole('region', { name: 'Book' });
/** A field of the form that is shown. */
export const field = (page: Page, name: string) =>
  drawer(page).locator('continuo-piece-form:not([hidden])').getByLabel(name);
/** The field of segments. */
export const bars = (page: Page) => drawer(page).getByLabel('Bars', { exact: true });

export async function makeReel(page: Page): Promise<void> {
  await field(page, 'Type').selectOption('reel');
  await field(page, 'Key').fill('Ador');
  if (!(await field(page, 'Seed').isVisible())) await button(page, 'More').click();
  await field(page, 'Seed').fill('5');
  await button(page, 'Make').click();
  await button(page, 'Bar 1, part A').waitFor({ timeout: 25_000 });
}
