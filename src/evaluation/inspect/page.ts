import { ContinuoError } from '../../errors.js';
import { heatMap } from '../page/heat-map.js';
import { Html, html } from '../page/html.js';
import { linePlot } from '../page/line-plot.js';
import { pageText, table } from '../page/page.js';
import type { InspectedPiece, InspectedToken, Inspection } from './inspection.js';
import type { FeatureKnowledge } from './unit-knowledge.js';
import { aboutWords, choiceWords, knowledgeRows, surpriseRows, unitName } from './words.js';

/** A unit of the network: index of its layer, input side first, and its own. */
export interface UnitPlace {
  readonly layer: number;
  readonly unit: number;
}

/** Units by which the piece is coloured, beside the one that was asked for. */
const COLOURED = 5;
/** Steps of a unit's trace that are drawn. */
const TRACED = 300;
/** Levels of a colour. */
const LEVELS = 9;
/** Nats from which a token has the strongest colour. */
const MOST_NATS = 7;

/** The inspection as an HTML page; `chosen`: a unit by which the piece is to be coloured first. */
export function inspectionPage(piece: InspectedPiece, chosen?: UnitPlace): string {
  const { inspection } = piece;
  return pageText({
    title: `What ${inspection.model} makes of ${inspection.title}`,
    lead: html`${aboutWords(inspection)}.`,
    style: COLOURS,
    body: [
      surprisePart(inspection),
      ...(inspection.layers.length > 0
        ? [layersPart(piece), knowledgePart(piece), colouredPart(piece, chosen)]
        : [html`<p>The plugin predicts by itself, without a network: there are no units to look at.</p>`]),
      html`<h2>Token by token</h2>
<details><summary>All ${inspection.tokens.length} tokens, what each cost, and what was expected</summary>
${wordTable([TOKEN_HEAD, ...inspection.tokens.map(tokenRow)])}</details>`,
      caveatsPart(inspection),
    ],
    foot: `Made by continuo inspect. Model ${inspection.model} ${inspection.modelHash}, codec ${inspection.codec}.`,
  });
}

const COLOURS = new Html(`.piece { line-height: 1.9; font-size: .9rem; max-width: none; }
.piece span { padding: .1rem .3rem; border-radius: 4px; }
.piece .mine { text-decoration: underline; }
.text { white-space: pre-wrap; font: .95rem/1.6 ui-monospace, monospace; }
.text span { padding: .1rem 0; border-radius: 0; }
${Array.from({ length: LEVELS }, (_, level) => {
  const share = Math.round((80 * (level + 1)) / LEVELS);
  return `.s${level + 1} { background: color-mix(in srgb, var(--b) ${share}%, transparent); } .u${level + 1} { background: color-mix(in srgb, var(--a) ${share}%, transparent); }`;
}).join('\n')}
.heat svg { border: 1px solid var(--line); image-rendering: pixelated; }
details { margin: .5rem 0; } summary { cursor: pointer; padding: .2rem 0; }
`);

function surprisePart(inspection: Inspection): Html {
  const { tokens } = inspection;
  const makers = new Set(tokens.map(({ maker }) => maker));
  return html`<h2>Surprise</h2>
${linePlot({
  title: 'What each token cost the model',
  wide: true,
  x: { label: 'token', from: 0 },
  y: { label: 'nats', from: 0 },
  lines: [
    {
      name: 'each token',
      style: 0,
      faint: true,
      points: tokens.map(({ nats }, at) => [at + 1, nats ?? 0] as const),
    },
    { name: 'mean of sixteen', style: 0, points: runningMeans(tokens) },
  ],
})}
<p>A token costs −ln p nats, where p is what the network gave it before it came: 0 for what was certain, 0.7 for one of two that were
equally likely, 4.6 for one in a hundred. Peaks are where the music did what the network did not expect.</p>
${pieceIn(inspection, (token) => surpriseClass(token.nats ?? 0), expectedWords)}
<p>The deeper the colour, the more surprising. Point at a token to see what was expected.${
    makers.has('player') && makers.has('model') ? ' Underlined: what the player played.' : ''
  }</p>
${wordTable(surpriseRows(inspection), 'The most surprising tokens')}`;
}

