import { MOST_BEATS } from '../../../../music/beats/beat-map.js';
import { QUALITIES } from '../../../../music/chords/chord.js';
import { beatVocabulary, START } from '../codec/vocabulary.js';

/** Distances in bars of the chords that may come again. */
const DISTANCES = [1, 2, 4, 8, 12, 16] as const;
const MOST_ALIKE = 4;
/** Number of bars that are stored, with the present one. */
const KEPT = Math.max(...DISTANCES) + MOST_ALIKE + 1;

/**
 * Log-odds, against the network, that a chord is the one of some bars ago: (first beat of a bar or another, distance, number of the
 * last bars, up to four, that began with the chord of the bar at that distance). A model folder has them; training/torch/chord_loop.py
 * fits them.
 */
export type ChordOdds = readonly (readonly (readonly number[])[])[];

/** Dimensions of the log-odds: place, distance, number of bars alike. */
export const CHORD_ODDS_SHAPE = [2, DISTANCES.length, MOST_ALIKE + 1] as const;

/** The CHORD and NO_CHORD tokens of each beat. (beat) (chord) */
const CHORDS: readonly Int32Array[] = Array.from({ length: MOST_BEATS }, (_, beat) =>
  Int32Array.from([
    ...Array.from({ length: 12 * QUALITIES.length }, (_, chord) =>
      beatVocabulary.token('CHORD', {
        root: Math.floor(chord / QUALITIES.length),
        quality: chord % QUALITIES.length,
        beat,
      }),
    ),
    beatVocabulary.token('NO_CHORD', { beat }),
  ]),
);

/** Chord and beat of each such token. */
const PLACES: ReadonlyMap<number, { readonly beat: number; readonly chord: number }> = new Map(
  CHORDS.flatMap((tokens, beat) => Array.from(tokens, (token, chord) => [token, { beat, chord }] as const)),
);

/**
 * A memory of chord loops: songs repeat their chords, which a recurrent network of this size forgets. Where the last bars have the
 * chords of those some bars ago, the chord that followed then becomes likelier. The probability of any chord token at all is left
 * to the network.
 */
export class ChordLoop {
  /** (bar) (beat) the chord there, -1 for none: the last {@link KEPT} bars. */
  #bars: Int16Array[] = [];
  /** Whether a chord token may come next. */
  #mayCome = true;
  readonly #odds: ChordOdds;
  /** How many numbers {@link write} writes. */
  readonly size = 2 + KEPT * MOST_BEATS;

  constructor(odds: ChordOdds) {
    this.#odds = odds;
  }

  /** A copy. */
  copy(): ChordLoop {
    const other = new ChordLoop(this.#odds);
    for (const bar of this.#bars) other.#bars.push(bar.slice());
    other.#mayCome = this.#mayCome;
    return other;
  }

  /** Adds the next token, the player's or the model's. */
  push(token: number): void {
    const { range } = beatVocabulary.read(token);
    if (token === START) this.#bars = [];
    if (range === 'BAR') {
      this.#bars.push(new Int16Array(MOST_BEATS).fill(-1));
      if (this.#bars.length > KEPT) this.#bars.shift();
    }
    this.#mayCome = range !== 'POSITION' && range !== 'NOTE';
    const said = PLACES.get(token);
    const bar = this.#bars.at(-1);
    if (said && bar) bar[said.beat] = said.chord;
  }

  /** Writes the memory into `out` (size). */
  write(out: Float32Array): void {
    out.fill(0);
    out[0] = this.#bars.length;
    out[1] = Number(this.#mayCome);
    for (const [bar, chords] of this.#bars.entries()) out.set(chords, 2 + bar * MOST_BEATS);
  }

  read(values: Float32Array): void {
    this.#mayCome = values[1] === 1;
    this.#bars = Array.from({ length: values[0]! }, (_, bar) =>
      Int16Array.from(values.subarray(2 + bar * MOST_BEATS, 2 + (bar + 1) * MOST_BEATS)),
    );
  }

  /** Raises the logits (token) of chords that earlier bars predict. */
  apply(logits: Float32Array): void {
    if (!this.#mayCome) return;
    for (const [beat, tokens] of CHORDS.entries()) {
      const odds = this.#oddsOf(beat);
      if (odds.size === 0) continue;
      const highest = tokens.reduce(
        (most, token) => Math.max(most, logits[token]!),
        Number.NEGATIVE_INFINITY,
      );
      const sum = tokens.reduce((sum, token) => sum + Math.exp(logits[token]! - highest), 0);
      const all = [...odds.values()].reduce((sum, odd) => sum + odd, 1);
      for (const [chord, token] of tokens.entries()) {
        const share = Math.exp(logits[token]! - highest) / sum;
        logits[token] = highest + Math.log(sum * ((share + (odds.get(chord) ?? 0)) / all));
      }
    }
  }

  /** Odds of the predicted chords on a beat of the present bar, against the network. */
  #oddsOf(beat: number): Map<number, number> {
    const now = this.#bars.length - 1;
    const odds = new Map<number, number>();
    for (const [index, distance] of DISTANCES.entries()) {
      const chord = this.#bars[now - distance]?.[beat] ?? -1;
      if (chord < 0) continue;
      const odd = Math.exp(this.#odds[beat === 0 ? 0 : 1]![index]![this.#alike(now, distance)]!);
      odds.set(chord, (odds.get(chord) ?? 0) + odd);
    }
    return odds;
  }

  /** Number of consecutive bars before `now` that begin with the chord of the bar `distance` bars before. */
  #alike(now: number, distance: number): number {
    let alike = 0;
    while (alike < MOST_ALIKE) {
      const [one, other] = [this.#bars[now - 1 - alike], this.#bars[now - 1 - alike - distance]];
      if (one === undefined || other === undefined || one[0] !== other[0]) break;
      alike++;
    }
    return alike;
  }
}
