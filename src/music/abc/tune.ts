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

/** How far an accidental holds in its bar (ABC 2.1, 11.3): for its note alone, in its octave, in all octaves. */
export type Propagation = 'not' | 'octave' | 'pitch';

/** Notes before a note or chord that take no time of the bar (ABC 2.1, 4.12). Lengths are in eighth notes, as written. */
export interface Graces {
  readonly notes: readonly { readonly pitch: WrittenPitch; readonly duration: Fraction }[];
  /** `{/g}`: an acciaccatura. */
  readonly slashed: boolean;
}

/** A Q: field (ABC 2.1, 3.1.8). */
export interface Tempo {
  /** As it was written. */
  readonly text: string;
  /** Eighth notes a minute; absent where it says words alone. */
  readonly eighths?: number;
}

/**
 * What is written at a note, rest, bar line or ending beside itself. Tokens have none of it; neither has the tune that
 * transposeTune gives back. Chords and texts as they are written: `Am7/E`, `^slowly`; `Fine`.
 */
export interface Marks {
  readonly graces?: Graces;
  /** Names, of signs too: `~` is `roll`, `T` is `trill`, a letter that nothing defines itself; as U: has it. */
  readonly decorations?: readonly string[];
  /** The chord symbol, which holds to the next. */
  readonly chord?: string;
  readonly annotations?: readonly string[];
  /** A tempo that begins here. */
  readonly tempo?: Tempo;
  /** A part that begins here, by the name that P: gives it in the music. */
  readonly part?: string;
  /** Semitones by which a note or chord sounds higher than it is written (octave=, transpose=, a clef such as treble-8). */
  readonly shift?: number;
}

/** Durations are those written, in eighth notes (L: applied); tuplets and broken rhythm stand beside them. */
export type TuneElement = { readonly place: Place } & Marks &
  (
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
    /** `times`: how often a part is played that begins or ends here, where it is more than twice (`|::`, `:::|`). */
    | { readonly kind: 'bar'; readonly line: BarLine; readonly times?: number }
    /** An ending begins: `1`, `2`, `1,3`. `bar` says whether the sign has a bar line of its own (`|1`) or not (`[1`, or `1` after `:|`). */
    | { readonly kind: 'volta'; readonly ending: string; readonly bar: boolean }
    | { readonly kind: 'key'; readonly key: Key }
    | { readonly kind: 'meter'; readonly meter: Meter | null }
  );

export type ElementOf<K extends TuneElement['kind']> = Extract<TuneElement, { readonly kind: K }>;

/** A line of music that sounds together with others: of V:, or what & lays over another (ABC 2.1, 7.1 and 7.4). */
export interface Voice {
  /** As V: names it; empty where nothing does. */
  readonly id: string;
  /** name= of its V: field. */
  readonly name?: string;
  /** 0; 1 for what stands after the first & of its bars, and so on. Its other bars are rests. */
  readonly layer: number;
  /** Where its music begins. */
  readonly place: Place;
  readonly key: Key;
  readonly meter: Meter | null;
  /** General MIDI's instrument, from 0, where `%%MIDI program` says one. */
  readonly program?: number;
  readonly body: readonly TuneElement[];
}

/** One tune. What there is no place for (slurs, lyrics, line breaks) was counted when it was read. */
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
  /** Eighth notes a minute, where Q: says so; changes are marks of the elements. */
  readonly speed?: number;
  /** P: of the header, the order in which parts are played, as it was written: `AABB`, `A2(BC)2`. */
  readonly parts?: string;
  /** How far accidentals hold, where the tune says so; else in their octave. */
  readonly propagation?: Propagation;
  /** Of its first voice, as {@link Voice} has it. */
  readonly program?: number;
  /** Where there are several, all of them. `key`, `meter` and `body` are those of the first. */
  readonly voices?: readonly Voice[];
  /** Other header fields in order, e.g. { letter: 'N', text: '…' }. */
  readonly fields: readonly { readonly letter: string; readonly text: string }[];
  readonly key: Key;
  readonly body: readonly TuneElement[];
}
