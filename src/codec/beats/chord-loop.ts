import { MOST_BEATS } from '../../music/beats/beat-map.js';
import { QUALITIES } from '../../music/chords/chord.js';
import { beatVocabulary, START } from './vocabulary.js';

/** So many bars ago. */
const DISTANCES = [1, 2, 4, 8, 12, 16] as const;
const MOST_ALIKE = 4;
/** Bars that are looked back to, the present one too. */
const KEPT = Math.max(...DISTANCES) + MOST_ALIKE + 1;

/**
 * Logarithms of the odds that a chord is the one of so many bars ago, against what the network finds: on the first beat of a bar, and on
 * any other; by distance; by how many of the last bars, up to four, begin with the chord of those as long before them. A model folder says
 * them; training/torch/chord_loop.py fits them.
 */
export type ChordOdds = readonly (readonly (readonly number[])[])[];

/** How many odds there are: place, distance, bars alike. */
export const CHORD_ODDS_SHAPE = [2, DISTANCES.length, MOST_ALIKE + 1] as const;

/** Tokens that say a chord, or none, on one beat. (beat) (chord) */
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

/** Which chord a token says, and on which beat. */
const PLACES: ReadonlyMap<number, { readonly beat: number; readonly chord: number }> = new Map(
  CHORDS.flatMap((tokens, beat) => Array.from(tokens, (token, chord) => [token, { beat, chord }] as const)),
);

/**
 * Songs go round in loops of chords, which a recurrent network of this size does not keep for long. So the chords of the bars so far are
 * remembered, and where the last bars are as those some bars ago, the chord that came next then is the likelier to come now. How likely
 * a chord is said at all, on this beat, is left to the network.
 */
export class ChordLoop {
  /** (bar) (beat) the chord that was said there, -1 for none: the last {@link KEPT} bars. */
  #bars: Int16Array[] = [];
  /** Whether a chord may come next. */
  #mayCome = true;
  readonly #odds: ChordOdds;
  /** Numbers that {@link write} fills. */
  readonly size = 2 + KEPT * MOST_BEATS;

  constructor(odds: ChordOdds) {
    this.#odds = odds;
  }

  /** One that has heard the same. */
  copy(): ChordLoop {
    const other = new ChordLoop(this.#odds);
    for (const bar of this.#bars) other.#bars.push(bar.slice());
    other.#mayCome = this.#mayCome;
    return other;
  }

  /** A token of the stream, whoever's. */
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

  /** Writes what was heard into `out`, of {@link size}. */
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

  /** Leans `logits` (token) to the chords of bars before; they are written anew where it has something to say. */
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

  /** The odds of chords on a beat of the present bar, against the network's own. */
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

  /** How many bars before `now` begin with the chord of those `distance` bars before them. */
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
