/// <reference lib="dom" />
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FOLDERS } from '../../dist/host/folders.js';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { readTake } from '../../dist/host/takes/read-take.js';
import { readMidi } from '../../dist/index.js';
import { describeWith } from '../requires.js';
import type * as Play from './play.js';
import { goOn, solo } from './play.js';

const MODELS = { piano: 'piano-pop', folk: 'folk-session' } as const;
/** What plays where the model that counts in beats finds none. */
const WITHOUT_PULSE = 'piano-pop';
const SEED = 5;
const reader = (model: string) => (path: string) => readFile(join(FOLDERS.bundledModels, model, path));

const etude = fileURLToPath(new URL('../../datasets/etudes/alberti-bes-minor.mid', import.meta.url));
const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** What the page has: the library of ./play.ts, and a way to files. */
interface LibraryWindow extends Window {
  readonly play: typeof Play;
  readonly fileOf: (path: string) => Promise<string>;
}

/** ./play.ts for a browser, bundled as anybody bundles the library. */
async function bundled(out: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: out,
      lib: { entry: fileURLToPath(new URL('./play.ts', import.meta.url)), formats: ['es'], fileName: 'play' },
      // Other engines than the kernel: they are loaded when they are asked for, which nobody does here.
      rolldownOptions: { external: [/^@tensorflow/], output: { codeSplitting: false } },
    },
  });
  const [file] = readdirSync(out).filter((name) => /\.m?js$/.test(name));
  const script = readFileSync(join(out, file!), 'utf8');
  const names = /export \{([^}]*)\};?\s*$/.exec(script)!;
  return `${script.slice(0, names.index)}\nwindow.play = {${names[1]!.replace(/(\S+) as (\S+?)(,|\s|$)/g, '$2: $1$3')}};`;
}

describeWith('Chromium', 'the same music by library, program and browser', (executablePath) => {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-library-'));
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox'] });
    page = await browser.newPage();
    await page.exposeFunction('fileOf', async (path: string) =>
      (await readFile(join(FOLDERS.bundledModels, path))).toString('base64'),
    );
    await page.addScriptTag({ type: 'module', content: await bundled(join(folder, 'bundle')) });
    await page.waitForFunction(() => 'play' in window);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['piano', MODELS.piano],
    ['piano', 'piano-beats'],
    ['folk', MODELS.folk],
  ] as const)(
    '%s with %s, alone: token for token',
    async (plugin, model) => {
      const takes = join(folder, model);
      const session = await LiveSession.open({
        ...{ plugin, model, engine: 'kernel', precision: 'int8', seed: SEED, mode: 'solo', takes },
      });
      // Told a beat, a model that counts in beats plays by it.
      if (model === 'piano-beats') session.command({ type: 'pulse', beat: 0.5, bar: true, tapped: false });
      session.command({ type: 'start' });
      await setTimeout(4000);
      await session.close();
      const { header, records } = await readTake(join(takes, readdirSync(takes)[0]!));
      // The end takes back what was decided ahead.
      const until = records.findIndex(({ type }) => type === 'back' || type === 'end');
      const played = records
        .slice(0, until)
        .flatMap((record) => (record.type === 'fed' || record.type === 'sampled' ? record.tokens : []));
      const starts = records.findIndex(
        (record) => record.type === 'command' && record.command.type === 'start',
      );
      const commands = records
        .slice(0, starts + 1)
        .flatMap((record) =>
          record.type === 'command' ? [{ time: record.time, command: record.command }] : [],
        );
      const end = commands.at(-1)!.time + 60;
      const options = { time: header.time, commands, until: end, seed: SEED };
      const withoutPulse = reader(WITHOUT_PULSE);
      const [start, ...byLibrary] = await solo(plugin, reader(model), { ...options, withoutPulse });
      const [startThere, ...byBrowser] = await page.evaluate(
        ({ plugin, model, without, options }) => {
          const { play, fileOf } = window as unknown as LibraryWindow;
          const reader = (folder: string) => async (path: string) =>
            Uint8Array.from(atob(await fileOf(`${folder}/${path}`)), (character) => character.charCodeAt(0));
          return play.solo(plugin, reader(model), { ...options, withoutPulse: reader(without) });
        },
        { plugin, model, without: WITHOUT_PULSE, options },
      );
      expect(startThere).toBe(start);
      expect(byBrowser).toEqual(byLibrary);
      expect(byLibrary.length).toBeGreaterThan(200);
      expect(played.length).toBeGreaterThan(10);
      expect(byLibrary.slice(0, played.length)).toEqual(played);

      const withoutMemory = await solo(plugin, reader(model), { ...options, withoutPulse, memory: false });
      expect(withoutMemory).not.toEqual([start, ...byLibrary]);
    },
    120_000,
  );

  it.each([true, false])(
    'on from a file, with memory %s: note for note',
    async (memory) => {
      const reply = join(folder, `reply-${memory}.mid`);
      const options = ['--seed', String(SEED), '--seconds', '20', '--reply-only', '--json'];
      if (!memory) options.push('--no-memory');
      execFileSync(process.execPath, [program, 'continue', etude, '-o', reply, ...options]);
      const byProgram = readMidi(readFileSync(reply)).tracks[0]!.notes;

      const midi = readFileSync(etude);
      const byLibrary = await goOn(reader(MODELS.piano), midi, 20, { seed: SEED, memory });
      const byBrowser = await page.evaluate(
        ({ model, midi, options }) => {
          const { play, fileOf } = window as unknown as LibraryWindow;
          const bytes = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
          const read = async (path: string) => bytes(await fileOf(`${model}/${path}`));
          return play.goOn(read, bytes(midi), 20, options);
        },
        { model: MODELS.piano, midi: midi.toString('base64'), options: { seed: SEED, memory } },
      );
      expect(byLibrary.length).toBeGreaterThan(20);
      expect(byBrowser).toEqual(byLibrary);
      expect(byProgram.map(({ pitch }) => pitch)).toEqual(byLibrary.map(([pitch]) => pitch));
      const [, first] = byLibrary[0]!;
      const { start } = byProgram[0]!;
      for (const [index, note] of byProgram.entries())
        expect(Math.abs(1e4 * (note.start - start) - (byLibrary[index]![1]! - first!))).toBeLessThan(30);
    },
    120_000,
  );
});
