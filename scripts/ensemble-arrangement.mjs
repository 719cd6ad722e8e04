/**
 * How the band of the plugin ensemble is arranged, beside the bands of POP909's songs: density, bars that repeat, chords, the bass's motion,
 * what sounds beside the melody. Columns: people, and the modes of ensemble-band.mjs. The songs are those held out, or with `--split train` those
 * that the plugin was made from, by which its strengths are chosen.
 *
 *     npm run build && node scripts/ensemble-arrangement.mjs POP909 ANNOTATIONS [one song in so many] [modes] [--split train|valid]
 */
import { parseArgs } from 'node:util';
import { mod12, sameChord } from '../dist/plugins/ensemble/harmony/chord.js';
import { accompany, PARTS } from './ensemble-band.mjs';
import { songsOf } from './ensemble-songs.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { split: { type: 'string', default: 'valid' } },
});
const [corpus, annotations, every = '1', modes = 'known,file'] = positionals;
if (!['train', 'valid'].includes(values.split)) throw new Error('--split: expected train or valid');
const WHO = ['people', ...modes.split(',')];
const MOST = 200;
const TOGETHER = 1 / 12;
const CHOSEN_BY = /notes a beat|share of onsets as|notes an attack|beats with sound|changes: by step/;

const table = new Map();
let number = 0;
for (const song of songsOf(corpus, annotations, values.split)) {
  if (number++ % Number(every) !== 0) continue;
  const beats = Math.min(MOST, song.harmonies.length);
  for (const who of WHO) {
    const parts = who === 'people' ? song.players : accompany(song, who, { beats, number });
    measure(who, song, parts, beats);
  }
}
for (const [what, row] of table)
  console.log(
    [what.padEnd(64), ...WHO.map((who) => words(row[who], /share|of |:/.test(what)).padStart(9))].join(''),
  );
console.log(
  [
    'mean log ratio to people of what strengths are chosen by'.padEnd(64),
    ...WHO.map((who) => distance(who).toFixed(3).padStart(9)),
  ].join(''),
);

/** How far a band is from people in how much it plays, how its bars repeat, and how the second melody answers. */
function distance(who) {
  const measures = [...table].filter(([what]) => CHOSEN_BY.test(what));
  const mean = ([sum, count]) => sum / count;
  const gaps = measures.map(([, row]) => Math.abs(Math.log(mean(row[who]) / mean(row.people))));
  return gaps.reduce((total, gap) => total + gap, 0) / gaps.length;
}

/** A share, or a mean: the sum and how many. */
function add(what, who, value, of = 1) {
  const row = table.get(what) ?? {};
  table.set(what, row);
  row[who] ??= [0, 0];
  row[who][0] += Number(value);
  row[who][1] += of;
}

function words(cell, isShare) {
  if (!cell || cell[1] === 0) return '–';
  const mean = cell[0] / cell[1];
  return isShare ? `${(100 * mean).toFixed(1)} %` : mean.toFixed(2);
}

function measure(who, song, parts, beats) {
  const within = (notes) =>
    notes.filter(({ start }) => start >= -0.1 && start < beats).sort((a, b) => a.start - b.start);
  const leader = within(song.players.leader);
  for (const part of PARTS) {
    const notes = within(parts[part]);
    add(`${part}, notes a beat`, who, notes.length, beats);
    repeats(part, who, notes, { bar: song.bar, beats });
    besideMelody(part, who, notes, leader);
    touch(part, who, notes);
  }
  for (const part of ['chords', 'bass']) stops(part, who, within(parts[part]), { song, leader, beats });
  blocks(who, within(parts.chords), { bar: song.bar, beats });
  chords(who, within(parts.chords), song);
  bassLine(who, within(parts.bass), song, leader);
  answers(who, within(parts.counter), leader, beats);
}

/** Bars whose onsets, in sixteenths, are those of a bar before. */
function repeats(part, who, notes, { bar, beats }) {
  const patterns = Array.from({ length: Math.floor(beats / bar) }, () => new Set());
  for (const { start } of notes) {
    const sixteenth = Math.max(0, Math.round(4 * start));
    patterns[Math.floor(sixteenth / 4 / bar)]?.add(sixteenth % (4 * bar));
  }
  const said = patterns.map((set) => [...set].sort((a, b) => a - b).join(' '));
  const alike = (a, b) => [...a].filter((at) => b.has(at)).length / new Set([...a, ...b]).size;
  for (const back of [1, 2, 4, 8])
    for (let at = back; at < said.length; at++)
      if (said[at] !== '' && said[at - back] !== '')
        add(`${part}, share of onsets as ${back} bars before`, who, alike(patterns[at], patterns[at - back]));
  for (const back of [1, 2, 4, 8])
    for (let at = back; at < said.length; at++)
      if (said[at] !== '' && said[at - back] !== '')
        add(`${part}, share of bars as ${back} before`, who, said[at] === said[at - back]);
}

