import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MODES, sharps, tonicOfFifths } from './key.js';
import { soundingNotes } from './notes.js';
import { readAbc } from './read.js';
import { COOLEYS } from './testing/tunes.js';
import { transposeTune } from './transpose.js';
import { musicLines, writeAbc } from './write.js';

const tuneOf = (text: string) => readAbc(text)[0]!.tune!;

it('moves a tune with its signature, accidentals relative to it', () => {
  const moved = transposeTune(tuneOf('X:1\nM:4/4\nL:1/8\nK:D\n=c2^G2 _B2F2|\n'), { letter: 4, alter: 0 });
  expect(musicLines(moved)).toEqual(['=f2^c2 _e2B2|]']);
});

it('writes what would need three sharps with the next letter', () => {
  const moved = transposeTune(tuneOf('X:1\nL:1/8\nK:C\n^^D2D2|D|\n'), { letter: 6, alter: 0 });
  const heard = soundingNotes(moved).map(({ pitch }) => pitch);
  expect(heard).toEqual([63, 63, 61]);
});

it('turns explicit accidentals of a key into accidentals of the notes', () => {
  const tune = tuneOf('X:1\nM:4/4\nL:1/8\nK:D =c ^g\nGcdG|Gc-|c2|\n');
  const moved = transposeTune(tune, { letter: 0, alter: 0 }, -1);
  const pitches = (notes: ReturnType<typeof soundingNotes>) => notes.map(({ pitch }) => pitch);
  expect(pitches(soundingNotes(moved))).toEqual(pitches(soundingNotes(tune)).map((pitch) => pitch - 2));
  expect(moved.key.accidentals).toBeUndefined();
});

const pitch = fc
  .tuple(fc.constantFrom('', '', '', '^', '_', '=', '^^', '__'), fc.constantFrom(...'CDEFGABcdefgab'))
  .map((parts) => parts.join(''));
const line = fc
  .array(fc.oneof({ weight: 6, arbitrary: pitch }, { weight: 1, arbitrary: fc.constantFrom('|', '-|') }), {
    minLength: 1,
  })
  .map((parts) => `C${parts.join('')}`);

it('sounds the same everywhere, moved by one interval', () => {
  fc.assert(
    fc.property(
      line,
      fc.constantFrom(...MODES),
      fc.integer({ min: -6, max: 6 }),
      fc.integer({ min: -6, max: 6 }),
      (music, mode, from, to) => {
        fc.pre(Math.abs(sharps(tonicOfFifths(from), mode)) <= 7);
        const source = {
          ...tuneOf(`X:1\nL:1/8\nK:C\n${music}\n`),
          key: { tonic: tonicOfFifths(from), mode },
        };
        const heard = soundingNotes(source);
        const moved = soundingNotes(tuneOf(writeAbc(transposeTune(source, tonicOfFifths(to)))));
        const by = moved[0]!.pitch - heard[0]!.pitch;
        expect(((by - 7 * (to - from)) % 12) + 0).toBeCloseTo(0);
        expect(moved.map(({ pitch }) => pitch - by)).toEqual(heard.map(({ pitch }) => pitch));
      },
    ),
  );
});

it('comes back as it was', () => {
  const tune = tuneOf(COOLEYS);
  const there = transposeTune(tune, tonicOfFifths(-2));
  expect(writeAbc(transposeTune(there, tune.key.tonic))).toBe(writeAbc(tune));
});
