import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readMidi } from '../../src/music/midi/index.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-abc-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function abc(args: string[], input: string | Buffer = '') {
  return spawnSync(process.execPath, [main, 'abc', ...args], { encoding: 'utf8', input });
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const GOOD = 'X:1\nT:Good\nM:4/4\nL:1/8\nK:D\n|:{c}"D"D2F2 A2d2|A2F2 D4:|\n';
const SHORT = 'X:2\nT:Short\nM:4/4\nL:1/8\nK:G\n|:G2B2 d4|G2B2 d3|g8:|\n';
const BROKEN = 'X:3\nT:Broken\nM:4/4\nL:1/8\nK:C\nC8|\n[CE8|\n';
const book = file('book.abc', [GOOD, SHORT, BROKEN].join('\n'));
const good = file('good.abc', GOOD);

describe('continuo abc midi', () => {
  const ornate = file('ornate.abc', 'X:1\nT:O\nR:jig\nM:6/8\nL:1/8\nK:G\n|:"G"~G3 {a}B3|"D"A3 TA3:|\n');
  const notes = (...options: string[]) => {
    const out = join(folder, 'ornate.mid');
    expect(abc(['midi', ornate, '--out', out, ...options]).status).toBe(0);
    return readMidi(readFileSync(out)).tracks.map(({ notes }) => notes.length);
  };

  it('plays ornaments, or leaves them out, and chords where they are asked for', () => {
    const [sounds, ...others] = notes();
    expect(others).toEqual([]);
    expect(sounds).toBeGreaterThan(2 * (5 + 2 + 1 + 3));
    expect(notes('--plain')).toEqual([8]);
    // Bass and chord on each beat: 1 and 3 notes.
    expect(notes('--plain', '--chords')).toEqual([8, 2 * 2 * 2 * 4]);
  });
});

describe('continuo abc from-midi', () => {
  it('writes a tune that was played into MIDI, and says what it found', () => {
    const out = join(folder, 'good.mid');
    const tune = file(
      'back.abc',
      'X:1\nT:Back\nR:jig\nM:6/8\nL:1/8\nK:G\n|:D|G2B dBG|c2A FAc|B2G A2F|G3 G2:|\n',
    );
    expect(abc(['midi', tune, '--out', out]).status).toBe(0);
    const { stdout, stderr, status } = abc(['from-midi', out, '--title', 'Back again']);
    expect(status).toBe(0);
    const bars = 'G2B dBG|c2A FAc|B2G A2F|G3 G2';
    expect(stdout).toBe(`X:1\nT:Back again\nM:6/8\nL:1/8\nQ:3/8=124\nK:G\n|:D|${bars}:|\n`);
    expect(stderr).toContain('meter 6/8 (from the file); key G (from the file); tempo 3/8=124');
  });

  it.each([
    [['--grid', '1/7'], 'OPTION_VALUE'],
    [['--meter', 'x'], 'OPTION_VALUE'],
    [['--key', 'H'], 'OPTION_VALUE'],
    [[], 'MIDI_NOT_A_FILE'],
  ])('%j ends with a sentence and a code', (args, code) => {
    const { stderr, stdout } = abc(['from-midi', good, ...args]);
    expect(stderr).toContain(`[${code}]`);
    expect(stdout).toBe('');
  });
});

describe('continuo abc check', () => {
  it('is content with what is right', () => {
    expect(abc(['check', good])).toMatchObject({ status: 0, stdout: '1 tune, no errors\n', stderr: '' });
  });

  it('says what is wrong, by line and column, and reads the others', () => {
    const { stdout, status } = abc(['check', book]);
    expect(status).toBe(1);
    expect(stdout).toBe(
      [
        'X:2 Short',
        `  ${book}:13:11: error: a bar of 7 eighths in 4/4, which has 8 eighths`,
        'X:3 Broken',
        `  ${book}:21:5: error: "|" means nothing in a chord`,
        '3 tunes, 2 with errors',
        '',
      ].join('\n'),
    );
  });

  it('says it as JSON', () => {
    const { stdout, status } = abc(['check', book, '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      tunes: [
        { x: '1', title: 'Good', errors: [], warnings: [], dropped: { 'chord symbols': 1, graces: 1 } },
        {
          x: '2',
          title: 'Short',
          errors: [{ line: 13, column: 11, message: 'a bar of 7 eighths in 4/4, which has 8 eighths' }],
          warnings: [],
          dropped: {},
        },
        {
          x: '3',
          title: 'Broken',
          errors: [{ line: 21, column: 5, message: '"|" means nothing in a chord' }],
          warnings: [],
          dropped: {},
        },
      ],
    });
  });

  it.each([
    ['UTF-8', Buffer.from(GOOD)],
    ['UTF-16 with its mark', Buffer.from(`\uFEFF${GOOD}`, 'utf16le')],
    ['lone carriage returns', Buffer.from(GOOD.replaceAll('\n', '\r'))],
  ])('reads standard input: %s', (_, input) => {
    expect(abc(['check', '-'], input)).toMatchObject({ status: 0, stdout: '1 tune, no errors\n' });
  });

  mkdirSync(join(folder, 'folder'));
  it.each([
    ['what is not there', join(folder, 'none.abc'), 'FILE_READ'],
    ['a folder', join(folder, 'folder'), 'FILE_READ'],
    ['what is empty', file('empty.abc', ''), 'ABC_NO_TUNE'],
    [
      'what is no text',
      file(
        'binary.abc',
        Uint8Array.from({ length: 5000 }, (_, index) => (index * 167) % 256),
      ),
      'ABC_NO_TUNE',
    ],
  ])('refuses %s with a sentence and a code', (_, path, code) => {
    for (const args of [['check'], ['check', '--json'], ['transpose', '--to', 'G']]) {
      const { status, stdout, stderr } = abc([...args, path]);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`[${code}]`);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});

describe('continuo abc transpose', () => {
  it('writes tunes on the tonic with all that they have, and says what is left as it is, where and why', () => {
    const out = join(folder, 'out.abc');
    const { status, stdout, stderr } = abc(['transpose', book, '--to', 'A', '--out', out]);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`${book}:21:5: X:3 is left as it is: "|" means nothing in a chord\n`);
    const moved = [
      'X:1\nT:Good\nM:4/4\nL:1/8\nK:A\n|:{G}"A"A,2C2 E2A2|E2C2 A,4:|\n',
      'X:2\nT:Short\nM:4/4\nL:1/8\nK:A\n|:A2c2 e4|A2c2 e3|a8:|\n',
    ].join('\n');
    expect(readFileSync(out, 'utf8')).toBe(`${moved}\n${BROKEN}`);
    const piped = abc(['transpose', '-', '--to', 'A'], `${GOOD}\n${SHORT}`);
    expect([piped.status, piped.stdout]).toEqual([0, moved]);
  });

  it.each(['H', 'G##', ''])('refuses the tonic "%s"', (to) => {
    const { status, stderr } = abc(['transpose', good, `--to=${to}`]);
    expect(status).toBe(2);
    expect(stderr).toContain('[OPTION_VALUE]');
  });
});
