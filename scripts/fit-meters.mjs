#!/usr/bin/env node
// Counts where in a bar notes of which length stand in books of tunes, and prints src/music/abc/from-midi/rhythm-table.ts:
//   npm run build && node scripts/fit-meters.mjs BOOK.abc … > src/music/abc/from-midi/rhythm-table.ts
// Every tenth tune is held out; what the table then makes of those, played without accents, is said on standard error.
import { readFileSync } from 'node:fs';

const from = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { readAbc } = await from('music/abc/read.js');
const { midiTrackOf } = await from('music/abc/to-midi/index.js');
const { meterText, barLength } = await from('music/abc/meter.js');
const { barsOfTune } = await from('music/abc/bars.js');
const { placeInBar, lengthClass, LENGTH_CLASSES, heardMeter } = await from('music/abc/from-midi/meter.js');

const METERS = { '4/4': 8, '6/8': 6, '3/4': 6, '2/4': 4, '9/8': 9, '12/8': 12 };
const value = ({ num, den }) => num / den;
const held = [];
const counts = Object.fromEntries(
  Object.entries(METERS).map(([meter, bar]) => [
    meter,
    {
      tunes: 0.5,
      pickups: Array(bar + 1).fill(0.5),
      notes: Array(2 * bar * LENGTH_CLASSES).fill(0.5),
      last: Array(2 * bar * LENGTH_CLASSES).fill(0.3),
    },
  ]),
);

for (const book of process.argv.slice(2)) {
  for (const [index, { tune }] of readAbc(readFileSync(book, 'latin1')).entries()) {
    if (!tune?.meter || tune.body.some(({ kind }) => kind === 'meter' || kind === 'chord')) continue;
    const meter = meterText(tune.meter).replace('C|', '4/4');
    const count = counts[meter];
    if (!count) continue;
    const bar = METERS[meter];
    const { track, bpm } = midiTrackOf(tune, 0);
    const eighths = (seconds) => Math.round((seconds * bpm * 12) / 30);
    const notes = track.events.map(({ pitch, start, end }) => ({
      ...{ pitch, velocity: 80 },
      start: { num: eighths(start), den: 12 },
      end: { num: eighths(end), den: 12 },
    }));
    const first = value(barsOfTune(tune)[0].length);
    const pickup = first < value(barLength(tune.meter)) ? first : 0;
    if (index % 10 === 3) {
      held.push({ notes, meter, pickup });
      continue;
    }
    count.tunes++;
    if (2 * pickup <= bar && Number.isInteger(2 * pickup)) count.pickups[2 * pickup]++;
    const place = ({ start, end }) =>
      placeInBar(value(start) - pickup, bar) * LENGTH_CLASSES + lengthClass(value(end) - value(start));
    for (const note of notes) count.notes[place(note)]++;
    count.last[place(notes.at(-1))]++;
  }
}

const sum = (list) => list.reduce((total, part) => total + part, 0);
/** Ten times the negative logarithm of each share. */
const costs = (list) => list.map((part) => Math.round(-10 * Math.log(part / sum(list))));
const total = sum(Object.values(counts).map(({ tunes }) => tunes));
const rows = Object.entries(counts).map(([meter, { tunes, pickups, notes, last }]) => {
  const [num, den] = meter.split('/');
  return `{ meter: { num: ${num}, den: ${den} }, prior: ${Math.round(-10 * Math.log(tunes / total))}, pickups: [${costs(pickups)}], notes: [${costs(notes)}], last: [${costs(last)}] }`;
});
process.stdout.write(`import type { RhythmTable } from './rhythm.js';

/**
 * What each meter's tunes are like, in tenths of a nat: made by scripts/fit-meters.mjs from four books (datasets/folk.json). Costs of
 * the meter; of a pickup of so many sixteenths; of a note, or the last one, by its place in the bar and its length.
 */
export const RHYTHMS: readonly RhythmTable[] = [${rows}];
`);

const right = { pickup: 0, meter: 0, both: 0 };
for (const { notes, meter, pickup } of held) {
  const [num, den] = meter.split('/').map(Number);
  if (Math.abs(heardMeter(notes, { num, den }).pickup - pickup) < 0.01) right.pickup++;
  const found = heardMeter(notes);
  const same = meterText(found.meter) === meter;
  if (same) right.meter++;
  if (same && Math.abs(found.pickup - pickup) < 0.01) right.both++;
}
const percent = (count) => `${((100 * count) / held.length).toFixed(1)} %`;
process.stderr.write(
  `${held.length} tunes held out: pickup, given the meter, ${percent(right.pickup)}; meter ${percent(right.meter)}; both ${percent(right.both)}\n`,
);