const RUN = 16;

function runningMeans(tokens: readonly InspectedToken[]): (readonly [number, number])[] {
  let sum = 0;
  return tokens.flatMap(({ nats }, at) => {
    sum += (nats ?? 0) - (at >= RUN ? (tokens[at - RUN]!.nats ?? 0) : 0);
    return at + 1 < RUN ? [] : [[at + 1, sum / RUN] as const];
  });
}

function surpriseClass(nats: number): string {
  const level = Math.min(LEVELS, Math.floor((LEVELS * nats) / MOST_NATS));
  return level === 0 ? '' : `s${level}`;
}

/** The tokens in a row, each with the class of its colour. */
function pieceIn(
  { tokens, text }: Inspection,
  classOf: (token: InspectedToken, step: number) => string,
  titleOf?: (token: InspectedToken) => string,
): Html {
  const makers = new Set(tokens.map(({ maker }) => maker));
  return html`<p class="${text ? 'piece text' : 'piece'}">${tokens.map((token, step) => {
    const mine = token.maker === 'player' && makers.size > 1 ? ' mine' : '';
    return html`<span class="${classOf(token, step)}${mine}" ${titleOf ? html` title="${titleOf(token)}"` : ''}>${token.words}</span>${text ? '' : ' '}`;
  })}</p>`;
}

function expectedWords(token: InspectedToken): string {
  if (token.nats === null) return 'told to the model, which foretells nothing here';
  return `${token.nats.toFixed(2)} nats; expected: ${choiceWords(token)}`;
}

/** A table in which tokens and units are words, though some begin with a digit. */
function wordTable([head, ...rows]: readonly string[][], caption?: string): Html {
  const words = new Set(['token', 'expected', 'what was expected', 'best unit', 'the next']);
  return table({
    head: head!,
    rows: rows.map((row) => row.map((cell, column) => (words.has(head![column]!) ? html`${cell}` : cell))),
    ...(caption !== undefined && { caption }),
  });
}

function layersPart({ inspection, activations }: InspectedPiece): Html {
  return html`<h2>The layers over time</h2>
${activations.layers.map(({ units, values }, layer) =>
  heatMap({
    title: `Layer ${layer + 1} (${inspection.layers[layer]!.cell.toUpperCase()}), ${units} units`,
    columns: activations.steps,
    rows: units,
    values,
  }),
)}
<p>Left to right the ${activations.steps} tokens, top to bottom the units: blue above zero, orange below, nothing at zero. A row that hardly changes is a unit that
keeps something for long; fine grain is a unit that follows each token.</p>`;
}

function knowledgePart(piece: InspectedPiece): Html {
  const { knowledge } = piece.inspection;
  const known = knowledge.filter(({ above }) => above > 0);
  const unknown = knowledge.filter(({ above }) => above === 0).map(({ feature }) => feature);
  return html`<h2>Units that know something</h2>
<p>For each feature of the music, the units whose state it explains best: the share of a unit's variance that is between parts of the feature (such as places in the bar)
and not within them. A unit may follow by chance, the more so as there are many units and music changes slowly. So the same is done with the feature
cut into parts that are put in another order, many times; only what beats the best of all units in 95 of 100 such shuffles is shown as knowledge. Units are named by layer and number, r is the correlation.</p>
${
  knowledge.length === 0
    ? html`<p>The piece is too short, or nothing in it is known that changes.</p>`
    : wordTable(knowledgeRows(piece.inspection))
}
<div class="plots">${known.map((feature) => tracePlot(piece, feature))}</div>
${unknown.length > 0 ? html`<p>No unit follows more than by chance: ${unknown.join('; ')}.</p>` : []}`;
}

