import type { TokenStream } from '../../../codec/codec.js';
import type { TuneType } from '../../../music/abc/tune-type.js';
import { NO_ACCIDENTAL, PITCHES, UNITS_AN_EIGHTH } from '../codec/grammar-tokens.js';
import { beforeCadence, type CadenceKind, zoneOf } from '../codec/live-cadence.js';
import type { PageState } from '../codec/live-page.js';
import { FolkStream } from '../codec/live-stream.js';
import { BAR, DURATIONS } from '../codec/live-writer.js';
import { WIDEST_LEAP } from '../codec/note-signs.js';
import { NoteWeights } from '../odds/note-odds.js';
import { oddsOfKind, type TuneOdds, UNTYPED } from '../odds/tune-odds.js';

/**
 * Biases for live playing, in nats (natural logarithm): how much more frequent something is in tunes by people than in
 * live answers.
 */
export interface LiveLeads {
  /** For scale steps at the end of a phrase. Shape: (zone, step above the tonic). For zones see live-cadence.ts. */
  readonly ends: Readonly<Record<CadenceKind, readonly (readonly number[])[]>>;
  /** For a length that makes the current note end the phrase. */
  readonly fills: Readonly<Record<CadenceKind, number>>;
  /** For the interval across a bar line, in staff steps up or down. Shape: (0 to {@link WIDEST_LEAP}). */
  readonly overBars: readonly number[];
}

/**
 * Log ratio of frequencies between people's second parts and the network's answers to their first parts: the mean of
 * the last two of five rounds of scripts/live-tunes.mjs on 300 training tunes. Limited to ±2.5 except for `fills`. No
 * half close begins two beats before its end, so that zone has no bias.
 */
export const LEADS: LiveLeads = {
  ends: {
    half: [
      [0, 0, 0, 0, 0, 0, 0],
      [-1.6, 2.0, 1.1, -0.9, 1.2, 2.5, 2.1],
      [-0.9, 0.9, -0.6, 0.6, -0.1, 0.1, 0.6],
    ],
    close: [
      [1.4, -1.9, -2.5, -2.5, -2.1, -2.5, -0.4],
      [0.6, -2.5, -0.8, -1.8, -0.4, -1.8, -2.5],
      [1.1, -0.2, -2.3, -0.5, -2.5, 1.0, 0.2],
    ],
  },
  fills: { half: 0.8, close: 4.5 },
  overBars: [-0.9, 0.4, 0, -0.4, -1.1, -0.8, -1.2, -1.2, -0.9],
};

/**
 * Biases a network that hears only its own output towards what tunes by people have more of: notes and steps, by the
 * odds in the model folder, and phrase endings. Live output is a single line drawn once, without particles to choose
 * from, so only the next token can be biased.
 */
export class LiveLead {
  readonly #notes = new Map<TuneType | null, NoteWeights | undefined>();

  constructor(
    private readonly odds: TuneOdds | undefined,
    private readonly leads: LiveLeads = LEADS,
  ) {}

  /** Adds the bias to `logits` (class), scaled by `firmness`. Returns whether it added anything. */
  lead(logits: Float32Array, stream: TokenStream, firmness: number): boolean {
    if (!(firmness > 0) || !(stream instanceof FolkStream)) return false;
    const { written, begun } = stream;
    const notes = this.#notesOf(written.tune.type);
    notes?.weigh(logits, written.step, firmness);
    if (written.triplet !== null) return notes !== undefined;
    const over = this.#leadOverBar(logits, written, firmness);
    const towards = this.#leadToEnd(logits, written, begun, firmness);
    return towards || over || notes !== undefined;
  }

  #leadOverBar(logits: Float32Array, { step, at, tune }: PageState, firmness: number): boolean {
    if (step === null || at % tune.bar !== 0) return false;
    for (const { token, step: to } of PITCHES)
      logits[token]! += firmness * this.leads.overBars[Math.min(WIDEST_LEAP, Math.abs(to - step))]!;
    return true;
  }

  #notesOf(type: TuneType | null): NoteWeights | undefined {
    if (!this.#notes.has(type)) {
      const odds = oddsOfKind(this.odds, type ?? UNTYPED);
      this.#notes.set(type, odds && new NoteWeights(odds.notes));
    }
    return this.#notes.get(type);
  }

  #leadToEnd(logits: Float32Array, page: PageState, begun: boolean, firmness: number): boolean {
    const next = beforeCadence(page, page.at + (begun ? UNITS_AN_EIGHTH : 0));
    const zone = next && zoneOf(next.left, page.tune.beat);
    if (next && zone !== null) {
      const leads = this.leads.ends[next.kind][zone]!;
      for (let index = 0; index < PITCHES.length; index++) {
        const degree = DEGREES[index]!;
        if (degree >= 0) logits[PITCHES[index]!.token]! += firmness * leads[degree]!;
      }
    }
    const ends = begun ? beforeCadence(page, page.at) : null;
    if (ends === null || zoneOf(ends.left, page.tune.beat) === null) return zone !== null;
    // An eighth has no length token: the bar line ends it.
    const filling = ends.left === UNITS_AN_EIGHTH ? BAR : DURATIONS.get(ends.left);
    if (filling !== undefined) logits[filling]! += firmness * this.leads.fills[ends.kind];
    return true;
  }
}

/** Step above the tonic of each entry of PITCHES; -1 if it has a sharp or flat. */
const DEGREES = Int8Array.from(PITCHES, ({ step, accidental }) =>
  accidental === NO_ACCIDENTAL || accidental === 0 ? ((step % 7) + 7) % 7 : -1,
);
