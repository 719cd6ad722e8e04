import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MidiEvent, parseMidi } from 'midi-file';
import { beforeAll, expect, it } from 'vitest';
import { openHostPerformer } from '../../dist/host/models/open-host-performer.js';
import { readTake } from '../../dist/host/takes/read-take.js';
import { PlayedNotes } from '../../dist/session/played-notes.js';
import { replayTake } from '../../dist/session/replay.js';
import { writeMidi } from '../../src/music/midi/index.js';
import { describeWith } from '../requires.js';
import { runInVm } from './vm.js';

interface Jam {
  readonly player: number;
  readonly code: number;
  readonly output: string;
}
interface Results {
  readonly answered: Jam;
  readonly interrupted: Jam;
  readonly error?: string;
}

/** Broken chords, long enough for an answer of several seconds. */
function phrase(): Uint8Array {
  const pitches = [60, 64, 67, 72, 67, 64, 62, 65, 69, 74, 69, 65, 60, 64, 67, 72];
  const notes = pitches.map((pitch, index) => ({
    pitch,
    velocity: 60 + index,
    start: 0.3 * index,
    end: 0.3 * index + 0.25,
  }));
  return writeMidi([{ name: 'phrase', channel: 0, events: notes }]);
}

/** Note-ons and note-offs of a recording, as the synth got them. */
function messages(file: Buffer): MidiEvent[] {
  return parseMidi(file).tracks.flat();
}

describeWith(
  'an ALSA sequencer (CONTINUO_ALSA_VM)',
  'a jam on ALSA, with aplaymidi and arecordmidi',
  (vm) => {
    let results: Results;
    let files: ReadonlyMap<string, Buffer>;

    beforeAll(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'continuo-jam-'));
      writeFileSync(join(folder, 'phrase.mid'), phrase());
      const run = await runInVm(vm, `node test/alsa/jam.mjs ${join(folder, 'phrase.mid')} "$OUT"`, 900);
      rmSync(folder, { recursive: true });
      files = run.files;
      if (!files.has('results.json')) throw new Error(`status ${run.status}:\n${run.output}`);
      results = JSON.parse(files.get('results.json')!.toString());
      if (results.error)
        throw new Error(`${results.error}\n${run.output}\n${JSON.stringify(results, null, 1)}`);
    }, 930_000);

    it.each(['answered', 'interrupted'] as const)(
      '%s: the synth got what the replay of the take plays, note for note',
      async (name) => {
        const takes = mkdtempSync(join(tmpdir(), 'continuo-jam-'));
        mkdirSync(join(takes, name));
        writeFileSync(join(takes, name, 'take.jsonl'), files.get(`${name}.jsonl`)!);
        const { header, records } = await readTake(join(takes, name));
        rmSync(takes, { recursive: true });
        const performer = await openHostPerformer(header.setup);
        const replay = replayTake(records, {
          ...performer,
          pluginParams: performer.descriptor.params,
          mode: 'answer',
          time: header.time,
        });
        const playedNotes = new PlayedNotes();
        for (const event of replay.events) playedNotes.add(event);
        const end = records.findLast((record) => record.type === 'end')!.time;
        // The machine is slow: a note that came half a second late was not sent, and the take says so.
        const dropped = new Set(
          records.flatMap((record) => (record.type === 'dropped' ? [`${record.time} ${record.pitch}`] : [])),
        );
        const onsets = playedNotes
          .notes('model', end)
          .filter(({ start, pitch }) => !dropped.has(`${start} ${pitch}`))
          .map(({ pitch, velocity }) => `${pitch} ${velocity}`);
        const got = messages(files.get(`${name}.mid`)!).filter(
          (event) => event.type === 'noteOn' && event.velocity > 0,
        );
        expect(
          got.map((event) => event.type === 'noteOn' && `${event.noteNumber} ${event.velocity}`).sort(),
        ).toEqual(onsets.sort());
        expect(onsets.length).toBeGreaterThan(name === 'answered' ? 5 : 0);
        // The player's side came through as well.
        expect(playedNotes.notes('player', end).length).toBe(16);
      },
    );

    it.each(['answered', 'interrupted'] as const)(
      '%s: every note-on has its note-off, and the pedal is released',
      (name) => {
        const sounding = new Map<number, number>();
        let pedal = 0;
        let released = false;
        for (const event of messages(files.get(`${name}.mid`)!)) {
          if (event.type === 'noteOn' && event.velocity > 0)
            sounding.set(event.noteNumber, (sounding.get(event.noteNumber) ?? 0) + 1);
          else if (event.type === 'noteOn' || event.type === 'noteOff')
            sounding.set(event.noteNumber, (sounding.get(event.noteNumber) ?? 0) - 1);
          else if (event.type === 'controller' && event.controllerType === 64) {
            pedal = event.value;
            released = true;
          }
        }
        expect([...sounding.values()].filter((count) => count !== 0)).toEqual([]);
        expect(pedal).toBe(0);
        expect(released).toBe(true);
      },
    );

    it('ends in order when it is told to', () => {
      expect(results.answered).toMatchObject({ player: 0, code: 143 });
      expect(results.interrupted).toMatchObject({ player: 0, code: 0 });
      expect(results.interrupted.output).toContain('The take is in');
    });
  },
);
