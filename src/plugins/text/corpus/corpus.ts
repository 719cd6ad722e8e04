import { charactersOf, plainText, TEXT_CODEC, type TextCodec, textCodec } from '../../../codec/text.js';
import { ContinuoError } from '../../../errors.js';
import type { CorpusExtension } from '../../../plugin/corpus.js';
import { passagesOf } from './passages.js';

/** Part of a text, and the line of the whole at which it begins. */
interface Passage {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** A shorter text is too little to train on and to hold out from. */
const LEAST_CHARACTERS = 400;

/**
 * Reads texts as training data; each passage is one example. The vocabulary is every character of the text, including the
 * held-out passages.
 */
export const textCorpus: CorpusExtension<Passage, TextCodec> = {
  codec(id, { said }) {
    if (id === TEXT_CODEC && typeof said?.characters === 'string') return textCodec(said.characters);
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      id === TEXT_CODEC
        ? `The codec ${TEXT_CODEC} is made of the characters of a text, and none were said.`
        : `There is no codec of texts named ${id}; there is ${TEXT_CODEC}.`,
    );
  },
  learn(_id, passages) {
    return { characters: charactersOf(Array.from(passages, ({ text }) => text).join('')).join('') };
  },
  *examples(bytes, { path }) {
    const text = textOf(bytes, path);
    if (text.length < LEAST_CHARACTERS) {
      throw new ContinuoError(
        'DATASET_EMPTY',
        `Expected a text to learn from, of ${LEAST_CHARACTERS} characters or more; ${path} has ${text.length}.`,
        'A network needs some 100,000 characters before it writes words.',
      );
    }
    let [line, column] = [1, 1];
    for (const passage of passagesOf(text)) {
      yield { place: line, piece: { text: passage, line, column } };
      const lines = passage.split('\n');
      line += lines.length - 1;
      column = lines.length > 1 ? 1 + [...lines.at(-1)!].length : column + [...passage].length;
    }
  },
  tokens: ({ text, ...begins }, codec) => ({ tokens: codec.encode(text, begins) }),
};

/** Decodes UTF-8 and normalises it by {@link plainText}. Throws TEXT_ENCODING. */
function textOf(bytes: Uint8Array, path: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return plainText(text);
  } catch {}
  throw new ContinuoError(
    'TEXT_ENCODING',
    `Expected text in UTF-8, but ${path} has other bytes from byte ${firstOther(bytes)} on.`,
    'Save it as UTF-8, or give another file.',
  );
}

/** The position at which the bytes stop being text: a zero byte, or the first undecodable one. */
function firstOther(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8').decode(bytes);
  const at = text.search(/[\0\uFFFD]/);
  return new TextEncoder().encode(text.slice(0, at)).length;
}
