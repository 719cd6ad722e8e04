import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWith } from '../../../test/requires.js';
import { tonicOfFifths } from './key.js';
import { soundingNotes } from './notes.js';
import { readAbc } from './read.js';
import { bare, heardByAbcjs } from './testing/heard.js';
import { COOLEYS, HORNPIPE, KESH } from './testing/tunes.js';
import { transposeTune } from './transpose.js';
import { musicLines, writeAbc } from './write.js';

const tuneOf = (text: string) => readAbc(text)[0]!.tune!;
const music = (lines: string, meter = '4/4') => musicLines(tuneOf(`X:1\nM:${meter}\nL:1/8\nK:C\n${lines}\n`));

describe('the writer', () => {
  it.each([
    ['a jig', KESH],
    ['a reel', COOLEYS],
    ['a hornpipe', HORNPIPE],
  ])('writes %s as players do', (_, text) => {
    expect(writeAbc(tuneOf(text))).toBe(text);
  });

  it.each([
    ['4/4', 'CDEFGABc|', ['CDEF GABc|]']],
    ['6/8', 'CDEFGA|', ['CDE FGA|]']],
    ['2/4', 'CDEF|', ['CD EF|]']],
    ['3/4', 'CDEFGA|', ['CD EF GA|]']],
    ['9/8', 'CDEFGAGFE|', ['CDE FGA GFE|]']],
    ['4/4', 'G|CDEFGABc|', ['G|CDEF GABc|]']],
    ['6/8', 'FGABc|CDEFGA|', ['FG ABc|CDE FGA|]']],
    ['4/4', 'CDEFGABc|[M:3/4]CDEFGA|', ['CDEF GABc|[M:3/4]CD EF GA|]']],
    ['4/4', 'C/D/EFG A>Bc2|', ['C/D/EFG A>Bc2|]']],
    ['4/4', 'C:|D', [' C:|', 'D']],
  ])('beams in %s: %s', (meter, lines, expected) => {
    expect(music(lines, meter)).toEqual(expected);
  });

  it('puts four bars on a line, and each part on a line of its own', () => {
    expect(music('C8|D8|E8|F8|G8||A8|B8:||:c8|d8:|')).toEqual([
      'C8|D8|E8|F8|',
      'G8||',
      'A8|B8:|',
      '|:c8|d8:|',
    ]);
  });

  it('puts the fields in order, each on one line', () => {
    const tune = {
      ...tuneOf(KESH),
      titles: ['A\nB', '50% off'],
      tempo: '3/8=120',
      fields: [{ letter: 'N', text: 'n' }],
    };
    expect(writeAbc(tune).split('\n').slice(0, 9)).toEqual([
      'X:1',
      'T:A B',
      'T:50\\% off',
      'R:jig',
      'N:n',
      'M:6/8',
      'L:1/8',
      'Q:3/8=120',
      'K:G',
    ]);
  });
});

const TUNES = [KESH, COOLEYS, HORNPIPE].flatMap((text) =>
  [-5, -2, 0, 2, 4, 6].map((fifths) => writeAbc(transposeTune(tuneOf(text), tonicOfFifths(fifths)))),
);

it('sounds to abcjs as it sounds to us', () => {
  for (const abc of TUNES) {
    const { notes, warnings } = heardByAbcjs(
      bare(abc)
        .replace(/:\||\|:|\|\d|(?<=:\|)\d/g, '|')
        .replace(/\|+\d?/g, '|'),
    );
    expect(warnings).toEqual([]);
    const ours = soundingNotes(tuneOf(abc)).map(({ pitch, start, duration }) => [
      pitch,
      (start.num / start.den / 8).toFixed(4),
      (duration.num / duration.den / 8).toFixed(4),
    ]);
    expect(notes.map(({ pitch, start, duration }) => [pitch, start.toFixed(4), duration.toFixed(4)])).toEqual(
      ours,
    );
  }
});

describeWith('abc2midi', 'what the writer writes', (abc2midi) => {
  it('is taken by abc2midi without a complaint', () => {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-abc-'));
    try {
      const file = join(folder, 'tunes.abc');
      writeFileSync(file, TUNES.map((tune, index) => tune.replace(/^X:.*/, `X:${index + 1}`)).join('\n'));
      const said = execFileSync(abc2midi, [file, '-c'], { encoding: 'utf8' });
      expect(said.split('\n').filter((line) => /^(Error|Warning)/.test(line))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