function besideMelody(part, who, notes, leader) {
  for (const { start, pitch } of notes) {
    const led = leader.filter((note) => note.start <= start + 0.06 && note.end > start + 0.06);
    if (led.length === 0) continue;
    const top = Math.max(...led.map((note) => note.pitch));
    add(`${part}, share above the melody`, who, pitch > top);
    add(
      `${part}, share that doubles the melody's note`,
      who,
      led.some((note) => note.pitch === pitch),
    );
    add(
      `${part}, share of the melody's tone in an octave above it`,
      who,
      led.some((note) => pitch > note.pitch && mod12(pitch - note.pitch) === 0),
    );
    if (Math.abs(start - Math.round(start)) < 1 / 8 && Math.round(start) % 2 === 0)
      add(
        `${part}, share a semitone from the melody, strong`,
        who,
        led.some((note) => [1, 11].includes(Math.abs(note.pitch - pitch) % 12)),
      );
  }
}

/** Bars that a part begins, and in which it then is silent while the leader plays. */
function stops(part, who, notes, { song: { places, bar }, leader, beats }) {
  const sounding = (list, beat) =>
    list.some(({ start, end }) => start < beat + 1 - TOGETHER && end > beat + TOGETHER);
  for (const [line, place] of places.entries()) {
    if (place !== 'bar' || line + bar > beats) continue;
    const own = Array.from({ length: bar }, (_, beat) => sounding(notes, line + beat));
    const led = Array.from({ length: bar }, (_, beat) => sounding(leader, line + beat));
    if (led.filter(Boolean).length < bar - 1 || !own.includes(true)) continue;
    const since = own.slice(own.indexOf(true));
    add(
      `${part}, share of bars silent for two beats within, led`,
      who,
      since.join(' ').includes('false false'),
    );
    add(
      `${part}, share of beats silent within a bar begun, led`,
      who,
      since.filter((sounds) => !sounds).length,
      since.length,
    );
    const struck = notes.filter(({ start }) => start >= line - TOGETHER && start < line + bar - TOGETHER);
    add(`${part}, share of bars with one attack, led`, who, attacksOf(struck).length === 1);
  }
}

/** Bars in which chords are struck together on the first and the middle beat alone. */
function blocks(who, notes, { bar, beats }) {
  const bars = Array.from({ length: Math.floor(beats / bar) }, () => []);
  for (const attack of attacksOf(notes)) bars[Math.floor((attack[0].start + TOGETHER) / bar)]?.push(attack);
  for (const attacks of bars) {
    if (attacks.length === 0) continue;
    const strong = ([{ start }]) => Math.abs(start - (bar / 2) * Math.round(start / (bar / 2))) < 1 / 8;
    const alike = attacks.every((attack) => attack.length > 1 && strong(attack));
    add('chords, share of bars: blocks on the first and middle beat alone', who, alike);
  }
}

/** Louder than the part's mean, by place. */
function touch(part, who, notes) {
  const mean = notes.reduce((sum, { velocity }) => sum + velocity, 0) / Math.max(1, notes.length);
  for (const { start, velocity } of notes) {
    const place = ((Math.round(2 * start) % 8) + 8) % 8;
    add(
      `${part}, velocity ${place === 0 ? 'on the bar' : place === 4 ? 'on its middle' : place % 2 === 0 ? 'on other beats' : 'between beats'}`,
      who,
      velocity - mean,
    );
  }
}

function attacksOf(notes) {
  const groups = [];
  for (const note of notes) {
    const group = groups.at(-1);
    if (group && note.start - group[0].start < TOGETHER) group.push(note);
    else groups.push([note]);
  }
  return groups;
}

