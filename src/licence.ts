import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isAbsent, readBeginning } from './read-file.js';

/** Longer than any licence's name: what goes on is no name. */
const LONGEST = 100;
/** How far a LICENSE is read for its first line, in bytes. */
const BEGINNING = 4096;

/** Names that were read, and of which file: every description of a session asks for them again. */
const known = new Map<string, { readonly file: string; readonly name: string | null }>();

/** The name of a folder's licence, of a corpus or of a model: the first line of its LICENSE that says anything. Null where there is none. */
export function licenceIn(folder: string): string | null {
  const path = join(folder, 'LICENSE');
  const file = fileAt(path);
  const before = known.get(path);
  if (before && before.file === file) return before.name;
  const name = read(path);
  known.set(path, { file, name });
  return name;
}

/** What changes where the file does; the same for all that cannot be looked at. */
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

/** Of a corpus that is one file nobody says a licence. */
function isInFile(error: unknown): boolean {
  return ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ENOTDIR';
}

/** One that cannot be read, or does not come to the point, is there all the same. */
const UNSAID = 'see its LICENSE';
