import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ContinuoError } from '../../errors.js';
import { checkTune } from './check.js';
import { soundingNotes } from './notes.js';
import { readAbc } from './read.js';
import { COOLEYS, HORNPIPE, KESH } from './testing/tunes.js';
import { writeAbc } from './write.js';

const SOURCE = [KESH, COOLEYS, HORNPIPE].join('\n');

/** Whatever the text, it is read, or refused with a place in it; and what is read can be checked, heard and written. */
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

it('refuses a tune that would fill the memory', () => {
  const [read] = readAbc(`X:1\nK:C\n${'Z99|'.repeat(5000)}C\n`);
  expect(read!.refusal?.reason).toBe('the tune is longer than any for players');
});
