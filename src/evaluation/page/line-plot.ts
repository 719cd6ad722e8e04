import { type Html, html } from './html.js';
import { niceStep } from './plot.js';

interface LineAxis {
  readonly label: string;
  /** Powers of ten at even distances; values of 0 and less are drawn at the lower end. */
  readonly log?: boolean;
  /** What the axis reaches at least, so that plots side by side can be compared. */
  readonly from?: number;
  readonly to?: number;
}

/** Lines over one number, such as curves of learning. */
export interface LinePlot {
  readonly title: string;
  readonly lines: readonly {
    readonly name: string;
    /** (point) x, y; in order of x. */
    readonly points: readonly (readonly [number, number])[];
    /** Its colour and its kind of line; lines of one style are told apart by `faint`. */
    readonly style: 0 | 1 | 2;
    /** Thin and pale, and not in the legend. */
    readonly faint?: boolean;
  }[];
  readonly x: LineAxis;
  readonly y: LineAxis;
  /** A horizontal line with a name. */
  readonly mark?: { readonly y: number; readonly name: string };
  /** For a plot that has the width of the page to itself. */
  readonly wide?: boolean;
}

const NARROW = 520;
const WIDE = 1000;
const HEIGHT = 260;
const LEFT = 52;
const RIGHT = 16;
const TOP = 26;
const BOTTOM = 40;
/** Approximate width of a character in a label, in units of the plot. */
const CHARACTER = 7;
/** A logarithmic axis shows so many powers of ten below the largest value. */
const MOST_DECADES = 8;

/** A line chart as SVG with scales and a legend; needs no script. */
export function linePlot({ title, lines, x, y, mark, wide = false }: LinePlot): Html {
  const width = wide ? WIDE : NARROW;
  const right = width - RIGHT;
  const points = lines.flatMap((line) => line.points);
  const across = scaleOf(
    x,
    points.map(([at]) => at),
    [LEFT, right],
  );
  const values = [...points.map(([, value]) => value), ...(mark ? [mark.y] : [])];
  const up = scaleOf(y, values, [HEIGHT - BOTTOM, TOP]);
  const named = lines.filter(({ faint }) => !faint);
  return html`<figure${wide ? html` class="wide"` : ''}>
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${title}">
${named.map(({ name, style }, index) =>
  legend(
    name,
    style,
    named.slice(0, index).map((line) => line.name),
  ),
)}
${up.ticks.map(
  (tick) =>
    html`<line class="grid" x1="${LEFT}" x2="${right}" y1="${up.at(tick)}" y2="${up.at(tick)}"/><text x="${LEFT - 6}" y="${up.at(tick) + 4}" text-anchor="end">${say(tick)}</text>\n`,
)}
${across.ticks.map((tick) => html`<text x="${across.at(tick)}" y="${HEIGHT - BOTTOM + 15}" text-anchor="middle">${say(tick)}</text>\n`)}
${
  mark
    ? html`<line class="axis" stroke-dasharray="4 4" x1="${LEFT}" x2="${right}" y1="${up.at(mark.y)}" y2="${up.at(mark.y)}"/><text x="${right}" y="${up.at(mark.y) - 4}" text-anchor="end">${mark.name}</text>`
    : []
}
${lines.map(
  ({ name, points, style, faint }) =>
    html`<polyline class="line line-${style}${faint ? ' faint' : ''}" points="${points.map(([at, value]) => `${across.at(at)},${up.at(value)}`).join(' ')}"><title>${name}</title></polyline>\n`,
)}
<line class="axis" x1="${LEFT}" x2="${right}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM}"/>
<text x="${(LEFT + right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${x.label}</text>
<text x="2" y="14">${y.label}</text>
</svg>
</figure>
`;
}

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

function scaleOf(
  { log, from, to }: LineAxis,
  values: readonly number[],
  ends: readonly [number, number],
): Scale {
  return log
    ? logScale(values, ends)
    : linearScale([...values, from ?? values[0] ?? 0, to ?? values[0] ?? 1], ends);
}

function linearScale(values: readonly number[], ends: readonly [number, number]): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const step = niceStep((most - least) / 5);
  const [first, last] = [
    Math.floor(least / step + 1e-9),
    Math.max(Math.floor(least / step) + 1, Math.ceil(most / step - 1e-9)),
  ];
  return {
    at: between(ends, first * step, last * step),
    ticks: Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step),
  };
}

function logScale(values: readonly number[], ends: readonly [number, number]): Scale {
  const positive = values.filter((value) => value > 0);
  const last = Math.ceil(Math.log10(Math.max(...positive, 1e-30)) - 1e-9);
  const least = Math.floor(Math.log10(Math.min(...positive, 10 ** last)) + 1e-9);
  const first = Math.max(last - MOST_DECADES, Math.min(least, last - 1));
  const at = between(ends, first, last);
  return {
    at: (value) => at(value > 0 ? Math.max(first, Math.log10(value)) : first),
    ticks: Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index)),
  };
}

function between([low, high]: readonly [number, number], from: number, to: number) {
  return (value: number) => Number((low + ((high - low) * (value - from)) / (to - from)).toFixed(2));
}

function legend(name: string, style: number, before: readonly string[]): Html {
  const used = before.reduce((sum, { length }) => sum + 34 + CHARACTER * length, 0);
  const x = LEFT + 120 + used;
  return html`<line class="line line-${style}" x1="${x}" x2="${x + 20}" y1="10" y2="10"/><text x="${x + 25}" y="14">${name}</text>\n`;
}

/** Powers of ten as such, since 0.000001 is hard to read. */
function say(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return `1e${Math.round(Math.log10(size))}`;
  return String(Number(value.toPrecision(6)));
}
