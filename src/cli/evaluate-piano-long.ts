import type { EngineName, Precision } from '../model/engine.js';
import { type BarPlot, barPlot, html, pageText, table } from '../page/page.js';
import type { ParamValues } from '../plugin/definition.js';
import type { LongPlayer, Spread } from '../training/piano-long.js';
import { BOUNDS, WINDOW, WINDOW_MEASURES, type WindowMeasure } from '../training/piano-windows.js';
import { columns } from './columns.js';
import { paramWords } from './evaluate-piano-words.js';

/** Who goes on for so many seconds is measured by windows. */
export const LONG = 120;

/** What `continuo evaluate piano` finds out of long continuations. */
export interface LongResult {
  readonly data: string;
  readonly engine: EngineName;
  readonly precision: Precision;
  readonly prompts: number;
  /** How often each prompt was gone on from. */
  readonly seeds: number;
  readonly promptSeconds: number;
  readonly seconds: number;
  readonly seed: number;
  readonly people: LongPlayer;
  readonly models: readonly (LongPlayer & {
    readonly model: string;
    readonly modelHash: string;
    readonly params: ParamValues;
    readonly secondsTaken: number;
  })[];
}

const MEASURES = Object.keys(WINDOW_MEASURES) as WindowMeasure[];
/** Series that a plot tells apart, people among them. */
const SERIES = 3;

/** The result for a terminal. */
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
    'Medians by minute',
    ...columns(minuteRows(result)),
    '',
  ].join('\n');
}

/** The result as a page, with a curve of each measure. */
export function longPage(result: LongResult): string {
  const players = playersOf(result);
  const shown = players.slice(0, SERIES);
  const plots = MEASURES.map((measure) => {
    const { title, unit } = WINDOW_MEASURES[measure];
    const minutes = Math.max(...shown.map(({ minutes }) => minutes[measure].length));
    const plot: BarPlot = {
      title: unit === '' ? title : `${title} (${unit})`,
      categories: Array.from({ length: minutes }, (_, minute) => String(minute + 1)),
      series: shown.map(({ name, minutes }) => ({
        name,
        values: minutes[measure].map((value) => value ?? 0),
      })),
      axis: 'minute',
      say: (value) => String(Number(value.toPrecision(3))),
    };
    return barPlot(plot);
  });
  const tableOf = ([head, ...rows]: string[][], caption: string) => table({ head: head!, rows, caption });
  return pageText({
    title: 'Does it stay music?',
    lead: html`${aboutLong(result)}. Beside them stand the held-out pieces, whole, as people played them.`,
    body: [
      tableOf(outsideRows(result), 'Shares of runs'),
      html`<h2>By minute</h2>
<p>Medians over the windows of each minute.</p>
<div class="plots">${plots}</div>`,
      tableOf(minuteRows(result), 'Medians by minute'),
      tableOf(spreadRows(result), 'Percentiles over windows'),
    ],
    foot: `Made by continuo evaluate piano --seconds ${result.seconds} --html. ${result.models
      .map(({ model, modelHash, params }) => `${model} ${modelHash}: ${paramWords(params)}.`)
      .join(' ')}`,
  });
}

function aboutLong({ prompts, seeds, promptSeconds, seconds, seed }: LongResult): string {
  const times = seeds === 1 ? '' : `, ${seeds} times each`;
  return `${prompts} prompts of ${promptSeconds} s${times}, ${seconds} s of continuation in windows of ${WINDOW} s, seed ${seed}`;
}

function playersOf({ people, models }: LongResult): (LongPlayer & { readonly name: string })[] {
  return [{ ...people, name: 'people' }, ...models.map((model) => ({ ...model, name: model.model }))];
}

/** How many runs leave what people play, a column a player. */
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

/** Rows of (measure, player), a column a minute. */
function minuteRows(result: LongResult): string[][] {
  const players = playersOf(result);
  const minutes = Math.max(...players.map(({ minutes }) => minutes.density.length));
  return [
    ['', '', ...Array.from({ length: minutes }, (_, minute) => String(minute + 1))],
    ...MEASURES.flatMap((measure) =>
      players.map(({ name, minutes: of }) => [
        WINDOW_MEASURES[measure].title,
        name,
        ...Array.from({ length: minutes }, (_, minute) => figure(of[measure][minute] ?? Number.NaN)),
      ]),
    ),
  ];
}

function figure(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '–';
}
