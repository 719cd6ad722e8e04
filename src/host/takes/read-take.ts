import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { ContinuoError } from '../../errors.js';
import { isAbsent, readRegularFile } from '../../read-file.js';
import type { TakeRecord } from '../../session/take.js';
import { readState, recalledIn, type SavedState } from '../states/saved-state.js';
import { logIn } from './disk.js';
import { momentFile, START_STATE, TAKE_VERSION, type TakeHeader } from './header.js';
import { clipped, named, quoted, type TakeLine, takeLines } from './lines.js';
import { TakeOrder } from './order.js';
import { takeHeader, takeRecord } from './schema.js';

export interface Take {
  readonly header: TakeHeader;
  /** The state that the session went on from; absent where it began from zero. */
  readonly start?: SavedState;
  /** The moments that records go back to, by id. */
  readonly moments?: ReadonlyMap<string, SavedState>;
  readonly records: readonly TakeRecord[];
  /** File and line of a record, for error messages. */
  readonly where: (index: number) => string;
}

/** The longest log that is read, in bytes: five times that of a day and a night of dense playing. */
const LARGEST = 256 * 1024 * 1024;
/** How many characters of names, and of what was expected, an error shows. */
const SHOWN_NAMES = 120;
const SHOWN_WORDS = 240;

/** A take as far as its log is sound. */
export interface TakeFound {
  /** Null where not even the header can be read. */
  readonly take: Take | null;
  /** What is wrong where the sound part ends: TAKE_BROKEN or TAKE_VERSION; null where all of it is sound. */
  readonly damage: ContinuoError | null;
}

/**
 * Reads a take by the path of its folder or its log, and checks each line. A last line that a crash cut off is left out.
 * Throws FILE_READ, TAKE_BROKEN with the line, TAKE_VERSION.
 */
export async function readTake(path: string): Promise<Take> {
  const { take, damage } = await readSoundPart(path);
  if (damage !== null) throw damage;
  return take!;
}

/** As {@link readTake}; of a damaged log, the lines before the damage, and what that is. Throws FILE_READ. */
export async function readSoundPart(path: string): Promise<TakeFound> {
  const file = path.endsWith('.jsonl') ? path : logIn(path);
  const bytes = await bytesOf(file);
  const lines = new CheckedLines(file);
  try {
    for (const line of takeLines(bytes)) lines.add(line);
  } catch (error) {
    if (!(error instanceof ContinuoError)) throw error;
    return { take: lines.take, damage: error };
  }
  const { take } = lines;
  return take === null ? { take, damage: unbegun(file) } : withStates(take, dirname(file));
}

/** Adds the states that a take goes on from, and back to. Without them the records are there, but cannot be replayed. */
async function withStates(take: Take, folder: string): Promise<TakeFound> {
  try {
    const start = take.header.resumed === undefined ? null : await readState(join(folder, START_STATE));
    const moments = new Map<string, SavedState>();
    for (const id of recalledIn(take.records, start ?? undefined))
      moments.set(id, await readState(join(folder, momentFile(id))));
    return { take: { ...take, ...(start && { start }), ...(moments.size > 0 && { moments }) }, damage: null };
  } catch (error) {
    if (!(error instanceof ContinuoError)) throw error;
    return { take, damage: error };
  }
}

/** The lines of a log so far, each of which was checked. */
class CheckedLines {
  readonly #records: TakeRecord[] = [];
  /** Line numbers of the records. */
  readonly #numbers: number[] = [];
  #header: TakeHeader | undefined;
  #order: TakeOrder | undefined;

  constructor(private readonly file: string) {}

  /** Throws TAKE_BROKEN and TAKE_VERSION. */
  add(line: TakeLine): void {
    const wrong = (message: string, hint?: string) => broken(this.file, line.number, message, hint);
    const value = parsed(line, wrong);
    if (value === undefined) return;
    if (!this.#header) {
      this.#header = headerOf(value, `${this.file}, line ${line.number}`, wrong);
      this.#order = new TakeOrder(this.#header.time, this.#header.resumed !== undefined);
      return;
    }
    if ((value as { type?: unknown } | null)?.type === 'take')
      throw wrong(
        'another take begins there, where the records of the first one were expected.',
        'Each take is a file of its own: part them there.',
      );
    const record = checked(takeRecord, value, wrong);
    const trouble = this.#order!.add(record);
    if (trouble !== null) throw wrong(trouble);
    this.#records.push(record);
    this.#numbers.push(line.number);
  }

