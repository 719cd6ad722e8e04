import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { readMidi } from '../../dist/music/midi/index.js';
import { takesIn } from '../takes-in.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-takes-'));
const takes = join(folder, 'takes');
afterAll(() => rmSync(folder, { recursive: true }));

const run = (command: string, ...args: string[]) =>
  spawnSync(process.execPath, [main, 'takes', command, ...args, '--takes', takes], {
    encoding: 'utf8',
    cwd: folder,
  });
const json = (command: string, ...args: string[]) => {
  const { status, stdout, stderr } = run(command, ...args, '--json');
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
};

/** A jam of a plugin in `answer`: a phrase, and a reply of at least a few notes. */
async function jam(plugin: string, model: string): Promise<void> {
  const setup = { plugin, model, engine: 'kernel', precision: 'int8', seed: 3 } as const;
  const session = await LiveSession.open({ ...setup, mode: 'answer', takes });
  let notes = 0;
  session.subscribe((event) => {
    if (event.type === 'noteOn' && event.voice === 'model') notes++;
  });
  const hands = session.hands();
  session.command({ type: 'start' });
  session.command({ type: 'pulse', beat: 0.5, bar: true, tapped: false });
  hands.play({ type: 'pedal', down: true });
  for (const pitch of [60, 62, 64, 65, 67, 69, 71, 72]) {
    hands.play({ type: 'noteOn', pitch, velocity: 80 });
    await setTimeout(120);
    hands.play({ type: 'noteOff', pitch });
  }
  hands.play({ type: 'pedal', down: false });
  for (let waited = 0; notes < 3 && waited < 300; waited++) await setTimeout(100);
  await session.close();
}

let [piano, folk, killed] = ['', '', ''];
beforeAll(async () => {
  await jam('piano', 'piano-pop-start');
  await jam('folk', 'folk-session');
  [piano, folk] = takesIn(takes) as [string, string];
  // As kill -9 leaves it: without its end, amid a line, and the MIDI file as it was at the last rest.
  killed = '2026-01-01T00-00-00-000Z';
  cpSync(join(takes, piano), join(takes, killed), { recursive: true });
  rmSync(join(takes, killed, 'take.mid'));
  const log = join(takes, killed, 'take.jsonl');
  truncateSync(log, statSync(log).size - 60);
}, 120_000);

