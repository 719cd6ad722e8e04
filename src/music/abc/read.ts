import { ContinuoError } from '../../errors.js';
import { DropCount, type Dropped } from './dropped.js';
import { type AbcFile, fileOf, type TuneSpan } from './file.js';
import { Fields, takeHeaderField, type Warning } from './header.js';
import { fieldText, type TuneLine, tuneLines, withoutComment } from './lines.js';
import { filePropagation } from './propagation.js';
import { BodyReader } from './read-body.js';
import { type Refusal, RefusedTune } from './refusal.js';
import type { Place, Tune } from './tune.js';

/** One tune of a file: read as `tune`, or refused with a place and a reason. */
export interface ReadTune {
  /** X: and the first T:, empty where they are missing. */
  readonly number: string;
  readonly title: string;
  /** Line of the file at which the tune begins, counted from 1, and the tune's text as written. */
  readonly line: number;
  readonly source: string;
  readonly tune?: Tune;
  readonly refusal?: Refusal;
  readonly warnings: readonly Warning[];
  readonly dropped: Dropped;
}

/** Bound on a file, in characters. */
const MOST_CHARACTERS = 32 * 2 ** 20;

/**
 * Reads a file of ABC tunes: `readAbc('X:1\nT:Test\nM:4/4\nK:G\nGABc d4|]\n')[0].tune`. A tune that cannot be read has a
 * `refusal` instead of a `tune`; the others are read all the same. Throws ABC_TOO_LARGE, and ABC_NO_TUNE where the text
 * has no tune.
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

function readTune(file: AbcFile, span: TuneSpan, said: readonly Said[]): ReadTune {
  const fields = new Fields();
  const dropped = new DropCount();
  for (const { place, reason } of span.warnings) fields.warn(place, reason);
  const about = () => ({
    number: fields.number,
    title: fields.titles[0] ?? '',
    line: span.first + 1,
    source: sourceOf(file, span),
    warnings: fields.warnings,
    dropped: dropped.counts,
  });
  try {
    takeFileFields(fields, said);
    const tune = tuneOf(file, span, fields, dropped);
    return { ...about(), tune };
  } catch (error) {
    if (!(error instanceof RefusedTune)) throw error;
    return { ...about(), refusal: { place: error.place, reason: error.reason } };
  }
}

function sourceOf({ lines }: AbcFile, { first, end }: TuneSpan): string {
  const last = lines[end - 1]!;
  return lines
    .slice(first, end)
    .map((line) => (line === last ? line.text : line.text + line.end))
    .join('');
}

/** Reads one tune. Throws {@link RefusedTune}. */
function tuneOf(file: AbcFile, span: TuneSpan, fields: Fields, dropped: DropCount): Tune {
  const top: Place = { line: span.first + 1, column: 1 };
  const propagation = filePropagation(file);
  if (propagation !== 'octave') fields.propagation = propagation;
  const all = tuneLines(file.lines, span);
  sayOpenBlock(all, fields);
  sayTags(all, fields);
  const music = all.findIndex(({ inHeader }) => !inHeader);
  const start = music < 0 ? all.length : music;
  const header = readHeader(fields, all.slice(0, start), dropped);
  const body = new BodyReader(fields, dropped, { line: span.first + start + 1, column: 1 });
  for (const line of all.slice(start)) readLine(body, line, dropped);
  const voices = body.finish();
  const [first] = voices;
  if (!voices.some(({ body }) => body.some(({ kind }) => kind === 'note' || kind === 'chord')))
    throw new RefusedTune(top, 'the tune has no notes');
  if (!fields.keySaid) fields.warnings.unshift({ place: top, reason: 'no K: field; read in C' });
  const { propagation: holds } = fields;
  return {
    ...header,
    ...(holds === undefined ? {} : { propagation: holds }),
    body: first!.body,
    ...(first!.program === undefined ? {} : { program: first!.program }),
    ...(voices.length > 1 ? { voices } : {}),
  };
}

function sayOpenBlock(lines: readonly TuneLine[], fields: Fields): void {
  const open = lines.find(({ line }) => line.block === 'open');
  if (open)
    fields.warn(
      { line: open.line.number, column: 1 },
      `${open.line.text.slice(0, 20)} never ends; the rest of the tune is passed over`,
    );
}

