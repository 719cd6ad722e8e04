import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Longer than any licence's name: what goes on is no name. */
const LONGEST = 100;

/** The name of a folder's licence, of a corpus or of a model: the first line of its LICENSE that says anything. Null where there is none. */
export function licenceIn(folder: string): string | null {
  try {
    const [first] = readFileSync(join(folder, 'LICENSE'), 'utf8').trim().split('\n', 1);
    return first!.replaceAll(/\p{C}/gu, '').slice(0, LONGEST).trim() || null;
  } catch (error) {
    // One that cannot be read is there all the same.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'see its LICENSE';
  }
}
