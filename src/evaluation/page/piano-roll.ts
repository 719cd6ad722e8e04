import { type Html, html } from './html.js';

/** Notes of one player in a piano roll. */
interface RollPart {
  readonly name: string;
  /** Times in seconds from the start of the roll. */
  readonly notes: readonly {
    readonly pitch: number;
    readonly velocity: number;
    readonly start: number;
    readonly end: number;
  }[];
  /** Index of the page colour. */
  readonly series: 0 | 1 | 2;
}

export interface PianoRoll {
  readonly title: string;
  readonly parts: readonly RollPart[];
  /** Length of the roll. */
  readonly seconds: number;
  /** A labelled vertical line, for example where another player takes over. */
  readonly mark: { readonly at: number; readonly name: string };
  /** Lowest and highest MIDI pitch; notes outside are not drawn. */
  readonly range: readonly [number, number];
}

const WIDTH = 900;
const LEFT = 30;
const TOP = 4;
const BOTTOM = 16;
const ROW = 3;
const TICK_SECONDS = 4;
const OCTAVE = 12;
/** Opacity of the softest notes: softer is paler, but always visible. */
const PALEST = 0.35;

/** A piano roll as SVG, low pitches at the bottom, with a line at each C. */
export function pianoRoll({ title, parts, seconds, mark, range }: PianoRoll): Html {
  const [lowest, highest] = range;
  const height = TOP + (highest - lowest + 1) * ROW + BOTTOM;
  const foot = height - BOTTOM;
  const x = (time: number) => round(LEFT + ((WIDTH - LEFT) * Math.min(time, seconds)) / seconds);
  const y = (pitch: number) => TOP + (highest - pitch) * ROW;
  const octaves = Array.from({ length: 11 }, (_, index) => index * OCTAVE).filter(
    (pitch) => pitch >= lowest && pitch <= highest,
  );
  const ticks = Array.from(
    { length: Math.floor(seconds / TICK_SECONDS) + 1 },
    (_, index) => index * TICK_SECONDS,
  );
  return html`<figure>
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
${octaves.map((pitch) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${y(pitch) + ROW}" y2="${y(pitch) + ROW}"/><text x="${LEFT - 5}" y="${y(pitch) + ROW + 3}" text-anchor="end">C${pitch / OCTAVE - 1}</text>`)}
${ticks.map((time) => html`<text x="${x(time)}" y="${height - 3}" text-anchor="${time >= seconds ? 'end' : 'middle'}">${time} s</text>`)}
${parts.map(
  ({ name, notes, series }) =>
    html`<g class="series-${series}">${notes
      .filter(({ pitch, start }) => pitch >= lowest && pitch <= highest && start < seconds)
      .map(
        ({ pitch, velocity, start, end }) =>
          html`<rect x="${x(start)}" y="${y(pitch)}" width="${round(Math.max(1, x(end) - x(start) - 0.6))}" height="${ROW}" opacity="${round(PALEST + ((1 - PALEST) * velocity) / 127)}"><title>${name}: ${pitch}, ${start.toFixed(2)} to ${end.toFixed(2)} s, velocity ${velocity}</title></rect>`,
      )}</g>\n`,
)}
<line class="axis" x1="${x(mark.at)}" x2="${x(mark.at)}" y1="${TOP}" y2="${foot}"><title>${mark.name}</title></line>
</svg>
</figure>
`;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
