import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMidi, writeMidi } from '../../src/music/midi/index.js';
import type { Note } from '../../src/music/note.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-beats-'));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

function continuo(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** A beat at the tempo of a file that says none. */
const PACE = 0.5;

/** A loop of four chords, bass and broken chords, in bars of four beats. */
function loop(bars: number): Note[] {
  return Array.from({ length: bars }, (_, bar) => {
    const start = 4 * PACE * bar;
    const root = [48, 43, 45, 41][bar % 4]!;
    const third = bar % 4 === 2 ? 3 : 4;
    const note = (pitch: number, from: number, length: number): Note => ({
      pitch,
      velocity: 70,
      start: start + from,
      end: start + from + length,
    });
    return [
      note(root - 12, 0, 4 * PACE),
      ...[12, 12 + third, 19].map((above) => note(root + above, 0, PACE)),
      ...[0, 7, 12, 7, 12 + third, 7, 12].map((above, eighth) =>
        note(root + above, ((eighth + 1) * PACE) / 2, PACE / 2),
      ),
    ];
  }).flat();
}

const write = (name: string, events: readonly Note[]) =>
  writeFileSync(at(name), writeMidi([{ name: '', channel: 0, events: [...events] }]));

beforeAll(() => {
  write('loop.mid', loop(12));
  const free = Array.from({ length: 80 }, (_, index) => 0.37 * index + 0.2 * Math.sin(index * index));
  write(
    'free.mid',
    free
      .sort((a, b) => a - b)
      .map((start, index) => ({ pitch: 60 + (index % 7), velocity: 60, start, end: start + 0.2 })),
  );
});

it('goes on in the bars of a file with a model that counts in beats', () => {
  const { status, stderr } = continuo(
    ...[
      'continue',
      at('loop.mid'),
      '--model',
      'piano-beats',
      '--seconds',
      '8',
      '--seed',
      '3',
      '--output',
      at('on.mid'),
    ],
  );
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const end = 12 * 4 * PACE;
  const notes = readMidi(readFileSync(at('on.mid'))).tracks.flatMap((track) => track.notes);
  const reply = notes.filter(({ start }) => start > end - 0.02);
  expect(reply.length).toBeGreaterThan(10);
  const offGrid = reply.filter(({ start }) => {
    const sixteenths = start / (PACE / 4);
    return Math.abs(sixteenths - Math.round(sixteenths)) > 0.25;
  });
  expect(offGrid.length / reply.length).toBeLessThan(0.2);
});

it('says what else to take where a file has no beats', () => {
  const { status, stderr } = continuo(
    'continue',
    at('free.mid'),
    '--model',
    'piano-beats',
    '--output',
    at('no.mid'),
  );
  expect(status).toBe(1);
  expect(stderr).toContain('BEATS_MISSING');
  expect(stderr).toContain('piano-pop');
});

it('names a model for where there are no beats, and says what is wrong with one that does not do', () => {
  const [folder, bundled] = [at('odd'), fileURLToPath(new URL('../../models/piano-beats', import.meta.url))];
  cpSync(bundled, folder, { recursive: true });
  const json = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  const start = (withoutPulse: unknown) => {
    json.userDefinedMetadata.continuo.withoutPulse = withoutPulse;
    writeFileSync(join(folder, 'model.json'), JSON.stringify(json));
    return continuo('start', '--model', folder, '--port', '0');
  };
  for (const [named, code] of [
    ['nobody', 'MODEL_NOT_FOUND'],
    [7, 'MODEL_BROKEN'],
    ['piano-beats', 'CODEC_UNKNOWN'],
  ] as const) {
    const { status, stderr } = start(named);
    expect(status).toBe(1);
    expect(stderr).toContain(code);
  }
});

it('measures bars of songs whose beats are annotated', () => {
  const [corpus, beats] = [at('corpus'), at('beats')];
  mkdirSync(corpus);
  mkdirSync(beats);
  write('corpus/a.mid', loop(16));
  writeFileSync(join(corpus, 'splits.csv'), 'path,piece,split\na.mid,a,valid\n');
  const rows = Array.from(
    { length: 65 },
    (_, beat) => `a\t${beat * PACE}\t${Number(beat % 2 === 0)}\t${Number(beat % 4 === 0)}`,
  );
  writeFileSync(
    join(beats, 'beat_midi.tsv'),
    `song\ttime_s\tdownbeat_hypothesis_1\tdownbeat_hypothesis_2\n${rows.join('\n')}\n`,
  );
  writeFileSync(join(beats, 'chord_midi.tsv'), 'song\tstart_s\tend_s\tchord\na\t0\t32\tN\n');
  const { status, stdout, stderr } = continuo(
    ...['evaluate', 'bars', '--from', corpus, '--beats', beats, '--model', 'piano-pop,piano-beats'],
    ...['--count', '2', '--prompt', '12', '--seconds', '6', '--json'],
  );
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const { places, models, following } = JSON.parse(stdout);
  expect(places).toBe(2);
  expect(models.map(({ model }: { model: string }) => model)).toEqual(['people', 'piano-pop', 'piano-beats']);
  expect(models[0]).toMatchObject({ onsetsOnGrid: 1, linesWithBass: 1, changesHeard: 1 });
  expect(models[2].onsetsOnGrid).toBeGreaterThan(models[1].onsetsOnGrid);
  expect(following).toMatchObject({ beat: 1 });
});

it.each([
  [['dataset', 'build', '--from', folder, '--codec', 'performance-beats', '--out', 'x'], 'OPTION_VALUE'],
  [['dataset', 'build', '--from', folder, '--beats', folder, '--out', 'x'], 'OPTION_VALUE'],
  [['evaluate', 'bars', '--from', folder, '--beats', folder, '--model', 'piano-beats'], 'FILE_READ'],
])('%j ends with a sentence and a code', (args, code) => {
  const { status, stderr } = continuo(...args);
  expect(status).not.toBe(0);
  expect(stderr).toContain(code);
});
