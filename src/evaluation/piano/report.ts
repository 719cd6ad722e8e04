import type { Note } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import { type Comparisons, compare, strangersOf } from './compare.js';
import { FAULTS, type Fault, faultsOf } from './degenerate.js';
import type { Excerpt } from './excerpts.js';
import { pooled, sharesOf } from './features.js';
import { HISTOGRAMS, type HistogramName, measure } from './measures.js';

/** A model's continuations of prompts: notes with times from the start of each continuation, cut at its end. (prompt) */
export type Continuations = readonly (readonly Note[])[];

/** Measurements of a player. */
export interface PlayerReport {
  readonly comparisons: Comparisons;
  /** Shares of degenerate continuations, in total and by fault. */
  readonly degenerate: Readonly<Record<Fault | 'any', number>>;
  /** The prompts with degenerate continuations, and their faults. */
  readonly cases: readonly { readonly prompt: number; readonly faults: readonly Fault[] }[];
  /** Histograms over all prompts, as shares. (bin) */
  readonly histograms: Readonly<Record<HistogramName, readonly number[]>>;
}

export interface PianoReport {
  readonly prompts: number;
  readonly pieces: number;
  /** The true continuations. */
  readonly human: PlayerReport;
  /** The continuation of a prompt from another piece: human music, but by somebody who did not hear this prompt. */
  readonly stranger: PlayerReport;
  /** (model) */
  readonly models: readonly PlayerReport[];
}

/** Measures models' continuations of the excerpts' prompts, and the true ones. Seeded. */
export function report(
  excerpts: readonly Excerpt[],
  models: readonly Continuations[],
  options: { readonly seconds: Seconds; readonly seed: number },
): PianoReport {
  const { seconds, seed } = options;
  const pieceOf = excerpts.map(({ piece }) => piece);
  const followed = excerpts.map((excerpt) => excerpt.followed);
  const strangers = strangersOf(pieceOf, seed).map((other) => followed[other]!);
  const all = [followed, strangers, ...models];
  const measured = all.map((played) =>
    played.map((notes, index) => measure(excerpts[index]!.prompt, notes, seconds)),
  );
  const compared = compare(pieceOf, measured[0]!, measured, seed);
  const [human, stranger, ...players] = all.map((played, index): PlayerReport => {
    const shares = (name: HistogramName) => sharesOf(pooled(measured[index]!, name));
    return {
      comparisons: compared[index]!,
      ...faultsIn(played, seconds),
      histograms: {
        interOnset: shares('interOnset'),
        velocity: shares('velocity'),
        noteLength: shares('noteLength'),
      },
    };
  });
  return {
    prompts: excerpts.length,
    pieces: new Set(pieceOf).size,
    human: human!,
    stranger: stranger!,
    models: players,
  };
}

function faultsIn(played: Continuations, seconds: Seconds): Pick<PlayerReport, 'degenerate' | 'cases'> {
  const cases = played
    .map((notes, prompt) => ({ prompt, faults: faultsOf(notes, seconds) }))
    .filter(({ faults }) => faults.length > 0);
  const kinds = Object.keys(FAULTS) as Fault[];
  const counts = kinds.map((kind) => [
    kind,
    cases.filter(({ faults }) => faults.includes(kind)).length / played.length,
  ]);
  return {
    degenerate: { any: cases.length / played.length, ...Object.fromEntries(counts) },
    cases,
  };
}

/** The middle of a bin, as an axis label. */
export function binName(name: HistogramName, bin: number): string {
  const [low, high] = [HISTOGRAMS[name].edges[bin]!, HISTOGRAMS[name].edges[bin + 1]!];
  return name === 'velocity' ? String(low) : String(Number(Math.sqrt(low * high).toPrecision(2)));
}
