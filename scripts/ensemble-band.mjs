/** The band of the plugin ensemble beside a song of POP909, with the plugin's defaults. */
import { readFileSync } from 'node:fs';
import { openModel } from '../dist/index.js';
import { uniform } from '../dist/model/random.js';
import { createSampler } from '../dist/model/sampler.js';
import { START } from '../dist/plugins/ensemble/codec/vocabulary.js';
import { listening, parseLeaderOdds } from '../dist/plugins/ensemble/gestures/leader-odds.js';
import { plannedAt } from '../dist/plugins/ensemble/harmony/plan/plan.js';
import { planOfPlayed } from '../dist/plugins/ensemble/harmony/plan/played-plan.js';
import { liveCodec } from '../dist/plugins/ensemble/live/live.js';
import { EnsembleStream } from '../dist/plugins/ensemble/live/stream.js';
import { ensembleOffline } from '../dist/plugins/ensemble/offline/offline.js';

export const PARTS = ['counter', 'chords', 'bass'];
/**
 * What the band knows. Live: `melody`: it hears the melody; `chords`: somebody plays the piano part; `known`: the melody, and the chords as annotated.
 * `file`: the melody is a file, in bars as they are annotated.
 */
export const MODES = ['melody', 'chords', 'known', 'file'];
/** A leader this late, in beats, is still on the beat. */
const LATE = 0.03;

const manifest = JSON.parse(
  readFileSync(new URL('../src/plugins/ensemble/plugin.json', import.meta.url), 'utf8'),
);
const params = Object.fromEntries(Object.entries(manifest.params).map(([id, param]) => [id, param.default]));
const model = await openModel(
  (path) => readFileSync(new URL(`../models/ensemble-pop/${path}`, import.meta.url)),
  { codec: () => liveCodec },
);
const listens = listening(parseLeaderOdds(model.metadata));
const sampler = createSampler(liveCodec.vocabulary.size);
const settings = { temperature: params.temperature, topK: 0, topP: params.topP };

/** The band's notes beside a song's leader, in beats, by part. `number`: which random numbers. */
export function accompany(song, mode, { beats, number }) {
  return mode === 'file' ? ofFile(song, { beats, number }) : live(song, mode, { beats, number });
}

function live(song, mode, { beats, number }) {
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
  const next = drawing(stream, number);
  const notes = Object.fromEntries(PARTS.map((part) => [part, []]));
  const open = new Map();
  for (let at = 0; stream.head < beats; ) {
    const heard = ({ time }) => (stream.decides ? time <= stream.head + LATE : time < stream.head);
    while (at < events.length && heard(events[at])) stream.feed(events[at++]);
    for (const event of stream.accept(next())) {
      const key = `${event.part} ${event.pitch}`;
      if (event.type === 'noteOn') open.set(key, event);
      else if (open.has(key)) {
        const { time, velocity } = open.get(key);
        notes[event.part].push({ pitch: event.pitch, velocity, start: time, end: event.time });
      }
    }
  }
  return notes;
}

function drawing(stream, number) {
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
    const token = sampler.draw(logits, settings, mask, uniform(number, 0, drawn++));
    out = model.engine.step(states, [token]);
    return token;
  };
}

/** Seconds are beats here. */
function ofFile(song, { beats, number }) {
  const notes = song.players.leader
    .filter(({ start }) => start >= 0 && start < beats)
    .map((note) => ({ ...note, end: Math.min(note.end, beats) }));
  const track = { name: 'Melody', channel: 0, program: 0, drums: false, notes, pedal: [] };
  const piece = {
    ...{ tracks: [track], tempos: [{ time: 0, bpm: 60 }], timeSignatures: [], keySignatures: [] },
    ...{ duration: beats },
  };
  const bars = new Array(Math.ceil(beats / song.bar)).fill(song.bar);
  const map = { beats: Array.from({ length: bars.length * song.bar + 1 }, (_, beat) => beat), bars };
  const draw = (branch) => {
    let drawn = 0;
    return (logits, mask) => sampler.draw(logits, settings, mask, uniform(number, branch, drawn++));
  };
  const parts = ensembleOffline.play({
    ...{ piece, performance: { notes, pedal: [] }, from: 0, until: beats, seed: number, params },
    ...{ options: { lead: null }, beats: () => map, progress() {} },
    model: {
      id: '',
      hash: '',
      memory: false,
      metadata: model.metadata,
      engine: model.engine,
      createDraw: draw,
    },
  });
  return Object.fromEntries(parts.map(({ voice, notes }) => [voice, notes]));
}
