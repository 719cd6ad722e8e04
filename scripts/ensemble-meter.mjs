/**
 * Where in a bar of four beats the notes of melodies begin, counted in POP909's songs to train on (src/plugins/ensemble/meter/counted.json); and how
 * often bars are found by it in those that are held out, whose bar lines are forgotten first.
 *
 *     npm run build && node scripts/ensemble-meter.mjs POP909 ANNOTATIONS
 */
import { writeFileSync } from 'node:fs';
import { barsIn, kindsOf, SIXTEENTHS } from '../dist/plugins/ensemble/meter/meter.js';
import { songsOf } from './ensemble-songs.mjs';

const [corpus, annotations] = process.argv.slice(2);
const SOURCE =
  'Counted in the songs of POP909 (music-x-lab, MIT) that are not held out, by scripts/ensemble-meter.mjs';
/** Each place counts as seen so often. */
const SEEN = 2;

const counts = {};
for (const { notes, places } of songs('train'))
  for (const [index, kind] of kindsOf(notes).entries()) {
    counts[kind] ??= new Array(SIXTEENTHS).fill(SEEN);
    counts[kind][places[index]]++;
  }
const nats = Object.fromEntries(
  Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, row]) => {
      const sum = row.reduce((total, count) => total + count, 0);
      return [kind, row.map((count) => Math.round(100 * Math.log((SIXTEENTHS * count) / sum)))];
    }),
);
writeFileSync(
  new URL('../src/plugins/ensemble/meter/counted.json', import.meta.url),
  `${JSON.stringify({ source: SOURCE, nats })}\n`,
);

let [all, beats, bars] = [0, 0, 0];
for (const { id, notes, begins: truth } of songs('valid')) {
  // Bars that begin seven sixteenths and a bit later than they do.
  const { begins } = barsIn(notes.map((note) => ({ ...note, start: note.start - 1.8, end: note.end - 1.8 })));
  const off = begins + 1.8 - truth;
  const near = (grid) => Math.abs(off - grid * Math.round(off / grid)) < 0.1;
  all++;
  beats += near(1);
  bars += near(4);
  if (!near(4)) console.log(`${id}: ${off.toFixed(2)} beats off`);
}
console.log(`${all} held-out songs: beats found in ${beats}, bars in ${bars}`);

/** Songs in bars of four, each note with its sixteenth of the bar, and the beat of four with which most bars begin. */
function* songs(part) {
  for (const { id, bar, places, players } of songsOf(corpus, annotations, part)) {
    if (bar !== 4) continue;
    let line = 0;
    const lines = places.map((place, beat) => {
      if (place === 'bar') line = beat;
      return line;
    });
    const notes = players.leader;
    const of = ({ start }) => {
      const sixteenth = Math.round(
        4 * (start - lines[Math.min(lines.length - 1, Math.max(0, Math.floor(start + 1 / 8)))]),
      );
      return ((sixteenth % SIXTEENTHS) + SIXTEENTHS) % SIXTEENTHS;
    };
    const begun = [0, 0, 0, 0];
    for (const [beat, place] of places.entries()) begun[beat % 4] += place === 'bar';
    yield { id, notes, places: notes.map(of), begins: begun.indexOf(Math.max(...begun)) };
  }
}
