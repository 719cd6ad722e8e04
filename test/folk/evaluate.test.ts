import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { abc2midiComplaints, abc2midiVersion } from '../../src/evaluation/folk/trial/abc2midi.js';
import { type Judge, judgeTune } from '../../src/evaluation/folk/trial/judge.js';
import { COOLEYS, HORNPIPE, KESH } from '../../src/music/abc/testing/tunes.js';
import { resolveRequest } from '../../src/plugins/folk/generate/rules.js';
import { describeWith } from '../requires.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true }));
const book = join(folder, 'book.abc');
const second = KESH.replace('X:1', 'X:4').replace('R:jig\n', '').replaceAll('GAG', 'BAG');
const free = KESH.replace('X:1', 'X:5').replace('M:6/8', 'M:none');
const one = join(folder, 'one.abc');
writeFileSync(one, KESH);
writeFileSync(book, [KESH, COOLEYS, HORNPIPE, second, free].join('\n'));

function evaluate(args: string[], env = process.env) {
  return spawnSync(process.execPath, [main, 'evaluate', 'folk', ...args], { encoding: 'utf8', env });
}

describe('continuo evaluate folk', () => {
  it('judges tunes, compares them with held-out ones, and makes a page', () => {
    const html = join(folder, 'page.html');
    const { stdout, status } = evaluate(
      ['--count', '8', '--held-out', book, '--unmasked', '--json', '--html', html],
      { ...process.env, PATH: '' },
    );
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.abc2midi).toBeNull();
    expect(result.sets.map(({ by }: { by: string }) => by)).toEqual([
      'grammar',
      'network alone',
      'grammar',
      'network alone',
    ]);
    for (const set of result.sets) {
      expect(set.tunes).toBe(8);
      expect(set.failing.abc2midi).toBeUndefined();
      if (set.by === 'grammar')
        expect(set).toMatchObject({ clean: 8, failing: { form: { tunes: 0, such: [] } } });
    }
    const { groups, leftOut } = result.statistics;
    expect(leftOut).toEqual({ 'the meter is free': 1 });
    // Too few of each type to compare one by itself.
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ name: 'all', human: 4, made: 8 });
    const { pitchClasses } = groups[0].measures;
    expect(pitchClasses.human.reduce((sum: number, share: number) => sum + share, 0)).toBeCloseTo(1, 9);
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('<svg');
    expect(page).toContain('abc2midi is not installed');
    expect(page).toContain(result.examples[0].split('\n')[0]);
  });

  it.each([
    [['--types', 'tango'], 2, 'OPTION_VALUE'],
    [['more'], 2, 'OPTION_VALUE'],
    [['--data', folder, '--held-out', book], 2, 'OPTION_VALUE'],
    [['--prompts', '3'], 2, 'OPTION_UNKNOWN'],
    [['--held-out', one], 1, 'DATASET_EMPTY'],
    [['--html', join(folder, 'no', 'page.html')], 1, 'FILE_WRITE'],
  ])('%j ends with a sentence and a code', (args, status, code) => {
    const result = evaluate(args);
    expect(result.stderr).toContain(`[${code}]`);
    expect(result.status).toBe(status);
  });
});

describe('judges of a tune', () => {
  const request = { type: 'jig', key: 'G', meter: '6/8', form: 'AABB', bars: 8, range: 'any' };
  const asked = { request, rules: resolveRequest(request), prime: [] };
  const against = (abc: string) =>
    Object.entries(judgeTune(abc, asked)).flatMap(([judge, found]) =>
      found.length > 0 ? [judge as Judge] : [],
    );

  it('have nothing against one that is as asked', () => {
    expect(against(KESH)).toEqual([]);
  });

  it.each([
    ['a bar that is too long', KESH.replace('edd gdd', 'edd gdde'), ['check', 'form', 'abcjsBars']],
    ['a repeat that does not end', KESH.replace('G3:|', 'G3|'), ['check', 'form']],
    ['a bar too few', KESH.replace('ABA ABd|', ''), ['form']],
    ['another key', KESH.replace('K:G', 'K:Am'), ['header']],
    ['another type', KESH.replace('R:jig', 'R:slide'), ['header']],
    ['what abcjs does not know', KESH.replace('edd gdd', 'edd$ gdd'), ['abcjsWarnings']],
    ['a tune that cannot be read', KESH.replace('M:6/8', 'M:6'), ['check', 'header', 'form', 'abcjsBars']],
  ])('%s', (_, abc, judges) => {
    expect(against(abc).sort()).toEqual(judges.sort());
  });
});

describeWith('abc2midi', 'abc2midi as a judge', () => {
  it('complains of the tunes that are wrong, and of no other', async () => {
    expect(await abc2midiVersion()).toMatch(/abc2midi/);
    const long = HORNPIPE.replace('B>AF>A D2F>A', 'B>AF>A D2F>AA');
    const tunes = Array.from({ length: 120 }, (_, index) => (index % 40 === 39 ? long : KESH));
    const complaints = await abc2midiComplaints(tunes);
    expect(complaints).toHaveLength(120);
    expect(complaints.flatMap((found, index) => (found.length > 0 ? [index] : []))).toEqual([39, 79, 119]);
    expect(complaints[39]!.join('\n')).toContain('time units');
  });

  it('is asked by continuo evaluate folk', () => {
    const { stdout, status } = evaluate(['--count', '4', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).sets[0]).toMatchObject({ clean: 4, failing: { abc2midi: { tunes: 0 } } });
  });
});
