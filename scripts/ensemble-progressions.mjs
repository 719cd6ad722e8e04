/**
 * How the songs of POP909 that are not held out go from chord to chord, by the place in the phrase: what the plugin ensemble plans whole files
 * with (harmony/plan/counted.json). Chords are counted from the tonic of the major scale that they are of.
 *
 *     npm run build && node scripts/ensemble-progressions.mjs POP909 ANNOTATIONS [leave out one song in so many]
 */
import { writeFileSync } from 'node:fs';
import { QUALITIES } from '../dist/music/chords/chord.js';
import { mod12, TRIADS } from '../dist/plugins/ensemble/harmony/chord.js';
import { phrasesOf } from '../dist/plugins/ensemble/harmony/plan/phrases.js';
import { placesOf } from '../dist/plugins/ensemble/harmony/plan/places.js';
import { spanNotes } from '../dist/plugins/ensemble/harmony/plan/spans.js';
import { regularPart, songsOf } from './ensemble-songs.mjs';

const SOURCE =
  'Counted in the songs of POP909 (music-x-lab, MIT) that are not held out, by scripts/ensemble-progressions.mjs';
const [corpus, annotations, leave = 'none', out] = process.argv.slice(2);
const KINDS = 12 * TRIADS.length;
const PLACES = 8;
/** Rarer successions of three chords are left out. */
const FEWEST = 4;
const HOMES = { major: 0, minor: 9 * TRIADS.length + 1 };

const rows = (count, width, value = 0) => Array.from({ length: count }, () => new Array(width).fill(value));
const sum = (list) => list.reduce((total, value) => total + value, 0);
const kindOf = ({ tonic, root, triad }) => mod12(root - tonic) * TRIADS.length + triad;

const found = {
  /** (mode, place) spans in which the chord stays, changes */
  stays: [rows(PLACES, 2), rows(PLACES, 2)],
  /** (mode, place, chord before, chord) where it changes */
  next: [0, 1].map(() => Array.from({ length: PLACES }, () => rows(KINDS, KINDS))),
  /** the chord two before and the chord before → chord */
  three: new Map(),
  /** (whether heavy, chord, pitch class above the tonic) */
  tones: [rows(KINDS, 12), rows(KINDS, 12)],
  /** (chord, how far the next root is above, quality) */
  qualities: Array.from({ length: KINDS }, () => rows(13, QUALITIES.length)),
  /** (chord, bass above the root) */
  basses: rows(KINDS, 12),
  /** (how far the bass goes up) where the chord changes */
  steps: new Array(12).fill(0),
  scale: new Array(12).fill(0),
};

let number = 0;
for (const full of songsOf(corpus, annotations, 'train'))
  if (leave === 'none' || number++ % Number(leave) !== 0) count(regularPart(full));
const file = out ?? new URL('../src/plugins/ensemble/harmony/plan/counted.json', import.meta.url);
writeFileSync(file, `${JSON.stringify({ source: SOURCE, ...tables() })}\n`);

function count(song) {
  const { bar, harmonies, players } = song;
  const bars = Math.floor(harmonies.length / bar);
  if (bars < 8) return;
  const mode = modeOf(harmonies);
  const places = placesOf(phrasesOf(players.leader, bar, bars), bar);
  const spans = places.map(({ from }) => harmonies[from] ?? null);
  const basses = places.map(({ from }) => bassOf(song, from));
  const course = [];
  for (const [at, chord] of spans.entries()) {
    const before = spans[at - 1];
    if (!chord) course.length = 0;
    if (!chord || (before && before.tonic !== chord.tonic)) continue;
    const { place } = places[at];
    const changes = !before || kindOf(before) !== kindOf(chord);
    if (before) found.stays[mode][place][changes ? 1 : 0]++;
    if (!changes) continue;
    if (before) found.next[mode][place][kindOf(before)][kindOf(chord)]++;
    const bass = basses[at];
    if (bass !== null) found.basses[kindOf(chord)][mod12(bass - chord.root)]++;
    if (before && bass !== null && basses[at - 1] !== null) found.steps[mod12(bass - basses[at - 1])]++;
    course.push(kindOf(chord));
    if (course.length > 2) {
      const key = course.slice(-3, -1).join(' ');
      const row = found.three.get(key) ?? new Map();
      found.three.set(key, row.set(course.at(-1), (row.get(course.at(-1)) ?? 0) + 1));
    }
    const after = spans.slice(at + 1).find((each) => !each || kindOf(each) !== kindOf(chord));
    const goes = after ? mod12(after.root - chord.root) : 12;
    found.qualities[kindOf(chord)][goes][QUALITIES.indexOf(chord.quality)]++;
  }
  for (const [at, heard] of spanNotes(players.leader, places).entries()) {
    if (!spans[at]) continue;
    for (const { pitch, length, heavy } of heard) {
      const pc = mod12(pitch - spans[at].tonic);
      found.tones[heavy ? 1 : 0][kindOf(spans[at])][pc] += length;
      found.scale[pc] += length;
    }
  }
}

