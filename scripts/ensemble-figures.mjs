/**
 * How the band of the plugin ensemble plays beside people, on POP909's held-out songs: share of notes on strong beats that are of the annotated
 * chord, clashes with the melody there, register, density. `melody`: it hears the melody alone; `chords`: somebody plays the piano part;
 * `known`: the melody, and the chords as annotated.
 *
 *     npm run build && node scripts/ensemble-figures.mjs POP909 ANNOTATIONS [one song in so many]
 */
import { readFileSync } from 'node:fs';
import { openModel } from '../dist/index.js';
import { uniform } from '../dist/model/random.js';
import { createSampler } from '../dist/model/sampler.js';
import { START } from '../dist/plugins/ensemble/codec/vocabulary.js';
import { listening, parseLeaderOdds } from '../dist/plugins/ensemble/gestures/leader-odds.js';
import { isTone } from '../dist/plugins/ensemble/harmony/chord.js';
import { plannedAt } from '../dist/plugins/ensemble/harmony/plan/plan.js';
import { planOfPlayed } from '../dist/plugins/ensemble/harmony/plan/played-plan.js';
import { liveCodec } from '../dist/plugins/ensemble/live/live.js';
import { EnsembleStream } from '../dist/plugins/ensemble/live/stream.js';
import { songsOf } from './ensemble-songs.mjs';

const [corpus, annotations, every = '1'] = process.argv.slice(2);
const PARTS = ['counter', 'chords', 'bass'];
const MODES = ['melody', 'chords', 'known'];
/** Beats of each song. */
const MOST = 200;
/** A leader this late, in beats, is still on the beat. */
const LATE = 0.03;

const manifest = JSON.parse(
  readFileSync(new URL('../src/plugins/ensemble/plugin.json', import.meta.url), 'utf8'),
);
const params = Object.fromEntries(Object.entries(manifest.params).map(([id, param]) => [id, param.default]));
const model = await openModel(
  (path) => readFileSync(new URL(`../models/ensemble-pop/${path}`, import.meta.url)),
  {
    codec: () => liveCodec,
  },
);
const listens = listening(parseLeaderOdds(model.metadata));
const sampler = createSampler(liveCodec.vocabulary.size);

const found = new Map();
let number = 0;
for (const song of songsOf(corpus, annotations, 'valid')) {
  if (number++ % Number(every) !== 0) continue;
  const beats = Math.min(MOST, song.harmonies.length);
  count('people', song, song.players, beats);
  for (const mode of MODES) count(mode, song, accompany(song, mode, beats), beats);
}
for (const part of PARTS) for (const who of ['people', ...MODES]) say(who, part);

/** The band's notes beside a song's leader, in beats. */
function accompany(song, mode, beats) {
  const { leader, chords, bass } = song.players;
  const led = mode === 'chords' ? [...chords, ...bass] : leader;
  const known = song.harmonies.map((harmony) => harmony ?? { tonic: 0, root: 0, triad: 0 });
  const harmonies = known.slice(0, beats);
  const heard = harmonies.map(() => []);
  const plan = planOfPlayed({ melody: leader, harmonies, heard }, song.bar);
  const planned = (beat) => plannedAt(plan, beat);
  const stream = new EnsembleStream(0, mode === 'known' ? { planned, enters: 0 } : null);
  stream.setParams({ ...params, beatsABar: song.bar });
  stream.setPulse({ period: 1, beatAt: 0, bar: true }, 0);
  stream.beginTurn(null, 'along');
  const events = led
    .flatMap(({ pitch, velocity, start, end }) => [
      { type: 'noteOn', time: start, pitch, velocity },
      { type: 'noteOff', time: end, pitch },
    ])
    .sort((a, b) => a.time - b.time || (a.type === 'noteOff' ? -1 : 1));
  const next = drawing(stream);
  const notes = Object.fromEntries(PARTS.map((part) => [part, []]));
  const open = new Map();
  for (let at = 0; stream.head < beats; ) {
    const heard = ({ time }) => (stream.decides ? time <= stream.head + LATE : time < stream.head);
    while (at < events.length && heard(events[at])) stream.feed(events[at++]);
    for (const event of stream.accept(next())) {
      const key = `${event.part} ${event.pitch}`;
      if (event.type === 'noteOn') open.set(key, event);
      else notes[event.part].push({ pitch: event.pitch, start: open.get(key).time, end: event.time });
    }
  }
  return notes;
}

function drawing(stream) {
  const states = [model.engine.createState()];
  const mask = new Uint8Array(liveCodec.vocabulary.size);
  const logits = new Float32Array(mask.length);
  let out = model.engine.step(states, [START]);
  let drawn = 0;
  return () => {
    mask.fill(1);
    stream.forbid(mask);
    logits.set(out.subarray(0, logits.length));
    stream.lean(logits, listens);
    const settings = { temperature: params.temperature, topK: 0, topP: params.topP };
    const token = sampler.draw(logits, settings, mask, uniform(number, 0, drawn++));
    out = model.engine.step(states, [token]);
    return token;
  };
}

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
