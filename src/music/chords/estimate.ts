import type { Note } from '../note.js';
import type { Seconds } from '../units.js';
import { type Chord, QUALITIES, type Quality } from './chord.js';

/** Weights of pitch classes for each quality, by semitones above the root: chord tones, most of all those that distinguish the quality. */
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

/** Weights of a pitch class outside the chord, of the root, of the root in the bass, and of another chord tone in the bass. */
const FOREIGN = -0.9;
const ROOT = 0.15;
const ROOT_IN_BASS = 0.35;
const TONE_IN_BASS = 0.1;
/** Costs of a change of chord: on the first beat of a bar, on the third of four, on any other. */
const CHANGE = { bar: 0.2, half: 0.25, beat: 0.5 };
/** A beat with less sound than this gives no evidence. */
const SILENT = 0.05;
const KINDS = QUALITIES.length;

/** All chords: 12 roots of each quality. */
const CHORDS: readonly Chord[] = QUALITIES.flatMap((quality) =>
  Array.from({ length: 12 }, (_, root): Chord => ({ root, quality })),
);

/** Weight of each pitch class for each chord. (chord) (pitch class) */
const WEIGHTS: readonly Float64Array[] = CHORDS.map(({ root, quality }) =>
  Float64Array.from({ length: 12 }, (_, pc) => {
    const above = (pc - root + 12) % 12;
    if (!TEMPLATES[quality].tones.includes(above)) return FOREIGN;
    return 1 + (above === 0 ? ROOT : 0);
  }),
);

/** The metric position of a beat, which decides the cost of a change of chord. */
export type Place = keyof typeof CHANGE;

/** The score of each of {@link CHORDS} in a beat; null where too little sounds. */
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
 * Estimates the chord of each beat: pitch classes against templates, the bass, and a cost for changes, above all within a bar (Viterbi
 * decoding over all beats so far). Later beats change the chords of earlier ones only where these are ambiguous.
 */
export class ChordListener {
  /** Score of the best path that ends in each chord. */
  #scores = new Float64Array(12 * KINDS);
  /** Back pointers of the best paths. (beat) (chord) */
  readonly #from: Int16Array[] = [];
  #hasEvidence = false;

  /** Adds a beat from `from` until `until`, with the notes that sounded in it. */
  beat(notes: readonly Note[], from: Seconds, until: Seconds, place: Place): void {
    const said = evidence(notes, from, until);
    const scores = new Float64Array(this.#scores.length);
    const came = new Int16Array(this.#scores.length);
    let best = 0;
    for (let chord = 1; chord < this.#scores.length; chord++)
      if (this.#scores[chord]! > this.#scores[best]!) best = chord;
    const changed = this.#scores[best]! - (this.#hasEvidence ? CHANGE[place] : 0);
    for (let chord = 0; chord < scores.length; chord++) {
      const stays = this.#scores[chord]! >= changed;
      came[chord] = stays ? chord : best;
      scores[chord] = (stays ? this.#scores[chord]! : changed) + (said?.[chord] ?? 0);
    }
    if (said !== null) this.#hasEvidence = true;
    this.#scores = scores;
    this.#from.push(came);
  }

  /** The chord of each beat; null before the first evidence. */
  chords(): (Chord | null)[] {
    if (!this.#hasEvidence) return this.#from.map(() => null);
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
