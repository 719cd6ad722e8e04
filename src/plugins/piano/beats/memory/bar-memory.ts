import { MOST_BEATS } from '../../../../music/beats/beat-map.js';
import { KEYS } from '../codec/vocabulary.js';
import { type BarElement, FIRST_CLASS, MEANINGS, TOKENS_OF_CLASS } from './bar-classes.js';

/** The kinds of prediction: the next note of a position, its first note, the next position, a length, a chord, the bar line. */
const KINDS = ['NOTE', 'FIRST', 'POSITION', 'LENGTH', 'CHORD', 'BAR'] as const;
type Kind = (typeof KINDS)[number];
const [NOTE, FIRST, POSITION, LENGTH, CHORD, BAR] = [0, 1, 2, 3, 4, 5] as const;
const ELEMENT_OF_KIND: Readonly<Record<Kind, BarElement>> = {
  NOTE: 'NOTE',
  FIRST: 'NOTE',
  POSITION: 'POSITION',
  LENGTH: 'LENGTH',
  CHORD: 'CHORD',
  BAR: 'BAR',
};

/** Capacity in bars and in notes. */
const BARS = 32;
const NOTES = 1024;
/** Lower bounds of the classes of the agreement rate, and of the number of consecutive agreements, without the first class. */
const RATES = [0.15, 0.3, 0.45, 0.6, 0.75, 0.9] as const;
const RUNS = [1, 3, 6, 12, 24] as const;
/** The agreement rate is an exponential moving average: its step, and its initial value. */
const PACE = 1 / 8;
const BEGIN = 0.25;

/** Distances with odds of their own; then come other multiples of four, then all others. */
const DISTANCES: readonly number[] = [1, 2, 4, 8, 16];
const RELATIONS = DISTANCES.length + 2;
/** (bars ago) */
const RELATION = Uint8Array.from({ length: BARS + 1 }, (_, bars) => {
  const known = DISTANCES.indexOf(bars);
  return known >= 0 ? known : bars % 4 === 0 ? DISTANCES.length : DISTANCES.length + 1;
});

/** Dimensions of the odds: kind, relation, whether notes are transposed with the chord, class of the rate, class of the run. */
export const BAR_ODDS_SHAPE = [KINDS.length, RELATIONS, 2, RATES.length + 1, RUNS.length + 1] as const;

/** A note in one integer: sixteenth (4 bits), pitch (7), length class (6). */
const noteOf = (slot: number, pitch: number, length: number) => (slot << 13) | (pitch << 6) | length;

/** What the next token may be: another note, a position, a chord or a bar line; the first note of a position; a length; anything else. */
const [REST, STRUCK, SOUNDING, OTHER] = [0, 1, 2, 3] as const;
/** The pitch before the first position of a beat. */
const UNSAID = -2;
const NONE = 99;
/** Lower bound of a class's probability. */
const LEAST = 1e-12;

/** The position in the stream, in the order of a snapshot. */
const PLACE = { state: 0, slot: 1, pitch: 2, beat: 3, root: 4, bars: 5, notes: 6 } as const;
const PLACES = Object.keys(PLACE).length;

/**
 * Recall of bars in a beat model: accompaniments repeat after one bar, tunes after four or eight. Each of the last 32 bars predicts
 * the next token, as it was or transposed with the chord. A prediction becomes likelier the longer its bar has agreed with the
 * present one. training/torch/bar_recall.py fits the odds by the same steps.
 */
