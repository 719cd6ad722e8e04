import { describe, expect, it } from 'vitest';
import { fraction } from './fraction.js';
import { keyText } from './key.js';
import { soundingNotes } from './notes.js';
import { readAbc } from './read.js';
import { COOLEYS, KESH } from './testing/tunes.js';
import type { Tune } from './tune.js';

const HEAD = 'X:1\nT:a\nM:4/4\nL:1/8\nK:C\n';

function only(text: string): Tune {
  const [read] = readAbc(text);
  expect(read?.refusal).toBeUndefined();
  return read!.tune!;
}

function music(line: string): Tune {
  return only(`${HEAD}${line}\n`);
}

const pitches = (tune: Tune) => soundingNotes(tune).map(({ pitch }) => pitch);
const lengths = (tune: Tune) => soundingNotes(tune).map(({ duration: { num, den } }) => num / den);
const signs = (tune: Tune) =>
  tune.body.flatMap((sign) =>
    sign.kind === 'bar' ? [sign.line] : sign.kind === 'volta' ? [(sign.bar ? '|' : '[') + sign.ending] : [],
  );

describe('the reader', () => {
  it('reads the fields of a tune and leaves the others as text', () => {
    const tune = only('X:7\nT:One\nT:Two\nC:trad.\nR:slip jig\nM:9/8\nQ:1/4=100\nK:Ador\nABc|\n');
    expect(tune).toMatchObject({ number: '7', titles: ['One', 'Two'], type: 'slip jig', tempo: '1/4=100' });
    expect(tune.meter).toEqual({ num: 9, den: 8 });
    expect(keyText(tune.key)).toBe('Ador');
    expect(tune.fields).toEqual([{ letter: 'C', text: 'trad.' }]);
  });

  it('gives each element its place', () => {
    const [, second] = readAbc(`${KESH}\n${COOLEYS}`);
    expect(second!.line).toBe(12);
    expect(second!.tune!.body[1]).toMatchObject({ kind: 'note', place: { line: 18, column: 3 } });
  });

  it.each([
    ['C2 D/ E// F3/2 G/4 A3/', [2, 0.5, 0.25, 1.5, 0.25, 1.5]],
    ['C>D E<F G>>A B<<c', [1.5, 0.5, 0.5, 1.5, 1.75, 0.25, 0.25, 1.75]],
    ['(3CDE (2FG (3:2:2A2B', [2 / 3, 2 / 3, 2 / 3, 1.5, 1.5, 4 / 3, 2 / 3]],
    ['C2-C3 D-|D E-F', [5, 2, 1, 1]],
    ['[C2E2]D [CE]3 z2 Z F', [2, 2, 1, 3, 3, 1]],
    ['C2> D2 {abc}E >F', [3, 1, 1.5, 0.5]],
  ])('reads the lengths of %s', (line, expected) => {
    expect(lengths(music(line)).map((length) => length.toFixed(6))).toEqual(
      expected.map((length) => length.toFixed(6)),
    );
  });

  it('counts unit lengths by L:, and by the meter where there is none', () => {
    expect(lengths(only('X:1\nM:2/4\nK:C\nC2D\n'))).toEqual([1, 0.5]);
    expect(lengths(only('X:1\nM:3/4\nK:C\nC2D\n'))).toEqual([2, 1]);
    expect(lengths(music('C [L:1/16]C\nL:1/4\nC'))).toEqual([1, 0.5, 2]);
  });

  it.each([
    ['^F F f F|F', [66, 66, 77, 66, 65]],
    ['_B-|B B', [70, 71]],
    ['^F-|F-|F F', [66, 65]],
    ["C, c' B,,, ^^C __D =E", [48, 84, 35, 62, 60, 64]],
    ['F [K:D] F [K:Bb] B', [65, 66, 70]],
  ])('applies accidentals for the bar, in their octave, and over ties: %s', (line, expected) => {
    expect(pitches(music(line))).toEqual(expected);
  });

  it.each([
    ['D', [66, 61]],
    ['D Mixolydian', [66, 60]],
    ['Dmix', [66, 60]],
    ['Bb', [65, 60]],
    ['F#m', [66, 61]],
    ['C ^f _c', [66, 59]],
    ['Dexp ^c', [65, 61]],
    ['HP', [66, 61]],
    ['Hp', [66, 61]],
    ['none', [65, 60]],
    ['G clef=treble', [66, 60]],
    ['', [65, 60]],
  ])('plays F C in K:%s as %j', (key, expected) => {
    expect(pitches(only(`X:1\nL:1/8\nK:${key}\nFC|\n`))).toEqual(expected);
  });

  it.each([
    ['|:C|D:|', ['|:', '|', ':|']],
    ['C|\n|:D::E:|', ['|:', ':|', '|:', ':|']],
    ['C||D|]E[|F', ['||', '||', '||']],
    ['|:C|1D:|2E|]', ['|:', '|1', ':|', '|2', '||']],
    ['C|[1 D:|[2 E|', ['|1', ':|', '|2', '|']],
    ['C [1 D :|\n[2 E', ['[1', ':|', '|2']],
    ['C:||:D|:E', [':|', '|:', '|:']],
    ['C|[|]D|1,3E', ['||', '|1,3']],
  ])('reads the bar lines of %s', (line, expected) => {
    expect(signs(music(line))).toEqual(expected);
  });

  it('counts what it does not keep', () => {
    const [read] = readAbc(`${HEAD}"Am"{g}~C (D.E) !trill!F "^up"G y2 vA|\nw:la la\n`);
    expect(read!.dropped).toEqual({
      annotations: 1,
      'chord symbols': 1,
      decorations: 4,
      graces: 1,
      lyrics: 1,
      slurs: 2,
      spacers: 1,
    });
  });

  it.each([
    ['CD|E?F|', 6, 5, '"?" means nothing here'],
    ['CD|[CEG', 6, 4, 'a chord that does not end'],
    ['CD|\nE ^/F|', 7, 3, 'quarter tones cannot be read'],
    ['C{d E', 6, 2, 'a grace that does not end'],

    ['C0D', 6, 2, '"0" is no length'],
    ['z|', 1, 1, 'the tune has no notes'],
    ['C[M:5/7]D', 6, 2, 'M:5/7 is no meter'],
    ['C\nK:H', 7, 1, '"H" is no key'],
  ])('refuses %j at %i:%i', (line, at, column, reason) => {
    expect(readAbc(`${HEAD}${line}\n`)[0]!.refusal).toEqual({ place: { line: at, column }, reason });
  });

  it('reads on after a tune that it refuses', () => {
    const tunes = readAbc(`${HEAD}C?\n\n${KESH}`);
    expect(tunes.map(({ refusal, tune }) => [refusal === undefined, tune === undefined])).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  it('joins continued lines, passes over remarks and reads files with other line ends', () => {
    expect(pitches(music('C\\\nD % E\n% F\nG'))).toEqual([60, 62, 67]);
    expect(pitches(only(`${HEAD}CD|\nE`.replaceAll('\n', '\r\n')))).toEqual([60, 62, 64]);
  });

  it('passes over lines of text before the key', () => {
    const [read] = readAbc('X:1\nN:a remark\nthat goes on\nK:C\nCD|\n');
    expect(pitches(read!.tune!)).toEqual([60, 62]);
    expect(read!.dropped).toEqual({ 'lines of text': 1 });
  });

  it('reads tunes without K: or X:, and says so', () => {
    const [read] = readAbc('X:1\nM:4/4\nCDEF|\n');
    expect(read!.warnings).toEqual([{ place: { line: 1, column: 1 }, reason: 'no K: field; read in C' }]);
    expect(pitches(only('K:G\nF|'))).toEqual([66]);
  });

  it('takes M:C|, C, none and sums', () => {
    const meter = (text: string) => only(`X:1\nM:${text}\nK:C\nC|\n`).meter;
    expect([meter('C|'), meter('C'), meter('none'), meter('(2+3)/8')]).toEqual([
      { num: 2, den: 2 },
      { num: 4, den: 4 },
      null,
      { num: 5, den: 8 },
    ]);
  });

  it('gives a last broken rhythm to its note, and drops a tuplet that wants for notes', () => {
    const [read] = readAbc(`${HEAD}CD|(3EF>|\n`);
    expect(lengths(read!.tune!)).toEqual([1, 1, 1, 1.5]);
    expect(read!.warnings).toHaveLength(2);
    expect(read!.tune!.body.at(-2)).toMatchObject({ duration: fraction(3, 2) });
  });

  it.each(['', 'hello', '\u0000\u0001', 'Music for nothing\n|:'])('says that %j is no ABC', (text) => {
    expect(() => readAbc(text)).toThrow(expect.objectContaining({ code: 'ABC_NO_TUNE' }));
  });
});
