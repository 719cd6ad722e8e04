import { readAbc } from '../../../src/music/abc/read.js';
import { MAX_TEXT } from '../../../src/protocol/session-protocol.js';
import { MOST_PIECES } from './piece-book.js';
import { firstWords, type Preview } from './piece-kinds.js';

/** A place in a text that cannot be parsed. */
export interface Misread {
  /** What and where, in words. */
  readonly words: string;
  /** Offset in characters. */
  readonly at?: number;
}

/** Longest text in characters: a book of a few hundred tunes. */
const LONGEST = 1_000_000;
/** Most places reported. */
const MOST_MISREAD = 5;

/** The pieces parsed from a user's text, and what could not be parsed. */
export interface OwnPieces {
  readonly pieces: readonly { readonly title: string; readonly text: string }[];
  readonly misread: readonly Misread[];
}

export function readOwn(preview: Preview, text: string): OwnPieces {
  if (text.length > LONGEST) return none(`This is longer than the ${LONGEST} characters that are read here.`);
  if (preview === 'abc') return readOwnAbc(text);
  if (text.trim() === '') return none('There is no text.');
  if (text.length > MAX_TEXT)
    return none(`This is longer than the ${MAX_TEXT} characters that the host takes.`);
  return { pieces: [{ title: firstWords(text), text }], misread: [] };
}

/** Parses the tunes of an ABC text. */
function readOwnAbc(text: string): OwnPieces {
  if (!/^[XK]:/m.test(text))
    return none(
      'This has no tune: a tune begins with X:1 and has its key in a line K:D, say, before the music.',
    );
  const pieces: { title: string; text: string }[] = [];
  const misread: Misread[] = [];
  for (const { title, source, tune, refusal } of readAbc(text)) {
    if (tune && source.length <= MAX_TEXT)
      pieces.push({ title, text: source.trimEnd() + (/\r\n?|\n/.exec(source)?.[0] ?? '\n') });
    else if (tune) misread.push({ words: `“${title}” is longer than ${MAX_TEXT} characters.` });
    else if (refusal) {
      const { line, column } = refusal.place;
      misread.push({
        words: `Line ${line}, column ${column}: ${refusal.reason}.`,
        at: placeIn(text, line, column),
      });
    }
  }
  const many = pieces.length - MOST_PIECES;
  if (many > 0)
    misread.push({ words: `The book has room for ${MOST_PIECES} tunes: the last ${many} are left out.` });
  if (misread.length > MOST_MISREAD)
    misread.splice(MOST_MISREAD, misread.length, { words: `And ${misread.length - MOST_MISREAD} more.` });
  return { pieces: pieces.slice(0, MOST_PIECES), misread };
}

function none(words: string): OwnPieces {
  return { pieces: [], misread: [{ words }] };
}

/** Offset in characters of a line and column, both counted from 1. */
function placeIn(text: string, line: number, column: number): number {
  const lines = text.split(/(?<=\r\n|\r(?!\n)|\n)/);
  return lines.slice(0, line - 1).join('').length + column - 1;
}
