/**
 * What the plugin ensemble knows of people's playing, from POP909's songs to train on: which chords follow each other, which tones are
 * sung over them (harmony/counted.json), figures of one beat that at least three songs have in common, and how loud they play by place in the bar
 * (material/counted.json).
 *
 *     npm run build && node scripts/ensemble-material.mjs POP909 ANNOTATIONS
 */
import { writeFileSync } from 'node:fs';
import { gesturesOf } from '../dist/plugins/ensemble/gestures/classify.js';
import { GESTURES } from '../dist/plugins/ensemble/gestures/gesture.js';
import { mod12, TRIADS } from '../dist/plugins/ensemble/harmony/chord.js';
import { handFigure, lineFigure } from '../dist/plugins/ensemble/material/abstract.js';
import { QUARTERS, writeFigure } from '../dist/plugins/ensemble/material/figure.js';
import { songsOf } from './ensemble-songs.mjs';

const PLUGIN = new URL('../src/plugins/ensemble/', import.meta.url);
const SOURCE =
  'Counted in the songs of POP909 (music-x-lab, MIT) that are not held out, by scripts/ensemble-material.mjs';
const FEWEST_SONGS = 3;
/** Of each part and gesture, the most played. */
const MOST_FIGURES = 48;
const PLACES = ['bar', 'half', 'beat'];
const KINDS = 12 * TRIADS.length;
/** Places of attacks by which they are louder or softer: {@link PLACES}, and between beats. */
const BETWEEN = PLACES.length;
const PARTS = ['counter', 'chords', 'bass'];
/** Gestures of a hand that holds a chord; the others are lines. */
const HAND_GESTURES = ['tone', 'repeated', 'broken', 'chord'];

const songs = [...songsOf(process.argv[2], process.argv[3], 'train')];
console.log(`${songs.length} songs`);
writeFileSync(
  new URL('harmony/counted.json', PLUGIN),
  `${JSON.stringify({ source: SOURCE, ...tables() })}\n`,
);
const metre = Object.fromEntries(PARTS.map((part) => [part, metreOf(part)]));
const { figures, levels } = material();
writeFileSync(
  new URL('material/counted.json', PLUGIN),
  // A figure a line.
  `${JSON.stringify({ source: SOURCE, levels, metre, figures }).replaceAll(',["', ',\n["')}\n`,
);

function tables() {
  const matrix = (value) => Array.from({ length: KINDS }, () => new Array(KINDS).fill(value));
  const changes = PLACES.map(() => matrix(0));
  const ends = PLACES.map(() => new Array(KINDS).fill(1));
  const tones = Array.from({ length: KINDS }, () => new Array(12).fill(0.5));
  const begins = new Array(KINDS).fill(1);
  const kindOf = ({ tonic, root, triad }, key = tonic) => mod12(root - key) * TRIADS.length + triad;
  for (const { harmonies, places, players } of songs) {
    for (const [beat, harmony] of harmonies.entries()) {
      if (!harmony) continue;
      const place = PLACES.indexOf(places[beat]);
      begins[kindOf(harmony)]++;
      const before = harmonies[beat - 1];
      if (before?.tonic !== harmony.tonic) continue;
      changes[place][kindOf(before)][kindOf(harmony)]++;
      ends[place][kindOf(harmony)]++;
    }
    for (const { pitch, start, end } of players.leader)
      for (let beat = Math.max(0, Math.floor(start)); beat < end && beat < harmonies.length; beat++) {
        const share = Math.min(end, beat + 1) - Math.max(start, beat);
        if (harmonies[beat] && share > 0.05)
          tones[kindOf(harmonies[beat])][mod12(pitch - harmonies[beat].tonic)] += share;
      }
  }
  const sum = (list) => list.reduce((total, value) => total + value, 0);
  const nats = (share) => Math.round(100 * Math.log(share));
  const overall = Array.from(
    { length: 12 },
    (_, pc) => sum(tones.map((row) => row[pc])) / sum(tones.map(sum)),
  );
  return {
    begins: begins.map((count) => nats(count / sum(begins))),
    changes: changes.map((rows, place) =>
      rows.map((row) =>
        row.map((count, kind) =>
          nats((count + (10 * ends[place][kind]) / sum(ends[place])) / (sum(row) + 10)),
        ),
      ),
    ),
    tones: tones.map((row, kind) => {
      // Rare chords borrow what is sung from all others, their own tones three times as much.
      const root = Math.floor(kind / TRIADS.length);
      const own = TRIADS[kind % TRIADS.length];
      const prior = overall.map((share, pc) => (share + 0.002) * (own.includes(mod12(pc - root)) ? 3.2 : 1));
      return row.map((count, pc) => nats((count + (40 * prior[pc]) / sum(prior)) / (sum(row) + 40)));
    }),
  };
}

