import { barPlot, type Html, html, pageText, table } from '../page/page.js';
import { type FolkResult, type GroupResult, NEAR } from './result.js';
import { MEASURE_NAMES, MEASURES, type Measure } from './statistics.js';
import { grammarWords, groupRows, judgeRows, modelWords, statisticsLead } from './words.js';

/** The result as an HTML page. */
export function folkPage(result: FolkResult): string {
  const { sets, statistics, examples } = result;
  const [head, ...judged] = judgeRows(result);
  return pageText({
    title: 'Folk tunes, judged and compared',
    lead: html`${modelWords(result)}. The network composes, one tune each time;
the grammar only forbids what would not be the tune asked for.`,
    body: [
      html`<h2>What independent readers say</h2>
${table({ head: head!, rows: judged, caption: 'Tunes of which this holds' })}
${sets.flatMap(grammarWords).map((words) => html`<p>${words}.</p>\n`)}`,
      ...(statistics ? statisticsPart(result, statistics.groups) : []),
      html`<h2>Some of the tunes</h2>
${examples.map((abc) => html`<pre>${abc}</pre>\n`)}`,
    ],
    foot: 'Made by continuo evaluate folk --html.',
  });
}

function statisticsPart(result: FolkResult, groups: readonly GroupResult[]): Html[] {
  return [
    html`<h2>Beside tunes by people</h2>
<p>${statisticsLead(result)} Each made tune was asked for with the type, meter, mode, form and number of bars of one of them.</p>
<p>Held-out tunes are halved at random, 500 times. <em>Halves apart</em> is the mean distance between the halves; <em>made apart</em>
the same with each tune of one half replaced by one that was made after it, so that both are between equally many tunes of one
mixture. Distances of histograms are total variation, the share of the notes that would have to be others; of numbers, their
difference. Every tune counts alike. ${NEAR} times is the aim; 1 would be indistinguishable.</p>`,
    ...groups.map((group, index) => groupPart(group, index === 0)),
  ];
}

function groupPart(group: GroupResult, plots: boolean): Html {
  const [head, ...rows] = groupRows(group);
  return html`<h2>${group.name === 'all' ? 'All types' : group.name}</h2>
${table({
  head: head!,
  rows: rows.map((row) => row.map((cell) => (cell === 'yes' || cell === 'no' ? verdict(cell) : cell))),
  caption: `${group.human} held-out tunes, ${group.made} made`,
})}
${plots ? html`<div class="plots">${MEASURE_NAMES.flatMap((measure) => histogram(group, measure))}${numbers(group)}</div>` : []}`;
}

function verdict(cell: string): Html {
  return cell === 'yes' ? html`<span class="good">yes</span>` : html`<span class="bad">no</span>`;
}

function histogram({ measures, alone }: GroupResult, measure: Measure): Html[] {
  const { name, categories, unit } = MEASURES[measure];
  if (categories === null) return [];
  return [
    barPlot({
      title: `${name[0]!.toUpperCase()}${name.slice(1)}`,
      categories,
      series: [
        { name: 'by people', values: measures[measure].human },
        { name: 'made', values: measures[measure].made },
        ...(alone ? [{ name: 'network alone', values: alone[measure].made }] : []),
      ],
      axis: unit,
    }),
  ];
}

/** Plots of the shares, side by side. */
function numbers({ measures, alone }: GroupResult): Html {
  const shares = {
    repeatedWithin: 'repeat within a part',
    repeatedBetween: 'between parts',
    endsOnTonic: 'end on the tonic',
  } satisfies Partial<Record<Measure, string>>;
  const names = Object.keys(shares) as (keyof typeof shares)[];
  return barPlot({
    title: 'Repetition and endings',
    categories: Object.values(shares),
    series: [
      { name: 'by people', values: names.map((measure) => measures[measure].human[0]!) },
      { name: 'made', values: names.map((measure) => measures[measure].made[0]!) },
      ...(alone ? [{ name: 'network alone', values: names.map((measure) => alone[measure].made[0]!) }] : []),
    ],
    axis: "share of the bars, of later parts' bars, of the tunes",
  });
}
