import type { StreamEvent } from '../../../codec/codec.js';
import { type BeatClock, paceAt } from '../../../music/beats/beat-clock.js';
import type { Pitch, Seconds, Velocity } from '../../../music/units.js';
import { strokesOf } from '../codec/doubles.js';
import { TICKS_PER_BEAT } from '../codec/grid.js';
import { BEGINNING, type DrumHead, earlyOf, headAfter, hitOf, tickOf } from '../codec/head.js';
import { DRUMS } from '../codec/kit.js';
import type { Hit } from '../codec/piece.js';
import { START } from '../codec/vocabulary.js';
import { tickAt, timeAt } from './ticks.js';

/** The part that all notes are of. */
export const PART = 'drums';

/** A drum's note is ended after so long; most kits let it ring. */
export const NOTE: Seconds = 0.1;
/** Without a beat it waits so long at a time. */
const WAIT: Seconds = 2;
/** Less of a turn than this is no turn, in bars. */
const FEWEST_BARS = 1;

/** Counting in: the side stick. */
export const COUNT: { readonly pitch: Pitch; readonly velocity: Velocity; readonly first: Velocity } = {
  ...{ pitch: 37, velocity: 70, first: 95 },
};

/** A turn of the drummer's. Ticks count from its first bar line. Never changed in place. */
export interface DrumTurn {
  /** null: it waits for a pulse. */
  readonly clock: BeatClock | null;
  /** Whether its first bar has not begun. */
  readonly waits: boolean;
  /** Beats that are still to be counted in. */
  readonly counts: number;
  readonly head: DrumHead;
  /** What comes by this tick is decided: the last stroke, or where the first onsets of the last step could have been. */
  readonly tick: number;
  /** Bars that have begun. */
  readonly bars: number;
  /** Nothing of it that is to come sounds before. */
  readonly passed: Seconds;
  /** Strokes that are decided and come later than the head, in order of time. */
  readonly later: readonly Stroke[];
  /** What sounds. */
  readonly open: readonly OpenNote[];
  /** Since when the player has kept other beats than the drummer; null: they keep the same. */
  readonly astray: Seconds | null;
  /** When it should be over; null: when somebody stops it. */
  readonly until: Seconds | null;
}

interface Stroke {
  readonly time: Seconds;
  readonly pitch: Pitch;
  readonly velocity: Velocity;
}

interface OpenNote {
  readonly pitch: Pitch;
  readonly end: Seconds;
}

/** A token's turn, and what it makes happen. */
export interface Played {
  readonly turn: DrumTurn;
  readonly events: readonly StreamEvent[];
}

/** A turn that waits for the bar line at tick 0 of `clock`, or for a clock. */
export function beginTurn(
  now: Seconds,
  { clock, counts, until }: Pick<DrumTurn, 'clock' | 'counts' | 'until'>,
): DrumTurn {
  const turn: DrumTurn = {
    ...{ clock, counts, until, waits: true, bars: 0, passed: now, astray: null },
    ...{ head: BEGINNING, tick: -earlyOf(BEGINNING), later: [], open: [] },
  };
  // On the bar line there is nothing to wait for.
  return { ...turn, waits: clock === null || counts > 0 || firstWindow(clock) > now };
}

/** The same turn, begun anew at the bar line at tick 0 of `clock`; what sounds rings out. */
export function beginAgain({ passed, until, later, open }: DrumTurn, clock: BeatClock): DrumTurn {
  return { ...beginTurn(passed, { clock, counts: 0, until }), later, open };
}

/** When the first onsets of the bar at tick 0 may come. */
function firstWindow(clock: BeatClock): Seconds {
  return timeAt(clock, -earlyOf(BEGINNING));
}

/** The session time up to which everything is decided. */
export function headTime({ clock, tick, waits, passed }: DrumTurn): Seconds {
  return waits || clock === null ? passed : Math.max(passed, timeAt(clock, tick));
}

