import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isAbsent, readBeginning } from './read-file.js';

/** Bound on a licence's name, in characters. */
const LONGEST = 100;
/** How many bytes of a LICENSE to search for its first line. */
const BEGINNING = 4096;

/** Names read before, each with the identity of its file, since every description of a session asks for them again. */
const known = new Map<string, { readonly file: string; readonly name: string | null }>();

/**
 * The name of the licence of a corpus or model folder: the first line of its LICENSE that is not empty. Null where it has
 * no LICENSE; a pointer to the file where it cannot be read.
 */
export function licenceIn(folder: string): string | null {
  const path = join(folder, 'LICENSE');
  const file = fileAt(path);
  const before = known.get(path);
  if (before && before.file === file) return before.name;
  const name = read(path);
  known.set(path, { file, name });
  return name;
}

/** A string that changes when the file does; for a file that cannot be examined, the error's code. */
function fileAt(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

function read(path: string): string | null {
  try {
    const { bytes, all } = readBeginning(path, BEGINNING);
    const [first] = bytes.toString('utf8').trim().split('\n', 1);
    const name = first!.replaceAll(/\p{C}/gu, '').slice(0, LONGEST).trim();
    return name || (all ? null : UNSAID);
  } catch (error) {
    return isAbsent(error) || isInFile(error) ? null : UNSAID;
  }
}

/** Whether the error means that the folder is a file, as for a corpus of one file, which has no LICENSE. */
function isInFile(error: unknown): boolean {
  return ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ENOTDIR';
}

/** Stands for a licence that exists but cannot be read or has no name at its beginning. */
const UNSAID = 'see its LICENSE';
