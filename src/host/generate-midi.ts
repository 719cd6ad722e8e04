import { midiOf } from '../music/abc/key.js';
import { barLength } from '../music/abc/meter.js';
import { playedOrder } from '../music/abc/played.js';
import { Accidentals } from '../music/abc/sounding.js';
import { soundingDurations } from '../music/abc/timing.js';
import type { Meter, Tune, TuneElement } from '../music/abc/tune.js';
import type { MidiPiece } from '../music/midi/piece.js';
import { type WritableTrack, writeMidi } from '../music/midi/write.js';
import type { Note } from '../music/note.js';
import { keySignatureOf, timeSignaturesOf } from './midi-signatures.js';
import { liltedTimes, mannerOf, type PlayedBar, stressAt, tapLength } from './tune-lilt.js';

const EPSILON = 1e-6;

/** Of a note that nothing stresses. */
const VELOCITY = 78;
/** Eighth notes a minute that can be meant. */
const SLOWEST = 20;
const FASTEST = 2000;
/** General MIDI's violin. */
const FIDDLE = 40;

/**
 * A tune as it is played: with its repeats, each ending in its turn, at the tempo that Q: says or its type's (`bpm`:
 * quarter notes a minute), with its lilt and stress by `lilt` from 0 (every note as written, equally loud) to 1. Bar lines stay where they are.
 */
export function midiTrackOf(tune: Tune, lilt = 1): { track: WritableTrack; bpm: number; signs: Signs } {
  const manner = mannerOf(tune.type, tune.meter);
  const speed = saidSpeed(tune.tempo) ?? manner.taps * tapLength(manner, tune.meter);
  const eighth = 60 / speed;
  const order = playedOrder(tune.body);
  const { times, bars, barOf } = playedBars(tune, order);
  const played = liltedTimes(times, bars, manner, lilt);
  const heard = new Accidentals(tune.key);
  const notes: Note[] = [];
  /** Pitches tied from the note before, with their place among the notes. */
  let tied = new Map<number, number>();
  for (const [at, index] of order.entries()) {
    const element = tune.body[index]!;
    heard.pass(element);
    const end = played[at + 1]! * eighth;
    const next = new Map<number, number>();
    for (const { pitch, tie } of pitchesOf(element)) {
      const sounding = midiOf(pitch.step, heard.sound(pitch, tie));
      const before = tied.get(sounding);
      const place = before ?? notes.length;
      const { origin, meter } = bars[barOf[at]!]!;
      notes[place] = {
        pitch: sounding,
        velocity: VELOCITY + Math.round(lilt * stressAt(times[at]! - origin, meter, manner)),
        start: played[at]! * eighth,
        ...(before === undefined ? {} : { start: notes[before]!.start, velocity: notes[before]!.velocity }),
        end,
      };
      if (tie) next.set(sounding, place);
    }
    if (times[at + 1]! > times[at]!) {
      heard.noteEnds();
      tied = next;
    }
  }
  return {
    track: { name: tune.titles[0] ?? '', channel: 0, program: FIDDLE, events: notes },
    bpm: speed / 2,
    signs: { timeSignatures: timeSignaturesOf(bars, eighth), keySignatures: keySignatureOf(tune.key) },
  };
}

type Signs = Pick<MidiPiece, 'timeSignatures' | 'keySignatures'>;

/** A tune as a MIDI file, with its meter, key and title. */
export function tuneMidi(tune: Tune, lilt = 1, title = tune.titles[0] ?? ''): Uint8Array {
  const { track, bpm, signs } = midiTrackOf(tune, lilt);
  return writeMidi([track], { bpm, title, ...signs });
}

/** Eighth notes a minute of a Q: such as `1/4=120` or `"Lively" 3/8=110`; a number alone depends on a unit that is gone. */
function saidSpeed(tempo: string | undefined): number | undefined {
  const said = /(\d{1,2})\/(\d{1,2})\s*=\s*(\d{1,3})/.exec(tempo ?? '');
  if (!said) return undefined;
  const [num, den, count] = said.slice(1).map(Number) as [number, number, number];
  const speed = (8 * num * count) / den;
  return speed >= SLOWEST && speed <= FASTEST ? speed : undefined;
}

/**
 * When each element of `order` begins, as written, in eighth notes (the last time is the end), and the bars that they lie in. A
 * short bar is completed by the one that is played after it; one that nothing completes is a pickup
 * where it is the first or a full bar follows.
 */
function playedBars(tune: Tune, order: readonly number[]) {
  const durations = soundingDurations(tune.body);
  const times = [0];
  const stretchOf: number[] = [];
  const stretches: { from: number; to: number; meter: Meter | null }[] = [];
  let { meter } = tune;
  let from = 0;
  let time = 0;
  const close = () => {
    if (time > from) stretches.push({ from, to: time, meter });
    from = time;
  };
  for (const index of order) {
    const element = tune.body[index]!;
    if (element.kind === 'bar' || element.kind === 'volta' || element.kind === 'meter') close();
    if (element.kind === 'meter') ({ meter } = element);
    stretchOf.push(stretches.length);
    time += durations[index]!.num / durations[index]!.den;
    times.push(time);
  }
  close();
  const bars: PlayedBar[] = [];
  const barOfStretch: number[] = [];
  /** How far into its bar the stretch before reaches; 0 where that bar is full. */
  let reached = 0;
  for (const [place, stretch] of stretches.entries()) {
    const length = stretch.to - stretch.from;
    const full = stretch.meter ? barLength(stretch.meter) : undefined;
    const bar = full ? full.num / full.den : length;
    const next = stretches[place + 1];
    const completes = reached > 0 && reached + length <= bar + EPSILON;
    const short = length < bar - EPSILON;
    const pickup = short && (place === 0 || (next !== undefined && next.to - next.from >= bar - EPSILON));
    const position = completes ? reached : pickup ? bar - length : 0;
    if (completes) bars.push({ ...bars.pop()!, to: stretch.to });
    else bars.push({ ...stretch, origin: stretch.from - position });
    barOfStretch.push(bars.length - 1);
    reached = position + length < bar - EPSILON ? position + length : 0;
  }
  return { times, bars, barOf: stretchOf.map((stretch) => barOfStretch[stretch]) };
}

function pitchesOf(element: TuneElement) {
  if (element.kind === 'note') return [element];
  if (element.kind !== 'chord') return [];
  return element.notes.map(({ pitch, tie }) => ({ pitch, tie: tie || element.tie }));
}
