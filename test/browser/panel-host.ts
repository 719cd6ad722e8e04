import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { expect } from 'vitest';
import { type Host, program, startHost } from './host.js';

/** A host of its own for the tests of a file, the folder of its takes, and a browser to look at its panel with. */
export interface PanelHost {
  readonly takes: string;
  readonly host: Host;
  readonly browser: Browser;
  /** Starts another host in place of this one, which is stopped if it still runs. `anew`: it is offered no sessions of that one. */
  restart(port?: string, anew?: boolean): Promise<void>;
  /** Ends all three. */
  close(): Promise<void>;
}

/** Starts the built program, and Chromium: it fetches nothing by itself, and plays without a user's gesture. */
export async function openPanelHost(executablePath: string): Promise<PanelHost> {
  expect(existsSync(program), 'dist/ must be built: npm run build').toBe(true);
  const takes = mkdtempSync(join(tmpdir(), 'continuo-takes-'));
  let host = await startHost(takes);
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  args.push('--disable-component-update', '--autoplay-policy=no-user-gesture-required');
  const browser = await chromium.launch({ executablePath, args });
  return {
    takes,
    get host() {
      return host;
    },
    browser,
    async restart(port, anew = false) {
      await host.stop();
      if (anew) rmSync(join(takes, '.sessions'), { recursive: true, force: true });
      host = await startHost(takes, port);
    },
    async close() {
      await browser.close();
      await host.stop();
      rmSync(takes, { recursive: true, force: true });
    },
  };
}
