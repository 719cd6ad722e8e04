import { ContinuoError } from '../../errors.js';
import { Cursor } from './cursor.js';
import { DropCount, type Dropped } from './dropped.js';
import { Fields, takeHeaderField } from './header.js';
import { BodyReader, type Warning } from './read-body.js';
import { type Refusal, RefusedTune } from './refusal.js';
import type { Place, Tune } from './tune.js';

/** One tune of a file: read, or refused with the place and the reason. */
export interface ReadTune {
  /** X: and the first T:, as far as they were read. */
  readonly number: string;
  readonly title: string;
  /** Line of the file at which it begins, and its lines as they stand there. */
  readonly line: number;
  readonly source: string;
  readonly tune?: Tune;
  readonly refusal?: Refusal;
  readonly warnings: readonly Warning[];
  readonly dropped: Dropped;
}

/** A book of tunes of a session musician's whole life is smaller. */
const MOST_CHARACTERS = 32 * 2 ** 20;

const FIELD = /^([A-Za-z+]):(.*)$/s;
/** In the music `A:|` is a note before a bar line. */
const FIELD_IN_MUSIC = /^(?![A-Ga-gxzZ]:[|:])([A-Za-z+]):(.*)$/s;

/**
 * Reads a file of ABC tunes. A tune that cannot be read is refused alone; the others are read. Pure and total but for whole
 * files that are none: throws ABC_TOO_LARGE, ABC_NO_TUNE.
 */
export function readAbc(text: string): ReadTune[] {
  if (text.length > MOST_CHARACTERS) {
    throw new ContinuoError(
      'ABC_TOO_LARGE',
      `Expected a file of ABC tunes of at most ${MOST_CHARACTERS} characters, got ${text.length}.`,
      'Give the tunes in several files.',
    );
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n?|\n/);
  const { preamble, tunes } = split(lines);
  if (tunes.length === 0) {
    throw new ContinuoError(
      'ABC_NO_TUNE',
      'Expected ABC tunes, but no line begins with X: (a tune) or K: (its key).',
      'A tune begins with X:1, T:its name, M:its meter and K:its key, each on a line of its own.',
    );
  }
  const said = fileFields(lines, preamble);
  return tunes.map(({ first, end }) => readTune(lines, first, end, said));
}

interface Span {
  readonly first: number;
  /** The line after the last. */
  readonly end: number;
}

/** A tune begins at X: and ends at a line that is empty. Fields before the first tune hold for all. */
function split(lines: readonly string[]): { preamble: Span; tunes: Span[] } {
  const starts = lines.flatMap((line, index) => (/^X:/.test(line) ? [index] : []));
  if (starts.length === 0) {
    const first = lines.findIndex((line) => line.trim() !== '');
    const fragment = lines.some((line) => /^K:/.test(line));
    return { preamble: { first: 0, end: 0 }, tunes: fragment ? [{ first, end: lines.length }] : [] };
  }
  const tunes = starts.map((first, index) => {
    const next = starts[index + 1] ?? lines.length;
    let end = first + 1;
    while (end < next && lines[end]!.trim() !== '') end++;
    return { first, end };
  });
  return { preamble: { first: 0, end: starts[0]! }, tunes };
}

function readTune(lines: readonly string[], first: number, end: number, said: readonly Said[]): ReadTune {
  const fields = new Fields();
  const dropped = new DropCount();
  const body = new BodyReader(fields, dropped);
  const about = () => ({
    number: fields.number,
    title: fields.titles[0] ?? '',
    line: first + 1,
    source: lines.slice(first, end).join('\n'),
    warnings: body.warnings,
    dropped: dropped.counts,
  });
  try {
    for (const { letter, text, place } of said) {
      if (letter === 'L') fields.setUnit(text, place);
      else fields.setMeter(text, place);
    }
    const { start, header } = readHeader(fields, lines, first, end, dropped);
    readBody(body, lines, start, end, dropped);
    const elements = body.finish(header);
    if (!elements.some(({ kind }) => kind === 'note' || kind === 'chord')) {
      throw new RefusedTune({ line: first + 1, column: 1 }, 'the tune has no notes');
    }
    if (!fields.keySaid)
      body.warnings.unshift({ place: { line: first + 1, column: 1 }, reason: 'no K: field; read in C' });
    return { ...about(), tune: { ...header, body: elements } };
  } catch (error) {
    if (!(error instanceof RefusedTune)) throw error;
    return { ...about(), refusal: { place: error.place, reason: error.reason } };
  }
}

/** A field that holds for every tune that does not say its own. */
interface Said {
  readonly letter: 'L' | 'M';
  readonly text: string;
  readonly place: Place;
}

/** Meter and length before the first tune, the last of each. */
function fileFields(lines: readonly string[], { first, end }: Span): Said[] {
  const said = new Map<string, Said>();
  for (let index = first; index < end; index++) {
    const [, letter, text] = FIELD.exec(withoutComment(lines[index]!)) ?? [];
    if (letter === 'L' || letter === 'M')
      said.set(letter, { letter, text: text!, place: { line: index + 1, column: 1 } });
  }
  return [...said.values()];
}

/** The fields up to K:, or up to the first line of music where there is no K:. */
function readHeader(
  fields: Fields,
  lines: readonly string[],
  first: number,
  end: number,
  dropped: DropCount,
): { start: number; header: Omit<Tune, 'body'> } {
  let index = first;
  let lastKey = end - 1;
  while (lastKey >= first && !lines[lastKey]!.startsWith('K:')) lastKey--;
  for (; index < end && !fields.keySaid; index++) {
    const line = withoutComment(lines[index]!);
    const place: Place = { line: index + 1, column: 1 };
    if (line.trim() === '') {
      if (/^%%/.test(lines[index]!)) dropped.add('directives');
      continue;
    }
    const [, letter, text] = FIELD.exec(line) ?? [];
    if (letter === undefined) {
      // A remark that goes on without its letter. Music has bar lines.
      if (line.includes('|') || lastKey < index) break;
      dropped.add('lines of text');
      continue;
    }
    if (letter === '+') continue;
    takeHeaderField(fields, letter, text!, place, dropped);
  }
  fields.implyUnit();
  const { number, titles, type, meter, tempo, others, key } = fields;
  const header = {
    number,
    titles: [...titles],
    ...(type === undefined ? {} : { type }),
    meter,
    ...(tempo === undefined ? {} : { tempo }),
    fields: [...others],
    key,
  };
  return { start: index, header };
}

function readBody(
  body: BodyReader,
  lines: readonly string[],
  start: number,
  end: number,
  dropped: DropCount,
): void {
  for (let index = start; index < end; index++) {
    if (/^%%/.test(lines[index]!)) dropped.add('directives');
    const line = withoutComment(lines[index]!);
    const [, letter, text] = FIELD_IN_MUSIC.exec(line) ?? [];
    if (letter === undefined) body.line(new Cursor(line, index + 1));
    else if (letter === '+') dropped.add('lyrics');
    else body.field(letter, text!, new Cursor(line, index + 1));
  }
}

/** What follows % is a remark, unless it is written \%. */
function withoutComment(line: string): string {
  const at = line.search(/(?<!\\)%/);
  return at < 0 ? line : line.slice(0, at);
}
