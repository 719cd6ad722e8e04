import type { Note } from '../note.js';
import type { Seconds } from '../units.js';
import { type Chord, QUALITIES, type Quality } from './chord.js';

/** What the pitch classes that sound say for each kind of chord, by semitones above its root: chord tones, most of all those that tell it from others. */
const TEMPLATES: Readonly<Record<Quality, { readonly tones: readonly number[]; readonly prior: number }>> = {
  maj: { tones: [0, 4, 7], prior: 0 },
  min: { tones: [0, 3, 7], prior: 0 },
  '7': { tones: [0, 4, 7, 10], prior: -0.3 },
  maj7: { tones: [0, 4, 7, 11], prior: -0.35 },
  min7: { tones: [0, 3, 7, 10], prior: -0.3 },
  sus4: { tones: [0, 5, 7], prior: -0.35 },
  sus2: { tones: [0, 2, 7], prior: -0.3 },
  dim: { tones: [0, 3, 6], prior: -0.2 },
  aug: { tones: [0, 4, 8], prior: -0.3 },
};

/** What a pitch class weighs that is no tone of the chord, that is its root, and the root in the bass. */
const FOREIGN = -0.9;
const ROOT = 0.15;
const ROOT_IN_BASS = 0.35;
const TONE_IN_BASS = 0.1;
/** What another chord costs, on the first beat of a bar, on the third of four, and on any other. */
const CHANGE = { bar: 0.2, half: 0.25, beat: 0.5 };
/** Below so much sound in a beat nothing is heard. */
const SILENT = 0.05;
const KINDS = QUALITIES.length;

/** All chords: 12 roots of each quality. */
const CHORDS: readonly Chord[] = QUALITIES.flatMap((quality) =>
  Array.from({ length: 12 }, (_, root): Chord => ({ root, quality })),
);

/** (chord) (pitch class) what it weighs where it sounds. */
const WEIGHTS: readonly Float64Array[] = CHORDS.map(({ root, quality }) =>
  Float64Array.from({ length: 12 }, (_, pc) => {
    const above = (pc - root + 12) % 12;
    if (!TEMPLATES[quality].tones.includes(above)) return FOREIGN;
    return 1 + (above === 0 ? ROOT : 0);
  }),
);

/** How strong the place of a beat is for a change of harmony. */
export type Place = keyof typeof CHANGE;

/** What a beat says for each of {@link CHORDS}; null where too little sounds. */
function evidence(notes: readonly Note[], from: Seconds, until: Seconds): Float64Array | null {
  const weights = new Float64Array(12);
  let total = 0;
  let bass = -1;
  let lowest = 128;
  for (const { pitch, start, end, velocity } of notes) {
    const sounds = Math.min(end, until) - Math.max(start, from);
    if (sounds <= 0) continue;
    const share = (sounds / (until - from)) * (0.5 + velocity / 127);
    weights[pitch % 12]! += share;
    total += share;
    if (pitch < lowest && sounds > 0.15 * (until - from)) [lowest, bass] = [pitch, pitch % 12];
  }
  if (total < SILENT) return null;
  const scores = new Float64Array(12 * KINDS);
  for (const [index, { root, quality }] of CHORDS.entries()) {
    const { tones, prior } = TEMPLATES[quality];
    const tells = WEIGHTS[index]!;
    let score = prior;
    for (let pc = 0; pc < 12; pc++) score += (weights[pc]! / total) * tells[pc]!;
    if (bass === root) score += ROOT_IN_BASS;
    else if (bass >= 0 && tones.includes((bass - root + 12) % 12)) score += TONE_IN_BASS;
    scores[index] = score;
  }
  return scores;
}

/**
 * Names the chord of each beat from what sounds there: pitch classes against templates, the bass, and that chords stay, most of
 * all within a bar (Viterbi's way through all beats so far). What is heard later changes earlier beats no more than they are doubtful.
 */
export class ChordListener {
  /** The best way that ends in each chord. */
  #scores = new Float64Array(12 * KINDS);
  /** (beat) where the best way to each chord came from. */
  readonly #from: Int16Array[] = [];
  #heard = false;

  /** A beat has passed: the notes that sounded in it. */
  beat(notes: readonly Note[], from: Seconds, until: Seconds, place: Place): void {
    const said = evidence(notes, from, until);
    const scores = new Float64Array(this.#scores.length);
    const came = new Int16Array(this.#scores.length);
    let best = 0;
    for (let chord = 1; chord < this.#scores.length; chord++)
      if (this.#scores[chord]! > this.#scores[best]!) best = chord;
    const changed = this.#scores[best]! - (this.#heard ? CHANGE[place] : 0);
    for (let chord = 0; chord < scores.length; chord++) {
      const stays = this.#scores[chord]! >= changed;
      came[chord] = stays ? chord : best;
      scores[chord] = (stays ? this.#scores[chord]! : changed) + (said?.[chord] ?? 0);
    }
    if (said !== null) this.#heard = true;
    this.#scores = scores;
    this.#from.push(came);
  }

  /** The chord of each beat; null where nothing was heard yet. */
  chords(): (Chord | null)[] {
    if (!this.#heard) return this.#from.map(() => null);
    let at = 0;
    for (let chord = 1; chord < this.#scores.length; chord++)
      if (this.#scores[chord]! > this.#scores[at]!) at = chord;
    const found: Chord[] = [];
    for (let beat = this.#from.length - 1; beat >= 0; beat--) {
      found.push(CHORDS[at]!);
      at = this.#from[beat]![at]!;
    }
    return found.reverse();
  }
}
