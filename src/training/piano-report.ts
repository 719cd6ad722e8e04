import type { Note } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import { type Comparisons, compare } from './piano-compare.js';
import { FAULTS, type Fault, faultsOf } from './piano-degenerate.js';
import type { Excerpt } from './piano-excerpts.js';
import { pooled, sharesOf } from './piano-features.js';
import { HISTOGRAMS, type HistogramName, measure } from './piano-measures.js';

/** What a model made of prompts: notes with times from where each continuation begins, cut at its end. (prompt) */
export type Continuations = readonly (readonly Note[])[];

/** A player, measured. */
export interface PlayerReport {
  readonly comparisons: Comparisons;
  /** Shares of all continuations that are degenerate, in any way and in each. */
  readonly degenerate: Readonly<Record<Fault | 'any', number>>;
  /** Which prompts' continuations are, and how. */
  readonly cases: readonly { readonly prompt: number; readonly faults: readonly Fault[] }[];
  /** Shares of what is counted, over all prompts. (bin) */
  readonly histograms: Readonly<Record<HistogramName, readonly number[]>>;
}

export interface PianoReport {
  readonly prompts: number;
  readonly pieces: number;
  readonly human: PlayerReport;
  /** (model) */
  readonly models: readonly PlayerReport[];
}

/** Measures what models made of excerpts' prompts, beside what followed. Seeded. */
export function report(
  excerpts: readonly Excerpt[],
  models: readonly Continuations[],
  options: { readonly seconds: Seconds; readonly seed: number },
): PianoReport {
  const { seconds, seed } = options;
  const measured = (played: Continuations) =>
    played.map((notes, index) => measure(excerpts[index]!.prompt, notes, seconds));
  const followed = excerpts.map((excerpt) => excerpt.followed);
  const human = measured(followed);
  const players = models.map(measured);
  const pieceOf = excerpts.map(({ piece }) => piece);
  const compared = compare(pieceOf, human, players, seed);
  const player = (comparisons: Comparisons, played: Continuations, values: typeof human): PlayerReport => ({
    comparisons,
    ...faultsIn(played, seconds),
    histograms: {
      interOnset: sharesOf(pooled(values, 'interOnset')),
      velocity: sharesOf(pooled(values, 'velocity')),
      noteLength: sharesOf(pooled(values, 'noteLength')),
    },
  });
  return {
    prompts: excerpts.length,
    pieces: new Set(pieceOf).size,
    human: player(compared.human, followed, human),
    models: models.map((played, index) => player(compared.players[index]!, played, players[index]!)),
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

/** The middle of a bin, in words, for an axis. */
export function binName(name: HistogramName, bin: number): string {
  const [low, high] = [HISTOGRAMS[name].edges[bin]!, HISTOGRAMS[name].edges[bin + 1]!];
  return name === 'velocity' ? String(low) : String(Number(Math.sqrt(low * high).toPrecision(2)));
}
