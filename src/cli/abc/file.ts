import { type ReadTune, readAbc } from '../../music/abc/index.js';
import { readText } from '../text-input.js';

/** The argument of every command that reads tunes. */
export const FILE = {
  type: 'positional',
  description: 'File of ABC tunes, - for standard input',
  valueHint: 'FILE',
  required: true,
} as const;

/**
 * The tunes of a file that a user named, - for standard input. Throws FILE_READ, ABC_NO_TUNE, ABC_TOO_LARGE.
 */
export async function readTunes(path: string): Promise<ReadTune[]> {
  return readAbc(await readText(path));
}

/** The line printed for a tune that is left out. */
export function refusedText(file: string, { refusal, number }: ReadTune): string {
  const { place, reason } = refusal!;
  return `${file}:${place.line}:${place.column}: X:${number} is left out: ${reason}\n`;
}

/** The line printed for a tune that is not changed. */
export function leftText(file: string, { refusal, number }: ReadTune): string {
  const { place, reason } = refusal!;
  return `${file}:${place.line}:${place.column}: X:${number} is left as it is: ${reason}\n`;
}
