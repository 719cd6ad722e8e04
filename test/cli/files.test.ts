import { spawn, spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readMidi, writeMidi } from '../../src/music/midi/index.js';
import { describeWith } from '../requires.js';

const dist = new URL('../../dist/', import.meta.url);
const main = fileURLToPath(new URL('cli/main.js', dist));
const folder = mkdtempSync(join(tmpdir(), 'continuo-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

/** Standard output is bytes: it may be music. */
function continuo(args: readonly string[], input: string | Uint8Array = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { input });
  return { status, stdout, stderr: stderr.toString() };
}

const tune = 'X:1\nT:Scale\nM:4/4\nL:1/4\nK:C\n|:CDEF|GABc:|\n';
writeFileSync(at('tune.abc'), tune);
const scale = [60, 62, 64, 65].map((pitch, index) => ({
  pitch,
  velocity: 80,
  start: index / 2,
  end: index / 2 + 0.45,
}));
writeFileSync(at('scale.mid'), writeMidi([{ name: 'scale', channel: 0, events: scale }]));

const CONTINUE = ['continue', '--seconds', '2', '--seed', '1'];

describe('- is standard input and standard output', () => {
  it('of continue: the same bytes as through files, the words beside', () => {
    expect(continuo([...CONTINUE, at('scale.mid'), '-o', at('out.mid')]).status).toBe(0);
    const piped = continuo([...CONTINUE, '-', '-o', '-', '--json'], readFileSync(at('scale.mid')));
    expect(piped.stdout.equals(readFileSync(at('out.mid')))).toBe(true);
    expect(JSON.parse(piped.stderr)).toMatchObject({ output: '-', seed: 1 });
    expect(readdirSync(folder)).not.toContain('-');
  });

  it('of continue, where errors name it', () => {
    expect(continuo([...CONTINUE, '-', '-o', at('x.mid')]).stderr).toContain('[MIDI_NOT_A_FILE]');
  });

  it.each([
    ['check', []],
    ['transpose', ['--to', 'G', '-o', '-']],
    ['midi', ['-o', '-']],
    ['svg', ['-o', '-']],
  ])('of abc %s', (command, options) => {
    const named = continuo(['abc', command, at('tune.abc'), ...options]);
    const piped = continuo(['abc', command, '-', ...options], tune);
    expect([piped.status, named.status]).toEqual([0, 0]);
    expect(piped.stdout.toString('latin1')).toBe(
      named.stdout.toString('latin1').replaceAll(at('tune.abc'), '-'),
    );
    expect(piped.stdout.length).toBeGreaterThan(0);
    if (command === 'midi') expect(readMidi(piped.stdout).tracks[0]!.notes).toHaveLength(16);
  });

  it('of a text to learn from', () => {
    const text = 'A line of verse that says nothing much.\n'.repeat(40);
    const built = continuo(
      ['dataset', 'build', '--codec', 'text', '--from', '-', '--out', at('text'), '--json'],
      text,
    );
    expect(JSON.parse(built.stdout.toString())).toMatchObject({ corpus: 'standard input' });
  });
});

describe('an argument too many', () => {
  it.each([
    [['continue', at('scale.mid'), at('other.mid'), '-o', at('x.mid')], 'other.mid'],
    [['abc', 'check', at('tune.abc'), 'other.abc'], 'other.abc'],
    [['generate', 'folk', '--novel', '5'], '5'],
    [['replay', folder, 'other'], 'other'],
    [['train', 'text', at('tune.abc'), 'other'], 'other'],
    [['dataset', 'build', 'etudes', 'tunes', '--out', at('x')], 'tunes'],
    [['start', 'folk'], 'folk'],
    [['ports', 'all'], 'all'],
  ])('is refused by name: %j', (args, name) => {
    const { status, stderr } = continuo(args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`${name}" is one argument too many`)]);
    expect(stderr).toContain('[OPTION_VALUE]');
  });
});

describeWith('/proc', 'an output that is no ordinary file', () => {
  const transpose = (to: string) => continuo(['abc', 'transpose', at('tune.abc'), '--to', 'C', '-o', to]);

  it('is a device, which stays one', () => {
    expect(transpose('/dev/null').status).toBe(0);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    const full = transpose('/dev/full');
    expect([full.status, full.stderr]).toEqual([1, expect.stringContaining('[FILE_WRITE]')]);
  });

  it('is standard output, on a full disk', () => {
    const script = `'${process.execPath}' '${main}' abc transpose '${at('tune.abc')}' --to C > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('[FILE_WRITE]')]);
  });

  it('is a symbolic link, which stays one', () => {
    writeFileSync(at('real.abc'), '', { mode: 0o600 });
    symlinkSync('real.abc', at('link.abc'));
    expect(transpose(at('link.abc')).status).toBe(0);
    expect(readlinkSync(at('link.abc'))).toBe('real.abc');
    expect(readFileSync(at('real.abc'), 'utf8')).toContain('K:C');
    expect(statSync(at('real.abc')).mode & 0o777).toBe(0o600);
  });

  it('is standard output by its path', () => {
    const { stdout } = continuo([...CONTINUE, at('scale.mid'), '-o', '/dev/stdout']);
    expect(readMidi(stdout).tracks.length).toBeGreaterThan(1);
  });

  it('is a file descriptor, at which it goes on', () => {
    const write = `import('${new URL('write-file.js', dist).href}').then((m) => m.writeWhole('/dev/fd/3', 'after'))`;
    const script = `(echo before >&3; '${process.execPath}' -e "${write}") 3>'${at('third')}'`;
    expect(spawnSync('sh', ['-c', script]).status).toBe(0);
    expect(readFileSync(at('third'), 'utf8')).toBe('before\nafter');
  });

  it('leaves no part behind when the program is ended by a signal', async () => {
    const program = `
      import { readdirSync } from 'node:fs';
      import { writeWhole } from '${new URL('write-file.js', dist).href}';
      const [, to, beside] = process.argv;
      void writeWhole(to, new Uint8Array(2 ** 25)).then(() => process.stdout.write('written'));
      const look = () => {
        if (readdirSync(beside).some((name) => name.endsWith('.part'))) process.kill(process.pid, 'SIGINT');
        else setImmediate(look);
      };
      look();`;
    const beside = mkdtempSync(at('beside-'));
    const args = ['--input-type=module', '-e', program, join(beside, 'big'), beside];
    const child = spawn(process.execPath, args);
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    const signal = await new Promise((resolve) => child.once('close', (_code, name) => resolve(name)));
    expect([signal, said, readdirSync(beside)]).toEqual(['SIGINT', '', []]);
  });
});
