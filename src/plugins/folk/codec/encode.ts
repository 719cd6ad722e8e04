import { DropCount, type Dropped } from '../../../music/abc/dropped.js';
import { equal, type Fraction, ONE } from '../../../music/abc/fraction.js';
import { tonicFifths, tonicOfFifths, tonicText } from '../../../music/abc/key.js';
import { meterText, tupletTime } from '../../../music/abc/meter.js';
import { type Refusal, severalVoices } from '../../../music/abc/refusal.js';
import { brokenText, lengthText, pitchText } from '../../../music/abc/text.js';
import { transposeToC } from '../../../music/abc/transpose.js';
import type { ElementOf, Meter, Place, Tune, TuneElement } from '../../../music/abc/tune.js';
import { tuneTypeOf } from '../../../music/abc/tune-type.js';
import { END, folkToken } from './vocabulary.js';

/** A tune as tokens, or the reason why it cannot be encoded. */
export type EncodedTune =
  | {
      /** From the type (or the meter, if there is no type) to `</s>`, without the start token. */
      readonly tokens: number[];
      /** Counts of elements left out because no token exists for them, by kind. */
      readonly dropped: Dropped;
      readonly refusal?: never;
    }
  | { readonly refusal: Refusal; readonly tokens?: never };

/** Staff steps from each letter, C to B, to the nearest C: the transposition that puts a tune on the tonic C. */
export const STEPS_TO_C = [0, -1, -2, -3, 3, 2, 1] as const;

/**
 * Encodes a tune: `R:` if its type has a token, `M:`, `K:`, the music transposed to the tonic C, `</s>`. Returns a
 * refusal if the tune has several voices or an element that has no token.
 */
export function encodeTune(tune: Tune): EncodedTune {
  const several = severalVoices(tune);
  if (several) return { refusal: several };
  const dropped = new DropCount();
  const inC = transposeToC(tune, STEPS_TO_C[tune.key.tonic.letter]!);
  const writer = new WordWriter(inC.meter, dropped);
  const type = tuneTypeOf(tune.type);
  try {
    const top: Place = tune.body[0]?.place ?? { line: 0, column: 0 };
    if (type) writer.word(`R:${type}`, top);
    else if (tune.type !== undefined) dropped.add('types without a token');
    writer.word(`M:${meterText(inC.meter)}`, top);
    writer.word(`K:C${inC.key.mode}`, top);
    for (const [index, element] of inC.body.entries())
      writer.element(element, inC.body[index + 1], index, inC.body);
  } catch (error) {
    if (!(error instanceof NoToken)) throw error;
    return { refusal: { place: error.place, reason: `there is no token for ${error.word}` } };
  }
  return { tokens: [...writer.tokens, END], dropped: dropped.counts };
}

class NoToken extends Error {
  constructor(
    readonly word: string,
    readonly place: Place,
  ) {
    super(word);
  }
}

class WordWriter {
  readonly tokens: number[] = [];
  #meter: Meter | null;

  constructor(
    meter: Meter | null,
    readonly dropped: DropCount,
  ) {
    this.#meter = meter;
  }

  word(word: string, place: Place): void {
    const token = folkToken(word);
    if (token === undefined) throw new NoToken(word, place);
    this.tokens.push(token);
  }

  element(
    element: TuneElement,
    next: TuneElement | undefined,
    index: number,
    body: readonly TuneElement[],
  ): void {
    const { place } = element;
    switch (element.kind) {
      case 'note':
        this.word(pitchText(element.pitch), place);
        this.#length(element.duration, next, place, element.tie);
        return;
      case 'rest':
        this.word('z', place);
        this.#length(element.duration, next, place, false);
        return;
      case 'chord':
        this.#chord(element, next);
        return;
      case 'broken':
        // Already written with the note before it.
        return;
      case 'tuplet':
        if (element.p === element.q) return; // A ratio of n:n changes nothing.
        this.word(tupletWord(element, this.#meter), place);
        return;
      case 'bar':
        if (element.times !== undefined) this.dropped.add('repeats played more than twice');
        // A tune's last bar line closes it, whether drawn single or double.
        this.word(element.line === '||' && index === body.length - 1 ? '|' : element.line, place);
        return;
      case 'volta':
        this.word((element.bar ? '|' : '[') + element.ending, place);
        return;
      case 'key': {
        const fifths = tonicFifths(element.key.tonic);
        this.word(`K:${tonicText(tonicOfFifths(fifths))}${element.key.mode}`, place);
        return;
      }
      case 'meter':
        this.#meter = element.meter;
        this.word(`M:${meterText(element.meter)}`, place);
        return;
    }
  }

  #chord(chord: ElementOf<'chord'>, next: TuneElement | undefined): void {
    this.word('[', chord.place);
    for (const { pitch, duration, tie } of chord.notes) {
      this.word(pitchText(pitch), chord.place);
      this.#length(duration, undefined, chord.place, tie);
    }
    this.word(']', chord.place);
    this.#length(chord.duration, next, chord.place, chord.tie);
  }

  /** Writes length, broken rhythm and tie. Uses the fused token for length and broken rhythm where folk-rnn has one. */
  #length(duration: Fraction, next: TuneElement | undefined, place: Place, tie: boolean): void {
    const length = equal(duration, ONE) ? '' : lengthText(duration);
    const broken = next?.kind === 'broken' ? brokenText(next.by) : '';
    const fused = length + broken;
    if (fused !== '' && folkToken(fused) !== undefined) this.word(fused, place);
    else {
      if (length !== '') this.word(length, place);
      if (broken !== '') this.word(broken, place);
    }
    if (tie) this.word('-', place);
  }
}

function tupletWord({ p, q, r }: ElementOf<'tuplet'>, meter: Meter | null): string {
  return r === p && q === tupletTime(p, meter) ? `(${p}` : `(${p}:${q}:${r}`;
}
