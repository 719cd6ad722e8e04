import { foreignBefore, foreignFrom, isBlankText } from './foreign.js';

/**
 * A line of a file with its place. Joining `text` and `end` of all lines gives the file back, except for a byte order
 * mark.
 */
export interface AbcLine {
  /** Counts from 1. */
  readonly number: number;
  /** Characters of the file before it. */
  readonly start: number;
  readonly text: string;
  /** What ends it: `\n`, `\r\n`, `\r`, or nothing at the end of the file. */
  readonly end: string;
  /**
   * Set where the line belongs to a block of text, PostScript or SVG (ABC 2.1, 11.4.5), including its begin and end
   * directives.
   */
  readonly block?: 'closed' | 'open';
}

/** The lines of a file from `first` up to but not including `end`. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

/** Kinds of line in a tune. `text` is a remark or a line in another language than ABC; readers skip both. */
type LineKind = 'field' | 'music' | 'directive' | 'comment' | 'block' | 'text' | 'blank';

export interface TuneLine {
  readonly line: AbcLine;
  readonly kind: LineKind;
  readonly inHeader: boolean;
  /** For a field: its letter, such as `K`, or `+` for a continuation of the line before. */
  readonly letter: string;
  /**
   * For a field: the text after the colon, without HTML tags around the field. For music: the line. Never includes a
   * comment.
   */
  readonly value: string;
  /** `before`: characters of the line before `value`; `lead`: those before the field's letter. */
  readonly before: number;
  readonly lead: number;
}

const BLOCK = /^%%\s*begin([a-z]+)/i;
const FIELD = /^([A-Za-z+]+):(.*)$/s;
/** Like FIELD, but `A:|` in music is a note before a bar line. */
const FIELD_IN_MUSIC = /^(?![A-Ga-gxzZ]:[|:])([A-Za-z+]):(.*)$/s;
const HTML_LINE = /^\s*<\/?[A-Za-z!][^|]*>?\s*$/;
/**
 * A pair of letters that does not occur before a note, since neither is a note and one is no sign of ABC 2.1: it marks a
 * word.
 */
const FOREIGN_PAIR = /[IKNQUVWYh-sw][H-WYh-w]|[H-WYh-w][IKNQUVWYh-sw]/;
const NO_WORDS = /"[^"]*"|![^!]{0,30}!|\+[^+\s]{0,30}\+|\[[A-Za-z]:[^\]]{0,200}\]/g;
const BYTE_ORDER_MARK = '\uFEFF';

/** The lines of a file, without its byte order mark. */
export function linesOf(text: string): AbcLine[] {
  const lines: AbcLine[] = [];
  const ending = /\r\n?|\n/g;
  let start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  ending.lastIndex = start;
  for (;;) {
    const found = ending.exec(text);
    const stop = found ? found.index : text.length;
    lines.push({ number: lines.length + 1, start, text: text.slice(start, stop), end: found?.[0] ?? '' });
    if (!found) return withBlocks(lines);
    start = ending.lastIndex;
  }
}

/**
 * Marks the lines of blocks such as `%%begintext` to `%%endtext`. A block without an end lasts to the end of its tune.
 */
function withBlocks(lines: AbcLine[]): AbcLine[] {
  for (let first = 0; first < lines.length; first++) {
    const name = BLOCK.exec(lines[first]!.text)?.[1]?.toLowerCase();
    if (name === undefined) continue;
    const last = findEnd(lines, first, name);
    let end = last + 1;
    if (last < 0) {
      end = first + 1;
      while (end < lines.length && !isBlank(lines[end]!) && !isField(lines[end]!.text, 'X')) end++;
    }
    for (let at = first; at < end; at++) lines[at] = { ...lines[at]!, block: last < 0 ? 'open' : 'closed' };
    first = end - 1;
  }
  return lines;
}

/** Index of the line that ends a block; -1 where another block or tune begins first. */
function findEnd(lines: readonly AbcLine[], first: number, name: string): number {
  const end = new RegExp(`^%%\\s*end${name}\\b`, 'i');
  for (let at = first + 1; at < lines.length; at++) {
    const { text } = lines[at]!;
    if (end.test(text)) return at;
    if (BLOCK.test(text) || (isField(text, 'X') && isBlankText(lines[at - 1]!.text))) return -1;
  }
  return -1;
}

/** Whether a line ends a tune: it has no visible character and is not inside a block such as `%%begintext`. */
export function isBlank({ text, block }: AbcLine): boolean {
  return block === undefined && isBlankText(text);
}

/**
 * Classifies the lines of a tune. The header ends with the first K:, or before the first line of music where there is
 * none. In the header, a line without a field letter is a remark that continues the line above.
 */
export function tuneLines(lines: readonly AbcLine[], { first, end }: Span): TuneLine[] {
  const found: TuneLine[] = [];
  let lastKey = end - 1;
  while (lastKey >= first && (lines[lastKey]!.block || !isField(lines[lastKey]!.text, 'K'))) lastKey--;
  let inHeader = true;
  for (let index = first; index < end; index++) {
    const line = lines[index]!;
    let said = withoutComment(line.text);
    const lead = foreignBefore(said);
    const field = (inHeader ? FIELD : FIELD_IN_MUSIC).exec(said.slice(lead));
    if (field) said = said.slice(0, foreignFrom(said));
    // A line with bar lines is music and ends the header.
    if (inHeader && !field && !isBlankText(said) && !line.block && (said.includes('|') || lastKey < index))
      inHeader = false;
    const kind = kindOf(line, said, { isField: field !== null, inHeader });
    const letter = kind === 'field' ? field![1]! : '';
    const before = kind === 'field' ? Math.min(lead + letter.length + 1, said.length) : 0;
    found.push({ line, kind, inHeader, letter, value: said.slice(before), before, lead });
    if (letter === 'K') inHeader = false;
  }
  return found;
}

function kindOf(
  { text, block }: AbcLine,
  said: string,
  { isField, inHeader }: { readonly isField: boolean; readonly inHeader: boolean },
): LineKind {
  if (block) return 'block';
  if (text.startsWith('%%')) return 'directive';
  if (isBlankText(said)) return isBlankText(text) ? 'blank' : 'comment';
  if (isField) return 'field';
  return inHeader || isForeign(said) ? 'text' : 'music';
}

/**
 * Whether a line is HTML or words rather than music. A line with bar lines always counts as music, even if it is faulty.
 */
function isForeign(line: string): boolean {
  if (line.includes('|')) return false;
  const words = line.replace(NO_WORDS, '').match(/[A-Za-z]{4,}/g) ?? [];
  return HTML_LINE.test(line) || words.some((word) => FOREIGN_PAIR.test(word));
}

/** Whether a line is a field with that letter. */
export function isField(text: string, letter: string): boolean {
  return text.startsWith(`${letter}:`, foreignBefore(text));
}

/** A line without its comment and without HTML tags around it. */
export function fieldText(text: string): string {
  const said = withoutComment(text);
  return said.slice(foreignBefore(said), foreignFrom(said));
}

/** Removes the comment that % begins; `\%` is a literal percent sign. */
export function withoutComment(line: string): string {
  const at = line.search(/(?<!\\)%/);
  return at < 0 ? line : line.slice(0, at);
}
