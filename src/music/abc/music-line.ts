import type { MusicLexer, MusicToken } from './lexer.js';
import { readPitch } from './note-text.js';
import { quoted, RefusedTune } from './refusal.js';
import type { Place, WrittenPitch } from './tune.js';

/** The most octave marks on one note that any instrument can play. */
const MOST_MARKS = 5;

/** A line of music, token by token. */
export class MusicLine {
  readonly #ahead: MusicToken[] = [];
  constructor(
    readonly lexer: MusicLexer,
    readonly number: number,
    /** Maps a column of the text with macros expanded to the column of the line as written. */
    readonly writtenAt: (at: number) => number,
  ) {}

  peek(ahead = 0): MusicToken | undefined {
    while (this.#ahead.length <= ahead) {
      const token = this.lexer.next();
      if (!token) return undefined;
      this.#ahead.push(token);
    }
    return this.#ahead[ahead];
  }

  next(): MusicToken | undefined {
    const token = this.peek();
    this.#ahead.shift();
    return token;
  }

  placeAt(at: number): Place {
    return { line: this.number, column: this.writtenAt(at) + 1 };
  }

  refuse(reason: string, at: number): never {
    throw new RefusedTune(this.placeAt(at), reason);
  }
}

/** The pitch that a token writes. Throws {@link RefusedTune} where it has more octave marks than any instrument plays. */
export function pitchOf({ text, at }: MusicToken, line: MusicLine): WrittenPitch {
  const marks = text.length - text.replace(/[,']+$/, '').length;
  if (marks > MOST_MARKS) line.refuse(`${marks} octave marks`, at);
  return readPitch(text);
}

/** Throws {@link RefusedTune} with the reason for a token that has no meaning where it stands. */
export function refuseToken({ kind, text, at }: MusicToken, line: MusicLine): never {
  if (kind === 'quarter-tone') return line.refuse('quarter tones cannot be read', at);
  if (text === ':') return line.refuse('a colon with no bar line', at);
  if (text === '{') return line.refuse('a grace that does not end', at);
  if (text === '"') return line.refuse('a text that does not end', at);
  return line.refuse(`${quoted(text)} means nothing here`, at);
}

/** Whether only blanks stand before an index in a line, or a `(` directly before it. */
export function beginsLine(line: string, at: number): boolean {
  if (line[at - 1] === '(') return true;
  let before = at - 1;
  while (line[before] === ' ' || line[before] === '\t') before--;
  return before < 0;
}