  get take(): Take | null {
    const where = (index: number) => `${this.file}, line ${this.#numbers[index]}`;
    return this.#header ? { header: this.#header, records: this.#records, where } : null;
  }
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(file, LARGEST);
  } catch (error) {
    if (!(error instanceof ContinuoError)) throw error;
    throw new ContinuoError(
      'FILE_READ',
      `There is no take that can be read: ${error.message}`,
      hintFor(file, error),
      {
        cause: error.cause,
      },
    );
  }
}

function hintFor(file: string, error: ContinuoError): string {
  const isEmpty = isAbsent(error) && listed(dirname(file))?.length === 0;
  return isEmpty
    ? 'The folder is empty: the program ended as it began to record there, before anything was written.'
    : "Give a take's folder, in which its take.jsonl lies.";
}

function listed(folder: string): string[] | null {
  try {
    return readdirSync(folder);
  } catch {
    return null;
  }
}

type Wrong = (message: string, hint?: string) => ContinuoError;

/** The parsed JSON of a line; undefined for a last line that was cut off. */
function parsed({ text, whole }: TakeLine, wrong: Wrong): unknown {
  if (typeof text === 'object') {
    if (!whole) return undefined;
    throw wrong(text.trouble);
  }
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    if (!whole) return undefined;
    throw wrong(`JSON was expected, but ${quoted(text)} came.`);
  }
}

function headerOf(value: unknown, where: string, wrong: Wrong): TakeHeader {
  const { type, version } = (value ?? {}) as { type?: unknown; version?: unknown };
  if (type === 'take' && typeof version === 'number' && Number.isInteger(version) && version > TAKE_VERSION) {
    throw new ContinuoError(
      'TAKE_VERSION',
      `${where}: the take is of version ${version}; this program reads takes up to version ${TAKE_VERSION}.`,
      'A newer version of Continuo wrote it: use that one.',
    );
  }
  return checked(takeHeader, value, wrong);
}

function checked<T>(schema: z.ZodType<T>, value: unknown, wrong: Wrong): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue!.path.length > 0 ? ` at "${clipped(issue!.path.join('.'), SHOWN_NAMES)}"` : '';
  throw wrong(`no line of a take${place}: ${expectation(issue!, value)}.`);
}

/** Says what was expected and what came. */
function expectation({ code, message, path }: z.core.$ZodIssue, value: unknown): string {
  const words = clipped(message, SHOWN_WORDS);
  if (code === 'custom' || code === 'unrecognized_keys') return words;
  let came = value;
  for (const name of path) came = (came as Record<PropertyKey, unknown> | undefined)?.[name];
  return `${words.replace(/, received .*$/, '')}, but ${named(came)} came`;
}

function broken(file: string, number: number, message: string, hint?: string): ContinuoError {
  const before =
    number > 1 ? 'The lines before it alone are a take that was cut off there.' : 'Is it the log of a take?';
  return new ContinuoError(
    'TAKE_BROKEN',
    `${file}, line ${number}: ${message}`,
    `${hint ?? `The log was edited or damaged there. ${before}`}${notesBeside(file)}`,
  );
}

function unbegun(file: string): ContinuoError {
  return new ContinuoError(
    'TAKE_BROKEN',
    `${file}: the first line of a take was expected, but the file ends before one is whole.`,
    `The program ended as it began to record, or this is no log of a take.${notesBeside(file)}`,
  );
}

/** Names the take's .mid file, which has the notes of a damaged log, where it is there. */
function notesBeside(file: string): string {
  return existsSync(join(dirname(file), 'take.mid')) ? ' take.mid beside it has the notes.' : '';
}
