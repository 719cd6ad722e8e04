import { ContinuoError } from '../../../errors.js';
import { type Fraction, ONE } from '../../../music/abc/fraction.js';
import { C_MAJOR, type Key, type Mode, type Tonic, tonicOfFifths } from '../../../music/abc/key.js';
import { tupletTime } from '../../../music/abc/meter.js';
import { append, isTimed, settled } from '../../../music/abc/signs.js';
import { transposeTune, writableTonic } from '../../../music/abc/transpose.js';
import {
  type ChordNote,
  type ElementOf,
  type Meter,
  NOWHERE,
  type Tune,
  type TuneElement,
} from '../../../music/abc/tune.js';
import { STEPS_TO_C } from './encode.js';
import type { FolkSymbol } from './symbols.js';
import { folkSymbols, folkVocabulary } from './vocabulary.js';

export interface DecodeOptions {
  /** Tonic of the decoded tune; the mode comes from the tokens. Default C. */
  readonly tonic?: Tonic;
  /** Octaves up (negative: down) from the codec's own position for that tonic. Default 0. */
  readonly octave?: number;
  /** For the `X:` field. Default 1. */
  readonly number?: string;
  /** For `T:` fields. Default none. */
  readonly titles?: readonly string[];
  /** Other header fields. Default none. */
  readonly fields?: Tune['fields'];
}

/**
 * Decodes tokens into a tune. Accepts any sequence of known tokens and skips what makes no sense where it stands: a
 * length with no note before it, a second length, a tie after a rest, an unmatched bracket, anything but notes in a
 * chord, a type or start token within the tune, an incomplete tuplet, everything after `</s>`.
 * Without `M:` the meter is free; without `K:` the mode is major. Throws TOKEN_RANGE for a token outside the
 * vocabulary.
 */
export function decodeTune(tokens: ArrayLike<number>, options: DecodeOptions = {}): Tune {
  const builder = new TuneBuilder();
  for (const token of Array.from(tokens)) {
    const symbol = folkSymbols[token];
    if (symbol === undefined) {
      throw new ContinuoError(
        'TOKEN_RANGE',
        `a token of folk-session-1 is an integer from 0 to ${folkVocabulary.size - 1}, not ${token}`,
        'The tokens may have been made with another codec.',
      );
    }
    if (symbol.kind === 'end') break;
    builder.take(symbol);
  }
  const tune: Tune = {
    number: options.number ?? '1',
    titles: options.titles ?? [],
    fields: options.fields ?? [],
    ...builder.tune(),
  };
  const tonic = writableTonic(options.tonic ?? C_MAJOR.tonic, tune.key.mode);
  return transposeTune(tune, tonic, 7 * (options.octave ?? 0) - STEPS_TO_C[tonic.letter]!);
}

class TuneBuilder {
  #type: string | undefined;
  #meter: Meter | null | undefined;
  #mode: Mode | undefined;
  readonly #body: TuneElement[] = [];
  /** The current meter, after changes: it sets the default ratio of a tuplet. */
  #meterNow: Meter | null = null;
  #chord: ChordNote[] | undefined;
  /** Whether the last note may still be given a length. */
  #open = false;

  tune(): Pick<Tune, 'type' | 'meter' | 'key' | 'body'> {
    this.#endChord();
    const meter = this.#meter ?? null;
    const key = { ...C_MAJOR, mode: this.#mode ?? 'maj' };
    return {
      ...(this.#type === undefined ? {} : { type: this.#type }),
      meter,
      key,
      body: settled(this.#body, { key, meter }).kept,
    };
  }

  take(symbol: FolkSymbol): void {
    switch (symbol.kind) {
      case 'pitch':
        if (this.#chord) this.#chord.push({ pitch: symbol.pitch, duration: ONE, tie: false });
        else this.#append({ kind: 'note', pitch: symbol.pitch, duration: ONE, tie: false, place: NOWHERE });
        this.#open = true;
        return;
      case 'duration':
        this.#length(symbol.duration);
        if (symbol.broken && !this.#chord)
          this.#append({ kind: 'broken', by: symbol.broken, place: NOWHERE });
        return;
      case 'tie':
        this.#tie();
        return;
      case 'chord':
        if (!symbol.opens) {
          this.#endChord();
          return;
        }
        this.#endChord();
        this.#chord = [];
        return;
    }
    this.#endChord();
    switch (symbol.kind) {
      case 'rest':
        this.#append({ kind: 'rest', duration: ONE, place: NOWHERE });
        this.#open = true;
        return;
      case 'broken':
        this.#append({ kind: 'broken', by: symbol.by, place: NOWHERE });
        return;
      case 'tuplet': {
        const { p, r } = symbol;
        this.#append({
          kind: 'tuplet',
          p,
          q: symbol.q ?? tupletTime(p, this.#meterNow),
          r,
          place: NOWHERE,
        });
        return;
      }
      case 'bar':
        this.#append({ kind: 'bar', line: symbol.line, place: NOWHERE });
        return;
      case 'volta':
        this.#append({ kind: 'volta', ending: symbol.ending, bar: symbol.bar, place: NOWHERE });
        return;
      case 'type':
        if (this.#body.length === 0) this.#type ??= symbol.type.replaceAll('-', ' ');
        return;
      case 'meter':
        this.#takeMeter(symbol.meter);
        return;
      case 'key':
        this.#takeKey({ tonic: tonicOfFifths(symbol.fifths), mode: symbol.mode });
        return;
    }
  }

  #append(element: TuneElement): void {
    this.#open = false;
    if (element.kind === 'broken' && !isTimed(this.#body.at(-1))) return;
    append(this.#body, element);
  }

  #length(duration: Fraction): void {
    if (!this.#open) return;
    this.#open = false;
    const { list, index } = this.#last();
    if (index >= 0) list[index] = { ...list[index]!, duration } as (typeof list)[number];
  }

  #tie(): void {
    const { list, index } = this.#last();
    const note = list[index];
    if (note === undefined || ('kind' in note && note.kind === 'rest')) return;
    this.#open = false;
    list[index] = { ...note, tie: true } as (typeof list)[number];
  }

  /**
   * The note that a length or tie applies to: the last one of the open chord, else of the tune, skipping a
   * broken-rhythm sign.
   */
  #last(): { list: (TuneElement | ChordNote)[]; index: number } {
    if (this.#chord) return { list: this.#chord, index: this.#chord.length - 1 };
    const end = this.#body.length - 1;
    const index = this.#body[end]?.kind === 'broken' ? end - 1 : end;
    return { list: this.#body, index: isTimed(this.#body[index]) ? index : -1 };
  }

  #endChord(): void {
    const notes = this.#chord;
    this.#chord = undefined;
    if (!notes || notes.length === 0) return;
    this.#append({
      kind: 'chord',
      notes,
      duration: ONE,
      tie: false,
      place: NOWHERE,
    } satisfies ElementOf<'chord'>);
    this.#open = true;
  }

  #takeMeter(meter: Meter | null): void {
    this.#meterNow = meter;
    if (this.#meter === undefined && this.#body.length === 0) this.#meter = meter;
    else this.#append({ kind: 'meter', meter, place: NOWHERE });
  }

  #takeKey(key: Key): void {
    if (this.#mode === undefined && this.#body.length === 0) this.#mode = key.mode;
    else this.#append({ kind: 'key', key, place: NOWHERE });
  }
}
