import { isUtf8 } from 'node:buffer';

/** One line of a log. */
export interface TakeLine {
  /** Counts from 1. */
  readonly number: number;
  /** What it says, or why it says nothing. */
  readonly text: string | { readonly trouble: string };
  /** It ends as a line does; the last one may have been cut short. */
  readonly whole: boolean;
}

/** More than any line of a take has (bytes): its longest are some hundred tokens. */
const LONGEST = 2 ** 20;
const LINE_FEED = 10;
/** A byte order mark, which some editors write. */
const MARK = '\ufeff';
/** What is shown of what came, in characters. */
const SHOWN = 40;

/** The lines of a log that are not empty, one after the other: a log of a day fits into memory once, but not once more as lines. */
export function* takeLines(bytes: Uint8Array): Generator<TakeLine> {
  for (let [from, number] = [0, 1]; from < bytes.length; number++) {
    if (bytes[from] === LINE_FEED) {
      from++;
      continue;
    }
    const end = bytes.indexOf(LINE_FEED, from);
    const line = bytes.subarray(from, end < 0 ? bytes.length : end);
    yield { number, text: textOf(line), whole: end >= 0 };
    from = end < 0 ? bytes.length : end + 1;
  }
}

function textOf(line: Uint8Array): TakeLine['text'] {
  if (line.length > LONGEST)
    return { trouble: `a line of ${LONGEST} bytes at most was expected, but one of ${line.length} came.` };
  if (!isUtf8(line))
    return { trouble: `text in UTF-8 was expected, but ${quoted(bufferOf(line).toString('latin1'))} came.` };
  const text = bufferOf(line).toString('utf8');
  return text.startsWith(MARK) ? text.slice(1) : text;
}

function bufferOf(line: Uint8Array): Buffer {
  return Buffer.from(line.buffer, line.byteOffset, line.length);
}

/** A value that came, harmless to show: of an object or a list no more than that it is one. */
export function named(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** The beginning of what came, harmless to show. */
export function quoted(text: string): string {
  return `"${clipped(text, SHOWN)}"`;
}

/** At most so many characters of a text, harmless to show. */
export function clipped(text: string, most: number): string {
  const shown = text.slice(0, most).replace(/[^\x20-\x7e]/g, '·');
  return text.length > most ? `${shown}…` : shown;
}
