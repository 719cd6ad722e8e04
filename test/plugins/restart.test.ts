import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { SessionEvent } from '../../dist/session/events.js';
import type { TakeRecord } from '../../dist/session/take.js';
import { takesIn } from '../takes-in.js';
import { isTrouble, Played, type Trouble, wait } from './played.js';
import { counter, pluginFolder } from './plugin-folder.js';

vi.setConfig({ testTimeout: 180_000 });

const parent = mkdtempSync(join(tmpdir(), 'continuo-restarts-'));
afterAll(() => rmSync(parent, { recursive: true }));
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const modelPitch = (events: readonly SessionEvent[]) =>
  events.findLast((event) => event.type === 'noteOn' && event.voice === 'model') as { pitch: number };

function recordsIn(take: string): TakeRecord[] {
  const lines = readFileSync(join(take, 'take.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.slice(1).map((line) => JSON.parse(line) as TakeRecord);
}

describe('a plugin that fails in mid-session', () => {
  it.each([
    ['throws', "throw new Error('boo')"],
    ['hangs', 'for (;;);'],
  ])(
    'and %s goes on from what it had heard, in the same take, which plays again token for token',
    async (name, wrong) => {
      const takes = join(parent, `takes-${name}`);
      const folder = pluginFolder(parent, name, { code: counter(wrong) });
      const workers: { readonly worker: Worker; ended?: number; readonly began: number }[] = [];
      const track = (worker: Worker) => {
        const one: (typeof workers)[number] = { worker, began: performance.now() };
        worker.once('exit', () => {
          one.ended = performance.now();
        });
        workers.push(one);
      };
      process.on('worker', track);
      const played = await Played.open(folder, takes);
      for (const pitch of [60, 62, 64]) await played.ask(pitch);
      expect(modelPitch(played.events).pitch).toBe(27);
      const session = workers[0]!;
      const told = played.until(isTrouble);
      const ready = played.until((event) => event.type === 'phase' && event.phase === 'waiting');
      const [began, computed] = [performance.now(), process.cpuUsage()];
      void played.strike(100);
      const { code, message } = (await told) as Trouble;
      const seen = (performance.now() - began) / 1000;
      const { user, system } = process.cpuUsage(computed);
      await ready;
      const again = (performance.now() - began) / 1000;
      process.off('worker', track);
      expect([code, message]).toEqual([
        name === 'hangs' ? 'PLUGIN_HUNG' : 'PLUGIN_FAILED',
        expect.stringMatching(/goes on from what it had heard up to \d+\.\d s before/),
      ]);
      // Within a second; on a crowded machine, within a second in which this process was given a processor.
      expect(Math.min(seen, (user + system) / 1e6)).toBeLessThan(1);
      for (let waited = 0; session.ended === undefined && waited < 5; waited += 0.05) await wait(0.05);
      const ended = (session.ended! - began) / 1000;
      console.log(
        `${name}: seen after ${seen.toFixed(2)} s (${((user + system) / 1e6).toFixed(2)} s of processor time), its thread ended after ${ended.toFixed(2)} s, another one played on after ${again.toFixed(2)} s`,
      );
      expect(played.sounding).toBe(0);
      await played.ask(65);
      // Three notes before and this one: it has not begun from zero, and what made it fail is forgotten.
      expect(modelPitch(played.events).pitch).toBe(28);
      await played.session.close();

      const [take, ...others] = takesIn(takes);
      expect(others).toEqual([]);
      const records = recordsIn(join(takes, take!));
      expect(records.filter(({ type }) => type === 'restart')).toHaveLength(1);
      const { status, stdout } = spawnSync(process.execPath, [main, 'replay', join(takes, take!), '--json'], {
        encoding: 'utf8',
      });
      expect([status, JSON.parse(stdout)]).toEqual([
        0,
        expect.objectContaining({ same: true, cutOff: false }),
      ]);
    },
  );

  it('again as soon as it goes on begins from zero, in another take', async () => {
    const takes = join(parent, 'takes-again');
    const played = await Played.open(
      pluginFolder(parent, 'again', { code: counter("throw new Error('boo')") }),
      takes,
    );
    for (const pitch of [60, 62, 64]) await played.ask(pitch);
    for (const words of ['goes on from what', 'started anew, without what']) {
      const told = played.until(isTrouble);
      const ready = told.then(() =>
        played.until((event) => event.type === 'phase' && event.phase === 'waiting'),
      );
      await played.strike(100);
      expect(((await told) as Trouble).message).toContain(words);
      await ready;
    }
    await played.ask(65);
    expect(modelPitch(played.events).pitch).toBe(25);
    await played.session.close();
    expect(takesIn(takes)).toHaveLength(2);
  });
});
