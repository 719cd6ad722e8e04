/**
 * How the band of the plugin ensemble plays beside people, on POP909's held-out songs: share of notes on strong beats that are of the annotated
 * chord, clashes with the melody there, register, density. Modes: see ensemble-band.mjs.
 *
 *     npm run build && node scripts/ensemble-figures.mjs POP909 ANNOTATIONS [one song in so many]
 */
import { isTone } from '../dist/plugins/ensemble/harmony/chord.js';
import { accompany, MODES, PARTS } from './ensemble-band.mjs';
import { songsOf } from './ensemble-songs.mjs';

const [corpus, annotations, every = '1'] = process.argv.slice(2);
/** Beats of each song. */
const MOST = 200;

const found = new Map();
let number = 0;
for (const song of songsOf(corpus, annotations, 'valid')) {
  if (number++ % Number(every) !== 0) continue;
  const beats = Math.min(MOST, song.harmonies.length);
  count('people', song, song.players, beats);
  for (const mode of MODES) count(mode, song, accompany(song, mode, { beats, number }), beats);
}
for (const part of PARTS) for (const who of ['people', ...MODES]) say(who, part);

function count(who, { harmonies, places, players }, parts, beats) {
  for (const part of PARTS) {
    const figures = found.get(`${who} ${part}`) ?? {
      harmony: [0, 0],
      clash: [0, 0],
      pitches: [],
      beats: 0,
      sounding: 0,
    };
    found.set(`${who} ${part}`, figures);
    const notes = parts[part].filter(({ start }) => start < beats);
    const sounding = new Set();
    for (const { pitch, start, end } of notes) {
      figures.pitches.push(pitch);
      for (let beat = Math.floor(start); beat < Math.min(end, beats); beat++) sounding.add(beat);
      const beat = Math.max(0, Math.floor(start + 1 / 12));
      if (!harmonies[beat] || places[beat] === 'beat' || Math.abs(start - beat) > 1 / 8) continue;
      figures.harmony[0] += isTone(harmonies[beat], pitch);
      figures.harmony[1]++;
      const led = players.leader.filter((note) => note.start <= start + 0.1 && note.end > start + 0.1);
      if (led.length === 0) continue;
      figures.clash[0] += led.some((note) => [1, 11].includes(Math.abs(note.pitch - pitch) % 12));
      figures.clash[1]++;
    }
    figures.beats += beats;
    figures.sounding += sounding.size;
  }
}

function say(who, part) {
  const { harmony, clash, pitches, beats, sounding } = found.get(`${who} ${part}`);
  const mean = pitches.reduce((sum, pitch) => sum + pitch, 0) / pitches.length;
  const spread = Math.sqrt(pitches.reduce((sum, pitch) => sum + (pitch - mean) ** 2, 0) / pitches.length);
  const percent = ([some, all]) => `${((100 * some) / all).toFixed(1)} %`;
  console.log(
    `${part} ${who}: strong beats in the annotated chord ${percent(harmony)}, a semitone from the melody ${percent(clash)}, ` +
      `pitch ${mean.toFixed(1)} ± ${spread.toFixed(1)}, ${(pitches.length / beats).toFixed(2)} notes a beat, sounds at ${percent([sounding, beats])} of beats`,
  );
}
