import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readMidi, writeMidi } from '../../src/music/midi/index.js';
import type { Note } from '../../src/music/note.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-continuator-'));
afterAll(() => rmSync(folder, { recursive: true }));

const main = join(root, 'dist', 'cli', 'main.js');
const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });

/** A player's four bars of eighths, swung, with an accent on each beat and a chord under each bar. */
const BARS = [
  [60, 64, 67, 72, 71, 67, 64, 62],
  [60, 64, 67, 72, 74, 72, 67, 64],
  [57, 60, 64, 69, 67, 64, 60, 59],
  [55, 59, 62, 67, 65, 62, 59, 62],
];
const CHORDS = [
  [36, 43],
  [36, 40],
  [33, 40],
  [31, 38],
];
const PLAYED = [0, 1].flatMap((round) =>
  BARS.flatMap((bar, at) => {
    const start = (round * BARS.length + at) * 2.4;
    const line = bar.map((pitch, eighth) => {
      const swung = start + Math.floor(eighth / 2) * 0.6 + (eighth % 2) * 0.4;
      return { pitch, velocity: eighth % 2 === 0 ? 96 : 56, start: swung, end: swung + 0.15 };
    });
    return [...CHORDS[at]!.map((pitch) => ({ pitch, velocity: 64, start, end: start + 2.2 })), ...line];
  }),
);

describe('the continuator of examples/, as a stranger installs it', () => {
  beforeAll(() => {
    const from = join(root, 'examples', 'plugins', 'continuator');
    const packed = spawnSync('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: from,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    expect(packed.status).toBe(0);
    const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
    expect(spawnSync('tar', ['-xzf', filename], { cwd: folder }).status).toBe(0);
    cpSync(join(folder, 'package'), join(folder, 'plugins', 'continuator'), { recursive: true });
    writeFileSync(
      join(folder, 'in.mid'),
      writeMidi([{ name: 'in', channel: 0, events: PLAYED.toSorted((a, b) => a.start - b.start) }]),
    );
    writeFileSync(
      join(folder, 'one.mid'),
      writeMidi([{ name: 'in', channel: 0, events: [{ pitch: 67, velocity: 90, start: 0, end: 0.4 }] }]),
    );
  });

  function reply(input: string, ...options: string[]): Note[] {
    const out = join(folder, 'out.mid');
    const args = ['continue', input, '-o', out, '--plugin', 'continuator', '--reply-only', '--seconds', '20'];
    const went = run(main, ...args, ...options);
    expect([went.status, went.stderr]).toEqual([0, '']);
    const notes = readMidi(readFileSync(out)).tracks.flatMap((track) => track.notes);
    return [...notes].sort((a, b) => a.start - b.start || a.pitch - b.pitch);
  }

  it('answers in the notes, the loudness, the chords and the rhythm of what was played', () => {
    const notes = reply('in.mid', '--seed', '2');
    expect(notes.length).toBeGreaterThan(40);
    const known = new Set(PLAYED.map((note) => note.pitch));
    const share = (wanted: (note: Note) => boolean, among = notes) =>
      among.filter(wanted).length / among.length;
    expect(share((note) => known.has(note.pitch))).toBeGreaterThan(0.9);
    const louds = notes.filter((note) => note.pitch >= 55);
    expect(share((note) => note.velocity > 84, louds)).toBeGreaterThan(0.2);
    expect(share((note) => note.velocity < 68, louds)).toBeGreaterThan(0.2);
    const bass = notes.filter((note) => note.pitch < 45);
    expect(bass.length).toBeGreaterThan(2);
    const mean = (all: readonly Note[]) =>
      all.reduce((sum, note) => sum + note.end - note.start, 0) / all.length;
    expect(mean(bass)).toBeGreaterThan(3 * mean(louds));
    const gaps = louds.slice(1).map((note, at) => note.start - louds[at]!.start);
    expect(
      gaps.filter((gap) => Math.abs(gap - 0.4) < 0.09 || Math.abs(gap - 0.2) < 0.09).length / gaps.length,
    ).toBeGreaterThan(0.6);
  });

  it('does not go round in one figure', () => {
    const pitches = reply('in.mid', '--seed', '3', '--seconds', '40').map((note) => note.pitch);
    const figures = pitches.slice(3).map((_, at) => pitches.slice(at, at + 4).join());
    const counts = new Map<string, number>();
    for (const figure of figures) counts.set(figure, (counts.get(figure) ?? 0) + 1);
    expect(Math.max(...counts.values()) / figures.length).toBeLessThan(0.2);
    expect(counts.size).toBeGreaterThan(20);
  });

  it('plays the same again, and something else under another seed or with other parameters', () => {
    const first = reply('in.mid', '--seed', '4');
    expect(reply('in.mid', '--seed', '4')).toEqual(first);
    expect(reply('in.mid', '--seed', '5')).not.toEqual(first);
    expect(reply('in.mid', '--seed', '4', '--set', 'order=1')).not.toEqual(first);
    expect(reply('in.mid', '--seed', '4', '--set', 'forget=5')).not.toEqual(first);
  });

  it('keeps the contract, as continuo plugin check tries it', () => {
    const went = run(main, 'plugin', 'check', join('plugins', 'continuator'), '--json');
    expect([went.status, went.stderr]).toEqual([0, '']);
  });

  it('imitates quietly where it has hardly heard anything', () => {
    const notes = reply('one.mid', '--seed', '1');
    expect(notes.length).toBeGreaterThan(5);
    expect(notes.length).toBeLessThan(120);
    const near = notes.filter((note) => Math.abs(note.pitch - 67) <= 12);
    expect(near.length / notes.length).toBeGreaterThan(0.5);
    expect(notes.reduce((sum, note) => sum + note.velocity, 0) / notes.length).toBeLessThanOrEqual(92);
  });
});
