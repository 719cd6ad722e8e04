import type { BeatClock } from '../../../music/beats/beat-clock.js';
import type { Pitch, Seconds } from '../../../music/units.js';
import { TICKS_PER_BEAT } from '../codec/grid.js';
import { type HeardBar, heardBar, isUpper, type PhraseNote, topNotes } from '../phrases/heard-bar.js';
import { tickAt, timeAt } from './ticks.js';

/** A note so little before a bar line belongs to the bar that begins there. As a share of a beat. */
const EARLY = 0.125;
/** So many bars are remembered, and so many notes on top, by which the upper voice is told from an accompaniment. */
const MOST_BARS = 64;
const MOST_TOPS = 128;
/** Of a bar, so many notes. */
const MOST_NOTES = 512;

/** The bars that the player has played since tick 0 of a turn's clock. Never changed in place. */
export interface PhraseEar {
  /** The last bars that are over. */
  readonly bars: readonly HeardBar[];
  /** How many are over. */
  readonly over: number;
  readonly beatsABar: number;
  /** Notes of the bar under way. */
  readonly notes: readonly PhraseNote[];
  /** Pitches of the last notes on top. */
  readonly tops: readonly Pitch[];
}

export function phraseEar(beatsABar: number): PhraseEar {
  return { bars: [], over: 0, beatsABar, notes: [], tops: [] };
}

export function withNote(before: PhraseEar, note: PhraseNote): PhraseEar {
  return { ...before, notes: [...before.notes.slice(1 - MOST_NOTES), note] };
}

/** Hears the bars that are over at `now`; the same ear where none is. */
export function withBarsUntil(before: PhraseEar, clock: BeatClock, now: Seconds): PhraseEar {
  let ear = before;
  const ticks = ear.beatsABar * TICKS_PER_BEAT;
  const early = EARLY * TICKS_PER_BEAT;
  while (tickAt(clock, now) >= (ear.over + 1) * ticks - early) ear = withBar(ear, clock, ear.over * ticks);
  return ear;
}

function withBar(ear: PhraseEar, clock: BeatClock, from: number): PhraseEar {
  const times = Array.from({ length: ear.beatsABar + 1 }, (_, beat) =>
    timeAt(clock, from + beat * TICKS_PER_BEAT),
  );
  const early = EARLY * (times[1]! - times[0]!);
  const own = ear.notes.filter(({ time }) => time >= times[0]! - early && time < times.at(-1)! - early);
  const top = topNotes(own);
  const tops = [...ear.tops, ...top.map(({ pitch }) => pitch)].slice(-MOST_TOPS);
  return {
    ...{ beatsABar: ear.beatsABar, over: ear.over + 1, tops },
    bars: [...ear.bars, heardBar(times, own, top.filter(isUpper(tops)))].slice(-MOST_BARS),
    notes: ear.notes.filter(({ time }) => time >= times.at(-1)! - early),
  };
}
