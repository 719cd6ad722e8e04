import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readMidi, writeMidi } from '../../src/music/midi/index.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function continuo(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** A scale in C, two notes a second. */
const input = join(folder, 'in.mid');
const scale = [60, 62, 64, 65, 67, 69, 71, 72].map((pitch, index) => ({
  pitch,
  velocity: 80,
  start: index / 2,
  end: index / 2 + 0.45,
}));
writeFileSync(input, writeMidi([{ name: 'scale', channel: 0, events: scale }]));

describe('continuo', () => {
  it('says what there is', () => {
    expect(continuo().stdout).toContain('continuo COMMAND');
    expect(continuo('--help').status).toBe(0);
    expect(continuo('--version').stdout).toMatch(/^\d+\.\d+\.\d+/);
    for (const command of ['start', 'jam', 'continue', 'ports', 'doctor', 'replay', 'evaluate', 'dataset']) {
      const { status, stdout } = continuo(command, '--help');
      expect(status).toBe(0);
      expect(stdout).toContain(command);
    }
  });

  it.each([
    [['dance'], 2, 'COMMAND_UNKNOWN'],
    [['abc', 'chekc', 'x.abc'], 2, 'COMMAND_UNKNOWN'],
    [['generate', 'flok'], 2, 'COMMAND_UNKNOWN'],
    [['dataset', 'lst'], 2, 'COMMAND_UNKNOWN'],
    [['abc', '--bogus'], 2, 'OPTION_UNKNOWN'],
    [['abc', 'midi'], 2, 'OPTION_VALUE'],
    [['continue', input, '-o', join(folder, 'x.mid'), '--sedes', '7'], 2, 'OPTION_UNKNOWN'],
    [['continue', input, '-o', join(folder, 'x.mid'), '--seconds', 'many'], 2, 'OPTION_VALUE'],
    [['continue', input, '-o', join(folder, 'x.mid'), '--temperature', '9'], 1, 'PARAM_VALUE'],
    [['continue', input, '-o', join(folder, 'x.mid'), '--set', 'tempo=9'], 1, 'PARAM_UNKNOWN'],
    [['continue', input, '-o', join(folder, 'x.mid'), '--plugin', 'organ'], 1, 'PLUGIN_UNKNOWN'],
    [['continue', input, '-o', join(folder, 'x.mid'), '--engine', 'steam'], 1, 'ENGINE_UNKNOWN'],
    [['continue', input, '-o', join(folder, 'x.mid'), '--model', folder], 1, 'MODEL_NOT_FOUND'],
    [['continue', main, '-o', join(folder, 'x.mid')], 1, 'MIDI_NOT_A_FILE'],
    [['continue', join(folder, 'none.mid'), '-o', join(folder, 'x.mid')], 1, 'FILE_READ'],
    [['continue', input, '-o', join(folder, 'no', 'where.mid')], 1, 'FILE_WRITE'],
    [['start', '--no-open', '--port', '99999'], 2, 'OPTION_VALUE'],
    [['start', '--no-open', '--mode', 'battle'], 2, 'OPTION_VALUE'],
    [['replay', folder], 1, 'FILE_READ'],
    [['evaluate', folder], 1, 'FILE_READ'],
    [['train', 'txt', 'poems.txt'], 2, 'COMMAND_UNKNOWN'],
    [['dataset', 'build', '--from', 'nosuch', '--out', join(folder, 'x')], 1, 'FILE_READ'],
    [['start', '--no-open', '--takes', input], 1, 'FILE_WRITE'],
    [['generate', 'folk', '--midi', input], 1, 'FILE_WRITE'],
  ])('%j ends with a sentence and a code', (args, status, code) => {
    const result = continuo(...args);
    expect(result.stderr).toContain(`[${code}]`);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.status).toBe(status);
  });

  it('says the same of a command behind help as behind its --help', () => {
    const { stdout } = continuo('help', 'abc', 'check');
    expect(stdout).toContain('continuo abc check');
    expect(stdout).toBe(continuo('abc', 'check', '--help').stdout);
  });

  it('refuses a model folder that is not whole', () => {
    const broken = join(folder, 'broken-model');
    mkdirSync(broken);
    writeFileSync(join(broken, 'model.json'), '{"format": "layers-model"');
    const result = continuo('continue', input, '-o', join(folder, 'x.mid'), '--model', broken);
    expect(result.stderr).toContain('[MODEL_BROKEN]');
    expect(result.status).toBe(1);
  });
});

