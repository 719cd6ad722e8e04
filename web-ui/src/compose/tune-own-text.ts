import { readAbc } from '../../../src/music/abc/read.js';
import { MAX_ABC } from '../../../src/server/protocol.js';
import { MOST_TUNES } from './tunebook.js';

/** A place of a text that cannot be read. */
export interface Misread {
  /** What and where, in words. */
  readonly words: string;
  /** Characters before it. */
  readonly at?: number;
}

/** Characters: a book of a few hundred tunes. */
const LONGEST = 1_000_000;
/** Places that are named. */
const MOST_MISREAD = 5;

/** The tunes of a text that somebody gives, as they stand there, and what cannot be read. */
export function readOwn(text: string): {
  readonly tunes: readonly { readonly title: string; readonly abc: string }[];
  readonly misread: readonly Misread[];
} {
  if (text.length > LONGEST) return none(`This is longer than the ${LONGEST} characters that are read here.`);
  if (!/^[XK]:/m.test(text))
    return none(
      'This has no tune: a tune begins with X:1 and has its key in a line K:D, say, before the music.',
    );
  const tunes: { title: string; abc: string }[] = [];
  const misread: Misread[] = [];
  for (const { title, source, tune, refusal } of readAbc(text)) {
    if (tune && source.length <= MAX_ABC)
      tunes.push({ title, abc: source.trimEnd() + (/\r\n?|\n/.exec(source)?.[0] ?? '\n') });
    else if (tune) misread.push({ words: `“${title}” is longer than ${MAX_ABC} characters.` });
    else if (refusal) {
      const { line, column } = refusal.place;
      misread.push({
        words: `Line ${line}, column ${column}: ${refusal.reason}.`,
        at: placeIn(text, line, column),
      });
    }
  }
  const many = tunes.length - MOST_TUNES;
  if (many > 0)
    misread.push({ words: `The book has room for ${MOST_TUNES} tunes: the last ${many} are left out.` });
  if (misread.length > MOST_MISREAD)
    misread.splice(MOST_MISREAD, misread.length, { words: `And ${misread.length - MOST_MISREAD} more.` });
  return { tunes: tunes.slice(0, MOST_TUNES), misread };
}

function none(words: string) {
  return { tunes: [], misread: [{ words }] };
}

/** Characters before a line and column, both counted from 1. */
function placeIn(text: string, line: number, column: number): number {
  const lines = text.split(/(?<=\r\n|\r(?!\n)|\n)/);
  return lines.slice(0, line - 1).join('').length + column - 1;
}
