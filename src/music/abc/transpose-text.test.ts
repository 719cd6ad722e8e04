import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LETTERS, MODES, sharps, tonicOfFifths, tonicText } from './key.js';
import { readPitch } from './note-text.js';
import { soundingNotes } from './notes.js';
import { readAbc } from './read.js';
import { COOLEYS, HORNPIPE, KESH } from './testing/tunes.js';
import { abcTokens } from './tokens.js';
import { transposeText } from './transpose-text.js';

const A = { letter: 5, alter: 0 };
const up = (text: string, semitones: number) => transposeText(text, { semitones }).text;
const to = (text: string, letter: number, alter = 0) =>
  transposeText(text, { tonic: { letter, alter } }).text;
const tune = (music: string, key = 'C') => `X:1\nT:t\nM:4/4\nL:1/4\nK:${key}\n${music}\n`;
const music = (text: string) => text.split('\n').slice(5).join('\n').trimEnd();

describe('transposing a text', () => {
  it('moves chord symbols and graces; decorations, lyrics, line breaks and L: stay', () => {
    const text = 'X:1\nT:case\nM:4/4\nL:1/4\nK:G\n"G"G2 {a}B2|!trill!d2 ~g2|\nw: one two three four\n';
    expect(transposeText(text, { tonic: A }).text).toBe(
      'X:1\nT:case\nM:4/4\nL:1/4\nK:A\n"A"A2 {b}c2|!trill!e2 ~a2|\nw: one two three four\n',
    );
  });

  it.each([
    ['D clef=bass', 'A clef=bass'],
    ['Dmix  octave=-1 transpose=2', 'Amix  octave=-1 transpose=2'],
    ['D minor % a remark', 'A minor % a remark'],
    ['D =c', 'A =g'],
    ['Dmix=c', 'Amix=g'],
    ['D exp _b', 'A exp =f'],
    ['D♭', 'A'],
  ])('moves K:%s to K:%s', (from, wanted) => {
    expect(to(tune('D', from), 5)).toContain(`\nK:${wanted}\n`);
  });

  it.each([
    ['clef=bass', 'F C [K:treble]F [K:G clef=alto]F'],
    ['none', 'x4|Z24|z4 y2|'],
  ])('leaves fields without a key as they are: K:%s', (key, line) => {
    const text = tune(line, key);
    expect(up(text, 12).replace(/[fc](?=[ \n])/g, (note) => note.toUpperCase())).toBe(text);
  });

  it.each([
    ['"Am7/E"A "F#m"B "^slow"c "Fine"d', '"Bm7/F#"B "G#m"^c "^slow"d "Fine"e'],
    ['"C;G7"C "(Dm)"D "Bb"E', '"D;A7"D "(Em)"E "C"^F'],
    ['"E#"E "_"F', '"G"^F "_"G'],
  ])('moves chord symbols and no other text: %s', (line, wanted) => {
    expect(music(up(tune(line, 'none'), 2))).toBe(wanted);
  });

  it('keeps accidentals where they are written, and the bar that they hold in', () => {
    expect(music(up(tune('^F F|F _B ^^c =f', 'C'), 2))).toBe('^G G|G =c ^^d =g');
    expect(music(up(tune('=c c|_e e', 'D'), 1))).toBe('_d d|_f f');
  });

  it('gives the notes of a tune without a signature what they need, and keeps accidentals that warn', () => {
    expect(music(up(tune('E E|^F-|F F|=G', 'none'), 2))).toBe('^F F|^G-|G G|=A');
    expect(music(up(tune('^F F|^G-|G G|=A', 'none'), -2))).toBe('E E|^F-|F F|=G');
  });

  it('knows each voice by itself, and fields in the music', () => {
    const text = tune('V:1\n[K:D]F|[V:2]F|\nV:1\nF [K:Em]G|', 'C');
    expect(music(up(text, 2))).toBe('V:1\n[K:E]G|[V:2]G|\nV:1\nG [K:F#m]A|');
  });

  it('leaves text, blocks, directives, macros for any note and line ends alone', () => {
    const text =
      '\uFEFF% a book in G\r\n%%begintext\r\nK:G GABc|\r\n%%endtext\r\n\r\nX:1\r\nT:in G\r\nm:~n2={o}n{m}n\r\nK:G\r\nGAB \\\r\nc|%G\r\nw:G A\r\n\r\nGABc|\r\n';
    const { text: moved, warnings } = transposeText(text, { tonic: A });
    expect(moved).toBe(text.replace('K:G\r', 'K:A\r').replace('GAB \\\r\nc', 'ABc \\\r\nd'));
    expect(warnings).toEqual([]);
  });

  it.each(["C'", "C',", "c,'", "C,'", "^B'", 'c,,', "C'',", "B'"])(
    'keeps how %s is written on the way back',
    (note) => {
      for (const by of [1, 2, 5, 12, -1, -2, -7, -12]) {
        const text = tune(`${note}2 c ${note}|`, 'D');
        expect(up(up(text, by), -by)).toBe(text);
      }
    },
  );

  it('leaves tags and invisible signs around fields where they are', () => {
    const text = '<p>X:1<br>\r\nT:a\x1A\r\n<b>K:G</b>&nbsp;<br>\r\nGA|<br>\r\n\x1A';
    expect(up(text, 2)).toBe(text.replace('K:G', 'K:A').replace('GA|', 'AB|'));
  });

  it('chooses the key with the fewer signs, and an octave moves no key', () => {
    const key = (semitones: number, from: string) => /K:(.*)/.exec(up(tune('C', from), semitones))![1];
    expect([1, 2, 6, -1].map((by) => key(by, 'C'))).toEqual(['Db', 'D', 'F#', 'B']);
    expect([3, 8].map((by) => key(by, 'Am'))).toEqual(['Cm', 'Fm']);
    expect([12, -24, 0].map((by) => key(by, 'C#'))).toEqual(['C#', 'C#', 'C#']);
    expect(key(1, 'C#')).toBe('D');
  });
});

