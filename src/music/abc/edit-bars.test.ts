import { describe, expect, it } from 'vitest';
import { editBars, editHeader } from './edit-bars.js';
import { keptLyrics } from './lyrics.js';

const HEADER = 'X:1\nT:t\nM:2/4\nL:1/8\nK:G\n';
const edited = (music: string, count: number, bars: Record<number, [string, number]>) =>
  editBars(
    HEADER + music,
    count,
    new Map(Object.entries(bars).map(([place, [text, notes]]) => [Number(place), { text, notes }])),
  )?.text.slice(HEADER.length);

describe('bars replaced in the text of a tune', () => {
  it.each<[string, number, Record<number, [string, number]>, string]>([
    // Every other character stays: decorations, blanks, comments, fields.
    [
      '|:"G"G2  ~B2|{c}d2 "D7"d2 |!trill!G4:| % end',
      3,
      { 1: ['A2A2', 2] },
      '|:"G"G2  ~B2|A2A2 |!trill!G4:| % end',
    ],
    ['GA|B4|1 c4:|2 d4|]', 4, { 2: ['e2e2', 2] }, 'GA|B4|1 e2e2:|2 d4|]'],
    ['[P:A] G4 [M:2/4]|[G2B2]4|', 2, { 0: ['A4', 1] }, '[P:A] A4 [M:2/4]|[G2B2]4|'],
    // A slur that crosses an edge of the replaced bar stays balanced.
    ['(G4|A2)B2|', 2, { 0: ['c2d2', 2] }, 'c2(d2|A2)B2|'],
    ['(G4|A2)B2|', 2, { 1: ['c2d2', 2] }, '(G4|c2)d2|'],
    ['(GA)(BG|A2)B2|', 2, { 0: ['c2d2', 2] }, 'c2(d2|A2)B2|'],
    // A replaced bar that spans two lines keeps the line break.
    ['G2\nA2|B4|\nw:a b\nw:c', 2, { 0: ['d4', 1] }, 'd4\n|B4|\nw: b\nw:'],
  ])('%j', (music, count, bars, right) => {
    expect(edited(music, count, bars)).toBe(right);
  });

  it('keeps lyrics under their notes', () => {
    const music = '|G2A2|B2c2|d2 {e}d2|\nw:one two three- four | five six\nw:I _ |* y| z z\n';
    expect(edited(music, 3, { 1: ['B4', 1] })).toBe(
      '|G2A2|B4|d2 {e}d2|\nw:one two *| five six\nw:I _ |*| z z\n',
    );
  });

  it('says what goes, and gives up where bars cannot be told apart', () => {
    const source = `${HEADER}|"G"~G2{a}A2|"D"A4|`;
    expect(editBars(source, 2, new Map([[0, { text: 'B4', notes: 1 }]]))!.dropped).toEqual({
      'chord symbols and texts': 1,
      decorations: 1,
      graces: 1,
    });
    expect(edited('G4|A4|', 3, { 0: ['B4', 1] })).toBeUndefined();
    expect(edited('Z2|A4|', 3, { 0: ['B4', 1] })).toBeUndefined();
    expect(edited('Z2|A4|', 3, { 2: ['B4', 1] })).toBe('Z2|B4|');
  });

  it('puts lines before K: and replaces fields', () => {
    expect(editHeader(`${HEADER}G4|`, ['N:n'], { T: 'u', Q: '120' })).toBe(
      'X:1\nT:u\nM:2/4\nL:1/8\nQ:120\nN:n\nK:G\nG4|',
    );
  });
});

it.each([
  ['la la la la', [0, 0, 1, 1], [[0, 3]], '* * * la la'],
  ['la la|la la', [0, 0, 1, 1], [[1, 1]], 'la la|*'],
  ['la | la la', [0, 0, 1, 1], [[0, 2]], '* *| la la'],
  ['hap-py day', [0, 0, 1], [[1, 2]], 'hap-py * *'],
  ['a~b\\-c d', [0, 1], [[0, 1]], '* d'],
  ['one', [0, 1, 2], [[2, 1]], 'one'],
] as [string, number[], [number, number][], string][])('lyrics %j', (text, barOf, remade, right) => {
  expect(keptLyrics(text, barOf, new Map(remade))).toBe(right);
});
