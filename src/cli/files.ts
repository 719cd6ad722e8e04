import { createReadStream } from 'node:fs';
import { ContinuoError } from '../errors.js';
import { whyUnreadable } from '../read-folder.js';
import { requireWritable, writeWhole } from '../write-file.js';

/** As a path: standard input for reading, standard output for writing. */
const STANDARD = '-';
const STANDARD_OUTPUTS = new Set([STANDARD, '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']);

/** More than any reader accepts. */
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
      'Is it the right file? Otherwise split it into several.',
    );
  }
  return Buffer.concat(chunks);
}

/** The name of an input in messages. */
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

/** Fails before long work where {@link writeOutput} would fail after it. Throws FILE_WRITE, OPTION_VALUE. */
export async function requireOutput(path: string, { binary }: { readonly binary: boolean }): Promise<void> {
  if (isStandardOutput(path)) requireReader(path, binary);
  else await requireWritable(path);
}

/** Where to report what was done: standard error where standard output is the music itself. */
export function reportStream(output: string | undefined): NodeJS.WriteStream {
  return output !== undefined && isStandardOutput(output) ? process.stderr : process.stdout;
}

/** Whether the path means standard output. */
export function isStandardOutput(path: string): boolean {
  return STANDARD_OUTPUTS.has(path);
}

/** Refuses to write binary data to a terminal. Throws OPTION_VALUE. */
function requireReader(path: string, binary: boolean): void {
  if (!binary || !process.stdout.isTTY) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    `${path} is standard output, which is a terminal here, and the output is binary.`,
    'Give a file name, or redirect it: | program, > file.',
  );
}
