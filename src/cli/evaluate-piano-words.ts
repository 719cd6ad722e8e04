import type { EngineName, Precision } from '../model/engine.js';
import type { ParamValues } from '../plugin/definition.js';
import type { Comparison, Comparisons, Interval } from '../training/piano-compare.js';
import { FAULTS, type Fault } from '../training/piano-degenerate.js';
import { HISTOGRAMS, type HistogramName, MEASURES, type Measure } from '../training/piano-measures.js';
import type { PianoReport, PlayerReport } from '../training/piano-report.js';
import { columns } from './columns.js';

/** All that `continuo evaluate piano` finds out. */
export interface PianoResult extends Omit<PianoReport, 'models'> {
  readonly data: string;
  readonly engine: EngineName;
  readonly precision: Precision;
  readonly promptSeconds: number;
  readonly seconds: number;
  readonly seed: number;
  readonly models: readonly (PlayerReport & {
    readonly model: string;
    readonly modelHash: string;
    readonly params: ParamValues;
    /** How long it took, by the clock. */
    readonly secondsTaken: number;
  })[];
}

/** The result for a terminal. */
export function pianoWords(result: PianoResult): string {
  return [
    aboutWords(result),
    ...result.models.map(
      ({ model, modelHash, params, secondsTaken }) =>
        `${model} ${modelHash}, ${paramWords(params)} (${secondsTaken} s)`,
    ),
    '',
    'Degenerate continuations',
    ...columns(faultRows(result)),
    '',
    'Means (95 % interval, bootstrapped over pieces)',
    ...columns(meanRows(result)),
    '',
    'Distance to what really followed; human: what followed a prompt of another piece',
    ...columns(comparisonRows(result, 'distance')),
    '',
    'Distance of all together, between halves of the pieces; human: to human',
    ...columns(comparisonRows(result, 'spread')),
    '',
  ].join('\n');
}

export function aboutWords({ prompts, pieces, promptSeconds, seconds, seed }: PianoResult): string {
  return `${prompts} prompts of ${promptSeconds} s from ${pieces} held-out pieces, ${seconds} s of continuation, seed ${seed}`;
}

export function paramWords(params: ParamValues): string {
  return Object.entries(params)
    .map(([id, value]) => `${id} ${value}`)
    .join(', ');
}

export function faultRows(result: PianoResult): string[][] {
  const row = (name: string, kind: Fault | 'any') => [
    name,
    ...[result.human, ...result.models].map(({ degenerate }) => `${(100 * degenerate[kind]).toFixed(1)} %`),
  ];
  return [
    head(result),
    ...Object.entries(FAULTS).map(([kind, words]) => row(words, kind as Fault)),
    row('any of these', 'any'),
  ];
}

export function meanRows(result: PianoResult): string[][] {
  return [
    head(result),
    ...allMeasures(result)
      .filter(({ of }) => of[0]!.mean !== null)
      .map(({ title, of }) => [title, ...of.map(({ mean }) => intervalWords(mean!))]),
  ];
}

export function comparisonRows(result: PianoResult, what: 'distance' | 'spread'): string[][] {
  return [
    head(result),
    ...allMeasures(result).map(({ title, of }) => [title, ...of.map((one) => intervalWords(one[what]))]),
  ];
}

/** Every measure, with its comparisons: human first, then the models. */
export function allMeasures({
  human,
  models,
}: PianoResult): { readonly title: string; readonly of: readonly Comparison[] }[] {
  const players = [human, ...models].map(({ comparisons }) => comparisons);
  const list = (
    titles: Record<string, { title: string; unit: string }>,
    of: keyof Comparisons,
    after: string,
  ) =>
    Object.entries(titles).map(([key, { title, unit }]) => ({
      title: `${title}${after}${unit === '' ? '' : ` (${unit})`}`,
      of: players.map(
        (comparisons) => (comparisons[of] as Record<Measure | HistogramName, Comparison>)[key as Measure],
      ),
    }));
  const shares = Object.fromEntries(
    Object.entries(HISTOGRAMS).map(([key, { title }]) => [key, { title, unit: 'share' }]),
  );
  return [...list(MEASURES, 'measures', ''), ...list(shares, 'histograms', ', histogram')];
}

function head({ models }: PianoResult): string[] {
  return ['', 'human', ...models.map(({ model }) => model)];
}

function intervalWords({ mean, low, high }: Interval): string {
  if (Number.isNaN(mean)) return 'not told';
  const say = (value: number) => value.toFixed(mean >= 10 ? 1 : mean >= 1 ? 2 : 3);
  return `${say(mean)} (${say(low)} to ${say(high)})`;
}
