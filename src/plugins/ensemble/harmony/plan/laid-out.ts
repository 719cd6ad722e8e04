import { mod12, TRIADS } from '../chord.js';
import type { PlannedChord } from './bass.js';
import { type Phrase, sectionsOf } from './phrases.js';
import type { Cadence, HarmonicPlan, PlannedBeat } from './plan.js';
import { DOMINANTS, HOMES, type Mode } from './tables.js';

/** A chord with all that is planned of it, and the beat with which it begins. */
export type WholeChord = PlannedChord & Pick<PlannedBeat, 'quality' | 'bass'> & { readonly from: number };

interface Laid {
  readonly phrases: readonly Phrase[];
  /** One after the other, the first from beat 0 on. */
  readonly chords: readonly WholeChord[];
  readonly mode: Mode;
}

/** Chords and phrases as a plan, beat by beat. `bar`: beats of a bar; `count`: beats to plan. */
export function laidOut({ phrases, chords, mode }: Laid, bar: number, count: number): HarmonicPlan {
  const beats: PlannedBeat[] = [];
  const sections = sectionsOf(phrases);
  let [chord, phrase] = [0, 0];
  for (let beat = 0; beat < count; beat++) {
    while (chords[chord + 1] !== undefined && chords[chord + 1]!.from <= beat) chord++;
    const at = Math.floor(beat / bar);
    while (phrases[phrase + 1] !== undefined && phrases[phrase + 1]!.from <= at) phrase++;
    const whole = chords[chord]!;
    const { from, bars } = phrases[phrase]!;
    const closes = at - from === bars - 1;
    beats.push({
      harmony: { tonic: whole.tonic, root: rootOf(whole), triad: whole.chord % TRIADS.length },
      ...{ quality: whole.quality, bass: whole.bass, begins: whole.from === beat },
      ...{ section: letterOf(sections[phrase]!), bar: at - from, bars },
      cadence: closes ? cadenceOf(chordsIn(chords, phrases[phrase]!, bar), mode) : null,
    });
  }
  return beats;
}

function rootOf({ tonic, chord }: PlannedChord): number {
  return mod12(tonic + Math.floor(chord / TRIADS.length));
}

/** A to Z, then AA and so on. */
function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter;
}

/** The chords that sound in a phrase. */
function chordsIn(chords: readonly WholeChord[], { from, bars }: Phrase, bar: number): number[] {
  const [begins, ends] = [from * bar, (from + bars) * bar];
  return chords
    .filter((each, index) => each.from < ends && (chords[index + 1]?.from ?? ends) > begins)
    .map(({ chord }) => chord);
}

function cadenceOf(chords: readonly number[], mode: Mode): Cadence | null {
  const last = chords.at(-1)!;
  if (DOMINANTS[mode]!.includes(last)) return 'half';
  const before = chords.findLast((chord) => chord !== last);
  return last === HOMES[mode] && before !== undefined && leadsHome(before, mode) ? 'full' : null;
}

/** Whether a chord is the dominant of a home, or its subdominant. */
function leadsHome(chord: number, mode: Mode): boolean {
  const [five, four] = [7, 5].map((above) => mod12(Math.floor(HOMES[mode] / TRIADS.length) + above));
  const root = Math.floor(chord / TRIADS.length);
  return root === five || root === four || DOMINANTS[mode]!.includes(chord);
}
