import { createReadStream } from 'node:fs';
import { ContinuoError } from '../errors.js';
import { whyUnreadable } from '../read-folder.js';
import { requireWritable, writeWhole } from '../write-file.js';

/** Standard input where something is read, standard output where something is written. */
const STANDARD = '-';
const STANDARD_OUTPUTS = new Set([STANDARD, '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']);

/** More than any reader takes. */
const MOST_BYTES = 64 * 2 ** 20;

/** Reads a file that a user named, a FIFO or device too; - is standard input. Throws FILE_READ. */
export async function readInput(path: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of path === STANDARD ? process.stdin : createReadStream(path)) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > MOST_BYTES) break;
    }
  } catch (cause) {
    throw new ContinuoError(
      'FILE_READ',
      `${inputName(path)} ${whyUnreadable(cause as NodeJS.ErrnoException, 'file')}.`,
      'Give the path of a file that can be read.',
      { cause },
    );
  }
  if (bytes > MOST_BYTES) {
    throw new ContinuoError(
      'FILE_READ',
      `${inputName(path)} is longer than ${MOST_BYTES} bytes.`,
      'Is it the right file? Give what is in it in several.',
    );
  }
  return Buffer.concat(chunks);
}

/** What an input is called in messages. */
export function inputName(path: string): string {
  return path === STANDARD ? 'standard input' : path;
}

/** Writes a file whole or not at all, see {@link writeWhole}; - is standard output. Throws FILE_WRITE, OPTION_VALUE. */
export async function writeOutput(path: string, bytes: Uint8Array | string): Promise<void> {
  if (!isStandardOutput(path)) return writeWhole(path, bytes);
  requireReader(path, typeof bytes !== 'string');
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** Says before long work what {@link writeOutput} would say after it. Throws FILE_WRITE, OPTION_VALUE. */
export async function requireOutput(path: string, { binary }: { readonly binary: boolean }): Promise<void> {
  if (isStandardOutput(path)) requireReader(path, binary);
  else await requireWritable(path);
}

/** Where a person is told what was done: where standard output is the music itself, on standard error. */
export function reportStream(output: string | undefined): NodeJS.WriteStream {
  return output !== undefined && isStandardOutput(output) ? process.stderr : process.stdout;
}

/** Whether what is written there goes to standard output, as - says. */
export function isStandardOutput(path: string): boolean {
  return STANDARD_OUTPUTS.has(path);
}

/** Bytes on a terminal are noise. */
function requireReader(path: string, binary: boolean): void {
  if (!binary || !process.stdout.isTTY) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    `${path} is standard output, which is a terminal here, and what would be written is no text.`,
    'Give a file, or a program that reads it: | program, > file.',
  );
}
