import { isUtf8 } from 'node:buffer';

/** A line of a log. */
export interface TakeLine {
  /** Counts from 1. */
  readonly number: number;
  /** Its text, or the reason why it has none. */
  readonly text: string | { readonly trouble: string };
  /** It ends with a line feed; the last line of a log may have been cut off. */
  readonly whole: boolean;
}

/** The longest line that is read, in bytes: more than any line of a take has. */
const LONGEST = 2 ** 20;
const LINE_FEED = 10;
/** A byte order mark, which some editors write. */
const MARK = '\ufeff';
/** How many characters of a faulty value an error shows. */
const SHOWN = 40;

/** Yields the non-empty lines of a log one by one, since the log of a day may not fit into memory twice. */
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

/** A faulty value for an error message, with characters outside printable ASCII as ·; of an object or a list only its kind. */
export function named(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** The beginning of a faulty text for an error message, with characters outside printable ASCII as ·. */
export function quoted(text: string): string {
  return `"${clipped(text, SHOWN)}"`;
}

/** At most `most` characters of a text, with characters outside printable ASCII as ·. */
export function clipped(text: string, most: number): string {
  const shown = text.slice(0, most).replace(/[^\x20-\x7e]/g, '·');
  return text.length > most ? `${shown}…` : shown;
}