function material() {
  /** part gesture → figure → what is known of it. */
  const found = new Map();
  const levels = Object.fromEntries(PARTS.map((part) => [part, []]));
  for (const song of songs)
    for (const part of PARTS) {
      const mean = meanVelocity(song.players[part]);
      levels[part].push(mean - meanVelocity(song.players.leader));
      for (const { key, figure, accents } of figuresIn(song, part, mean))
        add(found, key, { figure, accents, id: song.id });
    }
  const median = (list) => Math.round([...list].sort((a, b) => a - b)[list.length >> 1]);
  return {
    levels: Object.fromEntries(PARTS.map((part) => [part, median(levels[part])])),
    figures: Object.fromEntries(PARTS.map((part) => [part, keptFigures(found, part)])),
  };
}

function meanVelocity(notes) {
  return notes.reduce((total, { velocity }) => total + velocity, 0) / notes.length;
}

/** Which place a quarter of a beat is, counted from the song's first beat. */
function placeOf({ places }, quarter) {
  return quarter % QUARTERS === 0 ? PLACES.indexOf(places[quarter / QUARTERS]) : BETWEEN;
}

/** How much louder or softer than the mean of its song a part strikes its notes, by place. */
function metreOf(part) {
  const sums = [...PLACES, 'between'].map(() => ({ louder: 0, notes: 0 }));
  for (const song of songs) {
    const mean = meanVelocity(song.players[part]);
    for (const { start, velocity } of song.players[part]) {
      const sum = sums[placeOf(song, Math.max(0, Math.round(start * QUARTERS)))];
      if (sum === undefined) continue;
      sum.louder += velocity - mean;
      sum.notes++;
    }
  }
  return sums.map(({ louder, notes }) => Math.round((10 * louder) / notes) / 10);
}

/** The figures that a part plays, beat by beat, by part and gesture. */
function* figuresIn(song, part, mean) {
  const { players, harmonies } = song;
  const notes = players[part];
  const gestures = gesturesOf(notes, harmonies.length);
  const byBeat = harmonies.map(() => []);
  for (const note of notes)
    for (let beat = Math.floor(note.start); beat <= Math.floor(note.start) + 1; beat++)
      byBeat[beat]?.push(note);
  for (const [step, harmony] of harmonies.entries()) {
    const gesture = GESTURES[gestures[step]].id;
    if (!harmony || gesture === 'silence' || gesture === 'held') continue;
    const beat = { step, harmony };
    const isHand = part === 'chords' && HAND_GESTURES.includes(gesture);
    const figure = isHand
      ? handFigure(byBeat[step], beat)
      : lineFigure(byBeat[step], beat, part === 'bass' ? 'lowest' : 'highest');
    if (figure === null) continue;
    const accents = figure.attacks.map(({ at }) => {
      const struck = byBeat[step].filter(({ start }) => Math.round((start - step) * QUARTERS) === at);
      const usual = mean + (metre[part][placeOf(song, step * QUARTERS + at)] ?? 0);
      return struck.length > 0 ? Math.max(...struck.map(({ velocity }) => velocity)) - usual : 0;
    });
    yield { key: `${part} ${gesture}`, figure, accents };
  }
}

function add(found, key, { figure, accents, id }) {
  const known = found.get(key) ?? new Map();
  found.set(key, known);
  const text = writeFigure(figure);
  const entry = known.get(text) ?? { count: 0, songs: new Set(), accents: accents.map(() => 0) };
  known.set(text, entry);
  entry.count++;
  entry.songs.add(id);
  for (const [index, accent] of accents.entries()) entry.accents[index] += accent;
}

/** A part's figures by gesture, the commonest first: how it is written, how often, in how many songs, mean accents. */
function keptFigures(found, part) {
  const own = [...found].filter(([key]) => key.startsWith(`${part} `)).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    own.map(([key, known]) => {
      const common = [...known].filter(([, { songs }]) => songs.size >= FEWEST_SONGS);
      const kept = common.sort(([, a], [, b]) => b.count - a.count).slice(0, MOST_FIGURES);
      const total = (list) => list.reduce((sum, [, { count }]) => sum + count, 0);
      const covered = ((100 * total(kept)) / total([...known])).toFixed(0);
      console.log(
        `${key}: ${kept.length} of ${known.size} figures, ${covered} % of ${total([...known])} beats`,
      );
      const row = ([text, { count, songs, accents }]) => [
        text,
        count,
        songs.size,
        accents.map((sum) => Math.round(sum / count)),
      ];
      return [key.split(' ')[1], kept.map(row)];
    }),
  );
}
