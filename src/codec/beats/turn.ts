import { type BeatMap, EARLY, TICKS_PER_BEAT, tickAt, timeAt } from '../../music/beats/beat-map.js';
import type { PerformanceEvent } from '../../music/note.js';
import type { Pitch, Seconds, Velocity } from '../../music/units.js';
import { velocityOfBin } from '../performance/alphabet.js';
import { type BeatHead, headAfter, headAt } from './head.js';
import { lengthOfStep, STEPS_PER_OCTAVE } from './length.js';
import type { BeatPrompt } from './prompt.js';
import { beatVocabulary, LOWEST, VELOCITY_BINS } from './vocabulary.js';

/** A turn of the model, which plays by the beats as they were foretold when it began. Ticks count from the bar that was open then. Never changed in place. */
export interface BeatTurn {
  readonly map: BeatMap;
  /** Where the present bar begins. */
  readonly bar: number;
  readonly head: BeatHead;
  /** Where the stream has come to. */
  readonly tick: number;
  /** What sounds, and where it ends. */
  readonly open: readonly OpenNote[];
  /** A note whose length is not said yet. */
  readonly pendingNote: { readonly pitch: Pitch; readonly velocity: Velocity } | null;
  /** The tick at which nothing sounds any more; null: until somebody stops it. */
  readonly end: number | null;
}

interface OpenNote {
  readonly pitch: Pitch;
  readonly start: number;
  readonly end: number;
}

/** A token's turn, and what it makes happen. */
export interface TurnStep {
  readonly turn: BeatTurn;
  readonly events: readonly PerformanceEvent[];
}

/** Less of a bar is no bar to play in. */
const FEWEST_BARS = 0.5;

/** A turn that goes on from `prompt` at `from`, and lasts until the bar line nearest to `until`; null: until somebody stops it. */
export function beginBeatTurn(
  { open: map, head }: BeatPrompt,
  from: Seconds,
  until: Seconds | null,
): BeatTurn {
  const tick = tickAt(map, from);
  return withEnd({ map, bar: 0, head, tick, open: [], pendingNote: null, end: null }, until);
}

/** The same that lasts until the bar line nearest to `until`, which leaves it half a bar at least; null: until somebody stops it. */
export function withEnd(turn: BeatTurn, until: Seconds | null): BeatTurn {
  if (until === null) return { ...turn, end: null };
  const bar = TICKS_PER_BEAT * turn.map.bars[0]!;
  const bars = Math.round(tickAt(turn.map, until) / bar);
  const soonest = Math.ceil(turn.tick / bar - 1 + FEWEST_BARS) + 1;
  // What is a little early belongs to the next bar.
  return { ...turn, end: Math.max(bars, soonest) * bar - EARLY };
}

export function timeOf({ map }: BeatTurn, tick: number): Seconds {
  return timeAt(map, tick);
}

/** What a token of the model's makes happen. A note lasts `longest` at most. Throws TOKEN_RANGE. */
export function acceptToken(before: BeatTurn, token: number, longest: Seconds): TurnStep {
  const { range, values } = beatVocabulary.read(token);
  const head = headAfter(before.head, token);
  const turn = { ...before, head, struck: null };
  switch (range) {
    case 'PIECE':
    case 'TEMPO':
      return { turn, events: [] };
    case 'BAR': {
      const bar = before.bar + TICKS_PER_BEAT * before.head.beats;
      return passTo({ ...turn, bar }, bar - EARLY);
    }
    case 'CHORD':
    case 'NO_CHORD':
      return passTo(turn, before.bar + TICKS_PER_BEAT * values.beat - EARLY);
    case 'POSITION':
      return passTo(turn, before.bar + head.next - 1 - EARLY);
    case 'NOTE': {
      const velocity = velocityOfBin(values.bin, VELOCITY_BINS);
      return { turn: { ...turn, pendingNote: { pitch: LOWEST + values.pitch, velocity } }, events: [] };
    }
    case 'LENGTH': {
      const beats = lengthOfStep(values.octave * STEPS_PER_OCTAVE + values.fine);
      return before.pendingNote === null
        ? { turn, events: [] }
        : strike(turn, before.pendingNote, beats, longest);
    }
  }
}

/** What was there of the pitch ends; a note on the same tick sounds already. */
function strike(
  turn: BeatTurn,
  { pitch, velocity }: { readonly pitch: Pitch; readonly velocity: Velocity },
  beats: number,
  longest: Seconds,
): TurnStep {
  const { tick, map } = turn;
  const before = turn.open.find((note) => note.pitch === pitch);
  if (before?.start === tick) return { turn, events: [] };
  const time = timeAt(map, tick);
  const end = Math.min(tick + TICKS_PER_BEAT * beats, tickAt(map, time + longest));
  const open = [...turn.open.filter((note) => note !== before), { pitch, start: tick, end }];
  const off: PerformanceEvent[] = before ? [{ type: 'noteOff', time, pitch }] : [];
  return { turn: { ...turn, open }, events: [...off, { type: 'noteOn', time, pitch, velocity }] };
}

/** The stream comes to `tick`: what ends by then ends where it was to. */
function passTo(turn: BeatTurn, to: number): TurnStep {
  const tick = Math.max(turn.tick, to);
  const over = turn.open.filter(({ end }) => end <= tick).sort((a, b) => a.end - b.end || a.pitch - b.pitch);
  const events = over.map(({ pitch, end }) => ({
    type: 'noteOff' as const,
    time: timeAt(turn.map, end),
    pitch,
  }));
  return { turn: { ...turn, tick, open: turn.open.filter(({ end }) => end > tick) }, events };
}

/** Time has passed until `time`, whatever was to come. */
export function passTime(turn: BeatTurn, time: Seconds): TurnStep {
  const tick = Math.max(turn.tick, tickAt(turn.map, time));
  const { turn: passed, events } = passTo(turn, tick);
  return { turn: { ...passed, head: headAt(passed.head, Math.ceil(tick - turn.bar) + EARLY) }, events };
}

/** From the next beat on the beats lie as a clock says: one at `beat`, each `pace` long. */
export function followClock(turn: BeatTurn, now: Seconds, beat: Seconds, pace: Seconds): BeatTurn {
  const at = tickAt(turn.map, now);
  const next = Math.floor(at / TICKS_PER_BEAT) + 1;
  const old = timeAt(turn.map, TICKS_PER_BEAT * next);
  let time = beat + Math.round((old - beat) / pace) * pace;
  if (time <= now) time += pace;
  // Until then it goes on from where it is.
  const rest = next - at / TICKS_PER_BEAT;
  const before = time - (time - now) / rest;
  const known = Array.from({ length: Math.max(0, next - 1) }, (_, index) =>
    timeAt(turn.map, TICKS_PER_BEAT * index),
  );
  return { ...turn, map: { ...turn.map, beats: ascending([...known, before, time, time + pace]) } };
}

const MOMENT: Seconds = 1e-6;

/** Times that a step back would leave out of order come a moment after each other. */
function ascending(times: readonly Seconds[]): Seconds[] {
  const sorted = [...times];
  for (let at = sorted.length - 2; at >= 0; at--)
    sorted[at] = Math.min(sorted[at]!, sorted[at + 1]! - MOMENT);
  return sorted;
}