describe('continuo takes', () => {
  it('lists what was played, the latest first', () => {
    const { takes: listed } = json('list');
    expect(listed).toMatchObject([
      { id: folk, plugin: 'folk', model: 'folk-session', mode: 'answer', cutOff: false, abc: true },
      { id: piano, plugin: 'piano', cutOff: false, damage: null, notes: { player: 8 }, writing: false },
      { id: killed, cutOff: true, notes: { player: 8, model: null } },
    ]);
    expect(listed[1].notes.model).toBeGreaterThan(0);
    const { stdout } = run('list');
    expect(stdout).toMatch(new RegExp(`${killed}.*8 \\+ \\?.*cut off`));
  });

  it('shows turns, of a take that was cut off too', () => {
    const [whole, cut] = [json('show', piano), json('show', killed)];
    expect(whole.source).toBe('midi');
    expect(cut.source).toBe('replay');
    for (const { events, missing } of [whole, cut]) {
      expect(missing).toEqual([]);
      const turns = events.filter(({ type }: { type: string }) => type === 'turn');
      expect(turns).toMatchObject([{ by: 'player', notes: 8 }, { by: 'model' }]);
    }
    expect(cut.take.notes.model).toBeGreaterThan(0);
    expect(run('show', piano).stdout).toMatch(/player\s+8 notes in/);
  });

  it('exports MIDI with tempo, meter, a track each, and the pedal; it begins with the music', () => {
    const out = join(folder, 'piano.mid');
    expect(json('export', piano, '--out', out)).toMatchObject({ format: 'mid', missing: [] });
    const { tracks, tempos, timeSignatures } = readMidi(readFileSync(out));
    expect(tempos).toEqual([{ time: 0, bpm: 120 }]);
    expect(timeSignatures).toEqual([{ time: 0, numerator: 4, denominator: 4 }]);
    expect(tracks.map(({ name }) => name)).toEqual(['player', 'model']);
    expect(tracks[0]!.notes.map(({ pitch }) => pitch)).toEqual([60, 62, 64, 65, 67, 69, 71, 72]);
    expect(tracks[0]!.pedal.map(({ down }) => down)).toEqual([true, false]);
    expect(tracks[0]!.notes[0]!.start).toBeLessThan(0.5);
  });

  it('exports a take that was cut off as the whole one, to its last record', () => {
    const notesOf = (id: string) => {
      const out = join(folder, `${id}.mid`);
      json('export', id, '--out', out);
      return readMidi(readFileSync(out)).tracks.map(({ notes }) => notes.map(({ pitch }) => pitch));
    };
    const [whole, cut] = [notesOf(piano), notesOf(killed)];
    expect(cut[0]).toEqual(whole[0]);
    expect(cut[1]!.length).toBeGreaterThan(0);
    // What was sampled ahead belongs to a take that was cut off.
    const common = Math.min(whole[1]!.length, cut[1]!.length) - 1;
    expect(cut[1]!.slice(0, common)).toEqual(whole[1]!.slice(0, common));
  });

  it('exports ABC, from the log where the program died before it was written', () => {
    const written = run('export', folk, '--format', 'abc', '--out', '-');
    expect([written.status, written.stdout]).toEqual([
      0,
      readFileSync(join(takes, folk, 'tune.abc'), 'utf8'),
    ]);
    rmSync(join(takes, folk, 'tune.abc'));
    const anew = run('export', folk, '--format', 'abc', '--out', '-');
    expect(anew.stdout).toBe(written.stdout);
    expect(run('export', piano, '--format', 'abc')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('[TAKE_EMPTY]'),
    });
  });

  it('exports sound, as long as the music', () => {
    const out = join(folder, 'piano.wav');
    expect(json('export', piano, '--out', out)).toMatchObject({ format: 'wav', missing: [] });
    const wav = readFileSync(out);
    expect(wav.subarray(0, 4).toString()).toBe('RIFF');
    const seconds = wav.readUInt32LE(40) / 176_400;
    const { length } = json('show', piano).take;
    expect(Math.abs(seconds - length)).toBeLessThan(5);
    const samples = new Int16Array(wav.buffer.slice(wav.byteOffset + 44, wav.byteOffset + wav.length));
    expect(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeGreaterThan(1000);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('names, deletes and brings back', () => {
    expect(json('rename', piano, 'Tuesday jam')).toMatchObject({ id: piano, name: 'Tuesday jam' });
    expect(json('show', 'tues').take).toMatchObject({ id: piano, name: 'Tuesday jam' });
    json('delete', 'Tuesday jam');
    expect(json('list').takes).toHaveLength(2);
    expect(json('list', '--deleted').takes).toMatchObject([{ id: piano, deleted: expect.any(String) }]);
    expect(run('show', 'tues').stderr).toContain('continuo takes restore tues');
    expect(json('restore')).toMatchObject({ id: piano });
    expect(json('list').takes).toHaveLength(3);
    const copy = '2026-01-02T00-00-00-000Z';
    cpSync(join(takes, piano), join(takes, copy), { recursive: true });
    json('delete', copy, '--for-good');
    expect(existsSync(join(takes, copy))).toBe(false);
    expect(json('list', '--deleted').takes).toEqual([]);
  });

  it('replays by name, as continuo replay does', () => {
    expect(json('replay', killed)).toMatchObject({ same: true, cutOff: true });
    const { stdout } = spawnSync(process.execPath, [main, 'replay', join(takes, killed), '--json'], {
      encoding: 'utf8',
    });
    expect(JSON.parse(stdout)).toMatchObject({ same: true, cutOff: true });
  });

  it.each([
    [['show', 'nothing'], 'TAKE_UNKNOWN'],
    [['show', '20'], 'TAKE_AMBIGUOUS'],
    [['rename', 'last', ' '], 'TAKE_NAME'],
    [['export', 'last', '--out', 'x.ogg'], 'OPTION_VALUE'],
    [['play', 'last', '--port', 'no such port'], /PORT_|MIDI_/],
  ])('%j ends with a sentence and a code', (args, code) => {
    const { status, stderr } = run(...(args as [string, ...string[]]));
    expect(status).toBeGreaterThan(0);
    expect(stderr).toMatch(code instanceof RegExp ? code : new RegExp(`\\[${code}\\]`));
    expect(stderr).not.toContain('defect');
  });

  it('lists none where there are none, and that is no failure', async () => {
    const empty = spawn(process.execPath, [main, 'takes', 'list', '--takes', join(folder, 'none')]);
    const [status] = await once(empty, 'exit');
    expect(status).toBe(0);
  });
});