export class BarMemory {
  readonly #place = new Int32Array(PLACES);
  /** Stored notes by bar, in order. */
  readonly #notes = new Int32Array(NOTES);
  /** Index of the first note of each stored bar; the last bar is the present one. (bar) */
  readonly #starts = new Int32Array(BARS + 2);
  /** Whether a beat has a chord token, and the root that holds there, -1 for none. (bar, beat) */
  readonly #hasChord = new Uint8Array((BARS + 1) * MOST_BEATS);
  readonly #roots = new Int8Array((BARS + 1) * MOST_BEATS);
  /** Agreement rate, and the number of consecutive agreements. (bars ago, transposed) */
  readonly #rates = new Float32Array(2 * (BARS + 1));
  readonly #runs = new Int32Array(2 * (BARS + 1));
  readonly #arrays = [
    this.#place,
    this.#notes,
    this.#starts,
    this.#hasChord,
    this.#roots,
    this.#rates,
    this.#runs,
  ] as const;
  readonly size = this.#arrays.reduce((sum, { length }) => sum + length, 0);

  /** The prediction of each bar: kind, -1 for none, and class. (bars ago, transposed) */
  readonly #kinds = new Int8Array(2 * (BARS + 1)).fill(-1);
  readonly #classes = new Int32Array(2 * (BARS + 1));
  /** Weight of each class, and the classes whose weight is not 0. */
  readonly #weights = new Float64Array(TOKENS_OF_CLASS.length);
  readonly #weighing: number[] = [];

  /** @param odds in the order of {@link BAR_ODDS_SHAPE} */
  constructor(private readonly odds: Float64Array) {
    this.clear();
  }

  /** Adds the next token, the player's or the model's. */
  push(token: number): void {
    const { range, kind, value, root } = MEANINGS[token]!;
    this.#updateAgreement(kind);
    const place = this.#place;
    if (range === 'BAR') this.#beginBar();
    else if (place[PLACE.bars]! > 0) {
      const bar = place[PLACE.bars]! - 1;
      if (range === 'CHORD' || range === 'NO_CHORD') {
        this.#hasChord[bar * MOST_BEATS + value] = 1;
        this.#roots.fill(root, bar * MOST_BEATS + value, (bar + 1) * MOST_BEATS);
        const slot = Math.max(place[PLACE.slot]!, 4 * value);
        this.#moveTo(REST, slot, UNSAID);
        place[PLACE.beat] = value;
        place[PLACE.root] = root;
      } else if (range === 'POSITION') this.#moveTo(STRUCK, value, -1);
      else if (range === 'NOTE') this.#moveTo(SOUNDING, place[PLACE.slot]!, value);
      else if (range === 'LENGTH') {
        this.#storeNote(noteOf(place[PLACE.slot]!, place[PLACE.pitch]!, value));
        place[PLACE.state] = REST;
      }
    }
    this.#predict();
  }

  #moveTo(state: number, slot: number, pitch: number): void {
    const place = this.#place;
    place[PLACE.state] = state;
    place[PLACE.slot] = slot;
    place[PLACE.pitch] = pitch;
  }

  /** Raises the logits (token) of the predicted tokens. `normaliser` is their log-sum-exp. */
  apply(logits: Float32Array, normaliser: number): void {
    for (const kind of this.#weighing) {
      const tokens = TOKENS_OF_CLASS[kind]!;
      let share = LEAST;
      for (const token of tokens) share += Math.exp(logits[token]! - normaliser);
      const more = Math.log1p(this.#weights[kind]! / share);
      for (const token of tokens) logits[token]! += more;
    }
  }

  /** Whether any bar predicts the next token. */
  get hasCandidates(): boolean {
    return this.#weighing.length > 0;
  }

  /** Updates the agreement of each bar with the class that came. */
  #updateAgreement(came: number): void {
    for (let column = 2; column < this.#kinds.length; column++) {
      const kind = this.#kinds[column]!;
      if (kind < 0 || kind === LENGTH) continue;
      const agrees = this.#classes[column] === came;
      const rate = this.#rates[column]!;
      this.#rates[column] = rate + PACE * (Number(agrees) - rate);
      this.#runs[column] = agrees ? this.#runs[column]! + 1 : 0;
    }
  }

  #storeNote(note: number): void {
    const place = this.#place;
    while (place[PLACE.notes] === NOTES && place[PLACE.bars]! > 1) this.#dropOldestBar();
    if (place[PLACE.notes] === NOTES) return;
    this.#notes[place[PLACE.notes]!] = note;
    place[PLACE.notes]!++;
    this.#starts[place[PLACE.bars]!] = place[PLACE.notes]!;
  }

  #beginBar(): void {
    const place = this.#place;
    if (place[PLACE.bars] === BARS + 1) this.#dropOldestBar();
    const bar = place[PLACE.bars]!;
    this.#starts[bar] = place[PLACE.notes]!;
    this.#starts[bar + 1] = place[PLACE.notes]!;
    this.#hasChord.fill(0, bar * MOST_BEATS, (bar + 1) * MOST_BEATS);
    this.#roots.fill(place[PLACE.root]!, bar * MOST_BEATS, (bar + 1) * MOST_BEATS);
    place[PLACE.bars]!++;
    this.#moveTo(OTHER, 0, UNSAID);
    place[PLACE.beat] = -1;
  }

  /** Removes the oldest bar. */
  #dropOldestBar(): void {
    const place = this.#place;
    const gone = this.#starts[1]!;
    this.#notes.copyWithin(0, gone, place[PLACE.notes]!);
    this.#starts.copyWithin(0, 1);
    for (let bar = 0; bar < this.#starts.length; bar++) this.#starts[bar]! -= gone;
    this.#hasChord.copyWithin(0, MOST_BEATS);
    this.#roots.copyWithin(0, MOST_BEATS);
    place[PLACE.notes]! -= gone;
    place[PLACE.bars]!--;
  }

  /** Computes the prediction of each bar. */
  #predict(): void {
    this.#kinds.fill(-1);
    for (const kind of this.#weighing) this.#weights[kind] = 0;
    this.#weighing.length = 0;
    const place = this.#place;
    if (place[PLACE.state] === OTHER) return;
    const now = place[PLACE.bars]! - 1;
    const beat = Math.floor(place[PLACE.slot]! / 4);
    for (let ago = 1; ago <= now; ago++) {
      const bar = now - ago;
      this.#predictFrom(bar, 2 * ago, 0);
      const held = this.#roots[bar * MOST_BEATS + beat]!;
      if (held < 0 || place[PLACE.root]! < 0) continue;
      const by = ((place[PLACE.root]! - held + 17) % 12) - 5;
      if (by !== 0) this.#predictFrom(bar, 2 * ago + 1, by);
    }
  }

  /** Adds the prediction of a bar, transposed by `by` semitones. */
  #predictFrom(bar: number, column: number, by: number): void {
    const place = this.#place;
    const [state, slot, pitch] = [place[PLACE.state]!, place[PLACE.slot]!, place[PLACE.pitch]!];
    const before = pitch - by;
    const unsaid = pitch === UNSAID;
    const [begin, end] = [this.#starts[bar]!, this.#starts[bar + 1]!];
    let [above, lowest, length, later] = [NONE, NONE, -1, NONE];
    for (let at = begin; at < end; at++) {
      const note = this.#notes[at]!;
      const itsSlot = note >> 13;
      if (itsSlot < slot) continue;
      if ((itsSlot > slot || unsaid) && itsSlot < later) later = itsSlot;
      if (itsSlot > slot) continue;
      const itsPitch = (note >> 6) & 127;
      if (itsPitch < lowest) lowest = itsPitch;
      if (itsPitch > before && itsPitch < above) above = itsPitch;
      if (itsPitch === before) length = note & 63;
    }
    if (state === STRUCK) {
      if (lowest < NONE) this.#addPrediction(column, FIRST, lowest + by);
    } else if (state === SOUNDING) {
      if (length >= 0) this.#addPrediction(column, LENGTH, length);
    } else if (!unsaid && above < NONE) this.#addPrediction(column, NOTE, above + by);
    else if (by === 0) {
      const chord = this.#nextChord(bar);
      if (chord < NONE && 4 * chord <= later && 4 * chord > slot - Number(unsaid))
        this.#addPrediction(column, CHORD, chord);
      else if (later < NONE) this.#addPrediction(column, POSITION, later);
      else this.#addPrediction(column, BAR, 0);
    }
  }

  #nextChord(bar: number): number {
    for (let beat = this.#place[PLACE.beat]! + 1; beat < MOST_BEATS; beat++)
      if (this.#hasChord[bar * MOST_BEATS + beat]) return beat;
    return NONE;
  }

  #addPrediction(column: number, kind: number, value: number): void {
    if ((kind === NOTE || kind === FIRST) && (value < 0 || value >= KEYS)) return;
    const found = FIRST_CLASS[ELEMENT_OF_KIND[KINDS[kind]!]] + value;
    this.#kinds[column] = kind;
    this.#classes[column] = found;
    const [, relations, moves, rates, runs] = BAR_ODDS_SHAPE;
    const relation = RELATION[column >> 1]!;
    const rate = classOf(this.#rates[column]!, RATES);
    const run = classOf(this.#runs[column]!, RUNS);
    const odd =
      this.odds[(((kind * relations + relation) * moves + (column & 1)) * rates + rate) * runs + run]!;
    if (this.#weights[found] === 0) this.#weighing.push(found);
    this.#weights[found]! += odd;
  }

  clear(): void {
    for (const array of this.#arrays) array.fill(0);
    this.#moveTo(OTHER, 0, UNSAID);
    this.#place[PLACE.beat] = -1;
    this.#place[PLACE.root] = -1;
    this.#rates.fill(BEGIN);
    this.#predict();
  }

  /** Writes the memory into `out` (size), without loss. */
  write(out: Float32Array): void {
    let at = 0;
    for (const array of this.#arrays) {
      out.set(array, at);
      at += array.length;
    }
  }

  read(values: Float32Array): void {
    let at = 0;
    for (const array of this.#arrays) {
      array.set(values.subarray(at, at + array.length));
      at += array.length;
    }
    this.#predict();
  }
}

/** The class of a number by the lower bounds of the classes. */
function classOf(value: number, ends: readonly number[]): number {
  let index = 0;
  while (index < ends.length && value >= ends[index]!) index++;
  return index;
}
