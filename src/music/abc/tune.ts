import type { Fraction } from './fraction.js';
import type { Key } from './key.js';

/** A place in a file; line and column count from 1. Elements that were not read from a file have line 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export const NOWHERE: Place = { line: 0, column: 0 };

/** Semitones by which an explicit accidental alters the natural note. */
export type Alteration = -2 | -1 | 0 | 1 | 2;

/** A written pitch. Its sound depends on the key and on the accidentals before it in the bar. */
export interface WrittenPitch {
  /** Steps of the staff above middle C: `C` is 0, `D` 1, `c` 7, `B,` -1. */
  readonly step: number;
  /** The accidental written before it, if any: `^` is 1, `=` 0, `_` -1, in semitones. */
  readonly accidental?: Alteration;
}

/**
 * Broken rhythm: `>` is 1, `>>` 2, `>>>` 3, `<` -1 and so on. Positive lengthens the note before and shortens the note
 * after; negative does the reverse.
 */
export type Broken = -3 | -2 | -1 | 1 | 2 | 3;

export type BarLine = '|' | '||' | '|:' | ':|';

export interface Meter {
  readonly num: number;
  readonly den: number;
}

export interface ChordNote {
  readonly pitch: WrittenPitch;
  /** In eighth notes, before multiplying by the chord's own length: `[C2E2]` has 2. */
  readonly duration: Fraction;
  readonly tie: boolean;
}

/**
 * How far an accidental holds in its bar (ABC 2.1, 11.3): not beyond its note, in its octave, or for its letter in all
 * octaves.
 */
export type Propagation = 'not' | 'octave' | 'pitch';

/** Notes before a note or chord that take no time of the bar (ABC 2.1, 4.12). Lengths are in eighth notes, as written. */
export interface Graces {
  readonly notes: readonly { readonly pitch: WrittenPitch; readonly duration: Fraction }[];
  /** `{/g}`: an acciaccatura. */
  readonly slashed: boolean;
}

/** The content of a Q: field (ABC 2.1, 3.1.8). */
export interface Tempo {
  /** The text as written. */
  readonly text: string;
  /** Eighth notes a minute; absent where the field has only words. */
  readonly eighths?: number;
}

/**
 * What is written at a note, rest, bar line or ending in addition to itself. Model tokens keep none of it. Chord symbols
 * and texts are as written: `Am7/E`, `^slowly`, `Fine`.
 */
export interface Marks {
  readonly graces?: Graces;
  /**
   * Names of decorations, also for one-character signs: `~` is `roll`, `T` is `trill`; U: may redefine them, and an
   * undefined letter is its own name.
   */
  readonly decorations?: readonly string[];
  /** The chord symbol, which holds until the next one. */
  readonly chord?: string;
  readonly annotations?: readonly string[];
  /** A tempo that begins here. */
  readonly tempo?: Tempo;
  /** The name of a part that begins here, from P: in the music. */
  readonly part?: string;
  /** Semitones by which a note or chord sounds higher than written (octave=, transpose=, a clef such as treble-8). */
  readonly shift?: number;
}

/** An element of a tune. Durations are as written, in eighth notes (L: applied), before tuplets and broken rhythm. */
export type TuneElement = { readonly place: Place } & Marks &
  (
    | {
        readonly kind: 'note';
        readonly pitch: WrittenPitch;
        readonly duration: Fraction;
        readonly tie: boolean;
      }
    | { readonly kind: 'rest'; readonly duration: Fraction }
    /** Lasts as long as its first note, times `duration`. `tie` ties every note of it. */
    | {
        readonly kind: 'chord';
        readonly notes: readonly ChordNote[];
        readonly duration: Fraction;
        readonly tie: boolean;
      }
    /** The next `r` notes, rests or chords sound `p` in the time of `q`. */
    | { readonly kind: 'tuplet'; readonly p: number; readonly q: number; readonly r: number }
    /** Broken rhythm between the note before and the note after. */
    | { readonly kind: 'broken'; readonly by: Broken }
    /** `times`: how often the part that begins or ends here is played, where that is more than twice (`|::`, `:::|`). */
    | { readonly kind: 'bar'; readonly line: BarLine; readonly times?: number }
    /**
     * An ending begins: `1`, `2`, `1,3`. `bar` says whether the sign includes a bar line (`|1`) or not (`[1`, or `1`
     * after `:|`).
     */
    | { readonly kind: 'volta'; readonly ending: string; readonly bar: boolean }
    | { readonly kind: 'key'; readonly key: Key }
    | { readonly kind: 'meter'; readonly meter: Meter | null }
  );

export type ElementOf<K extends TuneElement['kind']> = Extract<TuneElement, { readonly kind: K }>;

/** A line of music that sounds together with others, from V: or from & (an overlay; ABC 2.1, 7.1 and 7.4). */
export interface Voice {
  /** The id in its V: field; empty without one. */
  readonly id: string;
  /** The name= of its V: field. */
  readonly name?: string;
  /**
   * 0 for the voice itself; 1 for the overlay after the first & of its bars, and so on. Bars without that overlay are
   * rests.
   */
  readonly layer: number;
  /** Where its music begins. */
  readonly place: Place;
  readonly key: Key;
  readonly meter: Meter | null;
  /** General MIDI program, counted from 0, where `%%MIDI program` sets one. */
  readonly program?: number;
  readonly body: readonly TuneElement[];
}

/** One tune. What it cannot hold (slurs, lyrics, line breaks) is counted in {@link ReadTune}'s `dropped`. */
export interface Tune {
  /** X:, the reference number. */
  readonly number: string;
  /** T: fields; the first is the tune's name. */
  readonly titles: readonly string[];
  /** R:, as written. */
  readonly type?: string;
  /** M:; null where the meter is free or absent. */
  readonly meter: Meter | null;
  /** Q:, as written. */
  readonly tempo?: string;
  /** Tempo of Q: in eighth notes a minute, where it has one. Tempo changes are marks of elements. */
  readonly speed?: number;
  /** The header's P:, as written, which is the order in which parts are played: `AABB`, `A2(BC)2`. */
  readonly parts?: string;
  /** How far accidentals hold; where absent, in their octave. */
  readonly propagation?: Propagation;
  /** General MIDI program of the first voice, counted from 0. */
  readonly program?: number;
  /** All voices, where there are several. `key`, `meter` and `body` are those of the first. */
  readonly voices?: readonly Voice[];
  /** Other header fields in order, e.g. `{ letter: 'N', text: '…' }`. */
  readonly fields: readonly { readonly letter: string; readonly text: string }[];
  readonly key: Key;
  readonly body: readonly TuneElement[];
}
