import { expect, it } from 'vitest';
import { CHORD_ODDS_SHAPE } from './chord-loop.js';
import { parseChordOdds } from './chord-odds.js';

const [places, distances, alike] = CHORD_ODDS_SHAPE;
const row = new Array<number>(alike).fill(-2);
const rows = new Array<number[]>(distances).fill(row);
const odds = new Array<number[][]>(places).fill(rows);

it('reads what a folder says of loops, and that it says nothing', () => {
  expect(parseChordOdds({ odds })).toEqual(odds);
  expect(parseChordOdds(undefined)).toBeNull();
});

it.each([
  [{}],
  [{ odds: odds.slice(1) }],
  [{ odds: [rows, rows.slice(1)] }],
  [{ odds: [rows, [...rows.slice(1), [0, 0, 0, 0, 'x']]] }],
  [{ odds: [rows, [...rows.slice(1), [0, 0, 0, 0, 1e9]]] }],
])('refuses %j', (said) => {
  expect(() => parseChordOdds(said)).toThrow(expect.objectContaining({ code: 'MODEL_BROKEN' }));
});
