import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { checkPlugin } from '../../dist/plugin-check/index.js';
import type { CheckResult } from '../../dist/plugin-check/result.js';
import { readMidi, writeMidi } from '../../src/music/midi/index.js';
import type { Note } from '../../src/music/note.js';
import { accompanyingPlugin } from './accompanying-plugin.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-offline-'));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

function continuo(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const PACE = 0.5;
/** Sixteen bars of four beats at 120. */
const END = 16 * 4 * PACE;
const melody: Note[] = Array.from({ length: 128 }, (_, eighth) => ({
  pitch: [60, 64, 67, 72][(eighth >> 1) % 4]!,
  ...{ velocity: eighth % 8 === 0 ? 90 : 70, start: (eighth * PACE) / 2, end: ((eighth + 1) * PACE) / 2 },
}));
const file = writeMidi([{ name: 'Melody', channel: 0, program: 73, events: melody }]);
writeFileSync(at('song.mid'), file);
const plugin = accompanyingPlugin(folder, 'band');
const written = (name: string) => readMidi(readFileSync(at(name)));

/** Code that plays one note. */
const playing = (note: string) =>
  `return [{ voice: 'bass', notes: [{ pitch: 40, velocity: 70, ${note} }] }];`;

/** One check of a plugin. */
async function checked(path: string): Promise<CheckResult | undefined> {
  for await (const result of checkPlugin(path, { checks: ['offline'] })) return result;
  return undefined;
}

describe('a plugin that accompanies a file', () => {
  it('has tracks, channels and programs of its own beside the tracks of the file, which stay to the byte', () => {
    const args = [
      'continue',
      at('song.mid'),
      '--plugin',
      plugin,
      '--seed',
      '3',
      '-o',
      at('out.mid'),
      '--json',
    ];
    const { status, stdout, stderr } = continuo(...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const bytes = readFileSync(at('out.mid'));
    expect([...bytes.subarray(14, file.length)]).toEqual([...file.subarray(14)]);
    const { tracks, tempos } = written('out.mid');
    expect(tracks.map(({ name, channel, program }) => [name, channel, program])).toEqual([
      ['Melody', 0, 73],
      ['Drums', 9, 0],
      // The file plays on its channel 1.
      ['Bass', 1, 32],
    ]);
    expect(tempos).toEqual(readMidi(file).tempos);
    expect(tracks[1]!.notes).toHaveLength(128);
    for (const { start } of tracks[1]!.notes)
      expect(start / (PACE / 2)).toBeCloseTo(Math.round(start / (PACE / 2)), 2);
    expect(JSON.parse(stdout)).toEqual({
      ...{ output: at('out.mid'), notes: 128 + 64, from: 0, seconds: END, seed: 3, model: null, steps: 0 },
    });
    continuo(...args.slice(0, -2), at('again.mid'));
    expect(readFileSync(at('again.mid'))).toEqual(bytes);
  });

  it('takes options of its own, plays for as long as it is asked to, counts in, and alone', () => {
    const args = ['continue', at('song.mid'), '--plugin', plugin, '--seed', '3', '-o', at('part.mid')];
    const more = ['--density', '1', '--off-beat', '--seconds', '8', '--count-in', '1', '--reply-only'];
    expect(continuo(...args, ...more)).toMatchObject({ status: 0, stderr: '' });
    const { tracks } = written('part.mid');
    expect(tracks.map(({ name }) => name)).toEqual(['Drums', 'Bass']);
    const starts = tracks[0]!.notes.map(({ pitch, start }) => [pitch, Number(start.toFixed(2))]);
    expect(starts.slice(0, 5)).toEqual([...[0, 0.5, 1, 1.5].map((time) => [37, time]), [36, 2.25]]);
    expect(starts.at(-1)).toEqual([36, 2 + 8 - 0.25]);

    continuo(...args, ...more.slice(0, -1));
    const [first] = written('part.mid').tracks[0]!.notes;
    expect(first!.start).toBeCloseTo(2, 3);
  });

  it('has a help made of its plugin.json', () => {
    const { stdout } = continuo('continue', '--plugin', plugin, '--help');
    expect(stdout).toContain('--density');
    expect(stdout).toContain('How many strokes a beat (default: 2)');
    expect(stdout).toContain('--count-in');
    expect(continuo('continue', '--help').stdout).not.toContain('--count-in');
  });

  it.each([
    [['--density', '9'], 'OPTION_VALUE'],
    [['--candidates', '2'], 'OPTION_UNKNOWN'],
    [['--model', 'piano-pop'], 'MODEL_MISMATCH'],
    [['--count-in', '99'], 'OPTION_VALUE'],
  ])('%j ends with a code', (args, code) => {
    const { status, stderr } = continuo(
      'continue',
      at('song.mid'),
      '--plugin',
      plugin,
      '-o',
      at('no.mid'),
      ...args,
    );
    expect(status).toBeGreaterThan(0);
    expect(stderr).toContain(code);
  });

  it('is checked by continuo plugin check', async () => {
    expect(await checked(plugin)).toMatchObject({
      outcome: 'passed',
      message: expect.stringMatching(/2 files .* 4 values of options/),
    });
  });

  it.each([
    [
      'plays otherwise the second time',
      'request = { ...request, seed: Math.floor(1e6 * Math.random()) };',
      /second time/,
    ],
    ['plays behind the end', playing('start: request.until + 1, end: request.until + 2'), /begin within/],
    ['ends no note', playing('start: 1, end: Infinity'), /ends after it began/],
    ['plays no pitch of MIDI', playing('start: 1, end: 2, pitch: 128'), /pitch is 0 to 127/],
    ['plays voices that it does not have', 'return [{ voice: "harp", notes: [] }];', /"harp"/],
    ['throws', 'throw new Error("no sticks");', /no sticks/],
  ])('fails where it %s', async (_, wrong, message) => {
    const path = accompanyingPlugin(folder, `wrong-${message.source.length}`, { wrong });
    expect(await checked(path)).toMatchObject({ outcome: 'failed', message: expect.stringMatching(message) });
  });

  it.each([
    [{ does: 'continues', countsIn: true }, /countsIn/],
    [{ does: 'plays' }, /offline\.does/],
    [
      { does: 'accompanies', options: { seed: { param: { type: 'toggle', default: false } } } },
      /options\.seed/,
    ],
    [null, /offline: extensions names it/],
  ])('is refused with %j in its plugin.json', (offline, message) => {
    const path = accompanyingPlugin(folder, 'refused', { offline });
    const { status, stderr } = continuo('continue', at('song.mid'), '--plugin', path, '-o', at('no.mid'));
    expect(status).toBe(1);
    expect(stderr).toContain('PLUGIN_BROKEN');
    expect(stderr).toMatch(message);
  });
});
