import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { type Note, writeMidi } from '../../src/music/index.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-ensemble-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

function continuo(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout;
}

const BEATS = 64;
const note = (pitch: number, beat: number, length: number): Note => ({
  ...{ pitch, velocity: 70, start: beat / 2, end: (beat + length) / 2 },
});

/** A song at 120: a tune by steps, with gaps of its own, that rests in every other bar, where the second voice plays; chords on each beat over a bass on the first. */
function song(number: number): Uint8Array {
  const each = (one: (beat: number, bar: number) => Note[]) =>
    Array.from({ length: BEATS }, (_, beat) => one(beat, Math.floor(beat / 4))).flat();
  const tune = (even: boolean) =>
    each((beat, bar) =>
      (bar + number) % 2 === Number(even) || (beat * (number + 2)) % 7 === 3
        ? []
        : [note(72 + (beat % 4), beat, 0.45), note(74 + (beat % 4), beat + 0.5, 0.45)],
    );
  const piano = each((beat) => [
    ...(beat % 4 === 0 ? [note(36 + number, beat, 3.9)] : []),
    ...[60, 64, 67].map((pitch) => note(pitch, beat, 0.8)),
  ]);
  const tracks = { MELODY: tune(true), BRIDGE: tune(false), PIANO: piano };
  return writeMidi(Object.entries(tracks).map(([name, events], channel) => ({ name, channel, events })));
}

const songs = Array.from({ length: 10 }, (_, number) => `${number}.mid`);
mkdirSync(at('songs'));
for (const [number, name] of songs.entries()) writeFileSync(join(at('songs'), name), song(number));
writeFileSync(
  join(at('songs'), 'splits.csv'),
  `path,piece,split\n${songs.map((name, at) => `${name},${name},${at < 8 ? 'train' : 'valid'}`).join('\n')}\n`,
);
const small = ['--units', '6', '--embedding', '4', '--layers', '1', '--batch', '4', '--window', '16'];

it('bands are learnt from a data set and measured, by what is foretold of them alone', () => {
  continuo('dataset', 'build', '--codec', 'ensemble-steps', '--from', at('songs'), '--out', at('steps'));
  const meta = JSON.parse(readFileSync(join(at('steps'), 'meta.json'), 'utf8'));
  expect(meta).toMatchObject({ beats: 640, joint: { foretold: 729, told: 9 } });
  const report = JSON.parse(
    continuo(
      'train',
      '--on',
      at('steps'),
      '--out',
      at('band'),
      ...small,
      '--epochs',
      '6',
      '--rate',
      '0.02',
      '--json',
    ),
  );
  expect(report.heldOut.before).toBeCloseTo(Math.log(729), 0);
  expect(report.heldOut.after).toBeLessThan(3);
  const model = JSON.parse(readFileSync(join(at('band'), 'model.json'), 'utf8'));
  expect(model.userDefinedMetadata.continuo).toMatchObject({ codec: 'ensemble-steps', joint: meta.joint });

  const measured = JSON.parse(continuo('evaluate', at('steps'), '--model', at('band'), '--json'));
  // Two held-out songs of 64 steps; the leader's tokens are told.
  expect(measured.heldOut.tokens).toBe(128);
  expect(measured.heldOut.natsPerToken).toBeCloseTo(report.heldOut.after, 1);
  expect(measured.baseline.tokens).toBe(128);

  const study = JSON.parse(
    continuo('evaluate', 'ensemble', '--on', at('steps'), '--model', at('band'), '--json'),
  );
  expect(study.costs.network).toBeCloseTo(measured.heldOut.natsPerToken, 3);
  // These bands do what they did a bar ago.
  expect(study.costs.markov2).toBeLessThan(1);
}, 120_000);

it('bands are learnt from a folder of songs, too, where the codec is asked for', () => {
  const report = JSON.parse(
    continuo(
      'train',
      '--on',
      at('songs'),
      '--codec',
      'ensemble-steps',
      '--out',
      at('direct'),
      ...small,
      '--epochs',
      '1',
      '--json',
    ),
  );
  expect(report).toMatchObject({ codec: 'ensemble-steps' });
}, 60_000);
