import { type Html, html } from './html.js';
import { png } from './png.js';

/** Values between -1 and 1, such as the states of a layer over time. */
export interface HeatMap {
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  /** (column, row) */
  readonly values: Float32Array;
}

/** Indices 1 to 255 mean -1 to 1. */
const LEVELS = 127;
const [BELOW, ABOVE] = [
  [224, 140, 40],
  [50, 125, 215],
] as const;
const WIDTH = 1000;
const ROW = 3;
const [LEAST_HEIGHT, MOST_HEIGHT] = [60, 360];

/** A heat map: blue above zero, orange below, and nothing at zero, so that it suits a light page and a dark one. */
export function heatMap({ title, columns, rows, values }: HeatMap): Html {
  const pixels = new Uint8Array(columns * rows);
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++) {
      const value = Math.max(-1, Math.min(1, values[column * rows + row]!));
      pixels[row * columns + column] = 1 + LEVELS + Math.round(LEVELS * value);
    }
  const palette = Array.from({ length: 256 }, (_, index) => {
    const level = (index - 1 - LEVELS) / LEVELS;
    const [red, green, blue] = level < 0 ? BELOW : ABOVE;
    return [red, green, blue, Math.round(255 * Math.min(1, Math.abs(level)))] as const;
  });
  const image = png({ width: columns, height: rows, values: pixels, palette }).toString('base64');
  const height = Math.max(LEAST_HEIGHT, Math.min(MOST_HEIGHT, ROW * rows));
  return html`<figure class="heat">
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${height}" preserveAspectRatio="none" role="img" aria-label="${title}">
<image width="${WIDTH}" height="${height}" preserveAspectRatio="none" href="data:image/png;base64,${image}"/>
</svg>
</figure>
`;
}
