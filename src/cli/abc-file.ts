import { type ReadTune, readAbc } from '../music/abc/index.js';
import { readInput } from './files.js';

/** The argument of every command that reads tunes. */
export const FILE = {
  type: 'positional',
  description: 'File of ABC tunes',
  valueHint: 'FILE',
  required: true,
} as const;

export async function readTunes(path: string): Promise<ReadTune[]> {
  return readAbc(decodeText(await readInput(path)));
}

/** A line that says why a tune is left out. */
export function refusedText(file: string, { refusal, number }: ReadTune): string {
  const { place, reason } = refusal!;
  return `${file}:${place.line}:${place.column}: X:${number} is left out: ${reason}\n`;
}

/** UTF-8, or what older files are written in. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