const heard = (text: string) => soundingNotes(readAbc(text)[0]!.tune!).map(({ pitch }) => pitch);

const pitch = fc
  .tuple(fc.constantFrom('', '', '', '^', '_', '='), fc.constantFrom(...'CDEFGABcdefgab'))
  .map((parts) => parts.join(''));
const sign = fc.constantFrom(
  ...[
    '|',
    '-|',
    ' ',
    '2',
    '/',
    '(3',
    '{^fg}',
    '"Am7/E"',
    '"^text"',
    '!trill!',
    '[CE]',
    '[1 ',
    ':|',
    '\n',
    'z2',
    '~',
  ],
  ...['[K:D]', '[K:F#m clef=bass]', '[M:3/4]', '>', '%c\n', 'w:la la\n', '\\\n', '[L:1/16]', '&'],
);
const line = fc
  .array(fc.oneof({ weight: 4, arbitrary: pitch }, { weight: 2, arbitrary: sign }), { minLength: 1 })
  .map((parts) => `C${parts.join('')}|`);

/** Whether every letter moved by the same number of steps, so that no note was respelled. */
function movesEvenly(source: string, moved: string): boolean {
  const steps = (text: string) =>
    abcTokens(text).flatMap(({ kind, text }) => (kind === 'pitch' ? readPitch(text).step : []));
  const roots = (text: string) =>
    [...text.matchAll(/["/]([A-G])/g)].map(([, root]) => LETTERS.indexOf(root!));
  const [before, after] = [steps(source), steps(moved)];
  const [by] = before.map((step, at) => after[at]! - step);
  const evenly = before.every((step, at) => after[at]! - step === by);
  return evenly && roots(source).every((root, at) => (roots(moved)[at]! - root - by! + 70) % 7 === 0);
}

it('moves what is played by exactly so many semitones, and the way back gives the text', () => {
  fc.assert(
    fc.property(
      line,
      fc.constantFrom(...MODES),
      fc.integer({ min: -6, max: 6 }),
      fc.integer({ min: -14, max: 14 }),
      (music, mode, fifths, by) => {
        const tonic = tonicOfFifths(fifths);
        // Moving back leads to the key with the fewest sharps or flats, so the source has such a key.
        fc.pre(Math.abs(sharps(tonic, mode)) <= 5);
        const source = `X:1\nL:1/8\nK:${tonicText(tonic)}${mode}\n${music}\n`;
        const [read] = readAbc(source);
        const moved = up(source, by);
        if (read!.tune) expect(heard(moved)).toEqual(heard(source).map((pitch) => pitch + by));
        if (movesEvenly(source, moved)) expect(up(moved, -by)).toBe(source);
      },
    ),
    { numRuns: 500 },
  );
});

it('comes back from any tonic by its own', () => {
  for (const source of [KESH, COOLEYS, HORNPIPE])
    for (let fifths = -6; fifths <= 6; fifths++) {
      const { key } = readAbc(source)[0]!.tune!;
      const there = transposeText(source, { tonic: tonicOfFifths(fifths) }).text;
      expect(transposeText(there, { tonic: key.tonic }).text).toBe(source);
    }
});

it('keeps how an octave is written', () => {
  expect(music(up(tune("C' c, c'"), 2))).toBe("D' d, d'");
});

it('moves any text by nothing to itself, and never fails', () => {
  const source = [KESH, COOLEYS, HORNPIPE].join('\n');
  const piece = fc.constantFrom(
    ...[
      'K:none\n',
      '[K:',
      '[K:E exp _b]',
      'K:HP\n',
      '[',
      ']',
      '{',
      '}',
      '"',
      '&',
      '[V:2]',
      'U:h=!x!\n',
      '\r\n',
      '\n\n',
    ],
    ...["^^c'", '__B,,', "C'", 'c,', '^/c', '%%begintext\n', 'X:1\n', '-', '[1', 'Z4', '|', ':|['],
  );
  const edit = fc.record({ at: fc.nat(source.length), cut: fc.nat(30), put: fc.oneof(piece, fc.string()) });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 10 }), fc.integer({ min: -30, max: 30 }), (edits, by) => {
      const text = edits.reduce(
        (text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut),
        source,
      );
      expect(up(text, 0)).toBe(text);
      up(text, by);
    }),
    { numRuns: 200 },
  );
});

it.each([
  ['fields that do not end', '[K:'],
  ['graces that do not end', '{c'],
  ['chords that do not end', '["G"CEG'],
  ['endings', '["'],
  ['ties', 'C-'],
])('takes a line full of %s', (_, piece) => {
  expect(up(`X:1\nK:C\n${piece.repeat(40_000)}|\n`, 12)).not.toBe('');
});
