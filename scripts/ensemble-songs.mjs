/** POP909's songs as four players in beats, with the chord and the place of each beat. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ANNOTATION_FILES, annotatedName, readAnnotations, readMidi } from '../dist/music/index.js';
import { beatsOf, playersOf } from '../dist/plugins/ensemble/corpus/corpus.js';
import { partsOf } from '../dist/plugins/ensemble/corpus/parts.js';
import { mod12, tonesOf, triadOf } from '../dist/plugins/ensemble/harmony/chord.js';

/** The songs of one part of the split, `train` or `valid`; those without beats that their notes keep to are left out. */
export function* songsOf(corpus, annotations, wanted) {
  const tables = ANNOTATION_FILES.map((name) => [name, readFileSync(join(annotations, name))]);
  const all = readAnnotations(Object.fromEntries(tables));
  const splits = splitsOf(corpus);
  for (const path of readdirSync(corpus)
    .filter((name) => name.endsWith('.mid'))
    .sort()) {
    if (splits.get(path) !== wanted) continue;
    try {
      const piece = readMidi(readFileSync(join(corpus, path)));
      const parts = partsOf(piece);
      const map = beatsOf({ path, piece, parts }, all);
      yield songOf(path.replace('.mid', ''), all.get(annotatedName(path)), map, playersOf(parts, map));
    } catch (error) {
      if (error.code === undefined) throw error;
    }
  }
}

function splitsOf(corpus) {
  const [, ...rows] = readFileSync(join(corpus, 'splits.csv'), 'utf8').trim().split('\n');
  return new Map(rows.map((row) => [row.split(',')[0], row.split(',').at(-1).trim()]));
}

function songOf(id, annotation, map, players) {
  const places = map.bars.flatMap((beats) =>
    Array.from({ length: beats }, (_, at) => (at === 0 ? 'bar' : 2 * at === beats ? 'half' : 'beat')),
  );
  const chords = chordsOf(annotation, map);
  const bar = map.bars.filter((beats) => beats === 3).length > map.bars.length / 2 ? 3 : 4;
  return { id, beats: map.beats, bar, places, players, harmonies: withKeys(chords) };
}

/** The chord that sounds in most of a beat's beginning; null: none. */
function chordsOf({ chords }, { beats }) {
  let at = 0;
  return beats.slice(0, -1).map((time, beat) => {
    const moment = time + 0.3 * (beats[beat + 1] - time);
    while (at + 1 < chords.length && chords[at + 1].time <= moment) at++;
    const chord = chords[at]?.time <= moment ? chords[at].chord : null;
    return chord ? { ...triadOf(chord), quality: chord.quality } : null;
  });
}

const KEY_CHANGE = 12;
/** The scale that the chords of each beat are of: the cheapest course, where another scale costs something. */
function withKeys(chords) {
  const SCALE = [0, 2, 4, 5, 7, 9, 11];
  const fitOf = (chord, tonic) => {
    const foreign = tonesOf(chord).filter((tone) => !SCALE.includes(mod12(tone - tonic))).length;
    const degree = mod12(chord.root - tonic);
    const usual =
      chord.triad === 0 ? [0, 5, 7].includes(degree) : chord.triad === 1 && [2, 4, 9].includes(degree);
    return -foreign + (usual ? 0.3 : 0) + (chord.triad < 2 && degree === 9 * chord.triad ? 0.05 : 0);
  };
  let scores = new Array(12).fill(0);
  const from = [];
  for (const chord of chords) {
    const best = scores.indexOf(Math.max(...scores));
    from.push(scores.map((score, tonic) => (score >= scores[best] - KEY_CHANGE ? tonic : best)));
    scores = scores.map(
      (score, tonic) => Math.max(score, scores[best] - KEY_CHANGE) + (chord ? fitOf(chord, tonic) : 0),
    );
  }
  let tonic = scores.indexOf(Math.max(...scores));
  const tonics = new Array(chords.length);
  for (let beat = chords.length - 1; beat >= 0; beat--) {
    tonics[beat] = tonic;
    tonic = from[beat][tonic];
  }
  return chords.map((chord, beat) => chord && { tonic: tonics[beat], ...chord });
}

/** The longest stretch of bars of the usual length, as a song of its own from its first bar line on. */
export function regularPart(song) {
  const lines = song.places.flatMap((place, beat) => (place === 'bar' ? [beat] : []));
  let best = { from: 0, until: 0 };
  let from = 0;
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1] ?? song.places.length;
    if (next - line !== song.bar) from = index + 1;
    else if (next - lines[from] > best.until - best.from) best = { from: lines[from], until: next };
  }
  const moved = (notes) =>
    notes
      .filter(({ start }) => start >= best.from - 0.25 && start < best.until - 0.25)
      .map((note) => ({ ...note, start: note.start - best.from, end: note.end - best.from }));
  return {
    ...song,
    beats: song.beats.slice(best.from, best.until + 1),
    places: song.places.slice(best.from, best.until),
    harmonies: song.harmonies.slice(best.from, best.until),
    players: Object.fromEntries(Object.entries(song.players).map(([part, notes]) => [part, moved(notes)])),
  };
}
