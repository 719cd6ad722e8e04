import type { Fraction } from './fraction.js';
import type { Key } from './key.js';

/** Where something stands in a file; both count from 1. Elements that were not read have line 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export const NOWHERE: Place = { line: 0, column: 0 };

/** Semitones by which an explicit accidental alters the natural note. */
export type Alteration = -2 | -1 | 0 | 1 | 2;

/** A pitch as it is written: what sounds follows from the key and from the accidentals before it in the bar. */
export interface WrittenPitch {
  /** Steps of the staff above middle C: `C` is 0, `D` 1, `c` 7, `B,` -1. */
  readonly step: number;
  /** The accidental written before it, if any: `^` is 1, `=` 0, `_` -1. */
  readonly accidental?: Alteration;
}

/** `>` is 1, `>>` 2, `>>>` 3, `<` -1 and so on. The note before is dotted, the one after cut, or the reverse. */
export type Broken = -3 | -2 | -1 | 1 | 2 | 3;

export type BarLine = '|' | '||' | '|:' | ':|';

export interface Meter {
  readonly num: number;
  readonly den: number;
}

export interface ChordNote {
  readonly pitch: WrittenPitch;
  /** In eighth notes, before the chord's own length: `[C2E2]` has 2. */
  readonly duration: Fraction;
  readonly tie: boolean;
}

/** Durations are those written, in eighth notes (L: applied); tuplets and broken rhythm stand beside them. */
export type TuneElement = { readonly place: Place } & (
  | {
      readonly kind: 'note';
      readonly pitch: WrittenPitch;
      readonly duration: Fraction;
      readonly tie: boolean;
    }
  | { readonly kind: 'rest'; readonly duration: Fraction }
  /** Lasts as long as its first note, times `duration`. `tie` ties every note. */
  | {
      readonly kind: 'chord';
      readonly notes: readonly ChordNote[];
      readonly duration: Fraction;
      readonly tie: boolean;
    }
  /** The next `r` notes, rests or chords: `p` in the time of `q`. */
  | { readonly kind: 'tuplet'; readonly p: number; readonly q: number; readonly r: number }
  /** Between the note before and the note after. */
  | { readonly kind: 'broken'; readonly by: Broken }
  | { readonly kind: 'bar'; readonly line: BarLine }
  /** An ending begins: `1`, `2`, `1,3`. `bar` says whether the sign has a bar line of its own (`|1`) or not (`[1`, or `1` after `:|`). */
  | { readonly kind: 'volta'; readonly ending: string; readonly bar: boolean }
  | { readonly kind: 'key'; readonly key: Key }
  | { readonly kind: 'meter'; readonly meter: Meter | null }
);

export type ElementOf<K extends TuneElement['kind']> = Extract<TuneElement, { readonly kind: K }>;

/** One tune. What there is no place for (graces, ornaments, chord symbols, text) was counted when it was read. */
export interface Tune {
  /** X: */
  readonly number: string;
  /** T:, the first is its name. */
  readonly titles: readonly string[];
  /** R: as it was written. */
  readonly type?: string;
  /** null where the meter is free or not said. */
  readonly meter: Meter | null;
  /** Q: as it was written. */
  readonly tempo?: string;
  /** Other header fields in order, e.g. { letter: 'N', text: '…' }. */
  readonly fields: readonly { readonly letter: string; readonly text: string }[];
  readonly key: Key;
  readonly body: readonly TuneElement[];
}
