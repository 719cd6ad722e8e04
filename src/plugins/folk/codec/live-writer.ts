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
/** Three eighths in the time of two: the only tuplet in live playing. */
export const TRIPLET = folkToken('(3')!;
export const TRIPLET_UNITS = 2 * UNITS_AN_EIGHTH;
export const REST = folkToken('z')!;
export const TIE = folkToken('-')!;

/** Shortest live note, a sixteenth, in units. Whatever is left of a bar is a multiple of it. */
export const SHORTEST = UNITS_AN_EIGHTH / 2;

/** Pitch range of live tunes (MIDI numbers), the same as on the command line: from a fiddle's lowest note up. */
export const RANGE = { low: 55, high: 95 } as const;

/** Length tokens for live notes, by units. An eighth has none: it is the default length. */
export const DURATIONS: ReadonlyMap<number, number> = new Map(
  SIGNS.flatMap((sign, token) =>
    sign.kind === 'duration' && sign.broken === 0 && sign.length % SHORTEST === 0
      ? [[sign.length, token] as const]
      : [],
  ),
);

/** The longest length of a single note that is at most `units`, which must be at least {@link SHORTEST}. */
export function longestWithin(units: number): number {
  let length = units - (units % SHORTEST);
  while (length !== UNITS_AN_EIGHTH && !DURATIONS.has(length)) length -= SHORTEST;
  return length;
}

/** The header tokens of a tune: type (if any), meter, key. */
export function headerTokens({ type, meter, key }: LiveTune): number[] {
  const words = [...(type === null ? [] : [`R:${type}`]), `M:${meterText(meter)}`, `K:C${key.mode}`];
  return words.map((word) => folkToken(word)!);
}

export interface Spelling {
  readonly token: number;
  readonly step: number;
  readonly accidental: number;
}

/**
 * Spells a sounding pitch under the accidentals in force (`rules`), choosing the spelling nearest to the key on the
 * circle of fifths. Folds pitches outside RANGE by octaves.
 */
export function spell(pitch: Pitch, tune: LiveTune, rules: PitchRules): Spelling {
  const onC = foldToRange(pitch) - placingShift({ key: tune.key, octave: 0 });
  // In some keys the top of the range exceeds the vocabulary: use the octave below.
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

/** Moves a player's pitch into the range by octaves. */
function foldToRange(pitch: Pitch): Pitch {
  let folded = pitch;
  while (folded < RANGE.low) folded += 12;
  while (folded > RANGE.high) folded -= 12;
  return folded;
}

/** The token that continues a tied note, without an accidental. */
export function tiedToken(step: number): number {
  return PITCHES.find((pitch) => pitch.step === step && pitch.accidental === NO_ACCIDENTAL)!.token;
}
