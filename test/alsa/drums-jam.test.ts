import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMidi } from 'midi-file';
import { expect, it } from 'vitest';
import { readMidi, writeMidi } from '../../src/music/midi/index.js';
import { describeWith } from '../requires.js';
import { runInVm, type VmRun } from './vm.js';

/** A slow pianist: half notes at 110 beats a minute. The emulated machine plans anew with each of his notes, which takes it long. */
const HALF = 120 / 110;
const pianist = Array.from({ length: 22 }, (_, index) => ({
  ...{ pitch: [60, 64, 67, 72][index % 4]!, velocity: 80 },
  ...{ start: index * HALF, end: (index + 0.95) * HALF },
}));

/** The note-ons and note-offs of a file. */
const messagesOf = (file: Buffer) =>
  parseMidi(file)
    .tracks.flat()
    .flatMap((event) =>
      event.type === 'noteOn' || event.type === 'noteOff'
        ? [
            {
              channel: event.channel,
              pitch: event.noteNumber,
              begins: event.type === 'noteOn' && event.velocity > 0,
            },
          ]
        : [],
    );

/** The pitches of the drummer's notes, by the take: those that were dropped for being late are left out. */
function planned(files: VmRun['files']): number[] {
  const records = String(files.get('take.jsonl'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; pitch?: number });
  const dropped = records.flatMap(({ type, pitch }) => (type === 'dropped' ? [pitch!] : []));
  const drums = readMidi(files.get('take.mid')!).tracks.find(({ name }) => name === 'model')!;
  const pitches = drums.notes.map(({ pitch }) => pitch);
  for (const pitch of dropped) if (pitches.includes(pitch)) pitches.splice(pitches.indexOf(pitch), 1);
  return pitches;
}

describeWith('an ALSA sequencer (CONTINUO_ALSA_VM)', 'a drummer, jamming on ALSA', (vm) => {
  it('plays on channel 10 what it planned, but for what came too late, and ends each note', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-drums-jam-'));
    try {
      const file = join(folder, 'pianist.mid');
      writeFileSync(file, writeMidi([{ name: 'pianist', channel: 0, events: pianist }]));
      const settings = 'followBeats=false,tempo=110,density=-1';
      const run = await runInVm(vm, `node test/alsa/drums-jam.mjs ${file} ${settings} "$OUT"`, 600);
      const results = JSON.parse(String(run.files.get('results.json') ?? '{}'));
      expect(results, run.output).toMatchObject({ player: 0 });
      const messages = messagesOf(run.files.get('synth.mid')!);
      const ons = messages.filter(({ begins }) => begins);
      expect(new Set(messages.map(({ channel }) => channel))).toEqual(new Set([9]));
      for (const pitch of new Set(ons.map((on) => on.pitch)))
        expect(messages.filter((each) => each.pitch === pitch && !each.begins).length).toBe(
          ons.filter((on) => on.pitch === pitch).length,
        );
      expect(ons.map(({ pitch }) => pitch).sort()).toEqual(planned(run.files).sort());
      expect(ons.length).toBeGreaterThan(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 630_000);
});
