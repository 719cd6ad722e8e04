import { type Html, html } from './html.js';

/** A grouped bar chart: one group per category, one bar per series. */
export interface BarPlot {
  readonly title: string;
  readonly categories: readonly string[];
  /** Up to three series; `values` must not be negative. (category) */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** Label of the category axis. */
  readonly axis: string;
  /** Minimum upper end of the value axis, so that plots side by side are comparable. Default: the largest value. */
  readonly reaches?: number;
  /** Formats a value for the axis and the tooltip. Default: per cent. */
  readonly say?: (value: number) => string;
}

const WIDTH = 520;
const HEIGHT = 230;
const LEFT = 44;
const TOP = 26;
const BOTTOM = 40;
/** Approximate width of a character in a label, in units of the plot. */
const CHARACTER = 7;

/** A grouped bar chart as SVG with a scale and a legend; needs no script. */
export function barPlot({ title, categories, series, axis, reaches = 0, say = percent }: BarPlot): Html {
  const most = Math.max(reaches, ...series.flatMap(({ values }) => values));
  const step = niceStep(most / 4);
  const top = step * Math.max(1, Math.ceil(most / step - 1e-9));
  const [plotWidth, plotHeight] = [WIDTH - LEFT, HEIGHT - TOP - BOTTOM];
  const y = (value: number) => TOP + plotHeight * (1 - value / top);
  const group = plotWidth / Math.max(1, categories.length);
  const bar = (0.8 * group) / Math.max(1, series.length);
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const longest = Math.max(1, ...categories.map(({ length }) => length));
  const every = Math.max(1, Math.ceil((longest * CHARACTER) / group));
  return html`<figure>
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
${series.map(({ name }, index) => legend(name, index, series))}
${ticks.map(
  (tick) =>
    html`<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${round(y(tick))}" y2="${round(y(tick))}"/><text x="${LEFT - 6}" y="${round(y(tick) + 4)}" text-anchor="end">${say(tick)}</text>\n`,
)}
${series.map(
  ({ name, values }, index) =>
    html`<g class="series-${index}">${categories.map((category, place) => {
      const value = values[place] ?? 0;
      const x = LEFT + group * place + 0.1 * group + bar * index;
      return html`<rect x="${round(x)}" y="${round(y(value))}" width="${round(0.94 * bar)}" height="${round(y(0) - y(value))}"><title>${name}, ${category}: ${say(value)}</title></rect>`;
    })}</g>\n`,
)}
<line class="axis" x1="${LEFT}" x2="${WIDTH}" y1="${round(y(0))}" y2="${round(y(0))}"/>
${categories.flatMap((category, place) =>
  place % every === 0
    ? [
        html`<text x="${round(LEFT + group * (place + 0.5))}" y="${HEIGHT - BOTTOM + 15}" text-anchor="middle">${category}</text>`,
      ]
    : [],
)}
<text x="${LEFT + plotWidth / 2}" y="${HEIGHT - 6}" text-anchor="middle">${axis}</text>
</svg>
</figure>
`;
}

function legend(name: string, index: number, series: BarPlot['series']): Html {
  const before = series.slice(0, index).reduce((sum, { name }) => sum + 26 + CHARACTER * name.length, 0);
  const x = LEFT + before;
  return html`<rect class="series-${index}" x="${x}" y="4" width="11" height="11"/><text x="${x + 16}" y="14">${name}</text>\n`;
}

/** The smallest 1, 2 or 5 times a power of ten that is at least `least`. */
export function niceStep(least: number): number {
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
}

function percent(value: number): string {
  return `${Number((100 * value).toFixed(1))} %`;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
