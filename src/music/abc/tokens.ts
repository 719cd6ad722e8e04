import { type AbcFile, fileOf } from './file.js';
import { type MusicKind, MusicLexer } from './lexer.js';
import { type AbcLine, fieldText, isField, type TuneLine, tuneLines } from './lines.js';
import { UserSigns } from './user-signs.js';

/** Kinds of token: those of a line of music, and those of whole lines or their parts. */
export type TokenKind =
  | MusicKind
  /** `K:G`, `w:la la`: a field on a line of its own, without its comment. */
  | 'field'
  | 'directive'
  | 'comment'
  /** A line that is not music: a remark, HTML, text between tunes. */
  | 'text'
  /** A line of a block such as %%begintext to %%endtext. */
  | 'block'
  | 'line-end'
  | 'byte-order-mark';

export interface AbcToken {
  readonly kind: TokenKind;
  readonly text: string;
  /** Characters of the file before it. */
  readonly start: number;
  /** Both count from 1, as in {@link Place}. */
  readonly line: number;
  readonly column: number;
  /** Index of the tune, from 0; -1 between tunes. */
  readonly tune: number;
  readonly inHeader: boolean;
}

/**
 * Splits a file of tunes into tokens without loss: every character belongs to one token, in order, so {@link joinTokens}
 * gives the file back. An editor can change some tokens and join all of them. Never throws.
 * `joinTokens(abcTokens(abc)) === abc`
 */
export function abcTokens(text: string): AbcToken[] {
  return tokensOfFile(text, fileOf(text));
}

/** Joins the texts of tokens; all tokens of {@link abcTokens} give the file. */
export function joinTokens(tokens: readonly { readonly text: string }[]): string {
  return tokens.map(({ text }) => text).join('');
}

/** Like {@link abcTokens}, for a text whose lines and tunes are known already. */
export function tokensOfFile(text: string, { lines, tunes, preamble }: AbcFile): AbcToken[] {
  const tokens: AbcToken[] = [];
  const begin = lines[0]!.start;
  if (begin > 0) {
    const mark = { start: 0, line: 1, column: 1, tune: -1, inHeader: false } as const;
    tokens.push({ kind: 'byte-order-mark', text: text.slice(0, begin), ...mark });
  }
  let next = 0;
  const between = (end: number) => {
    for (; next < end; next++) plainLine(tokens, lines[next]!);
  };
  const said = lines
    .slice(preamble.first, preamble.end)
    .flatMap(({ text, block }) => (!block && isField(text, 'U') ? [fieldText(text).slice(2)] : []));
  for (const [tune, span] of tunes.entries()) {
    between(span.first);
    const signs = new UserSigns();
    for (const definition of said) signs.define(definition);
    for (const line of tuneLines(lines, span)) tuneLine(tokens, line, tune, signs);
    next = span.end;
  }
  between(lines.length);
  return tokens;
}

function plainLine(tokens: AbcToken[], { number, start, text, end, block }: AbcLine): void {
  const common = { line: number, tune: -1, inHeader: false } as const;
  if (text !== '') tokens.push({ kind: block ? 'block' : 'text', text, start, column: 1, ...common });
  if (end !== '')
    tokens.push({
      kind: 'line-end',
      text: end,
      start: start + text.length,
      column: text.length + 1,
      ...common,
    });
}

function tuneLine(tokens: AbcToken[], tuneLine: TuneLine, tune: number, signs: UserSigns): void {
  const { line, kind, inHeader, letter, value, before, lead } = tuneLine;
  const push = (kind: TokenKind, text: string, at: number) => {
    if (text === '') return;
    tokens.push({ kind, text, start: line.start + at, line: line.number, column: at + 1, tune, inHeader });
  };
  let said = before + value.length;
  if (kind === 'music') {
    const lexer = new MusicLexer(value, signs.letters);
    for (let token = lexer.next(); token; token = lexer.next()) {
      push(token.kind, token.text, token.at);
      if (token.kind === 'inline-field' && token.text[1] === 'U') signs.define(token.text.slice(3, -1));
    }
  } else if (kind === 'field') {
    push('html', line.text.slice(0, lead), 0);
    push('field', line.text.slice(lead, said), lead);
    if (letter === 'U') signs.define(value);
  } else if (kind === 'blank' || kind === 'text') push(kind, line.text.slice(0, said), 0);
  else {
    said = line.text.length;
    push(kind, line.text, 0);
  }
  push('comment', line.text.slice(said), said);
  push('line-end', line.end, line.text.length);
}
