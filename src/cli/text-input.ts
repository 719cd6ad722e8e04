import { readInput } from './files.js';

/** A text that a user named, - for standard input, in whatever its bytes say it is written. Throws FILE_READ. */
export async function readText(path: string): Promise<string> {
  return decodeText(await readInput(path));
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
