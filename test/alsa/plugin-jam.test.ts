import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMidi } from 'midi-file';
import { expect, it } from 'vitest';
import { writeMidi } from '../../src/music/midi/index.js';
import { install, pack } from '../package/stranger.js';
import { describeWith } from '../requires.js';
import { root, runInVm } from './vm.js';

describeWith('an ALSA sequencer (CONTINUO_ALSA_VM)', "a stranger's plugin, jamming on ALSA", (vm) => {
  it('answers what is played, from the installed package, and each note ends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-plugin-jam-'));
    try {
      const project = join(folder, 'project');
      mkdirSync(project);
      install(pack(folder), project, ['@types/node', 'undici-types']);
      const continuo = join(project, 'node_modules', 'continuo', 'dist', 'cli', 'main.js');
      execFileSync(process.execPath, [continuo, 'plugin', 'new', 'mine'], { cwd: project });
      // What npm install would put there, and npm run build.
      symlinkSync(join(project, 'node_modules'), join(project, 'mine', 'node_modules'), 'junction');
      const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      execFileSync(process.execPath, [compiler], { cwd: join(project, 'mine') });
      const phrase = join(folder, 'phrase.mid');
      const events = [60, 62, 64, 65, 67, 65, 64, 62].map((pitch, index) => ({
        ...{ pitch, velocity: 70 },
        ...{ start: 0.3 * index, end: 0.3 * index + 0.25 },
      }));
      writeFileSync(phrase, writeMidi([{ name: 'phrase', channel: 0, events }]));

      const run = await runInVm(vm, `node test/alsa/plugin-jam.mjs ${project} ${phrase} "$OUT"`, 900);
      const results = JSON.parse(String(run.files.get('results.json') ?? '{}'));
      expect(results, run.output).toMatchObject({ player: 0, code: 0 });
      const sounding = new Map<number, number>();
      let count = 0;
      for (const event of parseMidi(run.files.get('synth.mid')!).tracks.flat()) {
        if (event.type !== 'noteOn' && event.type !== 'noteOff') continue;
        const begins = event.type === 'noteOn' && event.velocity > 0;
        if (begins) count++;
        sounding.set(event.noteNumber, (sounding.get(event.noteNumber) ?? 0) + (begins ? 1 : -1));
      }
      expect(count).toBeGreaterThan(3);
      expect([...sounding.values()].filter((open) => open !== 0)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 930_000);
});
