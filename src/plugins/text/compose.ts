import { type TextCodec, textCodec } from '../../codec/text.js';
import type { StepEngine } from '../../model/engine.js';
import {
  type ComposeRequest,
  type Composer,
  type ComposerModel,
  type ComposeWatch,
  ContinuoError,
  type Piece,
} from '../../plugin/index.js';
import type manifest from './plugin.json';
import { writeText } from './write-text.js';

export type TextOptions = typeof manifest.compose.options;
type TextRequest = ComposeRequest<TextOptions>;

/** Characters per streamed chunk. */
const PORTION = 64;

/** The codec for the characters that a model was trained on. Throws MODEL_MISMATCH if the model was not trained on text. */
export function codecOfText(
  modelCodec: string,
  { characters }: Readonly<Record<string, unknown>>,
): TextCodec {
  if (typeof characters === 'string') return textCodec(characters);
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `The model speaks ${modelCodec}; its model.json names no characters.`,
    'continuo train text FILE makes a model that writes.',
  );
}

export function openTexts({ engine, metadata }: ComposerModel): Composer<TextOptions> {
  return new TextComposer(engine, codecOfText(String(metadata.codec), metadata));
}

class TextComposer implements Composer<TextOptions> {
  constructor(
    private readonly engine: StepEngine,
    private readonly codec: TextCodec,
  ) {}

  make({ options, count, seed, given }: TextRequest, watch: ComposeWatch = {}): Iterable<Piece> {
    const beginning = given?.text ?? '';
    const prime = this.codec.encode(beginning);
    const { length, temperature, topP } = options;
    const text = (branch: number) => {
      const order = { prime, length, temperature, topP, seed, branch };
      return this.#made(beginning, writeText(this.engine, this.codec, order), watch);
    };
    return pieces(count, (index) => ({
      ...{ title: titleOf(beginning), text: text(index) },
      made: { options: { length, temperature, topP } },
    }));
  }

  read(text: string): Piece {
    this.codec.encode(text);
    return { title: titleOf(text), text };
  }

  write({ text }: Piece): string {
    return text;
  }

  report({ options: { length, temperature, topP } }: TextRequest, made: readonly Piece[]) {
    const [only] = made;
    return { settings: { length, temperature, topP }, ...(made.length === 1 && { text: only!.text }) };
  }

  #made(beginning: string, characters: Iterable<string>, watch: ComposeWatch): string {
    let [text, portion, count] = ['', beginning, 0];
    const say = () => {
      text += portion;
      watch.goesOn?.(portion);
      watch.grows?.(text);
      portion = '';
    };
    for (const character of characters) {
      portion += character;
      if (++count % PORTION === 0) say();
    }
    say();
    return text;
  }
}

function* pieces(count: number, make: (index: number) => Piece): Generator<Piece> {
  for (let index = 0; index < count; index++) yield make(index);
}

const LONGEST_TITLE = 40;

/** A title: the beginning of the text. */
function titleOf(text: string): string {
  return [...text.trim().split('\n', 1)[0]!].slice(0, LONGEST_TITLE).join('');
}
