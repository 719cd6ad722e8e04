import { type PerformanceCodec, tokenWords } from '../../codec/codec.js';
import { LONGEST_WORDS } from '../../codec/vocabulary.js';
import type { Note } from '../../music/note.js';
import { Chance } from '../chance.js';
import { demand, type Finding, passed, skipped } from '../result.js';
import { FollowedStream, streamMoves } from '../stream-moves.js';
import type { LiveParts, Subject } from '../subject.js';
import { type CheckedCodec, codecsOf } from './codecs.js';

const PIECES = 60;

/** Encoding and decoding are inverse: tokens and their readings, pieces and their tokens, a player's events and a stream's tokens. */
export function checkRoundTrips(subject: Subject): Finding {
  const codecs = codecsOf(subject);
  if (codecs.length === 0)
    return skipped('The plugin has no codec that can be opened without a model of its own.');
  const done: string[] = [];
  for (const codec of codecs) {
    checkVocabulary(codec);
    done.push(`${codec.vocabulary.size} tokens of ${codec.id}`);
    if (isPerformanceCodec(codec)) {
      checkPieces(codec, subject);
      done.push(`${PIECES} pieces`);
    } else if (writesText(codec)) {
      checkTexts(codec, subject);
      done.push(`${PIECES} texts`);
    }
  }
  if (subject.live) checkPlayer(subject.live(subject.seed), subject);
  return passed(`What was encoded came back: ${done.join(', ')}.`);
}

function checkVocabulary(codec: CheckedCodec): void {
  const { id, vocabulary } = codec;
  const words = new Map<string, number>();
  for (let token = 0; token < vocabulary.size; token++) {
    const { range, values } = vocabulary.read(token);
    const back = vocabulary.token(range, values);
    demand(
      back === token,
      () =>
        `The token ${token} of ${id} reads as ${range} ${JSON.stringify(values)}, which is the token ${back}.`,
    );
    const word: unknown = tokenWords(codec, token);
    demand(isDescription(word), () => misdescribed(id, token, word));
    const other = words.get(word);
    demand(
      other === undefined,
      () => `The tokens ${other} and ${token} of ${id} are both described as ${word}.`,
    );
    words.set(word, token);
  }
}

/** One line, not too long to be shown. */
const isDescription = (word: unknown): word is string =>
  typeof word === 'string' && word.trim() !== '' && word.length <= LONGEST_WORDS && !/[\n\r]/.test(word);

function misdescribed(id: string, token: number, word: unknown): string {
  const said = typeof word === 'string' ? JSON.stringify(word.slice(0, 2 * LONGEST_WORDS)) : String(word);
  return `The token ${token} of ${id} is described as ${said}; expected one line of 1 to ${LONGEST_WORDS} characters.`;
}

const isPerformanceCodec = (codec: object): codec is PerformanceCodec =>
  'symbols' in codec && 'encode' in codec && 'decode' in codec && 'stream' in codec;

/** A codec of texts of these characters. */
interface TextCodec {
  readonly characters: readonly string[];
  encode(text: string): ArrayLike<number>;
  decode(tokens: ArrayLike<number>): unknown;
}

const writesText = (codec: object): codec is TextCodec =>
  'characters' in codec && 'encode' in codec && 'decode' in codec;

/** Decoding a piece's tokens and encoding the notes again gives the same tokens. */
function checkPieces(codec: PerformanceCodec, { seed, sign }: Subject): void {
  for (let piece = 0; piece < PIECES; piece++) {
    sign();
    const { tokens } = codec.encode({ notes: randomNotes(new Chance(seed, piece)), pedal: [] });
    const notes = codec.decode(tokens);
    const again = codec.encode({ notes, pedal: [] }).tokens;
    const at = again.findIndex((token, index) => token !== tokens[index]);
    demand(
      at < 0 && again.length === tokens.length,
      () =>
        `Piece ${piece} of ${notes.length} notes, decoded and encoded again, has other tokens from token ${Math.max(at, 0)} on: ` +
        `${again[at]} instead of ${tokens[at]}.`,
    );
  }
}

function randomNotes(chance: Chance): Note[] {
  let start = 0;
  return Array.from({ length: chance.integer(1, 30) }, () => {
    start += chance.between(0, 1.5);
    const end = start + chance.between(0.02, 2);
    return { pitch: chance.integer(21, 108), velocity: chance.integer(1, 127), start, end };
  });
}

function checkTexts(codec: TextCodec, { seed }: Subject): void {
  for (let piece = 0; piece < PIECES; piece++) {
    const chance = new Chance(seed, piece);
    const text = Array.from({ length: chance.integer(0, 60) }, () => chance.pick(codec.characters)).join('');
    const back = codec.decode(codec.encode(text));
    demand(back === text, () => `The text ${JSON.stringify(text)} came back as ${JSON.stringify(back)}.`);
  }
}

/** A player's events become tokens of the vocabulary, and another stream can play them. */
function checkPlayer({ codec, pluginParams }: LiveParts, { seed, sign }: Subject): void {
  for (let piece = 0; piece < PIECES; piece++) {
    sign();
    const written = new FollowedStream(codec, pluginParams);
    const other = new FollowedStream(codec, pluginParams);
    const chance = new Chance(seed, PIECES + piece);
    for (const move of streamMoves(codec, chance, 60)) {
      if (move.type !== 'event' && move.type !== 'advance') continue;
      const said = written.make(move) as readonly unknown[];
      const tokens = (move.type === 'event' ? said[0] : said) as readonly number[];
      for (const token of tokens) other.make({ type: 'token', token });
    }
  }
}
