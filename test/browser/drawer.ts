/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Host } from './host.js';
import { openPanelHost, type PanelHost } from './panel-host.js';

/** Until what is read is as expected; a piece takes a while on a busy machine. */
export function eventually<T>(read: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: 15_000 });
}

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

/** What the tests of a file look at; to be called once at its top. */
export function panelTests(executablePath: string) {
  let panel: PanelHost | undefined;
  let troubles: string[] = [];
  let elsewhere: string[] = [];

  beforeAll(async () => {
    panel = await openPanelHost(executablePath);
  });
  afterAll(() => panel?.close());
  beforeEach(() => {
    troubles = [];
    elsewhere = [];
  });
  afterEach(async () => {
    for (const context of panel!.browser.contexts()) await context.close();
    // The page's content policy is kept, by the engraver too, and nothing is fetched from anywhere else.
    expect(troubles).toEqual([]);
    expect(elsewhere).toEqual([]);
  });

  return {
    get host(): Host {
      return panel!.host;
    },
    get takes(): string {
      return panel!.takes;
    },
    get browser(): Browser {
      return panel!.browser;
    },
    async open(viewport = { width: 1280, height: 800 }, at = panel!.host): Promise<Page> {
      const context = await panel!.browser.newContext({ viewport });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      page.on('pageerror', (error) => troubles.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') troubles.push(message.text());
      });
      page.on('request', (request) => {
        if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(at.address))
          elsewhere.push(request.url());
      });
      await page.goto(at.address);
      await page.locator('continuo-app[data-connected=true]').waitFor();
      return page;
    },
  };
}
