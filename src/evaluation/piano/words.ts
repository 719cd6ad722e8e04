import { columns } from '../../columns.js';
import type { EngineName, Precision } from '../../model/engine.js';
import type { ParamValues } from '../../plugin/definition.js';
import type { Comparison, Comparisons, Interval } from './compare.js';
import { FAULTS, type Fault } from './degenerate.js';
import { HISTOGRAMS, type HistogramName, MEASURES, type Measure } from './measures.js';
import type { PianoReport, PlayerReport } from './report.js';

/** The result of `continuo evaluate piano` for short continuations. */
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
    /** Wall-clock seconds. */
    readonly secondsTaken: number;
  })[];
}

const HUMAN = 'human';
const STRANGER = 'another piece';
/** Models per table in a terminal; with more, a table is split. */
const MODELS_ABREAST = 3;

/** The result as text for the terminal. */
export function pianoWords(result: PianoResult): string {
  return [
    aboutWords(result),
    ...result.models.map(
      ({ model, modelHash, params, secondsTaken }) =>
        `${model} ${modelHash}, ${paramWords(params)} (${secondsTaken} s)`,
    ),
    '',
    'Degenerate continuations',
    ...abreast(result, faultRows(result)),
    '',
    'Means (95 % interval, bootstrapped over pieces)',
    ...abreast(result, meanRows(result)),
    '',
    'Distance to what really followed the same prompt',
    ...abreast(result, comparisonRows(result, 'distance')),
    '',
    'Distance of all together to what followed, between halves of the pieces',
    ...abreast(result, comparisonRows(result, 'spread')),
    '',
  ].join('\n');
}

/** Splits a table, whose last columns are the models', into tables that fit a terminal. */
function abreast({ models }: PianoResult, rows: readonly (readonly string[])[]): string[] {
  const before = rows[0]!.length - models.length;
  const lines: string[] = [];
  for (let first = 0; first < models.length; first += MODELS_ABREAST) {
    const [from, to] = [before + first, before + first + MODELS_ABREAST];
    if (first > 0) lines.push('');
    lines.push(...columns(rows.map((row) => [...row.slice(0, before), ...row.slice(from, to)])));
  }
  return lines;
}

/** How much music was evaluated. */
export function aboutWords({ prompts, pieces, promptSeconds, seconds, seed }: PianoResult): string {
  return `${prompts} prompts of ${promptSeconds} s from ${pieces} held-out pieces, ${seconds} s of continuation, seed ${seed}`;
}

/** The parameters that a model played with. */
export function paramWords(params: ParamValues): string {
  return Object.entries(params)
    .map(([id, value]) => `${id} ${value}`)
    .join(', ');
}

/** Rows of the shares of degenerate continuations, one column per player. */
export function faultRows(result: PianoResult): string[][] {
  const row = (name: string, kind: Fault | 'any') => [
    name,
    ...[result.human, ...result.models].map(({ degenerate }) => `${(100 * degenerate[kind]).toFixed(1)} %`),
  ];
  return [
    ['', HUMAN, ...names(result)],
    ...Object.entries(FAULTS).map(([kind, words]) => row(words, kind as Fault)),
    row('any of these', 'any'),
  ];
}

/** Rows of the means of each measure with their intervals, one column per player. */
export function meanRows(result: PianoResult): string[][] {
  return [
    ['', HUMAN, STRANGER, ...names(result)],
    ...allMeasures(result)
      .filter(({ human, stranger, models }) => [human, stranger, ...models].some(({ mean }) => mean !== null))
      .map(({ title, human, stranger, models }) => [
        title,
        ...[human, stranger, ...models].map(({ mean }) => intervalWords(mean)),
      ]),
  ];
}

/**
 * Rows of the players' distances from the true continuations. The first column is the baseline, which for `distance` is the
 * music of another piece.
 */
export function comparisonRows(result: PianoResult, what: 'distance' | 'spread'): string[][] {
  return [
    ['', what === 'distance' ? STRANGER : HUMAN, ...names(result)],
    ...allMeasures(result).map(({ title, human, stranger, models }) => [
      title,
      ...[what === 'distance' ? stranger : human, ...models].map((one) => intervalWords(one[what])),
    ]),
  ];
}

interface MeasureRow {
  readonly title: string;
  readonly human: Comparison;
  readonly stranger: Comparison;
  /** (model) */
  readonly models: readonly Comparison[];
}

/** All measures, with the values of each player. */
export function allMeasures({ human, stranger, models }: PianoResult): MeasureRow[] {
  const row = (title: string, of: (comparisons: Comparisons) => Comparison): MeasureRow => ({
    title,
    human: of(human.comparisons),
    stranger: of(stranger.comparisons),
    models: models.map(({ comparisons }) => of(comparisons)),
  });
  return [
    ...(Object.keys(MEASURES) as Measure[]).map((key) => {
      const { title, unit } = MEASURES[key];
      return row(unit === '' ? title : `${title} (${unit})`, ({ measures }) => measures[key]);
    }),
    ...(Object.keys(HISTOGRAMS) as HistogramName[]).map((key) =>
      row(`${HISTOGRAMS[key].title}, histogram (share)`, ({ histograms }) => histograms[key]),
    ),
  ];
}

function names({ models }: PianoResult): string[] {
  return models.map(({ model }) => model);
}

/** The interval in words, if any continuation has the measure: a single note has no inter-onset interval. */
function intervalWords(interval: Interval | null): string {
  if (interval === null || Number.isNaN(interval.mean)) return 'not told';
  const { mean, low, high } = interval;
  const say = (value: number) => value.toFixed(mean >= 10 ? 1 : mean >= 1 ? 2 : 3);
  return `${say(mean)} (${say(low)} to ${say(high)})`;
}
