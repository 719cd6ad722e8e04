import { type BarPlot, barPlot, type Html, html, pageText, table } from '../page/page.js';
import { pianoRoll } from '../page/piano-roll.js';
import type { Comparison } from './compare.js';
import { FAULTS } from './degenerate.js';
import type { Excerpt } from './excerpts.js';
import { HISTOGRAMS, type HistogramName } from './measures.js';
import { binName, type Continuations } from './report.js';
import {
  aboutWords,
  allMeasures,
  comparisonRows,
  faultRows,
  meanRows,
  type PianoResult,
  paramWords,
} from './words.js';

const ROLLS = 10;
/** A plot can distinguish this many models and the people; with more, each model gets its own plots. */
const MODELS_A_PLOT = 2;
/** Degenerate cases listed per model. */
const CASES = 10;

/** The result as an HTML page, with piano rolls of ten prompts and their continuations. `played` is (model, prompt). */
export function pianoPage(
  result: PianoResult,
  excerpts: readonly Excerpt[],
  played: readonly Continuations[],
): string {
  const names = result.models.map(({ model }) => model);
  return pageText({
    title: `Does it sound right? ${new Intl.ListFormat('en').format(names)}`,
    lead: html`${aboutWords(result)}. The models go on as in a session, with the piano plugin's grammar; people's
continuations are how the pieces really went on.`,
    body: [
      faultPart(result),
      meanPart(result),
      distancePart(result),
      distributionPart(result),
      html`<h2>Ten prompts, and what became of them</h2>
<p>Left of the line the prompt, right of it what followed. A softer note is paler. The pieces take turns; the prompts were not chosen by ear.</p>
${rolls(result, excerpts, played)}`,
    ],
    foot: `Made by continuo evaluate piano --html. ${result.models
      .map(({ model, modelHash, params }) => `${model} ${modelHash}: ${paramWords(params)}.`)
      .join(' ')}`,
  });
}

function faultPart(result: PianoResult): Html {
  const cases = result.models.flatMap(({ model, cases }) => {
    if (cases.length === 0) return [];
    const told = cases
      .slice(0, CASES)
      .map(
        ({ prompt, faults }) => `prompt ${prompt + 1}: ${faults.map((fault) => FAULTS[fault]).join('; ')}`,
      );
    const more = cases.length > CASES ? `, and ${cases.length - CASES} more` : '';
    return [html`<p><strong>${model}</strong>, ${told.join(', ')}${more}.</p>`];
  });
  return html`<h2>Degenerate continuations</h2>
${tableOf(faultRows(result), 'Shares of continuations; the aim is under 1 %')}
${cases}`;
}

function meanPart(result: PianoResult): Html {
  return html`<h2>What the continuations are like</h2>
${tableOf(meanRows(result), 'Means over prompts, with 95 % intervals (bootstrap over pieces)')}
<p>The key is estimated from the prompt (Krumhansl and Kessler's profiles). The pulse lag is where the prompt's onsets repeat best
between 1.4 and 3.2 s, about a bar: the tokens of a performance have no bars. Repetition is the cosine between onsets by pitch class and
the same onsets that much later. The pedal is in the lengths of notes, since the tokens carry it there.</p>`;
}

function distancePart(result: PianoResult): Html {
  const measures = allMeasures(result);
  const shareOf = (of: (row: (typeof measures)[number]) => Comparison) =>
    measures.map((row) => finite(of(row).distance.mean / row.stranger.distance.mean));
  return html`<h2>How near to what really followed</h2>
<p>For each prompt the difference between a continuation and what really followed. The yardstick is
<em>another piece</em>: what followed a prompt elsewhere, music by somebody who did not hear this prompt. Below it, a model listens.</p>
<div class="plots">${plots(result, {
    title: 'Distance to what really followed, as a share of the yardstick',
    categories: measures.map((_, index) => letter(index)),
    beside: { name: 'another piece', values: shareOf(({ stranger }) => stranger) },
    valuesOf: (index) => shareOf(({ models }) => models[index]!),
    axis: 'measures, by the letters of the table',
  })}</div>
${tableOf(lettered(comparisonRows(result, 'distance')), 'Distance to what really followed')}
${tableOf(lettered(comparisonRows(result, 'spread')), "All continuations together: distance between a player's, after prompts from half of the pieces, and what followed in the other half")}`;
}

