import { EARLY, FEWEST_BEATS, TICKS_PER_SLOT } from '../../../../music/beats/beat-map.js';
import type { Pitch } from '../../../../music/units.js';
import { lengthOfStep, STEPS_PER_OCTAVE } from '../codec/length.js';
import { beatVocabulary, LOWEST } from '../codec/vocabulary.js';

/** A note read from the tokens of a bar. */
export interface ReadNote {
  /** Ticks from the bar line; slightly negative where the note is early. */
  readonly tick: number;
  /** Index of the sixteenth in the bar. */
  readonly slot: number;
  readonly pitch: Pitch;
  readonly bin: number;
  /** Length in beats. */
  readonly beats: number;
}

/** A bar of decoded tokens. */
export interface ReadBar {
  readonly beats: number;
  /** Sorted by tick. */
  readonly notes: readonly ReadNote[];
  /** Chord changes: root x 16 + quality, or -1 for no chord. */
  readonly chords: readonly { readonly beat: number; readonly chord: number }[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** Reads tokens as bars; skips tokens before the first bar line. */
export function readBars(tokens: Iterable<number>): ReadBar[] {
  const bars: Writable<ReadBar>[] = [];
  let [tick, slot] = [0, 0];
  let open: { pitch: Pitch; bin: number } | null = null;
  for (const token of tokens) {
    const { range, values } = beatVocabulary.read(token);
    const bar = bars.at(-1);
    if (range === 'BAR') {
      bars.push({ beats: FEWEST_BEATS + values.beats, notes: [], chords: [] });
      [tick, slot] = [0, 0];
    } else if (bar === undefined) continue;
    else if (range === 'POSITION') {
      slot = values.slot;
      tick = TICKS_PER_SLOT * slot + values.micro - EARLY;
    } else if (range === 'NOTE') open = { pitch: LOWEST + values.pitch, bin: values.bin };
    else if (range === 'LENGTH' && open !== null) {
      const beats = lengthOfStep(values.octave * STEPS_PER_OCTAVE + values.fine);
      bar.notes.push({ ...open, tick, slot, beats });
      open = null;
    } else if (range === 'CHORD') {
      bar.chords.push({ beat: values.beat, chord: values.root * 16 + values.quality });
    } else if (range === 'NO_CHORD') bar.chords.push({ beat: values.beat, chord: -1 });
  }
  return bars;
}
