import { describe, expect, it } from 'vitest';
import { heardByAbcjs } from '../../../src/music/abc/testing/heard.js';
import { barsALine, lastLineIsFull } from './bars-a-line.js';

/** Endings, and a pickup. */
const TUNE = 'X:1\nT:A|B|C\nM:4/4\nL:1/8\nK:G\n|:A8|B8|c8|1d8:|2e8||\n|:f2|g8|a8|b8|c6:|\n';

describe('barsALine', () => {
  it('breaks the music, not the header, and not before an ending', () => {
    expect(barsALine(TUNE, 2)).toBe(
      'X:1\nT:A|B|C\nM:4/4\nL:1/8\nK:G\n|:A8|B8|\nc8|1d8:|2e8||\n|:f2|g8|a8|\nb8|c6:|\n',
    );
  });

  it('leaves the lines as they are written where there is room', () => {
    expect(barsALine(TUNE, 4)).toBe(TUNE);
  });

  it.each([1, 2, 3])('with %i leaves the music as it is', (most) => {
    expect(heardByAbcjs(barsALine(TUNE, most))).toEqual(heardByAbcjs(TUNE));
  });
});

describe('the last line', () => {
  const head = 'X:1\nM:4/4\nL:1/8\nK:D\n';
  it.each([
    ['DEFA BAFA|DEFA d4|DEFA BAFA|D8|\nDEFA BAFA|DEFA d4|DEFA BAFA|D8|]\n', 4, true],
    ['DEFA BAFA|DEFA d4|DEFA BAFA|D8|\nDEFA BAFA|DEFA d4|D8|]\n', 4, true],
    ['DEFA BAFA|DEFA d4|DEFA BAFA|D8|\n"D"D8|]\n', 4, false],
    ['DEFA BAFA|DEFA d4|DEFA BAFA|D8|\nD8|]\nw: as it ends\n', 4, false],
    ['DEFA BAFA|DEFA d4:|2 DEFA BAFA|D8|\n[2 "A|B|C|D"D4- !f|g!D4 |] % a|b|c|d\n', 4, false],
    ['D8|]\n', 4, false],
    ['D8|]\n', 1, true],
    ['DEFA BAFA|D8|\nD8|]\n', 2, false],
    ['DEFA BAFA|D8|\nDEFA d4|D8|]\n', 2, true],
  ])('%j on a page of %i', (music, most, full) => {
    expect(lastLineIsFull(head + music, most)).toBe(full);
  });
});
