import { ContinuoError } from '../../errors.js';
import type { Seconds } from '../units.js';
import type { MidiWarnings } from './warnings.js';

/** A tempo from a tick on. */
export interface TempoAt {
  readonly tick: number;
  readonly microsecondsPerBeat: number;
}

/** Converts a tick of a file to seconds. Monotonic. */
export type TickClock = (tick: number) => Seconds;

/** 120 bpm holds until a file says otherwise (SMF 1.0, "Set Tempo"). */
export const DEFAULT_MICROSECONDS_PER_BEAT = 500_000;

/** Frames a second by SMPTE's name for them; 29 means 29.97 (SMF 1.0, "division"). */
const SMPTE_RATES = new Map([
  [24, 24],
  [25, 25],
  [29, 30_000 / 1001],
  [30, 30],
]);

/** The usual division; used where a header has 0, so that the notes are not lost. */
const USUAL_TICKS_PER_BEAT = 480;

/** The meaning of a header's division word: `beats` depend on the tempo, `frames` do not. */
export type Division =
  | { readonly kind: 'beats'; readonly ticksPerBeat: number; readonly word: number }
  | { readonly kind: 'frames'; readonly ticksPerSecond: number; readonly word: number };

/** Throws MIDI_TIMING where there are no ticks a frame. */
export function readDivision(word: number, warnings: MidiWarnings): Division {
  if (word < 0x8000) {
    if (word === 0) warnings.add('noDivision');
    const ticksPerBeat = word || USUAL_TICKS_PER_BEAT;
    return { kind: 'beats', ticksPerBeat, word: ticksPerBeat };
  }
  const frames = 256 - (word >> 8);
  const rate = SMPTE_RATES.get(frames);
  const ticksPerFrame = word & 0xff;
  if (rate === undefined) warnings.add('smpteRate');
  if (ticksPerFrame === 0) throw unreadable('no ticks a frame');
  return { kind: 'frames', ticksPerSecond: (rate ?? frames) * ticksPerFrame, word };
}

/** `tempos` sorted by tick; of several at one tick the last holds. */
export function tickClock(division: Division, tempos: readonly TempoAt[]): TickClock {
  if (division.kind === 'frames') return (tick) => tick / division.ticksPerSecond;
  const changes = paces(division.ticksPerBeat, tempos);
  return (tick) => {
    const { tick: from, time, pace } = lastOf(changes, (change) => change.tick <= tick);
    return time + (tick - from) * pace;
  };
}

/** The inverse of {@link tickClock}: the tick at a time, not rounded. */
export function tickFinder(division: Division, tempos: readonly TempoAt[]): (time: Seconds) => number {
  if (division.kind === 'frames') return (time) => time * division.ticksPerSecond;
  const changes = paces(division.ticksPerBeat, tempos);
  return (time) => {
    const { tick, time: from, pace } = lastOf(changes, (change) => change.time <= time);
    return tick + (time - from) / pace;
  };
}

interface Pace {
  readonly tick: number;
  readonly time: Seconds;
  /** Seconds a tick. */
  readonly pace: number;
}

function paces(ticksPerBeat: number, tempos: readonly TempoAt[]): Pace[] {
  const secondsPerTick = (microseconds: number) => microseconds / 1e6 / ticksPerBeat;
  const changes = [{ tick: 0, time: 0, pace: secondsPerTick(DEFAULT_MICROSECONDS_PER_BEAT) }];
  for (const { tick, microsecondsPerBeat } of tempos) {
    const before = changes.at(-1)!;
    const time = before.time + (tick - before.tick) * before.pace;
    changes.push({ tick, time, pace: secondsPerTick(microsecondsPerBeat) });
  }
  return changes;
}

/** The last that has begun; the first where none has. */
function lastOf(changes: readonly Pace[], hasBegun: (change: Pace) => boolean): Pace {
  let low = 0;
  let high = changes.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (hasBegun(changes[middle]!)) low = middle;
    else high = middle;
  }
  return changes[low]!;
}

function unreadable(what: string): ContinuoError {
  return new ContinuoError(
    'MIDI_TIMING',
    `Expected a MIDI file that counts ticks a beat, or SMPTE frames, but it counts ${what}.`,
    'Open the file in a sequencer and export it again.',
  );
}
