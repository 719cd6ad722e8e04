import { ContinuoError } from '../../errors.js';
import { Cursor } from './cursor.js';
import { DropCount, type Dropped } from './dropped.js';
import { type AbcFile, fileOf, type TuneSpan } from './file.js';
import { Fields, takeHeaderField } from './header.js';
import { type TuneLine, tuneLines, withoutComment } from './lines.js';
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
  const file = fileOf(text);
  if (file.tunes.length === 0) {
    throw new ContinuoError(
      'ABC_NO_TUNE',
      'Expected ABC tunes, but no line begins with X: (a tune) or K: (its key).',
      'A tune begins with X:1, T:its name, M:its meter and K:its key, each on a line of its own.',
    );
  }
  const said = fileFields(file);
  return file.tunes.map((span) => readTune(file, span, said));
}

function readTune({ lines }: AbcFile, span: TuneSpan, said: readonly Said[]): ReadTune {
  const { first, end } = span;
  const fields = new Fields();
  const dropped = new DropCount();
  const body = new BodyReader(fields, dropped);
  body.warnings.push(...span.warnings);
  const about = () => ({
    number: fields.number,
    title: fields.titles[0] ?? '',
    line: first + 1,
    source: lines
      .slice(first, end)
      .map(({ text }) => text)
      .join('\n'),
    warnings: body.warnings,
    dropped: dropped.counts,
  });
  const top: Place = { line: first + 1, column: 1 };
  try {
    for (const { letter, text, place } of said) {
      if (letter === 'L') fields.setUnit(text, place);
      else fields.setMeter(text, place);
    }
    const all = tuneLines(lines, span);
    const music = all.findIndex(({ inHeader }) => !inHeader);
    const start = music < 0 ? all.length : music;
    const header = readHeader(fields, all.slice(0, start), dropped);
    for (const line of all.slice(start)) readLine(body, line, dropped);
    const elements = body.finish(header);
    if (!elements.some(({ kind }) => kind === 'note' || kind === 'chord')) {
      throw new RefusedTune(top, 'the tune has no notes');
    }
    if (!fields.keySaid) body.warnings.unshift({ place: top, reason: 'no K: field; read in C' });
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
function fileFields({ lines, preamble: { first, end } }: AbcFile): Said[] {
  const said = new Map<string, Said>();
  for (let index = first; index < end; index++) {
    const { text, block } = lines[index]!;
    const [, letter, value] = (!block && /^([ML]):(.*)$/s.exec(withoutComment(text))) || [];
    if (letter === 'L' || letter === 'M')
      said.set(letter, { letter, text: value!, place: { line: index + 1, column: 1 } });
  }
  return [...said.values()];
}

/** The fields up to K:, or up to the first line of music where there is no K:. */
function readHeader(fields: Fields, lines: readonly TuneLine[], dropped: DropCount): Omit<Tune, 'body'> {
  for (const { line, kind, letter, value } of lines) {
    if (kind === 'directive') dropped.add('directives');
    else if (kind === 'text') dropped.add('lines of text');
    else if (kind === 'block') dropped.add('lines of text');
    else if (kind === 'field' && letter !== '+')
      takeHeaderField(fields, letter, value, { line: line.number, column: 1 }, dropped);
  }
  fields.implyUnit();
  const { number, titles, type, meter, tempo, others, key } = fields;
  return {
    number,
    titles: [...titles],
    ...(type === undefined ? {} : { type }),
    meter,
    ...(tempo === undefined ? {} : { tempo }),
    fields: [...others],
    key,
  };
}

function readLine(body: BodyReader, { line, kind, letter, value }: TuneLine, dropped: DropCount): void {
  switch (kind) {
    case 'directive':
      dropped.add('directives');
      return;
    case 'block':
      dropped.add('lines of text');
      return;
    case 'text':
      body.foreign(line.number);
      return;
    case 'music':
      body.line(new Cursor(value, line.number));
      return;
    case 'field':
      if (letter === '+') dropped.add('lyrics');
      else body.field(letter, value, new Cursor(line.text, line.number));
  }
}