/** The feature and the unit that follows it best, side by side. */
function tracePlot({ activations, features }: InspectedPiece, { feature, units }: FeatureKnowledge): Html {
  const [best] = units;
  const values = features.get(feature)!.slice(0, TRACED);
  const numbers = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return linePlot({
    title: `${feature}, and unit ${unitName(best!)}`,
    x: { label: `token (the first ${values.length})`, from: 0 },
    y: { label: '', from: -1, to: 1 },
    lines: [
      {
        name: 'feature (scaled)',
        style: 2,
        points: values.flatMap((value, step) =>
          value === null
            ? []
            : [[step + 1, most > least ? (2 * (value - least)) / (most - least) - 1 : 0] as const],
        ),
      },
      {
        name: 'unit',
        style: 0,
        points: values.map((_, step) => [step + 1, stateAt(activations, best!, step)] as const),
      },
    ],
  });
}

function stateAt(
  activations: InspectedPiece['activations'],
  { layer, unit }: UnitPlace,
  step: number,
): number {
  const { units, values } = activations.layers[layer]!;
  return values[step * units + unit]!;
}

function colouredPart(piece: InspectedPiece, chosen: UnitPlace | undefined): Html {
  const units = unitsToColour(piece.inspection, chosen);
  if (units.length === 0) return html``;
  return html`<h2>The piece, coloured by a unit</h2>
<p>Choose a unit: blue where it is above zero, orange where it is below, before the token came. continuo inspect --unit LAYER:UNIT shows any other.</p>
${units.map(
  (
    { place, follows },
    index,
  ) => html`<details name="unit"${new Html(index === 0 ? ' open' : '')}><summary>Unit ${unitName(place)}${follows === null ? '' : `: follows ${follows}`}</summary>
${pieceIn(piece.inspection, (_, step) => unitClass(stateAt(piece.activations, place, step)))}</details>\n`,
)}`;
}

/** The unit that was asked for, then the best unit of each feature that is known. */
function unitsToColour({ knowledge }: Inspection, chosen: UnitPlace | undefined) {
  const found = new Map<string, { place: UnitPlace; follows: string | null }>();
  const add = (place: UnitPlace, follows: string | null) => {
    const key = unitName(place);
    if (!found.has(key)) found.set(key, { place, follows });
  };
  if (chosen) {
    const name = unitName(chosen);
    const follows = knowledge.find(({ units, threshold }) =>
      units.some((unit) => unitName(unit) === name && unit.explained > threshold),
    );
    add(chosen, follows?.feature ?? null);
  }
  for (const { feature, units, above } of knowledge) if (above > 0) add(units[0]!, feature);
  // Where nothing is known for sure, the best that there is.
  if (found.size === 0 && knowledge[0]) add(knowledge[0].units[0]!, null);
  return [...found.values()].slice(0, COLOURED + (chosen ? 1 : 0));
}

function unitClass(value: number): string {
  const level = Math.min(LEVELS, Math.round(LEVELS * Math.abs(value)));
  return level === 0 ? '' : `${value > 0 ? 'u' : 's'}${level}`;
}

const TOKEN_HEAD = ['number', 'token', 'nats', 'what was expected'];

function tokenRow(token: InspectedToken, index: number): string[] {
  return [String(index + 1), token.words, token.nats?.toFixed(2) ?? 'told', choiceWords(token)];
}

function caveatsPart({ tokens, length }: Inspection): Html {
  return html`<h2>What one should not conclude</h2>
<ul>
<li>That a unit which follows something is what the network uses for it: it may only accompany it. To find out, one would have to change the unit and see what becomes of the music.</li>
<li>That what no single unit follows is not known: it may be spread over many units.</li>
<li>That a surprising token is a wrong one. Music that costs nothing is a scale.</li>
<li>That it holds for other pieces: this is one piece.</li>
${length > tokens.length ? html`<li>That it holds for all of the piece: the first ${tokens.length} of its ${length} tokens are looked at (--most).</li>` : []}
</ul>`;
}

/** Checks that the network has this unit. Throws OPTION_VALUE. */
export function requireUnit({ layers, model }: Inspection, { layer, unit }: UnitPlace): void {
  if (unit < (layers[layer]?.units ?? 0)) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    `${model} has no unit ${unitName({ layer, unit })}: its layers have ${layers.map(({ units }) => units).join(', ') || 'no'} units.`,
    '--unit takes layer and unit, counted from 1.',
  );
}
