import { columns } from '../../columns.js';
import type { EngineName, Precision } from '../../model/engine.js';
import type { ParamValues } from '../../plugin/definition.js';
import { type BarPlot, barPlot, html, pageText, table } from '../page/page.js';
import type { CourseName } from './courses.js';
import { EXCHANGES, type LongPlayer, type Spread } from './long.js';
import { BOUNDS, WINDOW, WINDOW_MEASURES, type WindowMeasure } from './windows.js';
import { paramWords } from './words.js';

/** Continuations of at least this many seconds are measured in windows. */
export const LONG = 120;

/** The result of `continuo evaluate piano` for long continuations. */
export interface LongResult {
  readonly data: string;
  readonly engine: EngineName;
  readonly precision: Precision;
  readonly prompts: number;
  /** How many times each prompt was continued. */
  readonly seeds: number;
  readonly promptSeconds: number;
  /** Length of each run; for the task of answering phrases, the number of exchanges. */
  readonly seconds?: number;
  readonly exchanges?: number;
  readonly mode: CourseName;
  readonly seed: number;
  /** How people continued from the same places; null if models start from no place. */
  readonly followed: LongPlayer | null;
  readonly people: LongPlayer;
  readonly models: readonly (LongPlayer & {
    readonly model: string;
    readonly modelHash: string;
    readonly params: ParamValues;
    readonly secondsTaken: number;
  })[];
}

const MEASURES = Object.keys(WINDOW_MEASURES) as WindowMeasure[];
/** Series that a plot can distinguish, people included; only the first models are shown. */
const SERIES = 3;

/** The result as text for the terminal. */
export function longWords(result: LongResult): string {
  return [
    aboutLong(result),
    ...result.models.map(
      ({ model, modelHash, params, secondsTaken }) =>
        `${model} ${modelHash}, ${paramWords(params)} (${secondsTaken} s)`,
    ),
    '',
    ...columns(outsideRows(result)),
    '',
    'Percentiles over windows',
    ...columns(spreadRows(result)),
    '',
    `Medians by ${stretchName(result)}`,
    ...columns(stretchRows(result)),
    '',
  ].join('\n');
}

/** The result as an HTML page, with a plot of each measure. */
export function longPage(result: LongResult): string {
  const players = playersOf(result);
  const shown = players.slice(0, SERIES);
  const plots = MEASURES.map((measure) => {
    const { title, unit } = WINDOW_MEASURES[measure];
    const length = Math.max(...shown.map(({ stretches }) => stretches[measure].length));
    const plot: BarPlot = {
      title: unit === '' ? title : `${title} (${unit})`,
      categories: stretchHeads(result, length),
      series: shown.map(({ name, stretches }) => ({
        name,
        values: stretches[measure].map((value) => value ?? 0),
      })),
      axis: stretchName(result),
      say: (value) => String(Number(value.toPrecision(3))),
    };
    return barPlot(plot);
  });
  const tableOf = ([head, ...rows]: string[][], caption: string) => table({ head: head!, rows, caption });
  return pageText({
    title: 'Does it stay music?',
    lead: html`${aboutLong(result)}. Beside them ${besideWords(result)}.`,
    body: [
      tableOf(outsideRows(result), 'Shares of runs'),
      html`<h2>By ${stretchName(result)}</h2>
<p>Medians over the ${result.mode === 'answer' ? 'replies' : 'windows'} of each.</p>
<div class="plots">${plots}</div>`,
      tableOf(stretchRows(result), `Medians by ${stretchName(result)}`),
      tableOf(spreadRows(result), 'Percentiles over windows'),
    ],
    foot: `Made by continuo evaluate piano --mode ${result.mode} --html. ${result.models
      .map(({ model, modelHash, params }) => `${model} ${modelHash}: ${paramWords(params)}.`)
      .join(' ')}`,
  });
}

function aboutLong({ mode, prompts, seeds, promptSeconds, seconds, exchanges, seed }: LongResult): string {
  const times = seeds === 1 ? '' : `, ${seeds} times each`;
  const windows = `in windows of ${WINDOW} s`;
  const what = {
    continue: `${prompts} prompts of ${promptSeconds} s${times}, ${seconds} s of continuation ${windows}`,
    answer: `${prompts} players${times}, ${exchanges} phrases of ${promptSeconds} s each, answered one after the other`,
    duet: `${prompts} pieces played by somebody else${times}, ${seconds} s of playing along ${windows}`,
    solo: `${prompts} times alone${times}, ${seconds} s from nothing ${windows}`,
  };
  return `${what[mode]}, seed ${seed}`;
}

/** The music that models are compared with, in words. */
function besideWords({ mode, followed }: LongResult): string {
  if (mode === 'answer') return 'stand the phrases that they answer';
  const whole = 'stand the held-out pieces, whole, as people played them';
  return followed === null ? whole : `${whole}, and how people went on from the same places`;
}

function stretchName({ mode }: LongResult): string {
  return mode === 'answer' ? 'exchanges' : 'minute';
}

/** Headings of the stretches. */
function stretchHeads({ mode, exchanges }: LongResult, length: number): string[] {
  return Array.from({ length }, (_, at) =>
    mode === 'answer'
      ? `${EXCHANGES * at + 1}–${Math.min(exchanges ?? 0, EXCHANGES * (at + 1))}`
      : String(at + 1),
  );
}

function playersOf({ people, followed, models }: LongResult): (LongPlayer & { readonly name: string })[] {
  return [
    { ...people, name: 'people' },
    ...(followed === null ? [] : [{ ...followed, name: 'people from there' }]),
    ...models.map((model) => ({ ...model, name: model.model })),
  ];
}

/** Rows of how many runs exceed what people play, one column per player. */
function outsideRows(result: LongResult): string[][] {
  const players = playersOf(result);
  const { density, repeated, gap } = BOUNDS;
  const rule = `over ${density} notes/s, ${100 * repeated} % of 4-grams repeated, or ${gap} s without an onset`;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    ['runs with a window', ...players.map(({ name, runs }) => `${name} (${runs})`)],
    [rule, ...players.map(({ outside }) => percent(outside))],
    ...MEASURES.map((measure) => [
      `over people's 99th percentile: ${WINDOW_MEASURES[measure].title}`,
      ...players.map(({ beyond }) => percent(beyond[measure])),
    ]),
  ];
}

function spreadRows(result: LongResult): string[][] {
  const players = playersOf(result);
  const say = ({ p1, median, p99 }: Spread) => [p1, median, p99].map(figure).join(' / ');
  return [
    ['1st / median / 99th', ...players.map(({ name }) => name)],
    ...MEASURES.map((measure) => [
      WINDOW_MEASURES[measure].title,
      ...players.map(({ spread }) => say(spread[measure])),
    ]),
  ];
}

/** Rows of (measure, player), one column per stretch. */
function stretchRows(result: LongResult): string[][] {
  const players = playersOf(result);
  const length = Math.max(...players.map(({ stretches }) => stretches.density.length));
  return [
    ['', '', ...stretchHeads(result, length)],
    ...MEASURES.flatMap((measure) =>
      players.map(({ name, stretches: of }) => [
        WINDOW_MEASURES[measure].title,
        name,
        ...Array.from({ length }, (_, at) => figure(of[measure][at] ?? Number.NaN)),
      ]),
    ),
  ];
}

function figure(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '–';
}
