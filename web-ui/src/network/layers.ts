import type { NetworkGate, NetworkShape } from '../../../src/protocol/session-protocol.js';
import type { Column } from './network-store.js';

/** Which of a layer's values is shown: what it says (h), what it keeps (c, of an LSTM), or a gate. */
export type Shown = 'h' | 'c' | NetworkGate;

type Cell = NetworkShape['layers'][number]['cell'];

/** What can be shown, in words, and the kinds of layers that have it. */
export const SHOWN: Readonly<Record<Shown, { readonly words: string; readonly cells: readonly Cell[] }>> = {
  h: { words: 'output (h)', cells: ['lstm', 'gru', 'rnn'] },
  c: { words: 'memory (c)', cells: ['lstm'] },
  i: { words: 'input gate (i)', cells: ['lstm'] },
  f: { words: 'forget gate (f)', cells: ['lstm'] },
  g: { words: 'candidate (g)', cells: ['lstm'] },
  o: { words: 'output gate (o)', cells: ['lstm'] },
  z: { words: 'update gate (z)', cells: ['gru'] },
  r: { words: 'reset gate (r)', cells: ['gru'] },
  n: { words: 'candidate (n)', cells: ['gru'] },
};

export const gateOf = (shown: Shown): NetworkGate | undefined =>
  shown === 'h' || shown === 'c' ? undefined : shown;

/** What there is to be shown of a network. */
export function shownOf({ layers, gates }: NetworkShape): Shown[] {
  return (Object.keys(SHOWN) as Shown[]).filter(
    (shown) =>
      (gates || gateOf(shown) === undefined) && layers.some(({ cell }) => SHOWN[shown].cells.includes(cell)),
  );
}

/** A layer's rows in the heat map; a row stands for one unit or several. */
export interface LayerRows {
  /** Index among all layers. */
  readonly layer: number;
  readonly units: number;
  /** Where its values begin in those of the {@link Column}. */
  readonly from: number;
  /** First row, and number of rows. */
  readonly row: number;
  readonly rows: number;
  /** Units that a row stands for; the last row may stand for fewer. */
  readonly unitsARow: number;
}

/** Rows between two layers. */
const GAP = 2;

/** Distributes about `height` rows among the layers that have such values. */
export function layerRows({ layers }: NetworkShape, shown: Shown, height: number): LayerRows[] {
  const has = layers.map(({ cell, units }, layer) => ({ cell, units, layer }));
  const those = has.filter(({ cell }) => SHOWN[shown].cells.includes(cell));
  const each = Math.max(4, Math.floor((height - GAP * (those.length - 1)) / Math.max(1, those.length)));
  let [from, row] = [0, 0];
  return those.map(({ layer, units }) => {
    const unitsARow = Math.ceil(units / Math.min(units, each));
    const rows = Math.ceil(units / unitsARow);
    const place = { layer, units, from, row, rows, unitsARow };
    from += units;
    row += rows + GAP;
    return place;
  });
}

export function heightOf(rows: readonly LayerRows[]): number {
  const last = rows.at(-1);
  return last === undefined ? 0 : last.row + last.rows;
}

export function valuesOf({ h, c, gate }: Column, shown: Shown): Int8Array | null {
  if (shown === 'h') return h;
  if (shown === 'c') return c;
  return gate?.name === shown ? gate.values : null;
}

/** The unit of a row whose value is farthest from 0, and that value in bytes. */
export function strongest(
  values: Int8Array,
  { from, units, unitsARow }: LayerRows,
  row: number,
): { readonly unit: number; readonly value: number } {
  let unit = Math.min(units - 1, row * unitsARow);
  for (let other = unit + 1; other < Math.min(units, (row + 1) * unitsARow); other++)
    if (Math.abs(values[from + other]!) > Math.abs(values[from + unit]!)) unit = other;
  return { unit, value: values[from + unit]! };
}

/** The layer and its row at a row of the whole map; null between two layers. */
export function rowAt(
  layers: readonly LayerRows[],
  row: number,
): { readonly place: LayerRows; readonly row: number } | null {
  const place = layers.find((one) => row >= one.row && row < one.row + one.rows);
  return place === undefined ? null : { place, row: row - place.row };
}
