import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { isTrouble, Played, type Trouble } from './played.js';
import { player, pluginFolder } from './plugin-folder.js';

vi.setConfig({ testTimeout: 120_000 });

const parent = mkdtempSync(join(tmpdir(), 'continuo-blame-'));
afterAll(() => rmSync(parent, { recursive: true }));

const HANGS = { feed: 'while (triggered);' };
const GROWS = { feed: 'if (triggered) (globalThis.all ??= []).push(new Uint8Array(200e6));' };
const FILLS_HEAP = { feed: 'if (triggered) (globalThis.all ??= []).push(new Array(4e6).fill(1.5));' };

/** What is said when a band of these plugins hears the pitch at which some of them go wrong. */
async function troubleOf(plugins: readonly string[]): Promise<Trouble> {
  const [first, ...others] = plugins as [string, ...string[]];
  const played = await Played.open(first, null, others);
  try {
    const told = played.until(isTrouble);
    // Each is fed a few tokens a note, and what grows, grows with each.
    for (let note = 0; note < 30 && !played.events.some(isTrouble); note++) await played.strike(100);
    return (await told) as Trouble;
  } finally {
    await played.session.close();
  }
}

describe('in a band of several plugins that others wrote, the one that', () => {
  it.each([
    ['hangs', HANGS, 'PLUGIN_HUNG', 'does not return'],
    ['takes memory without end', GROWS, 'PLUGIN_FAILED', 'memory'],
    ['fills the heap', FILLS_HEAP, 'PLUGIN_FAILED', 'memory'],
  ])('%s is named, wherever it stands', async (name, wrong, code, words) => {
    const id = (which: string) => `${which}-${name.split(' ')[0]}`;
    const well = pluginFolder(parent, id('well'), { code: player() });
    const also = pluginFolder(parent, id('also'), { code: player() });
    const bad = pluginFolder(parent, id('bad'), { code: player(wrong) });
    for (const band of [
      [well, bad],
      [bad, well],
      [well, bad, also],
    ]) {
      const trouble = await troubleOf(band);
      expect([trouble.code, trouble.message]).toEqual([
        code,
        expect.stringMatching(new RegExp(`^The plugin The ${id('bad')} .*${words}`)),
      ]);
    }
  });
});
