import { broken, objectAt } from '../../../model/json.js';
import { PITCHES } from '../codec/grammar-tokens.js';
import { folkCodec } from '../codec/index.js';
import { isNoteSign, LEAPS, leapIndex, stepOf } from '../codec/note-signs.js';
import { folkToken } from '../codec/vocabulary.js';
import { oddsAt, oddsListAt } from './odds-json.js';

/** Log odds of notes: how much likelier they are in tunes by people than in generated tunes (natural logarithm). */
export interface NoteOdds {
  /** By the word of the sign: pitches, lengths, ties, tuplets. Missing words count as 0. */
  readonly signs: Readonly<Record<string, number>>;
  /** By the interval from the previous note, in scale steps: (`LEAPS`, from far down to far up). */
  readonly leaps: readonly number[];
}

export const NO_NOTE_ODDS: NoteOdds = { signs: {}, leaps: new Array<number>(LEAPS).fill(0) };

/** Parses the note odds of model.json. Throws MODEL_BROKEN. */
export function parseNoteOdds(value: unknown, place: string): NoteOdds {
  const said = objectAt(value, place);
  const signs = Object.entries(objectAt(said.signs, `${place}.signs`)).map(([word, odds]) => {
    const token = folkToken(word);
    if (token === undefined || !isNoteSign(token))
      throw broken(`${place}.signs: "${word.slice(0, 20)}" is no note`);
    return [word, oddsAt(odds, `${place}.signs.${word}`)] as const;
  });
  return { signs: Object.fromEntries(signs), leaps: oddsListAt(said.leaps, `${place}.leaps`, LEAPS) };
}

/** Adds log odds to the network's logits. */
export class NoteWeights {
  /** (token) */
  readonly #signs = new Float32Array(folkCodec.vocabulary.size);
  readonly #leaps: readonly number[];

  constructor({ signs, leaps }: NoteOdds) {
    for (const [word, odds] of Object.entries(signs)) this.#signs[folkToken(word)!] = odds;
    this.#leaps = leaps;
  }

  /** Adds the odds of the next token after `tokens` to `logits` (class). */
  apply(logits: Float32Array, tokens: readonly number[]): void {
    this.weigh(logits, lastStep(tokens), 1);
  }

  /** Adds `times` the odds of the next token after a note on scale step `from`; null: no note before. */
  weigh(logits: Float32Array, from: number | null, times: number): void {
    for (let token = 0; token < this.#signs.length; token++) logits[token]! += times * this.#signs[token]!;
    if (from === null) return;
    for (const { token, step } of PITCHES) logits[token]! += times * this.#leaps[leapIndex(from, step)]!;
  }
}

function lastStep(tokens: readonly number[]): number | null {
  for (let index = tokens.length - 1; index >= 0; index--) {
    const step = stepOf(tokens[index]!);
    if (step !== null) return step;
  }
  return null;
}