function distributionPart(result: PianoResult): Html {
  const names = Object.keys(HISTOGRAMS) as HistogramName[];
  return html`<h2>Distributions</h2>
<div class="plots">${names.map((name) => {
    const { title, unit, edges } = HISTOGRAMS[name];
    return plots(result, {
      title,
      categories: edges.slice(1).map((_, bin) => binName(name, bin)),
      beside: { name: 'human', values: result.human.histograms[name].map(finite) },
      valuesOf: (index) => result.models[index]!.histograms[name].map(finite),
      axis: unit,
    });
  })}</div>`;
}

/**
 * One plot of all players, or with many models one plot for each, all to the same scale. `valuesOf` maps (model) to (category).
 */
function plots(
  { models }: PianoResult,
  options: Pick<BarPlot, 'title' | 'categories' | 'axis'> & {
    readonly beside: BarPlot['series'][number];
    readonly valuesOf: (model: number) => number[];
  },
): Html {
  const { title, beside, valuesOf, ...rest } = options;
  const series = models.map(({ model }, index) => ({ name: model, values: valuesOf(index) }));
  const together = series.length <= MODELS_A_PLOT;
  const reaches = Math.max(...[beside, ...series].flatMap(({ values }) => values));
  if (together) return barPlot({ ...rest, title, series: [beside, ...series] });
  const each = series.map((one) => barPlot({ ...rest, title: one.name, series: [beside, one], reaches }));
  return html`<section><h3>${title}</h3><div class="plots">${each}</div></section>`;
}

function rolls(result: PianoResult, excerpts: readonly Excerpt[], played: readonly Continuations[]): Html[] {
  const step = Math.max(1, Math.floor(excerpts.length / ROLLS));
  return excerpts
    .map((excerpt, prompt) => ({ excerpt, prompt }))
    .filter((_, index) => index % step === 0)
    .slice(0, ROLLS)
    .flatMap(({ excerpt, prompt }) => {
      const players = [
        { name: 'what really followed', notes: excerpt.followed, series: 0 as const },
        ...result.models.map(({ model }, index) => ({
          name: model,
          notes: played[index]![prompt]!,
          series: 1 as const,
        })),
      ];
      const pitches = [...excerpt.prompt, ...players.flatMap(({ notes }) => notes)].map(({ pitch }) => pitch);
      const range = [Math.min(...pitches) - 1, Math.max(...pitches) + 1] as const;
      return [
        html`<h2>${prompt + 1}. ${excerpt.path}, from ${clock(excerpt.at)}</h2>`,
        ...players.map(({ name, notes, series }) =>
          pianoRoll({
            title: name,
            parts: [
              { name: 'prompt', notes: excerpt.prompt, series: 2 },
              {
                name,
                notes: notes.map((note) => ({
                  ...note,
                  start: note.start + excerpt.end,
                  end: note.end + excerpt.end,
                })),
                series,
              },
            ],
            seconds: excerpt.end + result.seconds,
            mark: { at: excerpt.end, name: `${name}, from here` },
            range,
          }),
        ),
      ];
    });
}

function tableOf([head, ...rows]: string[][], caption: string): Html {
  return table({ head: head!, rows, caption });
}

function lettered([head, ...rows]: string[][]): string[][] {
  return [head!, ...rows.map(([title, ...cells], index) => [`${letter(index)}. ${title}`, ...cells])];
}

function letter(index: number): string {
  return String.fromCharCode(97 + index);
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
