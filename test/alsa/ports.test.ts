import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MidiEvent, parseMidi, writeMidi } from 'midi-file';
import { transformWithOxc } from 'vite';
import { beforeAll, expect, it } from 'vitest';
import type { Check } from '../../src/host/doctor/doctor.js';
import { describeWith } from '../requires.js';
import { root, runInVm } from './vm.js';

type Message = [number, number, number?];

interface Results {
  list: { inputs: string[]; outputs: string[] };
  suite: { cases: number; failed: Record<string, string> };
  heard: { player: { code: number }; arrivals: { message: Message; time: number; read: number }[] };
  recorded: { sent: Message[]; refused: string[]; recording: { code: number }; dump: { output: string } };
  vanished: { name: string; changes: { before: { outputs: string[] }; after: { outputs: string[] } }[] };
  worker: { opened: string; during: string[]; after: string[]; messages: Message[] };
  commands: { listed: { code: number; output: string }; doctor: Check[] };
  leaks: { before: number; lists: number; openings: number };
  without: Record<'sequencer' | 'library', { code: string; message: string; hint: string }>;
}

/** Seconds from one note to the next of the phrase that aplaymidi plays. */
const STEP = 0.25;
const NOTES = 24;

/** A phrase with a pedal under it: a note each STEP, half of that long. 480 ticks are a beat of half a second. */
function phrase(): Uint8Array {
  const pedal = (value: number): MidiEvent => ({
    deltaTime: 0,
    type: 'controller',
    channel: 0,
    controllerType: 64,
    value,
  });
  const notes = Array.from({ length: NOTES }, (_, i): MidiEvent[] => [
    { deltaTime: i === 0 ? 0 : 120, type: 'noteOn', channel: 0, noteNumber: 48 + i, velocity: 30 + i },
    { deltaTime: 120, type: 'noteOff', channel: 0, noteNumber: 48 + i, velocity: 64 },
  ]).flat();
  const end: MidiEvent = { deltaTime: 0, type: 'endOfTrack', meta: true };
  return Uint8Array.from(
    writeMidi({
      header: { format: 0, numTracks: 1, ticksPerBeat: 480 },
      tracks: [[pedal(127), ...notes, pedal(0), end]],
    }),
  );
}

