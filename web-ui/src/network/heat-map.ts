import type { Seconds } from '../../../src/music/units.js';
import { type RollView, span, xOf } from '../roll/roll-geometry.js';
import { heightOf, type LayerRows, type Shown, strongest, valuesOf } from './layers.js';
import type { NetworkPalette } from './network-palette.js';
import { type Column, lastAt } from './network-store.js';

/** A unit whose values are traced. */
export interface TracedUnit {
  readonly layer: number;
  readonly unit: number;
}

/** Moments that the picture has room for; older ones are painted over. */
const PICTURED = 1024;
/** A moment is shown for so long at most: then nothing was stepped. */
const LONGEST: Seconds = 1;

/**
 * The heat map of the layers: a picture of a pixel for each row and moment, which is drawn stretched. A moment is computed once, so
 * that scrolling costs little.
 */
export class HeatMap {
  readonly #picture = document.createElement('canvas');
  /** The column that stands at each place of the picture. */
  readonly #placed: (Column | undefined)[] = new Array(PICTURED);
  #made = '';
  #rows: readonly LayerRows[] = [];
  #shown: Shown = 'h';

  /** Begins anew where `key`, what the picture depends on, is another one. */
  prepare(rows: readonly LayerRows[], shown: Shown, key: string): void {
    if (key === this.#made) return;
    this.#made = key;
    this.#rows = rows;
    this.#shown = shown;
    this.#placed.fill(undefined);
    this.#picture.width = PICTURED;
    this.#picture.height = Math.max(1, heightOf(rows));
  }

  /** Draws the moments in sight, each until the next one. */
  paint(
    context: CanvasRenderingContext2D,
    columns: readonly Column[],
    view: RollView,
    { engine, palette }: { readonly engine: number; readonly palette: NetworkPalette },
  ): void {
    const height = heightOf(this.#rows);
    if (height === 0) return;
    context.imageSmoothingEnabled = false;
    const first = Math.max(0, lastAt(columns, view.now - span(view)));
    for (let index = first; index < columns.length; index++) {
      const column = columns[index]!;
      if (column.engine !== engine) continue;
      const x = xOf(column.time, view);
      if (x > view.width) break;
      const until = Math.min(columns[index + 1]?.time ?? column.time + 0.08, column.time + LONGEST);
      const width = Math.max(1, xOf(until, view) - x);
      context.drawImage(
        this.#picture,
        this.#place(column, index, palette),
        0,
        1,
        height,
        x,
        0,
        width + 0.5,
        view.height,
      );
    }
  }

  /** The column's place in the picture, where it is drawn if it is not there yet. */
  #place(column: Column, index: number, palette: NetworkPalette): number {
    const x = index % PICTURED;
    if (this.#placed[x] === column) return x;
    this.#placed[x] = column;
    const values = valuesOf(column, this.#shown);
    const height = heightOf(this.#rows);
    const image = new ImageData(1, height);
    if (values !== null)
      for (const place of this.#rows)
        for (let row = 0; row < place.rows; row++) {
          const { value } = strongest(values, place, row);
          const [r, g, b] = value < 0 ? palette.below : palette.above;
          image.data.set([r, g, b, Math.min(255, Math.abs(value) * 2)], 4 * (place.row + row));
        }
    this.#picture.getContext('2d')!.putImageData(image, x, 0);
    return x;
  }
}

/** Draws a unit's values over its layer: its middle is 0. */
export function paintTrace(
  context: CanvasRenderingContext2D,
  columns: readonly Column[],
  view: RollView,
  trace: {
    readonly place: LayerRows;
    readonly unit: number;
    readonly shown: Shown;
    readonly height: number;
    readonly engine: number;
    readonly palette: NetworkPalette;
  },
): void {
  const { place, unit, shown, height, engine, palette } = trace;
  const scale = view.height / height;
  const [top, size] = [place.row * scale, place.rows * scale];
  context.save();
  context.fillStyle = palette.ground;
  context.globalAlpha = 0.65;
  context.fillRect(0, top, view.width, size);
  context.globalAlpha = 1;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.strokeRect(0.5, top + 0.5, view.width - 1, size - 1);
  context.beginPath();
  context.moveTo(0, top + size / 2);
  context.lineTo(view.width, top + size / 2);
  context.stroke();
  context.strokeStyle = palette.text;
  context.lineWidth = 2;
  context.beginPath();
  let drawing = false;
  for (let index = Math.max(0, lastAt(columns, view.now - span(view))); index < columns.length; index++) {
    const column = columns[index]!;
    const values = column.engine === engine ? valuesOf(column, shown) : null;
    if (values === null) continue;
    const x = xOf(column.time, view);
    const y = top + (size / 2) * (1 - values[place.from + unit]! / 127);
    if (drawing) context.lineTo(x, y);
    else context.moveTo(x, y);
    drawing = true;
  }
  context.stroke();
  context.restore();
}
