import { ContinuoError } from '../errors.js';
import { readInput } from './files.js';

/** A text that a user named, - for standard input, in whatever its bytes say it is written. Throws FILE_READ. */
export async function readText(path: string): Promise<string> {
  return decodeText(path === '-' ? await standardInput() : await readInput(path));
}

/** More than any reader takes. */
const MOST_BYTES = 64 * 2 ** 20;

async function standardInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BYTES) {
      throw new ContinuoError(
        'FILE_READ',
        `Standard input is longer than ${MOST_BYTES} bytes.`,
        'Give the tunes in several files.',
      );
    }
  }
  return Buffer.concat(chunks);
}

/** UTF-16 where it says so, UTF-8, or what older files are written in. */
function decodeText(bytes: Uint8Array): string {
  const utf16 = { '255,254': 'utf-16le', '254,255': 'utf-16be' }[bytes.subarray(0, 2).join()];
  if (utf16 !== undefined) return new TextDecoder(utf16).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
