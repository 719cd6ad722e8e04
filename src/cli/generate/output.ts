import { writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckedComposer } from '../../host/compose/checked-composer.js';
import { makeFolder } from '../../make-folder.js';
import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';
import type { Piece } from '../../plugin/composer.js';
import { isStandardOutput, requireOutput, writeOutput } from '../files.js';
import { progressBar } from '../progress.js';
import { flagOf } from './flag-names.js';
import type { Asked } from './request.js';

/** Checks that all output can be written before anything is made. Throws FILE_WRITE. */
export async function requirePlaces({ out, folders }: Asked): Promise<void> {
  await requireOutput(out, { binary: false });
  for (const folder of folders.values()) makeFolder(folder);
}

/** All pieces as one text: tunes separated by an empty line; plain text on standard output ends with a newline. */
export function together(pieces: readonly Piece[], { preview }: ComposeDescriptor, out: string): string {
  const all = pieces.map(({ text }) => text).join('\n');
  return preview === 'text' && isStandardOutput(out) && pieces.length > 0 ? `${all}\n` : all;
}

/** Writes each piece in every further format requested. Throws FILE_WRITE. */
export async function writeExports(
  pieces: readonly Piece[],
  { folders, options }: Asked,
  composer: CheckedComposer,
  { piece, exports }: ComposeDescriptor,
): Promise<void> {
  for (const [name, folder] of folders) {
    const bar = progressBar(`writing ${name}`);
    try {
      for (const [index, each] of pieces.entries()) {
        const number = String(index + 1).padStart(String(pieces.length).length, '0');
        const file = `${flagOf(piece.one)}-${number}.${exports[name]!.ending}`;
        await writeOutput(join(folder, file), await composer.write(each, name, options));
        bar.show((index + 1) / pieces.length);
      }
    } finally {
      bar.done();
    }
  }
}

/** Prints pieces on standard output: streamed text as it comes, or else each piece when it is complete. */
export class PiecePrinter {
  #pieces = 0;
  /** Whether part of the current piece has been printed. */
  #begun = false;

  constructor(private readonly compose: ComposeDescriptor) {}

  goesOn(text: string): void {
    if (!this.#begun && this.#pieces > 0) print('\n');
    this.#begun = true;
    print(text);
  }

  made(piece: Piece): void {
    if (!this.#begun) this.goesOn(piece.text);
    this.#begun = false;
    this.#pieces++;
  }

  end(): void {
    if (this.compose.preview === 'text' && this.#pieces > 0) print('\n');
  }
}

/** Writes synchronously, so that a closed pipe (`| head`) is noticed while a piece is being made. */
function print(text: string): void {
  if (process.stdout.isTTY) {
    process.stdout.write(text);
    return;
  }
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(process.stdout.fd, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(0);
      if (code !== 'EAGAIN') throw error;
      // Waits for a slow reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
    }
  }
}

const WAIT_MS = 5;
