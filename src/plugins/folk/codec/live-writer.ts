import { midiOf, sharps, tonicFifths } from '../../../music/abc/key.js';
import { meterText } from '../../../music/abc/meter.js';
import type { Pitch } from '../../../music/units.js';
import { type PitchRules, placingShift } from './grammar-pitch.js';
import { NO_ACCIDENTAL, PITCHES, SIGNS, UNITS_AN_EIGHTH } from './grammar-tokens.js';
import type { LiveTune } from './live-settings.js';
import { folkToken } from './vocabulary.js';

export const BAR = folkToken('|')!;
export const DOUBLE_BAR = folkToken('||')!;
export const ENDS = folkToken(':|')!;
export const OPENS = folkToken('|:')!;
/** Three eighths in the time of two, the one tuplet that is played live. */
export const TRIPLET = folkToken('(3')!;
export const TRIPLET_UNITS = 2 * UNITS_AN_EIGHTH;
export const REST = folkToken('z')!;
export const TIE = folkToken('-')!;

/** Nothing live is shorter than this, a sixteenth note: so whatever is left of a bar can be filled. In units. */
export const SHORTEST = UNITS_AN_EIGHTH / 2;

/** Where live tunes may go, as those of the command line: a fiddle's lowest note to two octaves above its open e. */
export const RANGE = { low: 55, high: 95 } as const;

/** Tokens of the lengths that a live note may have, by units. An eighth has none: it is what a note lasts where nothing is said. */
export const DURATIONS: ReadonlyMap<number, number> = new Map(
  SIGNS.flatMap((sign, token) =>
    sign.kind === 'duration' && sign.broken === 0 && sign.length % SHORTEST === 0
      ? [[sign.length, token] as const]
      : [],
  ),
);

/** The longest length of one note that is no longer than `units`, which are at least {@link SHORTEST}. */
export function longestWithin(units: number): number {
  let length = units - (units % SHORTEST);
  while (length !== UNITS_AN_EIGHTH && !DURATIONS.has(length)) length -= SHORTEST;
  return length;
}

/** What a tune's tokens begin with. */
export function headerTokens({ type, meter, key }: LiveTune): number[] {
  const words = [...(type === null ? [] : [`R:${type}`]), `M:${meterText(meter)}`, `K:C${key.mode}`];
  return words.map((word) => folkToken(word)!);
}

export interface Spelling {
  readonly token: number;
  readonly step: number;
  readonly accidental: number;
}

/** How a pitch is written where `rules` stand: as near to the key as can be on the circle of fifths. */
export function spell(pitch: Pitch, tune: LiveTune, rules: PitchRules): Spelling {
  const onC = foldToRange(pitch) - placingShift({ key: tune.key, octave: 0 });
  // The top of the range lies beyond the vocabulary in some keys: the octave below is in it.
  return nearestSpelling(onC, tune, rules) ?? nearestSpelling(onC - 12, tune, rules)!;
}

function nearestSpelling(onC: Pitch, { key }: LiveTune, rules: PitchRules): Spelling | undefined {
  const middle = sharps({ letter: 0, alter: 0 }, key.mode) + 2;
  let best: Spelling | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const { token, step, accidental } of PITCHES) {
    if (!rules.may(step, accidental) || rules.pitchOf(step, accidental) !== onC) continue;
    const letter = ((step % 7) + 7) % 7;
    const distance = Math.abs(tonicFifths({ letter, alter: onC - midiOf(step, 0) }) - middle);
    if (distance >= least) continue;
    least = distance;
    best = { token, step, accidental };
  }
  return best;
}

/** A player's pitch, moved into the range by octaves. */
function foldToRange(pitch: Pitch): Pitch {
  let folded = pitch;
  while (folded < RANGE.low) folded += 12;
  while (folded > RANGE.high) folded -= 12;
  return folded;
}

/** The token that goes on with a tied note: no accidental is written again. */
export function tiedToken(step: number): number {
  return PITCHES.find((pitch) => pitch.step === step && pitch.accidental === NO_ACCIDENTAL)!.token;
}
