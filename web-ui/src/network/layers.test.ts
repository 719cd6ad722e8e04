import { expect, it } from 'vitest';
import { heightOf, layerRows, rowAt, shownOf, strongest, valuesOf } from './layers.js';

const shape = {
  layers: [
    { cell: 'lstm', units: 100 },
    { cell: 'gru', units: 7 },
    { cell: 'lstm', units: 40 },
  ],
  classes: 9,
} as const;

it('each layer has its rows, a row for each unit or for several, and c only where it has one', () => {
  const rows = layerRows(shape, 'h', 64);
  expect(rows.map(({ layer, from, row, rows, unitsARow }) => [layer, from, row, rows, unitsARow])).toEqual([
    [0, 0, 0, 20, 5],
    [1, 100, 22, 7, 1],
    [2, 107, 31, 20, 2],
  ]);
  expect(heightOf(rows)).toBe(51);
  const cells = layerRows(shape, 'c', 64);
  expect(cells.map(({ layer, from }) => [layer, from])).toEqual([
    [0, 0],
    [2, 100],
  ]);
  expect([heightOf([]), layerRows({ layers: [], classes: 3 }, 'h', 50)]).toEqual([0, []]);
});

it('gates are shown where the engine keeps them, each of the layers that have it', () => {
  expect(shownOf(shape)).toEqual(['h', 'c']);
  expect(shownOf({ ...shape, gates: true })).toEqual(['h', 'c', 'i', 'f', 'g', 'o', 'z', 'r', 'n']);
  expect(shownOf({ layers: [{ cell: 'rnn', units: 3 }], classes: 2, gates: true })).toEqual(['h']);
  expect(layerRows(shape, 'f', 64).map(({ layer, from }) => [layer, from])).toEqual([
    [0, 0],
    [2, 100],
  ]);
  expect(layerRows(shape, 'z', 64).map(({ layer, from }) => [layer, from])).toEqual([[1, 0]]);
  const values = Int8Array.of(1);
  const column = {
    time: 0,
    position: 1,
    engine: 0,
    h: values,
    c: null,
    gate: { name: 'f', values },
  } as const;
  expect([valuesOf(column, 'f'), valuesOf(column, 'i'), valuesOf(column, 'c')]).toEqual([values, null, null]);
});

it('what is touched is the unit of a row that is farthest from zero', () => {
  const rows = layerRows(shape, 'h', 64);
  const values = new Int8Array(147);
  values[107 + 5] = -90;
  values[107 + 4] = 80;
  const touched = rowAt(rows, 33)!;
  expect([touched.place.layer, touched.row]).toEqual([2, 2]);
  expect(strongest(values, touched.place, touched.row)).toEqual({ unit: 5, value: -90 });
  expect([rowAt(rows, 20), rowAt(rows, 51)]).toEqual([null, null]);
  // The last row of a layer may stand for fewer units.
  expect(
    strongest(values, layerRows({ layers: [{ cell: 'rnn', units: 7 }], classes: 2 }, 'h', 4)[0]!, 3).unit,
  ).toBe(6);
});
