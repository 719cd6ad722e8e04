import { decodeText } from '../decode-text.js';
import { readInput } from './files.js';

/** A text that a user named, - for standard input, in whatever its bytes say it is written. Throws FILE_READ. */
export async function readText(path: string): Promise<string> {
  return decodeText(await readInput(path));
}