/** When it is over: where a bar line is nearest to where it should be; null: when somebody stops it. */
export function endOf({ clock, until, head, waits }: DrumTurn): Seconds | null {
  if (until === null || clock === null) return until;
  const bar = head.beats * TICKS_PER_BEAT;
  const under = waits || head.expects === 'BAR' ? 0 : 1;
  const soonest = Math.max(under, Math.ceil((FEWEST_BARS * bar - head.bar) / bar));
  const bars = Math.max(soonest, Math.round((tickAt(clock, until) - head.bar) / bar));
  return timeAt(clock, head.bar + bars * bar - earlyOf(BEGINNING));
}

/** What a token of the drummer's makes happen. Throws TOKEN_RANGE. */
export function play(turn: DrumTurn, token: number): Played {
  if (turn.waits) return token === START ? wait(turn) : { turn, events: [] };
  const { clock, head: before } = turn;
  const head = headAfter(before, token);
  // Who stops a turn is not the network.
  if (clock === null || head === before || head.expects === 'END') return { turn, events: [] };
  const hit = hitOf(before, token);
  const step = before.expects === 'HITS' ? tickOf(before) - earlyOf(before) : turn.tick;
  const tick = Math.max(turn.tick, hit?.tick ?? step);
  const begins = before.expects === 'BAR';
  const after = { ...turn, head, tick, bars: turn.bars + Number(begins) };
  const time = headTime(after);
  return passTo(hit === null ? after : withLater(after, strokesAt(hit, time, paceAt(clock, time))), time);
}

function strokesAt(hit: Pick<Hit, 'drum' | 'velocity'>, time: Seconds, pace: Seconds): Stroke[] {
  return strokesOf({ ...hit, at: 0 }, pace).map(({ drum, velocity, at }) => ({
    ...{ time: time + at * pace, pitch: DRUMS[drum]!.pitch, velocity },
  }));
}

/** Counts a beat in, or lets time pass until the first bar. */
function wait(turn: DrumTurn): Played {
  const { clock, counts, passed } = turn;
  if (clock === null) return passTo({ ...turn, passed: passed + WAIT }, passed + WAIT);
  const pace = clock.now.pace;
  const first = timeAt(clock, 0);
  if (counts === 0)
    return passTo(
      { ...turn, waits: false, passed: Math.max(passed, firstWindow(clock)) },
      firstWindow(clock),
    );
  const time = Math.max(passed, first - counts * pace);
  const next = counts === 1 ? firstWindow(clock) : first - (counts - 1) * pace;
  const loud = counts % turn.head.beats === 0 ? COUNT.first : COUNT.velocity;
  const counted = { ...turn, counts: counts - 1, waits: counts > 1, passed: Math.max(passed, next) };
  return passTo(withLater(counted, [{ time, pitch: COUNT.pitch, velocity: loud }]), Math.max(time, next));
}

function withLater(turn: DrumTurn, strokes: readonly Stroke[]): DrumTurn {
  return { ...turn, later: [...turn.later, ...strokes].sort((a, b) => a.time - b.time) };
}

/** What comes by `time` happens. A drum that is struck while it sounds ends first. */
function passTo(turn: DrumTurn, time: Seconds): Played {
  const events: StreamEvent[] = [];
  let { open } = turn;
  const endWhere = (ends: (note: OpenNote) => boolean, at?: Seconds): void => {
    const over = open.filter(ends).sort((a, b) => a.end - b.end || a.pitch - b.pitch);
    for (const { pitch, end } of over) events.push({ type: 'noteOff', time: at ?? end, pitch, part: PART });
    open = open.filter((note) => !over.includes(note));
  };
  let due = 0;
  for (; due < turn.later.length && turn.later[due]!.time <= time; due++) {
    const stroke = turn.later[due]!;
    endWhere(({ end }) => end <= stroke.time);
    endWhere(({ pitch }) => pitch === stroke.pitch, stroke.time);
    events.push({ type: 'noteOn', ...stroke, part: PART });
    open = [...open, { pitch: stroke.pitch, end: stroke.time + NOTE }];
  }
  endWhere(({ end }) => end <= time);
  return { turn: { ...turn, open, later: turn.later.slice(due) }, events };
}

/** Time has passed until `time`: what was decided for before then has happened, whatever was to come. */
export function passTime(turn: DrumTurn, time: Seconds): DrumTurn {
  const passed = Math.max(turn.passed, time);
  return { ...passTo(turn, passed).turn, passed };
}
