import { decodeText } from '../decode-text.js';
import { readInput } from './files.js';

/** Reads a text that a user named (- for standard input), in the encoding that its bytes show. Throws FILE_READ. */
export async function readText(path: string): Promise<string> {
  return decodeText(await readInput(path));
}
/** As {@link readText}; `encode` writes a changed text in the encoding of the original, with its byte order mark. */
export async function readEditable(
  path: string,
): Promise<{ readonly text: string; readonly encode: (text: string) => Uint8Array | string }> {
  const bytes = await readInput(path);
  const start = bytes.subarray(0, 2).join();
  const utf16 = start === '255,254' ? 'utf-16le' : start === '254,255' ? 'utf-16be' : undefined;
  if (utf16 !== undefined) {
    const text = new TextDecoder(utf16, { ignoreBOM: true }).decode(bytes);
    const encode = (text: string) => Buffer.from(text, 'utf16le');
    return { text, encode: utf16 === 'utf-16le' ? encode : (text) => encode(text).swap16() };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, encode: (text) => text };
  } catch {
    // Latin-1 maps every byte to a character, so bytes that nobody edits come back unchanged.
    const text = Buffer.from(bytes).toString('latin1');
    return { text, encode: (text) => Buffer.from(text, 'latin1') };
  }
}
