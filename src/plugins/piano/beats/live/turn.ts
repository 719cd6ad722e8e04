import { velocityOfBin } from '../../../../codec/performance/alphabet.js';
import { type BeatMap, EARLY, TICKS_PER_BEAT, tickAt, timeAt } from '../../../../music/beats/beat-map.js';
import type { PerformanceEvent } from '../../../../music/note.js';
import type { Pitch, Seconds, Velocity } from '../../../../music/units.js';
import { type BeatHead, headAfter, headAt } from '../codec/head.js';
import { lengthOfStep, STEPS_PER_OCTAVE } from '../codec/length.js';
import type { BeatPrompt } from '../codec/prompt.js';
import { beatVocabulary, LOWEST, VELOCITY_BINS } from '../codec/vocabulary.js';

/** A turn of the model, which plays by the beats that were predicted when it began. Ticks count from the bar that was open then. Immutable. */
export interface BeatTurn {
  readonly map: BeatMap;
  /** Tick at which the present bar begins. */
  readonly bar: number;
  readonly head: BeatHead;
  /** The tick that the stream has reached. */
  readonly tick: number;
  /** Sounding notes with their ends. */
  readonly open: readonly OpenNote[];
  /** A note whose length token has not come yet. */
  readonly pendingNote: { readonly pitch: Pitch; readonly velocity: Velocity } | null;
  /** The tick at which the turn ends; null: it lasts until somebody stops it. */
  readonly end: number | null;
}

interface OpenNote {
  readonly pitch: Pitch;
  readonly start: number;
  readonly end: number;
}

/** The turn after a token, and the token's events. */
export interface TurnStep {
  readonly turn: BeatTurn;
  readonly events: readonly PerformanceEvent[];
}

/** A turn lasts at least this part of a bar. */
const FEWEST_BARS = 0.5;

/** Begins a turn at `from` that lasts until the bar line nearest to `until`; null: until somebody stops it. */
export function beginBeatTurn(
  { open: map, head }: BeatPrompt,
  from: Seconds,
  until: Seconds | null,
): BeatTurn {
  const tick = tickAt(map, from);
  return withEnd({ map, bar: 0, head, tick, open: [], pendingNote: null, end: null }, until);
}

/** Moves the end of a turn to the bar line nearest to `until`, at least half a bar from now; null: it lasts until somebody stops it. */
export function withEnd(turn: BeatTurn, until: Seconds | null): BeatTurn {
  if (until === null) return { ...turn, end: null };
  const bar = TICKS_PER_BEAT * turn.map.bars[0]!;
  const bars = Math.round(tickAt(turn.map, until) / bar);
  const soonest = Math.ceil(turn.tick / bar - 1 + FEWEST_BARS) + 1;
  // Notes that come a little early belong to the next bar.
  return { ...turn, end: Math.max(bars, soonest) * bar - EARLY };
}

export function timeOf({ map }: BeatTurn, tick: number): Seconds {
  return timeAt(map, tick);
}

/** Decodes a token of the model. A note lasts `longest` seconds at most. Throws TOKEN_RANGE. */
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

/** Begins a note and ends the one of its pitch that sounds, unless that began on the same tick. */
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

/** Moves the stream to tick `to`: notes that end by then end at their ticks. */
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

/** Moves the stream to `time` without a token. */
export function passTime(turn: BeatTurn, time: Seconds): TurnStep {
  const tick = Math.max(turn.tick, tickAt(turn.map, time));
  const { turn: passed, events } = passTo(turn, tick);
  return { turn: { ...passed, head: headAt(passed.head, Math.ceil(tick - turn.bar) + EARLY) }, events };
}

/** A beat under way becomes at most this much longer or shorter to meet a clock; what is left is made up for in the beats after it. */
const MOST_BENT = 2;
/** Beats that are over keep at least this part of a beat between them. */
const LEAST_APART = 0.25;

/**
 * From the next beat on, the turn's beats are those of a clock that has one at `beat` and each `pace`. What the turn has reached stays where
 * it is: at `now`, or at its head where that is later.
 */
export function followClock(turn: BeatTurn, now: Seconds, beat: Seconds, pace: Seconds): BeatTurn {
  const { map } = turn;
  const from = Math.max(now, timeOf(turn, turn.tick));
  const at = tickAt(map, from) / TICKS_PER_BEAT;
  // Before the first beat the tempo is that of the first one.
  const next = Math.max(0, Math.floor(at + 1e-9) + 1);
  const rest = next - at;
  const ofClock = (time: Seconds) => beat + Math.round((time - beat) / pace) * pace;
  const bent = (wanted: Seconds, usual: Seconds) =>
    Math.min(MOST_BENT * usual, Math.max(usual / MOST_BENT, wanted));
  const old = timeAt(map, TICKS_PER_BEAT * next);
  const own =
    timeAt(map, TICKS_PER_BEAT * Math.max(1, next)) - timeAt(map, TICKS_PER_BEAT * Math.max(0, next - 1));
  const length = bent((ofClock(old) - from) / rest, own);
  const known = Array.from({ length: Math.max(0, next - 1) }, (_, index) =>
    timeAt(map, TICKS_PER_BEAT * index),
  );
  const time = from + rest * length;
  const beats = next > 0 ? [...known, time - length, time] : [time, time + length];
  // The next one is within half a beat of the clock's: one more, between half and one and a half as long as usual, meets it.
  const met = ofClock(beats.at(-1)! + pace);
  beats.push(met, met + pace);
  return { ...turn, map: { ...map, beats: keptApart(beats, LEAST_APART * Math.min(own, pace)) } };
}

/** Times in order: each lies at least `least` before the next. */
function keptApart(times: readonly Seconds[], least: Seconds): Seconds[] {
  const sorted = [...times];
  for (let at = sorted.length - 2; at >= 0; at--) sorted[at] = Math.min(sorted[at]!, sorted[at + 1]! - least);
  return sorted;
}