/** The lowest note that the piano plays as a span begins, where it is of the chord; else null. */
function bassOf({ players, harmonies }, beat) {
  const chord = harmonies[beat];
  const notes = [...players.bass, ...players.chords].filter(
    ({ start, end }) => start < beat + 0.3 && end > beat + 0.1,
  );
  if (!chord || notes.length === 0) return null;
  const lowest = Math.min(...notes.map(({ pitch }) => pitch));
  return mod12(lowest);
}

/** Whether a song's home is the minor chord: 1, else 0. */
function modeOf(harmonies) {
  let weight = 0;
  const last = harmonies.findLast(Boolean);
  for (const harmony of harmonies) {
    if (!harmony) continue;
    const count = harmony === last ? 16 : 1;
    if (kindOf(harmony) === HOMES.minor) weight += count;
    else if (kindOf(harmony) === HOMES.major) weight -= count;
  }
  return weight > 0 ? 1 : 0;
}

function tables() {
  const nats = (share) => Math.round(100 * Math.log(share));
  const shares = (row, prior, strength) =>
    row.map((count, at) => nats((count + strength * prior[at]) / (sum(row) + strength)));
  const smoothed = (row, strength) =>
    shares(
      row,
      row.map(() => 1 / row.length),
      strength,
    );
  const even = (list, add) => list.map((count) => (count + add) / (sum(list) + add * list.length));
  const overall = found.next.map((places) =>
    even(
      Array.from({ length: KINDS }, (_, kind) => sum(places.flat().map((row) => row[kind]))),
      0.2,
    ),
  );
  const anywhere = found.next.map((places, mode) =>
    Array.from({ length: KINDS }, (_, before) => {
      const row = places
        .map((each) => each[before])
        .reduce((a, b) => a.map((count, kind) => count + b[kind]));
      return row.map((count, kind) => (count + 8 * overall[mode][kind]) / (sum(row) + 8));
    }),
  );
  const scale = even(found.scale, 1);
  return {
    stays: found.stays.map((places) => places.map((row) => smoothed(row, 4))),
    next: found.next.map((places, mode) =>
      places.map((all) => all.map((row, before) => shares(row, anywhere[mode][before], 10))),
    ),
    three: Object.fromEntries(
      [...found.three]
        .filter(([, row]) => sum([...row.values()]) >= FEWEST)
        .map(([key, row]) => [key, Object.fromEntries(row)]),
    ),
    tones: found.tones.map((all) =>
      all.map((row, kind) => {
        // Rare chords borrow what is sung over all others, their own tones three times as much.
        const root = Math.floor(kind / TRIADS.length);
        const own = TRIADS[kind % TRIADS.length];
        const prior = scale.map((share, pc) => (share + 0.002) * (own.includes(mod12(pc - root)) ? 3.2 : 1));
        return shares(
          row,
          prior.map((share) => share / sum(prior)),
          40,
        );
      }),
    ),
    qualities: found.qualities.map((all) => {
      const whole = all.reduce((a, b) => a.map((count, at) => count + b[at]));
      return all.map((row) => (sum(row) >= FEWEST ? row : whole));
    }),
    basses: found.basses,
    steps: smoothed(found.steps, 12),
    scale: scale.map(nats),
  };
}