describe('continuo continue', () => {
  it('goes on from a file: the same seed gives the same bytes, another seed others', () => {
    const outputs = ['a', 'b', 'c'].map((name) => join(folder, `${name}.mid`)) as [string, string, string];
    const run = (output: string, seed: string) =>
      continuo('continue', input, '-o', output, '--seconds', '10', '--seed', seed, '--json');
    const first = run(outputs[0], '7');
    expect(first.stderr).toBe('');
    expect(JSON.parse(first.stdout)).toMatchObject({ output: outputs[0], seed: 7 });
    run(outputs[1], '7');
    run(outputs[2], '8');
    const [a, b, c] = outputs.map((path) => readFileSync(path));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    const [, reply] = readMidi(a!).tracks.filter(({ notes }) => notes.length > 0);
    expect(reply!.notes.length).toBeGreaterThan(5);
    expect(reply!.notes[0]!.start).toBeGreaterThanOrEqual(3.9);
    expect(reply!.notes.at(-1)!.start).toBeLessThan(14.5);
  });
});

describe('continuo continue, of a song,', () => {
  const song = join(folder, 'song.mid');
  const melody = { name: 'melody', channel: 2, program: 40, events: scale };
  const beat = scale.map((note) => ({ ...note, pitch: 36 }));
  const drums = { name: 'drums', channel: 9, events: beat };
  const pedal = [{ time: 1, down: true }];
  writeFileSync(song, writeMidi([{ ...melody, pedal }, drums], { bpm: 90, title: 'A song' }));

  it('keeps tempo, tracks, channels, programs and drums, and lets the pedal go', () => {
    const output = join(folder, 'longer.mid');
    const { stderr } = continuo('continue', song, '-o', output, '--seconds', '4', '--seed', '7');
    expect(stderr).toBe('');
    const [before, after] = [song, output].map((path) => readMidi(readFileSync(path)));
    expect(after!.tempos).toEqual(before!.tempos);
    expect(after!.tracks.map(({ name, channel, program }) => [name, channel, program])).toEqual([
      ['melody', 2, 40],
      ['drums', 9, 0],
      ['continuation', 0, 40],
    ]);
    expect(after!.tracks.slice(0, 2).map(({ notes }) => notes)).toEqual(
      before!.tracks.map(({ notes }) => notes),
    );
    expect(after!.tracks[0]!.pedal.at(-1)).toMatchObject({ down: false });
  });

  it('alone begins at 0, and is what stands behind the input', () => {
    const [whole, alone] = [[], ['--reply-only']].map((options) => {
      const output = join(folder, `reply-${options.length}.mid`);
      continuo('continue', song, '-o', output, '--seconds', '4', '--seed', '7', ...options);
      return readMidi(readFileSync(output)).tracks.at(-1)!.notes;
    });
    const begin = whole![0]!.start;
    expect(alone![0]!.start).toBe(0);
    expect(alone!.map(({ pitch, velocity }) => [pitch, velocity])).toEqual(
      whole!.map(({ pitch, velocity }) => [pitch, velocity]),
    );
    for (const [index, { start }] of alone!.entries())
      expect(start).toBeCloseTo(whole![index]!.start - begin, 2);
  });

  it('says what is odd in a file before it says why it cannot', () => {
    const odd = join(folder, 'odd.mid');
    const header = [0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 0, 0, 3, 1, 0xe0];
    const track = [0x4d, 0x54, 0x72, 0x6b, 0, 0, 0, 9, 0, 0xb0, 7, 0xff, 0, 0xff, 0x2f, 0];
    writeFileSync(odd, Uint8Array.from([...header, ...track]));
    const { status, stderr } = continuo('continue', odd, '-o', join(folder, 'x.mid'));
    expect([status, stderr]).toEqual([1, expect.stringContaining('[MIDI_EMPTY]')]);
    expect(stderr.indexOf('data byte')).toBeGreaterThanOrEqual(0);
    expect(stderr.indexOf('data byte')).toBeLessThan(stderr.indexOf('[MIDI_EMPTY]'));
    expect(stderr).toContain('another number of tracks');
  });
});

describe('continuo start', () => {
  it('says that the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const result = continuo('start', '--no-open', '--no-take', '--port', String(port));
    server.close();
    expect(result.stderr).toContain('[ADDRESS_IN_USE]');
    expect(result.status).toBe(1);
  });

  it('serves the panel until it is told to stop', async () => {
    const child = spawn(process.execPath, [main, 'start', '--no-open', '--no-take', '--port', '0']);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    while (!output.includes('Ctrl-C')) await new Promise((resolve) => child.stdout.once('data', resolve));
    const address = /http:\/\/\S+/.exec(output)![0];
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});
