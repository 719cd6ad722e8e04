import type { CellKind } from '../../model/spec.js';
import { linePlot } from '../page/line-plot.js';
import { type Html, html, pageText, table } from '../page/page.js';
import { pianoRoll } from '../page/piano-roll.js';
import { planePlot } from '../page/plane-plot.js';
import { SYMBOLS } from './copy-task.js';
import { GONE, networkWords, summaryRows } from './figures.js';
import { PROBE_UNITS } from './memory-probe.js';
import { CELL_WORDS, type CellInit, type CellsOptions } from './plan.js';
import { mainBlock, type RecurrentBlock } from './recurrent-eigenvalues.js';
import type { CellComparison, CellResult } from './result.js';
import { aboutWords } from './words.js';

const STYLES: Readonly<Record<CellKind, 0 | 1 | 2>> = { lstm: 0, gru: 1, rnn: 2 };

/** The comparison as an HTML page for students. */
export function cellsPage(comparison: CellComparison): string {
  const { options } = comparison;
  return pageText({
    title: 'What recurrent cells remember',
    lead: html`A vanilla RNN, a GRU and an LSTM, trained with the same settings on the same music, and what each of them carries
through time. ${aboutWords(comparison)}. ${beginningWords(options)}`,
    body: [
      summaryPart(comparison),
      curvesPart(comparison),
      gradientsPart(comparison),
      clippingPart(comparison),
      explosionPart(comparison),
      eigenvaluesPart(comparison),
      ...(options.probeSteps > 0 ? [probePart(comparison)] : []),
      samplesPart(comparison),
      caveatsPart(comparison),
    ],
    foot: `Made by continuo compare cells. Settings: ${Object.entries(comparison.settings)
      .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`)
      .join(', ')}.`,
  });
}

function summaryPart(comparison: CellComparison): Html {
  const [head, ...rows] = summaryRows(comparison);
  return html`<h2>At a glance</h2>
${table({ head: head!, rows })}
<p>Lower nats are better: a network that finds the next token surprising pays more nats for it. <em>Gradient reaches back</em>: so many
steps back at least ${100 * GONE} % of the gradient one step back arrives. <em>Copies after</em>: up to so many steps later, nine of ten
symbols come back right in the copy task below.</p>`;
}

/** One plot for each number of layers, a line for each cell. */
function plotsByLayers(
  { networks }: CellComparison,
  plot: (own: readonly CellResult[], title: string) => Html,
): Html {
  const counts = [...new Set(networks.map(({ layers }) => layers))];
  return html`<div class="plots">${counts.map((count) =>
    plot(
      networks.filter(({ layers }) => layers === count),
      count === 1 ? '1 layer' : `${count} layers`,
    ),
  )}</div>`;
}

function curvesPart(comparison: CellComparison): Html {
  const all = comparison.networks.flatMap(({ curve }) => curve.map(({ natsPerToken }) => natsPerToken));
  const [from, to] = [Math.min(...all), Math.max(...all)];
  return html`<h2>Learning curves</h2>
${plotsByLayers(comparison, (own, title) =>
  linePlot({
    title,
    x: { label: 'updates', from: 0 },
    y: { label: 'nats a token', from, to },
    lines: own.flatMap(({ cell, curve }) => [
      {
        name: CELL_WORDS[cell],
        style: STYLES[cell],
        points: curve.map(({ steps, natsPerToken }) => [steps, natsPerToken] as const),
      },
      {
        name: `${CELL_WORDS[cell]}, on what it learns from`,
        style: STYLES[cell],
        faint: true,
        points: curve.flatMap(({ steps, trainNatsPerToken }) =>
          trainNatsPerToken === null ? [] : [[steps, trainNatsPerToken] as const],
        ),
      },
    ]),
  }),
)}
<p>Thick lines: music that the network does not learn from. Thin lines: what it learns from. Where the thin line goes on falling and the
thick one rises, the network learns the pieces by heart (overfitting). Nats in the table and samples are those of the lowest point of each thick line; gradients and
eigenvalues below are taken after the last update, so that all networks have learnt equally long.</p>`;
}

function gradientsPart(comparison: CellComparison): Html {
  return html`<h2>How far back the gradient reaches</h2>
${plotsByLayers(comparison, (own, title) =>
  linePlot({
    title,
    x: { label: 'steps back', from: 0 },
    y: { label: 'norm of the gradient', log: true },
    lines: own.flatMap(({ cell, before, after }) => [
      { name: CELL_WORDS[cell], style: STYLES[cell], points: byLag(after.gradients.state) },
      {
        name: `${CELL_WORDS[cell]}, before training`,
        style: STYLES[cell],
        faint: true,
        points: byLag(before.gradients.state),
      },
    ]),
  }),
)}
<p>How much would the loss at one moment change if the state had been a little different <em>k</em> steps earlier? That is the norm of
∂loss<sub>t</sub>/∂state<sub>t−k</sub> (the state is h of all layers, and c of an LSTM's), averaged over
${comparison.networks[0]?.after.gradients.places ?? 0} places in the held-out music. The axis is logarithmic: a straight line that falls means that
every step back loses the same share. Thick: after training, thin: before it.</p>
<p>A falling line is a <em>vanishing</em> gradient: the network can hardly learn that something so far back mattered. A rising line is an
<em>exploding</em> one. Truncated backpropagation adds a hard end: nothing is learnt across more than ${comparison.settings.window} steps here.</p>`;
}

function byLag(norms: readonly number[]): (readonly [number, number])[] {
  return norms.map((norm, index) => [index + 1, norm] as const);
}

function clippingPart(comparison: CellComparison): Html {
  const { clip } = comparison.settings;
  return html`<h2>Norms of the updates, and clipping</h2>
${plotsByLayers(comparison, (own, title) =>
  linePlot({
    title,
    x: { label: 'updates', from: 0 },
    y: { label: 'norm over all weights', log: true },
    ...(clip > 0 && { mark: { y: clip, name: `clipped to ${clip}` } }),
    lines: own.map(({ cell, gradientNorms }) => ({
      name: CELL_WORDS[cell],
      style: STYLES[cell],
      points: gradientNorms.map((norm, index) => [index + 1, norm] as const),
    })),
  }),
)}
<p>${
    clip > 0
      ? html`Before clipping. What lies above the dashed line is scaled down to it: the whole gradient by one factor, so the curves by steps
back above keep their shape and only move down. Clipping is against explosions; it brings nothing back that has vanished.`
      : 'These updates were not clipped. --clip N scales larger ones down to N.'
  }</p>`;
}

/** How the networks begin, in words. */
function beginningWords({ init, gateBias, units }: CellsOptions): string {
  const limit = (square: number) => Math.sqrt(square / units).toFixed(3);
  const matrices = {
    uniform: `Recurrent weights begin uniform within ±1/√units = ±${limit(1)}, as in many textbooks (--init uniform)`,
    glorot: `Recurrent weights begin uniform within ±√(3/units) = ±${limit(3)}, after Glorot and Bengio (--init glorot)`,
    orthogonal: 'Recurrent matrices begin orthogonal (--init orthogonal)',
  }[init];
  const kept = Math.round(100 / (1 + Math.exp(-gateBias)));
  return `${matrices}; the forget gate of an LSTM and the update gate of a GRU begin with a bias of ${gateBias}, so that they keep about ${kept} % of the old state a step (--gate-bias).`;
}

/** One run of each cell that begins with large matrices. */
function explosionPart({ networks, settings }: CellComparison): Html {
  const runs = networks.flatMap(({ cell, layers, explosion }) =>
    explosion === null ? [] : [{ cell, layers, ...explosion }],
  );
  const [first] = runs;
  if (first === undefined) return html``;
  const line = ({ cell }: (typeof runs)[number], points: readonly (readonly [number, number])[]) => ({
    ...{ name: CELL_WORDS[cell], style: STYLES[cell], points },
  });
  const diverged = runs.filter((run) => run.diverged).map(({ cell }) => CELL_WORDS[cell]);
  return html`<h2>When the gradient explodes</h2>
<div class="plots">${[
    linePlot({
      title: 'gradient by lag, before the first update',
      x: { label: 'steps back', from: 0 },
      y: { label: 'norm of the gradient', log: true },
      lines: runs.map((run) => line(run, byLag(run.state))),
    }),
    linePlot({
      title: 'norms of the updates, before clipping',
      x: { label: 'updates', from: 0 },
      y: { label: 'norm over all weights', log: true },
      ...(settings.clip > 0 && { mark: { y: settings.clip, name: `clipped to ${settings.clip}` } }),
      lines: runs.map((run) => line(run, byLag(run.gradientNorms))),
    }),
  ]}</div>
<p>The same networks (${first.layers === 1 ? '1 layer' : `${first.layers} layers`}) once more, with recurrent matrices that begin ${first.gain} times as large. One step back
multiplies the gradient of a vanilla RNN by that matrix, so its norm grows with each step; a gated cell carries its state past the matrix, and grows
less or not at all. ${
    settings.clip > 0
      ? `An update whose norm is above the dashed line is scaled down to ${settings.clip}, so that one such step cannot throw the weights away.`
      : 'These updates were not clipped.'
  }${diverged.length > 0 ? ` The training of ${diverged.join(' and ')} ended early, because its numbers grew beyond bounds.` : ''}</p>`;
}

/** What the matrix with which a vanilla RNN begins does to its gradient. */
const BEGIN_WORDS: Readonly<Record<CellInit, string>> = {
  uniform:
    'All begin with uniform weights whose eigenvalues fill a disc of radius 0.6, about: a vanilla RNN loses some four tenths of its gradient with each step back.',
  glorot:
    'All begin with uniform weights whose eigenvalues fill the disc of the circle: a vanilla RNN loses of its gradient what tanh takes, and what lies inside.',
  orthogonal:
    'All begin with orthogonal weights, so a vanilla RNN begins on the circle, and its gradient vanishes later than with random weights.',
};

function eigenvaluesPart({ networks, options }: CellComparison): Html {
  const shown = networks.map((result) => ({
    result,
    before: mainBlocks(result, 'before'),
    after: mainBlocks(result, 'after'),
  }));
  const reaches = Math.max(
    ...shown.flatMap(({ before, after }) => [...before, ...after].map(({ radius }) => radius)),
  );
  return html`<h2>Eigenvalues of the recurrent matrix</h2>
<div class="planes">${shown.map(({ result, before, after }) =>
    planePlot({
      title: `${networkWords(result)}: largest ${Math.max(...after.map(({ radius }) => radius)).toFixed(2)}`,
      reaches,
      groups: [
        { name: 'before training', style: null, values: before.flatMap(({ eigenvalues }) => eigenvalues) },
        {
          name: 'after training',
          style: STYLES[result.cell],
          values: after.flatMap(({ eigenvalues }) => eigenvalues),
        },
      ],
    }),
  )}</div>
<p>Hollow: before training; filled: after it, all layers in one plane. The circle has radius 1. For the vanilla RNN this is the matrix that
takes the old state into the new one: directions with an eigenvalue inside the circle fade, those outside grow until tanh holds them. ${BEGIN_WORDS[options.init]} For GRU and LSTM it is the candidate's matrix, one of three or four; their gates decide how much of the old state passes around that matrix, so a
small circle says nothing yet about how long they remember. The data (--json) have the eigenvalues of the gates' matrices too.</p>`;
}

function mainBlocks(result: CellResult, when: 'before' | 'after'): RecurrentBlock[] {
  return result[when].eigenvalues.flatMap((blocks) =>
    blocks.filter(({ block }) => block === mainBlock(result.cell)),
  );
}

function probePart(comparison: CellComparison): Html {
  const { options } = comparison;
  return html`<h2>A memory probe: copy after k steps</h2>
${plotsByLayers(comparison, (own, title) =>
  linePlot({
    title,
    x: { label: 'steps between', from: 0 },
    y: { label: 'share right', from: 0, to: 1 },
    mark: { y: 1 / SYMBOLS, name: 'chance' },
    lines: own.map(({ cell, probe }) => ({
      name: CELL_WORDS[cell],
      style: STYLES[cell],
      points: probe!.byWait.map(({ wait, accuracy }) => [wait, accuracy] as const),
    })),
  }),
)}
<p>A task that needs memory and nothing else: one of ${SYMBOLS} symbols, then <em>k</em> random distractors, then a cue, at which the network has to
say the symbol. Fresh networks of ${Math.min(options.units, PROBE_UNITS)} units a layer, ${options.probeSteps} updates each, tested on new sequences.
A network that remembers nothing is right by chance, once in ${SYMBOLS}. What a cell does not learn in so few updates it may learn in more
(--probe-steps).</p>`;
}

function samplesPart({ networks, options }: CellComparison): Html {
  return html`<h2>What each of them writes</h2>
<p>The first ${options.sample} tokens at most from the same random numbers, with each network's own probabilities: no grammar, no ranking. After so
short a training on so little music, look for the order of things (bars, repeats, a close), not for a good piece.</p>
<div class="plots">${networks.map((result) => {
    const { sample } = result;
    if (sample.kind === 'text')
      return html`<figure><figcaption>${networkWords(result)}</figcaption><pre>${sample.text}</pre></figure>`;
    const seconds = Math.max(1, ...sample.notes.map(({ end }) => end));
    const pitches = sample.notes.map(({ pitch }) => pitch);
    return pianoRoll({
      title: networkWords(result),
      parts: [{ name: networkWords(result), notes: sample.notes, series: 0 }],
      seconds,
      mark: { at: 0, name: 'beginning' },
      range: [Math.min(60, ...pitches) - 1, Math.max(72, ...pitches) + 1],
    });
  })}</div>`;
}

function caveatsPart({ options, networks }: CellComparison): Html {
  const uneven = new Set(networks.map(({ steps }) => steps)).size > 1;
  return html`<h2>What one should not conclude</h2>
<ul>
<li>Not which cell is best for music. One small corpus, one seed, ${options.steps} updates: differences in nats of a few hundredths are noise. Run it with another
--seed and see what stays.</li>
<li>Not that more weights are better: cells of the same number of units have different numbers of weights (see the table): an LSTM has four recurrent matrices for one of a vanilla RNN.</li>
<li>Not that all cells like the same learning rate: ${options.rate} is one choice for all of them.</li>
<li>Not that a gradient that arrives is used, or that what vanishes on average is never carried: the norm is an average over places and directions.</li>
<li>Not that a network knows nothing at first: each begins with how often each token comes, so that the first nats of the curves are those of the frequencies alone.</li>
${uneven ? html`<li>The networks did not make equally many updates, because --minutes ended some trainings earlier.</li>` : []}
</ul>`;
}