function chords(who, notes, { harmonies, places }) {
  for (const attack of attacksOf(notes)) {
    add('chords, notes an attack', who, attack.length);
    if (attack.length > 1) add('chords, notes a chord', who, attack.length);
    const gaps = attack.map(({ pitch }) => pitch).sort((a, b) => a - b);
    if (gaps.length > 1)
      add(
        'chords, share with less than a third below C3',
        who,
        gaps.some(
          (pitch, index) =>
            index > 0 && gaps[index - 1] < 48 && pitch - gaps[index - 1] < 3 && pitch !== gaps[index - 1],
        ),
      );
  }
  let before = null;
  for (const [beat, harmony] of harmonies.entries()) {
    if (!harmony) continue;
    const sounding = notes.filter(
      ({ start, end }) => start < beat + 0.9 && start > beat - 0.3 && end > beat + 0.2,
    );
    const degrees = new Set(sounding.map(({ pitch }) => mod12(pitch - harmony.root)));
    if (sounding.length > 1) {
      add('chords, share of beats with a seventh', who, degrees.has(10) || degrees.has(11));
      add('chords, share of beats with a ninth', who, degrees.has(2));
      add('chords, share of beats with a third', who, degrees.has(3) || degrees.has(4));
      add('chords, share of beats with the root', who, degrees.has(0));
    }
    if (before && !sameChord(before, harmony) && places[beat] !== 'beat') {
      const near = notes
        .filter(({ start }) => start > beat - 0.6 && start < beat + 0.9)
        .map(({ start }) => start - beat);
      const on = near.some((at) => Math.abs(at) < 1 / 8);
      const early = near.some((at) => at <= -1 / 8);
      add('chords, share of changes struck on the change', who, on);
      add('chords, share of changes: an eighth before, not on it', who, early && !on);
      add('chords, share of changes: later alone', who, !early && !on && near.length > 0);
      const tops = (from, to) =>
        notes.filter(({ start, end }) => start < to && end > from).map(({ pitch }) => pitch);
      const [old, now] = [tops(beat - 0.9, beat - 0.3), tops(beat + 0.05, beat + 0.5)];
      if (old.length && now.length)
        add('chords, top moves by semitones at a change', who, Math.abs(Math.max(...old) - Math.max(...now)));
    }
    before = harmony;
  }
}

function bassLine(who, notes, { harmonies, places }, leader) {
  const line = attacksOf(notes).map((group) =>
    group.reduce((low, note) => (note.pitch < low.pitch ? note : low)),
  );
  for (const [index, { pitch, start }] of line.entries()) {
    add('bass, pitch', who, pitch);
    if (index === 0) continue;
    const moved = Math.abs(pitch - line[index - 1].pitch);
    add('bass, share of notes: repeated', who, moved === 0);
    add('bass, share of notes: by step', who, moved > 0 && moved <= 2);
    add('bass, share of notes: third to sixth', who, moved > 2 && moved < 12);
    add('bass, share of notes: octave', who, moved === 12);
    add('bass, share of notes: wider than an octave', who, moved > 12);
    const beat = Math.round(start);
    if (
      Math.abs(start - beat) < 1 / 8 &&
      harmonies[beat] &&
      harmonies[beat - 1] &&
      !sameChord(harmonies[beat], harmonies[beat - 1])
    ) {
      add('bass, share of changes: by step', who, moved > 0 && moved <= 2);
      add('bass, share of changes: on the root', who, mod12(pitch) === harmonies[beat].root);
      add('bass, share of changes: wider than a fifth', who, moved > 7);
    }
  }
  for (const beat of harmonies.keys()) {
    const at = (list, time) =>
      list.findLast(({ start, end }) => start <= time + 0.05 && end > time + 0.05)?.pitch;
    const [low, high, lowBefore, highBefore] = [
      at(line, beat),
      at(leader, beat),
      at(line, beat - 1),
      at(leader, beat - 1),
    ];
    if ([low, high, lowBefore, highBefore].includes(undefined) || low === lowBefore || high === highBefore)
      continue;
    const apart = mod12(high - low);
    add(
      'bass, share of moves parallel to the melody in 5ths or 8ves',
      who,
      (apart === 0 || apart === 7) && apart === mod12(highBefore - lowBefore),
    );
  }
  for (const [beat, place] of places.entries())
    if (place === 'bar' && harmonies[beat])
      add(
        'bass, share of bar lines struck',
        who,
        line.some(({ start }) => Math.abs(start - beat) < 1 / 8),
      );
}

/** Where the second melody plays: beats in which the leader begins nothing, and the others. */
function answers(who, notes, leader, beats) {
  const count = (list) => {
    const found = new Array(beats + 1).fill(0);
    for (const { start } of list) found[Math.max(0, Math.floor(start + TOGETHER))]++;
    return found;
  };
  const [own, led] = [count(notes), count(leader)];
  const sounds = new Set();
  for (const { start, end } of notes)
    for (let beat = Math.max(0, Math.floor(start + TOGETHER)); beat < end - 0.1; beat++) sounds.add(beat);
  for (let beat = 0; beat < beats; beat++) {
    const rests = led[beat] === 0;
    add(
      `counter, notes a beat ${rests ? 'where the leader strikes nothing' : led[beat] === 1 ? 'where he strikes once' : 'where he moves'}`,
      who,
      own[beat],
    );
    add('counter, share of beats with sound', who, sounds.has(beat));
  }
}
