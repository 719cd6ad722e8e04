import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ContinuoError } from '../../errors.js';
import { checkTune } from './check.js';
import { soundingNotes } from './notes.js';
import { readAbc } from './read.js';
import { COOLEYS, HORNPIPE, KESH } from './testing/tunes.js';
import { writeAbc } from './write.js';

const SOURCE = [KESH, COOLEYS, HORNPIPE].join('\n');

/** Any text is either read or refused with a place in it; a tune that was read can be checked, played and written. */
function survives(text: string): void {
  let tunes: ReturnType<typeof readAbc>;
  try {
    tunes = readAbc(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ContinuoError);
    return;
  }
  const lines = text.split(/\r\n?|\n/).length;
  for (const { tune, refusal } of tunes) {
    expect(tune === undefined).toBe(refusal !== undefined);
    if (refusal) {
      expect(refusal.place.line).toBeGreaterThan(0);
      expect(refusal.place.line).toBeLessThanOrEqual(lines);
      expect(refusal.place.column).toBeGreaterThan(0);
      expect(refusal.reason).not.toBe('');
    }
    if (!tune) continue;
    checkTune(tune);
    const again = readAbc(writeAbc(tune))[0]!;
    expect(again.refusal).toBeUndefined();
    expect(soundingNotes(again.tune!).map(sound)).toEqual(soundingNotes(tune).map(sound));
  }
}

const sound = ({ pitch, start, duration }: ReturnType<typeof soundingNotes>[number]) => ({
  pitch,
  start,
  duration,
});

const edit = fc.record({
  at: fc.nat(SOURCE.length),
  cut: fc.nat(40),
  put: fc.string({ unit: 'binary', maxLength: 6 }),
});
const sign = fc.constantFrom(
  '|',
  ':',
  '[',
  ']',
  '(3',
  '>',
  '<',
  '-',
  '{',
  '}',
  '"',
  '&',
  '/',
  '^',
  'K:',
  '[K:',
  'Z9',
  '\n',
  '\\',
  '%',
  '[1',
  'X:',
  'M:3/8\n',
);
const splice = fc.record({ at: fc.nat(SOURCE.length), cut: fc.nat(3), put: sign });

it('survives tunes with characters changed, cut and joined', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(edit, splice), { minLength: 1, maxLength: 12 }), (edits) => {
      survives(
        edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), SOURCE),
      );
    }),
    { numRuns: 600 },
  );
});

it('survives any music line', () => {
  const alphabet = fc.constantFrom(
    ...'ABCDEFGabcdefgzxyZ|:[]()<>{}^_=,\'/-~.!"+123456789 \\%&$*MLKhk'.split(''),
  );
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 60 }), (signs) => survives(`X:1\nK:D\nA${signs.join('')}\n`)),
    { numRuns: 600 },
  );
});

const MANY = 200_000;
/** Enough primes that their product is beyond exact numbers. */
const PRIMES = Array.from({ length: 998 }, (_, index) => index + 2).filter((number) =>
  Array.from({ length: number - 2 }, (_, index) => index + 2).every((divisor) => number % divisor > 0),
);
const TOO_LONG = 'the tune is longer than any for players';

it.each([
  ['a tune of rests that fill the memory', 'Z99|'.repeat(5000), TOO_LONG],
  ['a line of notes without end', 'C'.repeat(MANY), TOO_LONG],
  ['a million bars', 'C8|'.repeat(MANY), TOO_LONG],
  ['signs that are dropped, without end', '(y)'.repeat(MANY), TOO_LONG],
  ['ties with nothing to tie, without end', '-'.repeat(3 * MANY), TOO_LONG],
  ['a line of ten minutes a note', 'z999'.repeat(2000), TOO_LONG],
  ['a deep chord', `[${'C'.repeat(MANY)}]`, 'a chord of more than 32 notes'],
  ['a number as long as a book', `C${'9'.repeat(MANY)}`, '"99999999999999999999…" is no length'],
  ['a note of no time', 'C1/0', '"1/0" is no length'],
  ['a note longer than can be written again', '[L:9/1]C999', 'a note of 71928 eighths'],
  [
    'lengths that no common part divides',
    PRIMES.map((prime) => `C/${prime}`).join(''),
    'a length that does not go with those before it: there is no common part',
  ],
  ['a tuplet of 999', '(3:999:999CDE', '"9" means nothing here'],
  ['an ending for each of a thousand times', `C|1${',1'.repeat(1000)} D|`, '"," means nothing here'],
  [
    'a key of a million accidentals',
    `[K:C ${'^c'.repeat(MANY)}]C`,
    'K: has 400002 characters, more than any key',
  ],
])('refuses %s, with its place', (_, music, reason) => {
  const [read] = readAbc(`X:1\nK:C\n${music}\n`);
  expect(read!.refusal).toMatchObject({ reason, place: { line: 3 } });
  expect(read!.refusal!.place.column).toBeGreaterThan(0);
});

it('takes changes to the key and meter that undo one another, however deep', () => {
  const [keys, meters] = [
    ['D', 'G', 'A'],
    ['3/4', '6/8', '2/4'],
  ];
  const say = (at: number) => [
    `[K:${at < 0 ? 'C' : keys[at % 3]}]`,
    `[M:${at < 0 ? '4/4' : meters[at % 3]}]`,
  ];
  const into = Array.from({ length: 10_000 }, (_, at) => say(at).join(''));
  const out = Array.from({ length: 10_000 }, (_, at) =>
    say(at - 1)
      .reverse()
      .join(''),
  ).reverse();
  const [read] = readAbc(`X:1\nM:4/4\nK:C\nC${into.join('')}${out.join('')}C\n`);
  expect(read!.tune!.body.map(({ kind }) => kind)).toEqual(['note', 'note']);
});

it('reads a file of 50,000 tunes, each for itself', () => {
  const tunes = readAbc(`L:1/4\n\n${'X:1\nK:C\nC\n'.repeat(50_000)}X:2\nK:H\nC\n`);
  expect(tunes).toHaveLength(50_001);
  expect(tunes.at(-2)!.tune!.body[0]).toMatchObject({ duration: { num: 2, den: 1 } });
  expect(tunes.at(-1)!.refusal!.place).toEqual({ line: 150_004, column: 1 });
});
