import type { BeatNote } from '../gestures/classify.js';
import { EARLY_BEATS } from '../gestures/classify.js';
import { stepOf } from '../harmony/chord.js';
import { type Figure, type FigureAttack, type PlayedBeat, QUARTERS, RINGS } from './figure.js';

/** Notes this near together begin at once. In beats. */
const TOGETHER = 1 / 12;
/** A hand holds from two to so many tones. */
const MOST_TONES = 5;

type Bare = Pick<Figure, 'attacks' | 'hand'>;

/** The line of a part in one beat as a figure; null where it is no line of this scale, or nothing begins. `which`: the note of each attack that is the line. */
export function lineFigure(
  notes: readonly BeatNote[],
  { step, harmony }: PlayedBeat,
  which: 'highest' | 'lowest',
): Bare | null {
  const line = attacksIn(notes, step).map((group) =>
    group.reduce((best, note) =>
      (which === 'highest' ? note.pitch > best.pitch : note.pitch < best.pitch) ? note : best,
    ),
  );
  const steps = line.map(({ pitch }) => stepOf(harmony, pitch));
  const first = steps[0];
  if (first === undefined || first === null || steps.includes(null)) return null;
  const attacks = line.map((note, index): FigureAttack => {
    const above = index === 0 ? ((first % 7) + 7) % 7 : steps[index]! - first;
    return { ...timesOf(note, step), step: above, tones: 0, accent: 0 };
  });
  return distinct(attacks) ? { attacks, hand: 0 } : null;
}

/** What a hand that holds a chord does in one beat; null where nothing begins, or the hand holds too many tones, or one alone. */
export function handFigure(notes: readonly BeatNote[], { step }: PlayedBeat): Bare | null {
  const groups = attacksIn(notes, step);
  const held = [...new Set(groups.flat().map(({ pitch }) => pitch))].sort((a, b) => a - b);
  if (held.length < 1 || held.length > MOST_TONES) return null;
  const attacks = groups.map((group): FigureAttack => {
    const longest = group.reduce((best, note) => (note.end > best.end ? note : best));
    const tones = group.reduce((bits, { pitch }) => bits | (1 << held.indexOf(pitch)), 0);
    return { ...timesOf(longest, step, group[0]!.start), step: null, tones, accent: 0 };
  });
  return distinct(attacks) ? { attacks, hand: held.length } : null;
}

/** Notes that begin in the step, those together grouped. */
export function attacksIn(notes: readonly BeatNote[], step: number): BeatNote[][] {
  const from = step - EARLY_BEATS;
  const groups: BeatNote[][] = [];
  for (const note of notes) {
    if (note.start < from || note.start >= from + 1) continue;
    const group = groups.at(-1);
    if (group && note.start - group[0]!.start < TOGETHER) group.push(note);
    else groups.push([note]);
  }
  return groups;
}

function timesOf({ start, end }: BeatNote, step: number, began = start): Pick<FigureAttack, 'at' | 'length'> {
  const at = Math.min(QUARTERS - 1, Math.max(0, Math.round((began - step) * QUARTERS)));
  const length = Math.max(1, Math.round((end - began) * QUARTERS));
  return { at, length: at + length > QUARTERS ? RINGS : length };
}

/** Two attacks in one quarter are none of the grid. */
function distinct(attacks: readonly FigureAttack[]): boolean {
  return attacks.every(({ at }, index) => index === 0 || at > attacks[index - 1]!.at);
}
