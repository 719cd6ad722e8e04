import { MOST_BEATS } from '../../music/beats/beat-map.js';
import { type BarElement, FIRST_CLASS, MEANINGS, TOKENS_OF_CLASS } from './bar-classes.js';
import { KEYS } from './vocabulary.js';

/** What a bar says of the next token: a note above at this position, the first note of it, the next position, a length, a chord, the bar line. */
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

/** So many bars back, and notes that are kept of them. */
const BARS = 32;
const NOTES = 1024;
/** Which share agreed so far, and how many in a row, in classes: their lower ends but the first. */
const RATES = [0.15, 0.3, 0.45, 0.6, 0.75, 0.9] as const;
const RUNS = [1, 3, 6, 12, 24] as const;
/** How fast the share follows, and where it begins. */
const PACE = 1 / 8;
const BEGIN = 0.25;

/** 1, 2, 4, 8, 16 bars ago; other multiples of four; any other. */
const DISTANCES: readonly number[] = [1, 2, 4, 8, 16];
const RELATIONS = DISTANCES.length + 2;
/** (bars ago) */
const RELATION = Uint8Array.from({ length: BARS + 1 }, (_, bars) => {
  const known = DISTANCES.indexOf(bars);
  return known >= 0 ? known : bars % 4 === 0 ? DISTANCES.length : DISTANCES.length + 1;
});

/** What odds go by: kind, relation, whether notes are moved with the chord, class of the share, class of the run. */
export const BAR_ODDS_SHAPE = [KINDS.length, RELATIONS, 2, RATES.length + 1, RUNS.length + 1] as const;

/** A note as one number: its sixteenth, pitch and length, which need four, seven and six bits. */
const noteOf = (slot: number, pitch: number, length: number) => (slot << 13) | (pitch << 6) | length;

/** What may come next: a note above, a position, a chord or a bar line; the first note of a position; a length; anything else. */
const [REST, STRUCK, SOUNDING, OTHER] = [0, 1, 2, 3] as const;
/** The pitch where no position was said yet. */
const UNSAID = -2;
const NONE = 99;
/** No class counts as less likely to the network. */
const LEAST = 1e-12;

/** Where a stream stands, in the order in which it is written down. */
const PLACE = { state: 0, slot: 1, pitch: 2, beat: 3, root: 4, bars: 5, notes: 6 } as const;
const PLACES = Object.keys(PLACE).length;

/**
 * The bars of one stream, which come back: accompaniments after one, tunes after four or eight. What the bar so many bars ago would say next, were
 * it played again, is the likelier the longer the two have agreed, and where the chord is another one, its notes may be moved with the chord.
 * training/torch/bar_recall.py fits the odds by the same steps.
 */
export class BarMemory {
  readonly #place = new Int32Array(PLACES);
  /** Kept notes by bar, as they came. */
  readonly #notes = new Int32Array(NOTES);
  /** Where each kept bar's notes begin; the last one is the present. (bar) */
  readonly #starts = new Int32Array(BARS + 2);
  /** Whether a beat says a chord, and the root that holds on it, -1 for none. (bar, beat) */
  readonly #hasChord = new Uint8Array((BARS + 1) * MOST_BEATS);
  readonly #roots = new Int8Array((BARS + 1) * MOST_BEATS);
  /** Which share of what was said so far apart agreed, and how many in a row. (bars ago, moved) */
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

  /** What each bar says of the next token: kind, -1 for nothing, and class. (bars ago, moved) */
  readonly #kinds = new Int8Array(2 * (BARS + 1)).fill(-1);
  readonly #classes = new Int32Array(2 * (BARS + 1));
  /** How much each class weighs, and which ones weigh something. */
  readonly #weights = new Float64Array(TOKENS_OF_CLASS.length);
  readonly #weighing: number[] = [];

  /** `odds`: e to the power of what the folder says, in the order of {@link BAR_ODDS_SHAPE}. */
  constructor(private readonly odds: Float64Array) {
    this.clear();
  }

  /** Takes the next token, whoever's. */
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
        this.#moveTo(REST, slot, UNSAID, value, root);
      } else if (range === 'POSITION') this.#moveTo(STRUCK, value, -1);
      else if (range === 'NOTE') this.#moveTo(SOUNDING, place[PLACE.slot]!, value);
      else if (range === 'LENGTH') {
        this.#storeNote(noteOf(place[PLACE.slot]!, place[PLACE.pitch]!, value));
        place[PLACE.state] = REST;
      }
    }
    this.#predict();
  }

  #moveTo(state: number, slot: number, pitch: number, beat?: number, root?: number): void {
    const place = this.#place;
    place[PLACE.state] = state;
    place[PLACE.slot] = slot;
    place[PLACE.pitch] = pitch;
    if (beat !== undefined) place[PLACE.beat] = beat;
    if (root !== undefined) place[PLACE.root] = root;
  }

  /** Raises the logits (token) of what bars say; a distribution does not change by what all tokens have in common. */
  apply(logits: Float32Array, normaliser: number): void {
    for (const kind of this.#weighing) {
      const tokens = TOKENS_OF_CLASS[kind]!;
      let share = LEAST;
      for (const token of tokens) share += Math.exp(logits[token]! - normaliser);
      const more = Math.log1p(this.#weights[kind]! / share);
      for (const token of tokens) logits[token]! += more;
    }
  }

  /** Whether there is anything to lean to. */
  get hasCandidates(): boolean {
    return this.#weighing.length > 0;
  }

  /** Who foretold what has come agrees. */
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
    this.#moveTo(OTHER, 0, UNSAID, -1);
  }

  /** Forgets the oldest bar. */
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

  /** What each bar says of the next token. */
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

  /** Asks a bar, moved by so many semitones, what comes next. */
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
    this.#moveTo(OTHER, 0, UNSAID, -1, -1);
    this.#rates.fill(BEGIN);
    this.#predict();
  }

  /** Into `out` (size): floats hold all of it. */
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

/** How many of the lower ends a number reaches. */
function classOf(value: number, ends: readonly number[]): number {
  let index = 0;
  while (index < ends.length && value >= ends[index]!) index++;
  return index;
}