/** Warns of HTML tags around fields; the reader of the music warns of those in it. */
function sayTags(lines: readonly TuneLine[], fields: Fields): void {
  for (const { line, kind, lead, before, value } of lines) {
    if (kind !== 'field') continue;
    const end = before + value.length;
    const around = [[0, lead] as const, [end, withoutComment(line.text).length] as const];
    for (const [from, to] of around) {
      const tag = line.text.slice(from, to).trim();
      if (/[<&]/.test(tag))
        fields.warn(
          { line: line.number, column: from + 1 },
          `${tag.slice(0, 20)} is HTML and is passed over`,
        );
    }
  }
}

/** A field or directive (letter `I`) before the first tune, which holds for every tune that does not set its own. */
interface Said {
  readonly letter: string;
  readonly text: string;
  readonly place: Place;
}

function takeFileFields(fields: Fields, said: readonly Said[]): void {
  for (const { letter, text, place } of said) {
    if (letter === 'L') fields.holding.setUnit(text, place);
    else if (letter === 'M') fields.holding.setMeter(text, place);
    else if (letter === 'U') fields.define(text, place);
    else if (letter === 'm') fields.macro(text, place);
    else fields.directive(text, place);
  }
}

/** The fields before the first tune: the last M: and the last L:, and all U:, m:, I: fields and directives. */
function fileFields({ lines, preamble: { first, end } }: AbcFile): Said[] {
  const said: Said[] = [];
  for (let index = first; index < end; index++) {
    const { text, block } = lines[index]!;
    const directive = !block && text.startsWith('%%');
    const [, letter, value] = (!block && /^([MLUmI]):(.*)$/s.exec(fieldText(text))) || [];
    const place = { line: index + 1, column: 1 };
    if (directive) said.push({ letter: 'I', text: fieldText(text.slice(2)), place });
    else if (letter !== undefined) said.push({ letter, text: value!, place });
  }
  return said.filter(
    ({ letter }, at) => !/[ML]/.test(letter) || said.findLastIndex((other) => other.letter === letter) === at,
  );
}

/** Reads the fields up to K:, or up to the first line of music where there is no K:. */
function readHeader(fields: Fields, lines: readonly TuneLine[], dropped: DropCount): Omit<Tune, 'body'> {
  for (const { line, kind, letter, value } of lines) {
    if (kind === 'directive') {
      dropped.add('directives');
      fields.directive(fieldText(line.text.slice(2)), { line: line.number, column: 1 });
    } else if (kind === 'text' || kind === 'block') dropped.add('lines of text');
    else if (kind === 'field' && letter !== '+')
      takeHeaderField(fields, { letter, text: value }, { line: line.number, column: 1 }, dropped);
  }
  const { number, titles, type, tempo, parts, others, holding } = fields;
  holding.implyUnit();
  const place = lines.findLast(({ letter }) => letter === 'Q')?.line.number ?? 1;
  const speed =
    tempo === undefined ? undefined : fields.tempoAt(tempo, holding.unit, { line: place, column: 1 }).eighths;
  return {
    number,
    titles: [...titles],
    ...(type === undefined ? {} : { type }),
    meter: holding.meter,
    ...(tempo === undefined ? {} : { tempo }),
    ...(speed === undefined ? {} : { speed }),
    ...(parts === undefined ? {} : { parts }),
    fields: [...others],
    key: holding.key,
  };
}

function readLine(body: BodyReader, { line, kind, letter, value }: TuneLine, dropped: DropCount): void {
  switch (kind) {
    case 'directive':
      body.directive(fieldText(line.text.slice(2)), { line: line.number, column: 1 });
      dropped.add('directives');
      return;
    case 'block':
      dropped.add('lines of text');
      return;
    case 'text':
      body.foreign(line.number);
      return;
    case 'music':
      body.line(value, line.number);
      return;
    case 'field':
      if (letter === '+') dropped.add('lyrics');
      else body.field(letter, value, { line: line.number, column: 1 }, false);
  }
}
