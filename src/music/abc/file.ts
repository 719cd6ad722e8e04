import { type AbcLine, isBlank, isField, linesOf, type Span, withoutComment } from './lines.js';
import type { Place } from './tune.js';

/** A tune's lines in a file, with warnings about where it begins and ends. */
export interface TuneSpan extends Span {
  readonly warnings: readonly { readonly place: Place; readonly reason: string }[];
}

/** A file of tunes, line by line. */
export interface AbcFile {
  readonly lines: readonly AbcLine[];
  readonly tunes: readonly TuneSpan[];
  /** Lines before the first tune, whose fields apply to all tunes. */
  readonly preamble: Span;
}

/** A text of characters that notes, rests and their signs consist of. */
const MUSIC = /^[\sA-Ga-gzxyZX\d|:[\](){}<>^_=,'/~.&-]+$/;
const NOT_NOTES = /"[^"]*"|![^!|]*!|\+[^+|\s]*\+|\[[A-Za-z]:[^\]]{0,200}\]|\\$|[HLMOPSTuv](?=[\^_=A-Ga-g])/g;

/**
 * Finds the tunes of a file. A tune begins at X: and ends at an empty line (ABC 2.1, 2.2.3). A block between empty lines
 * with a K: and music is a tune without X:. Music outside every tune is reported as a warning of the tune before it, or
 * of the first one.
 */
export function fileOf(text: string): AbcFile {
  const lines = linesOf(text);
  const found: { first: number; end: number; warnings: TuneSpan['warnings'][number][] }[] = [];
  const astray: { at: number; tune: number }[] = [];
  for (let first = 0; first < lines.length; ) {
    if (isBlank(lines[first]!)) {
      first++;
      continue;
    }
    const end = endOf(lines, first);
    const last = found.at(-1);
    const isTune = isField(lines[first]!.text, 'X');
    if (isTune) found.push({ first, end, warnings: [] });
    else if (last && goesOn(lines, last, { first, end })) {
      last.warnings.push(warningAt(lines[first - 1]!, 'an empty line before the music of the tune; read on'));
      last.end = end;
    } else if (keyOf(lines, first, end) >= 0) {
      found.push({ first, end, warnings: [] });
    } else {
      const at = musicIn(lines, first, end);
      if (at >= 0) astray.push({ at, tune: found.length - 1 });
    }
    first = end;
  }
  for (const { at, tune } of astray) {
    const reason =
      tune < 0
        ? 'music before the first tune belongs to none and is not read'
        : 'the tune ended at the empty line; the music from here on belongs to no tune and is not read';
    found[Math.max(0, tune)]?.warnings.push(warningAt(lines[at]!, reason));
  }
  return { lines, tunes: found, preamble: { first: 0, end: found[0]?.first ?? lines.length } };
}

function warningAt({ number }: AbcLine, reason: string): TuneSpan['warnings'][number] {
  return { place: { line: number, column: 1 }, reason };
}

/** The index after the last line of a block, which ends at an empty line or at the next X:. */
function endOf(lines: readonly AbcLine[], first: number): number {
  let end = first + 1;
  while (
    end < lines.length &&
    !isBlank(lines[end]!) &&
    (lines[end]!.block || !isField(lines[end]!.text, 'X'))
  )
    end++;
  return end;
}

/** Whether a block continues a tune that has no music yet: the block has music, with or without a K:. */
function goesOn(lines: readonly AbcLine[], tune: Span, next: Span): boolean {
  const key = keyOf(lines, tune.first, tune.end);
  if (musicIn(lines, Math.max(key + 1, tune.first), tune.end) >= 0 || barsIn(lines, key + 1, tune))
    return false;
  const keyNext = keyOf(lines, next.first, next.end);
  if (key >= 0) return keyNext < 0 && musicIn(lines, next.first, next.end) >= 0;
  return (
    !isField(lines[next.first]!.text, 'T') && (keyNext >= 0 || musicIn(lines, next.first, next.end) >= 0)
  );
}

function barsIn(lines: readonly AbcLine[], from: number, { first, end }: Span): boolean {
  return lines
    .slice(Math.max(from, first), end)
    .some(({ text, block }) => !block && !/^[A-Za-z+]:/.test(text) && withoutComment(text).includes('|'));
}

function keyOf(lines: readonly AbcLine[], first: number, end: number): number {
  for (let at = first; at < end; at++) if (!lines[at]!.block && isField(lines[at]!.text, 'K')) return at;
  return -1;
}

function musicIn(lines: readonly AbcLine[], first: number, end: number): number {
  for (let at = first; at < end; at++) if (!lines[at]!.block && looksLikeMusic(lines[at]!.text)) return at;
  return -1;
}

/** Whether a stray line looks like music: nothing but notes and signs, with a bar line or at least three notes. */
function looksLikeMusic(text: string): boolean {
  if (/^[A-Za-z]:(?![|:])/.test(text)) return false;
  const said = withoutComment(text).replace(NOT_NOTES, '');
  if (!MUSIC.test(said)) return false;
  return said.includes('|')
    ? /[A-Ga-gz]/.test(said)
    : (said.match(/[A-Ga-g]/g)?.length ?? 0) >= 3 && /\d|\s/.test(said.trim());
}
