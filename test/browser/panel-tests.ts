/// <reference lib="dom" />
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Host } from './host.js';
import { openPanelHost, type PanelHost } from './panel-host.js';

/** Until what is read is as expected; a piece takes a while on a busy machine. */
export function eventually<T>(read: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: 15_000 });
}

/** How a test looks at the panel. */
interface Look extends BrowserContextOptions {
  /** Whose panel; default: the file's host. */
  readonly at?: Host;
  /** Runs in the page before its own scripts. */
  readonly before?: () => void;
}

/**
 * The host and the browser of the tests of a file; to be called once at its top. A session goes on when a page is closed:
 * with `hosts: 'each test'` each begins with a session that has heard nothing.
 */
export function panelTests(executablePath: string, hosts: 'one' | 'each test' = 'one') {
  let panel: PanelHost | undefined;
  let used = false;
  let troubles: string[] = [];
  let expected: readonly string[] = [];
  let elsewhere: string[] = [];
  let own: Host[] = [];

  beforeAll(async () => {
    panel = await openPanelHost(executablePath);
  });
  afterAll(() => panel?.close());
  beforeEach(async () => {
    [troubles, expected, elsewhere, own] = [[], [], [], []];
    if (used && hosts === 'each test') await panel!.restart(undefined, true);
    used = true;
  });
  afterEach(async () => {
    for (const context of panel!.browser.contexts()) await context.close();
    // After the pages, which would complain of a host that is gone.
    for (const host of own) await host.stop();
    // The page's content policy is kept, by the engraver too, and nothing is fetched from anywhere else.
    expect(troubles.filter((text) => !expected.some((part) => text.includes(part)))).toEqual([]);
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
    /** Starts another host in place of the file's. */
    restart: (port?: string) => panel!.restart(port),
    /** Has a host that a test starts for itself stopped after it. */
    async own(starting: Promise<Host>): Promise<Host> {
      const host = await starting;
      own.push(host);
      return host;
    },
    /** The host ends while a page is open: the browser may complain that nobody answers. */
    losesHost(): void {
      expected = ['WebSocket', 'ERR_CONNECTION_REFUSED'];
    },
    /** The browser complains of what a test does. */
    complains(text: string): void {
      expected = [...expected, text];
    },
    async open({ at = panel!.host, before, ...options }: Look = {}): Promise<Page> {
      const context = await panel!.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const page = await context.newPage();
      page.on('pageerror', (error) => troubles.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') troubles.push(message.text());
      });
      page.on('request', (request) => {
        if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(at.address))
          elsewhere.push(request.url());
      });
      if (before) await page.addInitScript(before);
      await page.goto(at.address);
      await page.locator('continuo-app[data-connected=true]').waitFor();
      return page;
    },
  };
}
