import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { faults } from '../../src/evaluation/folk/trial/faults.js';
import { keyText, meterText, readAbc } from '../../src/music/abc/index.js';
import { readMidi } from '../../src/music/midi/index.js';
import { melodyOf } from '../../src/plugins/folk/codec/novelty-melody.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-folk-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two candidates, where the test says no number: the choice is tried once, as it comes. */
function generate(args: string[], input = '') {
  return asItComes(args.includes('--best-of') ? args : ['--best-of', '2', ...args], input);
}

function asItComes(args: string[], input = '') {
  return spawnSync(process.execPath, [main, 'generate', 'folk', ...args], { encoding: 'utf8', input });
}

describe('continuo generate folk', () => {
  const asked = ['--type', 'jig', '--key', 'Em', '--range', 'whistle-d', '--seed', '7'];

  it('makes what is asked for, the same for the same seed, and says what the grammar took', () => {
    const { stdout, stderr, status } = asItComes(asked);
    expect(status).toBe(0);
    const [{ tune } = {}] = readAbc(stdout);
    expect([tune!.type, meterText(tune!.meter), keyText(tune!.key)]).toEqual(['jig', '6/8', 'Em']);
    expect(faults(tune!, 'AABB', 8)).toEqual([]);
    expect(stdout).toMatch(/^N:made by continuo generate folk, model folk-session [0-9a-f]{16}$/m);
    expect(stdout).toMatch(/^N:seed 7, .*, look-ahead \d+, candidate \d+ of 32$/m);
    expect(stderr).toMatch(/forbade [\d.]+ % of the probability a token/);
  });

  it('prints each tune when it is chosen, and the same for the same seed', () => {
    const two = [...asked, '--count', '2'];
    const { stdout } = generate(two);
    expect(stdout).toMatch(/^X:1\n(.+\n)+\nX:2\n/);
    expect(generate([...two, '--stream']).stdout).toBe(stdout);
  });

  it('says in words why a tune was chosen', () => {
    const { tunes } = JSON.parse(generate([...asked, '--best-of', '4', '--json']).stdout);
    const [{ why, rank, candidates }] = tunes;
    expect(why.length).toBeGreaterThan(0);
    for (const { good, text } of why) expect([typeof good, typeof text]).toEqual(['boolean', 'string']);
    expect(why.map(({ text }: { text: string }) => text).join()).toMatch(/close in bars? \d/);
    expect(Object.keys(rank.critic).sort()).toEqual(['byFeatures', 'byNetwork', 'logit', 'vetoes']);
    expect(rank.score).toBe(Math.max(...candidates.map(({ score }: { score: number }) => score)));
  });

  it('prints the bars of a tune that is no choice of several as they come', () => {
    const alone = [...asked, '--best-of', '1'];
    const { stdout } = generate(alone);
    const shared = /^N:(longest run shared with a training tune: .*)\n/m.exec(stdout)!;
    const stream = generate([...alone, '--stream']);
    expect(stream.stdout).toBe(stdout.replace(shared[0], ''));
    expect(stream.stderr).toContain(shared[1]);
  });

  it('stays between the open D and the B of a fiddle, unless a tune given goes beyond', () => {
    const melodies = (text: string) => readAbc(text).map(({ tune }) => melodyOf(tune!));
    const types = ['--type', 'reel,slip-jig', '--key', 'C,Ador,Bb', '--seed', '2'];
    const made = melodies(generate([...types, '--count', '6', '--best-of', '1']).stdout);
    expect(made).toHaveLength(6);
    for (const melody of made) {
      expect(Math.min(...melody)).toBeGreaterThanOrEqual(62);
      expect(Math.max(...melody)).toBeLessThanOrEqual(83);
    }
    const low = 'X:1\nT:low\nR:reel\nM:4/4\nL:1/8\nK:D\nA,2DE FEDE|F2A,2 ';
    const goneOn = generate(['--prime', '-', '--seed', '2', '--best-of', '1'], low);
    expect(goneOn.status).toBe(0);
    const [melody] = melodies(goneOn.stdout);
    expect(melody![0]).toBe(57);
    expect(Math.min(...melody!)).toBeGreaterThanOrEqual(57);
    expect(Math.max(...melody!)).toBeLessThanOrEqual(83);
  });

  it('writes files: tunes, and what is played with repeats', () => {
    const [out, midi] = [join(folder, 'tunes.abc'), join(folder, 'midi')];
    const args = [
      '--type',
      'polka,waltz',
      '--key',
      'G,D',
      '--count',
      '4',
      '--seed',
      '1',
      '--out',
      out,
      '--midi',
      midi,
    ];
    const { stdout, stderr, status } = generate(args);
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toContain('The network has learnt no waltzes');
    const tunes = readAbc(readFileSync(out, 'utf8')).map(({ tune }) => tune!);
    expect(tunes.map(({ type, key }) => `${type} ${keyText(key)}`)).toEqual([
      'polka G',
      'waltz G',
      'polka D',
      'waltz D',
    ]);
    expect(readdirSync(midi)).toEqual(['tune-1.mid', 'tune-2.mid', 'tune-3.mid', 'tune-4.mid']);
    const { tracks, duration } = readMidi(readFileSync(join(midi, 'tune-1.mid')));
    // 32 bars of 2/4 at 272 eighths a minute.
    expect(duration).toBeGreaterThan(((32 * 4 - 4) * 60) / 272);
    expect(duration).toBeLessThan(((32 * 4 + 4) * 60) / 272);
    expect(tracks[0]!.notes.length).toBeGreaterThan(64);
    expect(existsSync(`${out}.part`)).toBe(false);
  });

  it('goes on from the beginning of a tune, and ranks candidates', () => {
    const beginning = 'X:1\nT:x\nR:reel\nM:4/4\nL:1/8\nK:Ador\neA (3AAA eAdA|BGGA B2';
    const { stdout, status } = generate(
      ['--prime', '-', '--seed', '3', '--best-of', '3', '--json'],
      beginning,
    );
    expect(status).toBe(0);
    const { tunes, statistics } = JSON.parse(stdout);
    expect(tunes[0].abc).toContain('|:eA (3AAA eAdA|BGGA B2');
    expect(tunes[0].candidates).toHaveLength(3);
    expect(tunes[0].rank.score).toBe(
      Math.max(...tunes[0].candidates.map(({ score }: { score: number }) => score)),
    );
    expect(statistics.meanCut).toBeLessThan(1);
  });

  it('calls a tune in 12/8 a slide and one in 9/8 a slip jig, and says so', () => {
    const small = ['--best-of', '1', '--bars', '2', '--form', 'A', '--seed', '1', '--count', '2'];
    for (const [args, type] of [
      [['--meter', '12/8'], 'slide'],
      [['--meter', '9/8', '--type', 'jig'], 'slip jig'],
    ] as const) {
      const { stdout, stderr } = generate([...small, ...args]);
      expect(readAbc(stdout).map(({ tune }) => tune!.type)).toEqual([type, type]);
      expect(stdout).not.toMatch(/^T:Jig/m);
      expect(stderr).toContain(`a ${type}`);
    }
  });

  it('says which meters the network has not learnt, before it makes them', () => {
    const small = ['--best-of', '1', '--bars', '2', '--form', 'A', '--seed', '1'];
    for (const meter of ['5/8', '7/8'])
      expect(generate([...small, '--meter', meter]).stderr).toMatch(
        new RegExp(`^The network has learnt hardly a tune in ${meter}`),
      );
    for (const meter of ['6/8', '3/4', '12/8'])
      expect(generate([...small, '--meter', meter]).stderr).not.toContain('hardly a tune');
  });

  it('names its tunes and says their tempo, which the MIDI has', () => {
    const midi = join(folder, 'tempo');
    const args = ['--type', 'jig', '--bars', '2', '--form', 'A', '--seed', '1'];
    const { stdout } = generate([...args, '--title', 'A % tune', '--tempo', '100', '--midi', midi]);
    expect(stdout).toMatch(/^X:1\nT:A \\% tune\nR:jig\n/);
    expect(stdout).toMatch(/\nQ:3\/8=100\nK:/);
    expect(readMidi(readFileSync(join(midi, 'tune-1.mid'))).tempos[0]!.bpm).toBeCloseTo(150, 3);
    const two = generate([...args, '--title', 'Two', '--count', '2']).stdout;
    expect(readAbc(two).map(({ title }) => title)).toEqual(['Two 1', 'Two 2']);
  });

  it('takes the tune that is meant of several, and says which it took', () => {
    const book = ['A2cA eAcA|', 'E2GE cEGE|'].map(
      (music, x) => `X:${x + 7}\nT:t${x}\nM:4/4\nL:1/8\nK:G\n${music}\n`,
    );
    const args = ['--prime', '-', '--seed', '3', '--form', 'A', '--bars', '4'];
    const first = generate(args, book.join('\n'));
    expect(first.stdout).toContain('A2cA eAcA|');
    expect(first.stderr).toContain('2 tunes: X:7 "t0" is taken');
    const second = generate([...args, '--tune', '8'], book.join('\n'));
    expect(second.stdout).toContain('E2GE cEGE|');
    expect(second.stderr).not.toContain('is taken');
    expect(generate(['--vary', '-', '--tune', '9'], book.join('\n')).stderr).toContain('X:7, X:8');
  });

  it('keeps the header, chord symbols and ornaments of what it goes on from, and says what it does not keep', () => {
    const beginning =
      'X:1\nT:Case\nC:Me\nR:reel\nQ:1/2=90\nM:4/4\nL:1/8\nK:G\nGA|:"G"{a}BGBd "Em"gd~B2|"Am"(A2cA) eAcA|\nw:la la la\n';
    const { stdout, stderr } = generate(['--prime', '-', '--seed', '3'], beginning);
    expect(stdout).toMatch(/^X:1\nT:Case, gone on with, 3-1\nR:reel\nC:Me\n/);
    expect(stdout).toContain('\nQ:1/2=90\n');
    expect(stdout).toContain('\n|:GA|"G"{a}BGBd "Em"gd~B2|"Am"(A2cA) eAcA|');
    expect(stderr).toContain('Not kept of the tune given: 1 lyrics.');
    const [{ tune } = {}] = readAbc(stdout);
    expect(faults(tune!, 'AABB', 8)).toEqual([]);
    // Another key: the notes move, and the rest is left out.
    const moved = generate(['--prime', '-', '--seed', '3', '--key', 'A'], beginning);
    expect(moved.stdout).not.toContain('"G"');
    expect(moved.stderr).toContain('3 chord symbols');
  });

  it('goes on from a pickup that is written before its repeat', () => {
    const beginning = 'X:1\nT:case\nM:4/4\nL:1/8\nK:G\nGA|:BGBd gdBG|A2cA eAcA|\n';
    const before = generate(['--prime', '-', '--seed', '3'], beginning);
    expect(before.status).toBe(0);
    const inside = generate(['--prime', '-', '--seed', '3'], beginning.replace('GA|:', '|:GA|'));
    expect(before.stdout).toBe(inside.stdout);
    expect(before.stdout).toContain('\n|:GA|BGBd gdBG|A2cA eAcA|');
    // A whole bar there is none.
    const { stderr } = generate(['--prime', '-', '--seed', '3'], beginning.replace('GA|:', 'G2AB c2BA|:'));
    expect(stderr).toContain('[OPTION_VALUE]');
  });

  const full = join(folder, 'no', 'tunes.abc');
  const odd = join(folder, 'odd.abc');
  writeFileSync(odd, 'X:1\nT:x\nM:4/4\nL:1/8\nK:D\nABcd efga|abc|ABcd');
  it.each([
    [['--type', 'jig', '--meter', '4/4'], 2, 'OPTION_VALUE'],
    [['--type', 'tango'], 2, 'OPTION_VALUE'],
    [['--key', 'H'], 2, 'OPTION_VALUE'],
    [['--key', 'Eb', '--range', 'box-dg'], 2, 'OPTION_VALUE'],
    [['--form', 'ABCA'], 2, 'OPTION_VALUE'],
    [['--range', 'C4-E4'], 2, 'OPTION_VALUE'],
    [['--bars', '1'], 2, 'OPTION_VALUE'],
    [['--stream', '--json'], 2, 'OPTION_VALUE'],
    [['--prime', odd], 2, 'OPTION_VALUE'],
    [['--temperature', '9'], 2, 'OPTION_VALUE'],
    [['--prime', join(folder, 'none.abc')], 1, 'FILE_READ'],
    [['--prime', main], 1, 'ABC_NO_TUNE'],
    [['--model', folder], 1, 'MODEL_NOT_FOUND'],
    [['--model', 'piano-pop'], 1, 'CODEC_UNKNOWN'],
    [['--out', full], 1, 'FILE_WRITE'],
    [['--keep', 'A'], 2, 'OPTION_VALUE'],
    [['--redo', '1', '--vary', odd], 2, 'OPTION_VALUE'],
    [['--redo', '99', '--prime', odd], 2, 'OPTION_VALUE'],
    [['--vary', odd, '--key', 'D'], 2, 'OPTION_VALUE'],
    [['--look-ahead', '0'], 2, 'OPTION_VALUE'],
    [['--redo', '1', '--prime', '-', '--look-ahead', '4'], 2, 'OPTION_VALUE'],
    [['--novel', '12'], 2, 'OPTION_VALUE'],
    [['--most-shared', '2'], 2, 'OPTION_VALUE'],
    [['--tempo', 'presto'], 2, 'OPTION_VALUE'],
    [['--chords'], 2, 'OPTION_VALUE'],
    [['--title', ' '], 2, 'OPTION_VALUE'],
    [['--tune', '1'], 2, 'OPTION_VALUE'],
    [['--meter', '5/8', '--type', 'reel'], 2, 'OPTION_VALUE'],
  ])('%j ends with a sentence and a code', (args, status, code) => {
    const result = generate(args);
    expect(result.stderr).toContain(`[${code}]`);
    expect(result.status).toBe(status);
    expect(result.stdout).toBe('');
  });
});
