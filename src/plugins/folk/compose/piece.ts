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

/** What a piece is made of beside the tune that was made. */
export interface Making {
  readonly asked: TunesAsked;
  readonly index: NoveltyIndex | null;
  /** What the tune given has lost where it was not edited in its text. */
  readonly lost: Dropped;
}

/** The tunes behind pieces, and those that were made: what a piece's text need not be read again for. */
const tunes = new WeakMap<Piece, Tune>();
const making = new WeakMap<Piece, MadeTune>();

/** A tune that was made, compared with the training tunes where there is an index. */
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

/** The tune of a text, as it stands there, so that nothing of it is lost. Throws ABC_NO_TUNE, ABC_TUNE, OPTION_VALUE. */
export function readPiece(text: string, which?: string): Piece {
  const read = chosenTune(text, which);
  if (!read.tune) throw unreadable(read.refusal!);
  const { source } = ownText(text, read);
  const title = read.tune.titles[0] ?? '';
  return asPiece(read.tune, source.endsWith('\n') ? source : `${source}\n`, { title });
}

/** The tune of a piece: of one that came from elsewhere, as its text says it. */
export function tuneOfPiece(piece: Piece): Tune {
  const { tune, refusal } = tunes.has(piece) ? { tune: tunes.get(piece) } : readAbc(piece.text)[0]!;
  if (!tune) throw unreadable(refusal!);
  return tune;
}

/** The tune as it was made; undefined of a piece that was read. */
export function madeTuneOf(piece: Piece): MadeTune | undefined {
  return making.get(piece);
}

/** How it sounds, and which bars it has, is found out when somebody looks. */
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

/** The bars that can be made anew; none where the tune has no meter, say, or changes its key. */
function barsIn(abc: string): NonNullable<Piece['segments']> {
  try {
    const texts = barTexts(abc);
    return barredTune(abc).bars.map(({ number, part }, place) => ({ number, part, text: texts[place] }));
  } catch (error) {
    if (!(error instanceof ContinuoError)) throw error;
    return [];
  }
}

/** The options of the `x`th tune: where several were given, its own. */
function optionsOf({ options, wishes }: TunesAsked, x: number): NonNullable<Piece['made']>['options'] {
  const place = (x - 1) % wishes.length;
  const { type, key } = options;
  return { ...options, type: type[place % type.length]!, key: key[Math.floor(place / type.length)]! };
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
