import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { ContinuoError } from '../errors.js';
import type { Seconds } from '../music/units.js';
import { isTimed, type TakeRecord } from '../session/take.js';
import { TAKE_VERSION, type TakeHeader } from './take-header.js';
import { takeHeader, takeRecord } from './take-schema.js';

export interface Take {
  readonly header: TakeHeader;
  readonly records: readonly TakeRecord[];
  /** File and line of a record, as errors say it. */
  readonly where: (index: number) => string;
}

/** A day and a night of dense playing have a fifth of this (bytes). */
const LARGEST = 256 * 1024 * 1024;

/**
 * Reads a take by its folder or its log, each line checked. A last line that a crash cut short is left out.
 * Throws FILE_READ, TAKE_BROKEN with the line, TAKE_VERSION.
 */
export async function readTake(path: string): Promise<Take> {
  const file = path.endsWith('.jsonl') ? path : join(path, 'take.jsonl');
  const lines = (await textOf(file)).split('\n');
  /** Line numbers of the records. */
  const numbers: number[] = [];
  const records: TakeRecord[] = [];
  const order = new Order();
  let header: TakeHeader | undefined;
  for (const [index, line] of lines.entries()) {
    const where = `${file}, line ${index + 1}`;
    const value = line.trim() === '' ? undefined : parse(line, index === lines.length - 1, where);
    if (value === undefined) continue;
    if (!header) {
      header = headerOf(value, where);
      order.begin(header.time);
      continue;
    }
    const record = checked(takeRecord, value, where);
    order.check(record, where);
    records.push(record);
    numbers.push(index + 1);
  }
  if (!header) throw broken(file, 'the first line of a take was expected, but the file has none.');
  return { header, records, where: (index) => `${file}, line ${numbers[index]}` };
}

async function textOf(file: string): Promise<string> {
  const refused = (why: string, cause?: unknown) =>
    new ContinuoError(
      'FILE_READ',
      `There is no take that can be read at ${file}: ${why}.`,
      "Give a take's folder.",
      {
        cause,
      },
    );
  const status = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw refused(cause.code === 'ENOENT' ? 'nothing is there' : String(cause.code), cause);
  });
  if (!status.isFile()) throw refused('it is no file');
  if (status.size > LARGEST) throw refused(`it has ${status.size} bytes, and no take has over ${LARGEST}`);
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw refused(String(cause.code), cause);
  });
}

/** What a line says; undefined where it is the last one, without an end, and says nothing whole. */
function parse(line: string, isLast: boolean, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    if (isLast) return undefined;
    throw broken(where, `JSON was expected, but ${excerpt(line)} came.`);
  }
}

function headerOf(value: unknown, where: string): TakeHeader {
  const { type, version } = (value ?? {}) as { type?: unknown; version?: unknown };
  if (type === 'take' && Number.isInteger(version) && (version as number) > TAKE_VERSION) {
    throw new ContinuoError(
      'TAKE_VERSION',
      `${where}: the take is of version ${version}; this program reads takes up to version ${TAKE_VERSION}.`,
      'A newer version of Continuo wrote it: use that one.',
    );
  }
  return checked(takeHeader, value, where);
}

function checked<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.length ? ` at "${issue.path.join('.')}"` : '';
  throw broken(where, `no line of a take${place}: ${issue?.message}.`);
}

/** What must hold from record to record: times that never go back, a stream that goes back to where it was, nothing after the end. */
class Order {
  #time: Seconds = 0;
  /** Tokens of the stream so far, the start token included. */
  #tokens = 1;
  #ended = false;

  begin(time: Seconds): void {
    this.#time = time;
  }

  check(record: TakeRecord, where: string): void {
    if (this.#ended) throw broken(where, 'nothing was expected after the end of the take.');
    if (isTimed(record)) {
      if (record.time < this.#time)
        throw broken(where, `a time of ${this.#time} s or later was expected, but ${record.time} came.`);
      this.#time = record.type === 'pause' ? record.until : record.time;
    }
    if (record.type === 'end') this.#ended = true;
    else if (record.type === 'fed' || record.type === 'sampled') this.#tokens += record.tokens.length;
    else if (record.type === 'zero') this.#tokens = 1;
    else if (record.type === 'gap') {
      if (record.lost === 0 && record.length !== this.#tokens)
        throw broken(
          where,
          `the stream has ${this.#tokens} tokens there, not ${record.length}, since nothing was lost.`,
        );
      this.#tokens = record.length;
    } else if (record.type === 'back') {
      if (record.length > this.#tokens)
        throw broken(
          where,
          `the stream has ${this.#tokens} tokens there and cannot go back to ${record.length}.`,
        );
      this.#tokens = record.length;
    }
  }
}

function broken(where: string, message: string): ContinuoError {
  return new ContinuoError(
    'TAKE_BROKEN',
    `${where}: ${message}`,
    'The log was edited or damaged there; take.mid beside it has the notes.',
  );
}

/** The beginning of a line, harmless to show. */
function excerpt(line: string): string {
  const shown = line.slice(0, 40).replace(/[^\x20-\x7e]/g, '·');
  return `"${shown}${line.length > 40 ? '…' : ''}"`;
}
