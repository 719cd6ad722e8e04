/**
 * How the plugin ensemble plans the harmony of melodies, beside POP909's held-out songs: roots and triads as annotated, changes of chord a bar, bars whose
 * chords are those of four and of eight bars before, phrases that end on the dominant or come home by it, inversions, sevenths and suspensions,
 * how the bass moves, and how the melody's notes on strong beats stand to the chord. Phrases are those that the plugin hears; bars are the
 * longest stretch of the song in which all have as many beats. `beats`: chords chosen beat by beat (`harmoniesOf`).
 *
 *     npm run build && node scripts/ensemble-plans.mjs POP909 ANNOTATIONS [one song in so many]
 */
import { isTone, mod12, sameChord } from '../dist/plugins/ensemble/harmony/chord.js';
import { harmoniesOf } from '../dist/plugins/ensemble/harmony/listener.js';
import { planOfMelody } from '../dist/plugins/ensemble/harmony/plan/melody-plan.js';
import { regularPart, songsOf } from './ensemble-songs.mjs';

const [corpus, annotations, every = '1'] = process.argv.slice(2);
const EARLY = 1 / 12;
const PLAIN = ['maj', 'min', 'dim', 'aug'];
const found = new Map();
let number = 0;
for (const full of songsOf(corpus, annotations, 'valid'))
  if (number++ % Number(every) === 0) measure(regularPart(full));
for (const [who, figures] of found)
  console.log(
    `${who}: ${[...figures].map(([name, [some, all]]) => `${name} ${(some / all).toFixed(3)}`).join(', ')}`,
  );

function add(who, name, some, all = 1) {
  const figures = found.get(who) ?? new Map();
  found.set(who, figures);
  const [before, total] = figures.get(name) ?? [0, 0];
  figures.set(name, [before + Number(some), total + all]);
}

function measure({ bar, harmonies, places, players }) {
  const count = bar * Math.floor(harmonies.length / bar);
  if (count < 8 * bar) return;
  const plan = planOfMelody(players.leader, bar, count);
  const beats = harmoniesOf(heardByBeat(players.leader, count), places.slice(0, count));
  const people = harmonies
    .slice(0, count)
    .map((harmony, beat) => harmony && withBass(harmony, players, beat));
  const planned = plan.map(({ harmony, quality, bass }) => ({ ...harmony, quality, bass }));
  for (const [who, chords] of Object.entries({ people, planned, beats })) {
    rightness(who, chords, people);
    coherence(who, chords, plan, bar);
    if (who !== 'beats') basses(who, chords);
    againstMelody(who, chords, players.leader, places);
  }
}

/** With the lowest note that the piano plays as the beat begins. */
function withBass(harmony, { chords, bass }, beat) {
  const low = [...chords, ...bass].filter(({ start, end }) => start < beat + 0.3 && end > beat + 0.1);
  return { ...harmony, bass: low.length > 0 ? mod12(Math.min(...low.map(({ pitch }) => pitch))) : null };
}

function heardByBeat(notes, count) {
  const byBeat = Array.from({ length: count }, () => []);
  for (const { pitch, start, end } of notes) {
    const first = Math.max(0, Math.floor(start + EARLY));
    for (let beat = first; beat < end && beat < count; beat++) {
      const [from, to] = [Math.max(0, start - beat), Math.min(1, end - beat)];
      if (to > from && (beat === first || to >= 0.15)) byBeat[beat].push({ pitch, from, to });
    }
  }
  return byBeat;
}

function rightness(who, chords, people) {
  for (const [beat, chord] of people.entries()) {
    if (!chord || !chords[beat]) continue;
    add(who, 'root', chords[beat].root === chord.root);
    add(who, 'triad', sameChord(chords[beat], chord));
  }
}

function coherence(who, chords, plan, bar) {
  const bars = Array.from({ length: chords.length / bar }, (_, at) => chords.slice(bar * at, bar * (at + 1)));
  const same = (a, b) => a.every((chord, beat) => sameChord(chord, b[beat]));
  for (const [at, own] of bars.entries()) {
    if (own.some((chord) => !chord)) continue;
    const before = chords[bar * at - 1];
    add(
      who,
      'chords a bar',
      own.filter((chord, beat) => !same([chord], [own[beat - 1] ?? before ?? {}])).length,
    );
    for (const back of [4, 8])
      if (bars[at - back]?.every(Boolean)) add(who, `as ${back} bars before`, same(own, bars[at - back]));
  }
  for (const [beat, { bar: place, bars: length }] of plan.entries()) {
    if (place !== length - 1 || (beat + 1) % bar !== 0 || !chords[beat]) continue;
    const above = ({ root, tonic }) => mod12(root - tonic);
    const end = chords[beat];
    const before = chords
      .slice(Math.max(0, beat - 2 * bar), beat)
      .findLast((chord) => chord && !sameChord(chord, end));
    const home = [0, 9].includes(above(end));
    const dominant = end.triad === 0 && [4, 7].includes(above(end));
    add(who, 'phrases that end on a dominant', dominant);
    add(who, 'at home', home);
    add(
      who,
      'with a cadence',
      dominant || (home && before !== undefined && [5, 7].includes(mod12(end.root - before.root))),
    );
  }
}

function basses(who, chords) {
  for (const [beat, chord] of chords.entries()) {
    const before = chords[beat - 1];
    if (!chord || (before && sameChord(before, chord) && before.quality === chord.quality)) continue;
    add(who, 'sevenths and suspensions', !PLAIN.includes(chord.quality));
    if (chord.bass === null) continue;
    add(who, 'inversions', chord.bass !== chord.root);
    if (!before || before.bass === null || before.bass === chord.bass) continue;
    const step = mod12(chord.bass - before.bass);
    add(who, 'bass by step', [1, 2, 10, 11].includes(step));
    add(who, 'by fourth or fifth', [5, 7].includes(step));
  }
}

/** The melody's notes on strong beats: those of the chord, and those a semitone above one of its tones. */
function againstMelody(who, chords, melody, places) {
  for (const { pitch, start, end } of melody) {
    const beat = Math.round(start);
    const strong = Math.abs(start - beat) < 1 / 8 && end - start >= 0.45 && places[beat] !== 'beat';
    const chord = chords[beat];
    if (!strong || !chord) continue;
    add(who, 'strong notes in the chord', isTone(chord, pitch));
    const rubs = !isTone(chord, pitch) && isTone(chord, pitch - 1) && mod12(pitch - chord.root) !== 11;
    add(who, 'a semitone above one of its tones', rubs);
  }
}
