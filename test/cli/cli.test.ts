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
  ])('%j ends with a sentence and a code', (args, status, code) => {
    const result = continuo(...args);
    expect(result.stderr).toContain(`[${code}]`);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.status).toBe(status);
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