describeWith('an ALSA sequencer (CONTINUO_ALSA_VM)', 'ports on ALSA', (vm) => {
  let results: Results;
  let recorded: Buffer;

  // One boot for all of it: each is dear.
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-ports-'));
    const suite = join(root, 'src/midi/testing/port-suite.ts');
    const { code } = await transformWithOxc(readFileSync(suite, 'utf8'), suite);
    writeFileSync(join(folder, 'suite.mjs'), code);
    writeFileSync(join(folder, 'phrase.mid'), phrase());
    const run = await runInVm(vm, `node test/alsa/ports.mjs ${folder}/suite.mjs ${folder}/phrase.mid "$OUT"`);
    rmSync(folder, { recursive: true });
    expect(run.files.has('results.json'), run.output).toBe(true);
    results = JSON.parse(String(run.files.get('results.json')));
    recorded = run.files.get('recorded.mid') ?? Buffer.alloc(0);
  }, 930_000);

  it('lists what ALSA has', () => {
    for (const names of [results.list.inputs, results.list.outputs])
      expect(names).toContain('Midi Through:Midi Through Port-0 14:0');
  });

  it('passes the suite of every port system', () => {
    expect(results.suite).toEqual({ cases: expect.any(Number), failed: {} });
    expect(results.suite.cases).toBeGreaterThan(5);
  });

  it('hears all that aplaymidi plays, at the times it plays it, though the thread is held up', () => {
    const { player, arrivals } = results.heard;
    expect(player.code).toBe(0);
    const pedal = arrivals.filter(({ message }) => message[0] === 0xb0 && message[1] === 64);
    expect(pedal.map(({ message }) => message[2])).toEqual([127, 0]);
    const on = arrivals.filter(({ message }) => message[0] === 0x90 && message[2]! > 0);
    expect(on.map(({ message }) => message.slice(1))).toEqual(
      Array.from({ length: NOTES }, (_, i) => [48 + i, 30 + i]),
    );
    const off = arrivals.filter(({ message }) => message[0] === 0x80);
    expect(off.map(({ message }) => message[1])).toEqual(Array.from({ length: NOTES }, (_, i) => 48 + i));
    // How far the onsets lie from an even rhythm, without the three worst: the machine is emulated.
    const unevenness = (time: (arrival: (typeof on)[number]) => number) => {
      const shifts = on.map((arrival, i) => time(arrival) - i * STEP).sort((a, b) => a - b);
      return shifts.map((shift) => Math.abs(shift - shifts[NOTES / 2]!)).sort((a, b) => a - b)[NOTES - 4]!;
    };
    const stamped = unevenness(({ time }) => time);
    expect(stamped).toBeLessThan(0.03);
    // The hold-ups were real: without the system's stamps the rhythm would be bent.
    expect(unevenness(({ read }) => read)).toBeGreaterThan(2 * stamped);
  });

  it('is recorded by arecordmidi note for note, and every note ends', () => {
    const { sent, recording } = results.recorded;
    expect(recording.code).toBe(0);
    const sounding = new Set<number>();
    const notes: number[][] = [];
    const pedal: number[] = [];
    for (const event of parseMidi(recorded).tracks.flat()) {
      if (event.type === 'noteOn' && event.velocity > 0) {
        sounding.add(event.noteNumber);
        notes.push([event.noteNumber, event.velocity]);
      } else if (event.type === 'noteOff' || event.type === 'noteOn') {
        expect(sounding.delete(event.noteNumber)).toBe(true);
      } else if (event.type === 'controller') pedal.push(event.value);
    }
    expect(notes).toEqual(sent.filter((m) => m[0] === 0x90 && m[2]! > 0).map((m) => m.slice(1)));
    expect(pedal).toEqual([127, 0]);
    expect([...sounding]).toEqual([]);
  });

  it('lets nothing malformed through', () => {
    const { refused, sent, dump } = results.recorded;
    expect(refused).toEqual(Array(4).fill('PORT_MESSAGE'));
    expect(dump.output.match(/Note on|Note off|Control change|System exclusive/g)).toHaveLength(sent.length);
  });

  it('outlives a synth that is killed, and the watch tells', () => {
    const { name, changes } = results.vanished;
    expect(changes.some(({ before }) => before.outputs.includes(name))).toBe(true);
    expect(changes.at(-1)!.after.outputs).not.toContain(name);
  });

  it('plays from a worker, whose ports go with it', () => {
    const { opened, during, after, messages } = results.worker;
    expect(opened).toMatch(/^RtMidi Input Client:Test In \d+:0$/);
    expect(messages).toEqual(
      Array.from({ length: 5 }, (_, i) => [
        [0x90, 60 + i, 64],
        [0x80, 60 + i, 64],
      ]).flat(),
    );
    expect(during.some((port) => port.includes('Of the worker'))).toBe(true);
    expect(after.some((port) => port.includes('Of the worker'))).toBe(false);
  });

  it('leaves no client of the sequencer behind by lists and by ports that were closed', () => {
    const { before, lists, openings } = results.leaks;
    expect({ lists, openings }).toEqual({ lists: before, openings: before });
  });

  it('is listed by continuo ports, and found well by continuo doctor', () => {
    const { listed, doctor } = results.commands;
    expect(listed.code).toBe(0);
    expect(listed.output).toContain('in   Midi Through:Midi Through Port-0 14:0\n');
    expect(listed.output).toMatch(/^out {2}RtMidi Input Client:A FLUID Synth \d+:0$/m);
    const midi = ['libasound', 'ALSA sequencer', 'MIDI inputs', 'MIDI outputs', 'synth'];
    expect(doctor.filter(({ name }) => midi.includes(name)).map(({ status }) => status)).toEqual(
      midi.map(() => 'ok'),
    );
  });

  it('says what to do without a sequencer and without libasound', () => {
    const { sequencer, library } = results.without;
    expect(sequencer).toMatchObject({
      code: 'MIDI_UNAVAILABLE',
      message: expect.stringContaining('/dev/snd/seq'),
    });
    expect(sequencer.hint).toContain('modprobe snd-seq');
    expect(library).toMatchObject({
      code: 'MIDI_UNAVAILABLE',
      message: expect.stringContaining('libasound.so.2'),
    });
    expect(library.hint).toContain('apt install libasound2');
  });
});
