import { ContinuoError } from '../../../errors.js';
import type { Dropped } from '../../../music/abc/dropped.js';
import { barTexts } from '../../../music/abc/edit-bars.js';
import { readAbc } from '../../../music/abc/read.js';
import { midiTrackOf } from '../../../music/abc/to-midi/index.js';
import type { Tune } from '../../../music/abc/tune.js';
import type { Piece } from '../../../plugin/composer.js';
import type { NoveltyIndex } from '../codec/novelty-index.js';
import { chosenTune } from '../generate/chosen-tune.js';
import { judged, sharedText } from '../generate/novelty.js';
import { type MadeTune, summary } from '../generate/tunes.js';
import { barredTune, ownText, unreadable } from '../rework/bars.js';
import type { TunesAsked } from './tune-request.js';

/** The context of a piece besides the generated tune. */
export interface Making {
  readonly asked: TunesAsked;
  readonly index: NoveltyIndex | null;
  /** What is lost from a given tune when its text could not be edited in place. */
  readonly lost: Dropped;
}

/** Caches the parsed tune of each piece, and the generated ones, so that the text is not parsed again. */
const tunes = new WeakMap<Piece, Tune>();
const making = new WeakMap<Piece, MadeTune>();

/** Turns a generated tune into a piece; compares it with the training tunes if there is an index. */
export function pieceOf(bare: MadeTune, { asked, index, lost }: Making): Piece {
  const made = index ? judged(bare, index) : bare;
  const { tune, fresh, ...details } = made;
  const { meanCut, forcedShare } = summary([made]);
  const what = fresh === undefined ? 'The grammar' : 'Of the new bars, the grammar';
  const piece = asPiece(tune, made.abc, {
    title: made.title,
    lost: made.edited ?? lost,
    made: {
      options: optionsOf(asked, made.x),
      why: made.why ?? [],
      remarks: [
        ...('sharedRun' in made ? [sentence(sharedText(made as Parameters<typeof sharedText>[0]))] : []),
        `${what} forbade ${percent(meanCut)} of the probability a token, and left no choice in ${percent(forcedShare)} of the notes' tokens.`,
      ],
    },
    details,
  });
  making.set(piece, made);
  return piece;
}

/**
 * Reads a tune from ABC text and keeps the text unchanged, so that nothing is lost. Throws ABC_NO_TUNE, ABC_TUNE, OPTION_VALUE.
 */
export function readPiece(text: string, which?: string): Piece {
  const read = chosenTune(text, which);
  if (!read.tune) throw unreadable(read.refusal!);
  const { source } = ownText(text, read);
  const title = read.tune.titles[0] ?? '';
  return asPiece(read.tune, source.endsWith('\n') ? source : `${source}\n`, { title });
}

/** The tune of a piece; for a piece from elsewhere, parsed from its text. */
export function tuneOfPiece(piece: Piece): Tune {
  const { tune, refusal } = tunes.has(piece) ? { tune: tunes.get(piece) } : readAbc(piece.text)[0]!;
  if (!tune) throw unreadable(refusal!);
  return tune;
}

/** The generated tune behind a piece; undefined for a piece that was read from text. */
export function madeTuneOf(piece: Piece): MadeTune | undefined {
  return making.get(piece);
}

/** Wraps a tune as a piece; playback and bars are computed lazily. */
function asPiece(tune: Tune, text: string, about: Omit<Piece, 'text' | 'segments' | 'notes' | 'bpm'>): Piece {
  let played: ReturnType<typeof midiTrackOf> | undefined;
  const piece = {
    ...about,
    text,
    get segments() {
      return barsIn(text);
    },
    get notes() {
      played ??= midiTrackOf(tune);
      return played.track.events;
    },
    get bpm() {
      played ??= midiTrackOf(tune);
      return played.bpm;
    },
  };
  tunes.set(piece, tune);
  return piece;
}

/**
 * The bars that can be regenerated; none if the tune cannot be divided into bars, for example without a meter or with a key
 * change.
 */
function barsIn(abc: string): NonNullable<Piece['segments']> {
  try {
    const texts = barTexts(abc);
    return barredTune(abc).bars.map(({ number, part }, place) => ({ number, part, text: texts[place] }));
  } catch (error) {
    if (!(error instanceof ContinuoError)) throw error;
    return [];
  }
}

/** The options of the `x`th tune; if several values were given, the one used for this tune. */
function optionsOf({ options, requests }: TunesAsked, x: number): NonNullable<Piece['made']>['options'] {
  const place = (x - 1) % requests.length;
  const { type, key } = options;
  return { ...options, type: type[place % type.length]!, key: key[Math.floor(place / type.length)]! };
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
