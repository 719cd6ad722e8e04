import type { AbcFile } from './file.js';
import type { Propagation } from './tune.js';

/** The propagation that a directive or I: field sets (`propagate-accidentals not`); undefined where it sets none. */
export function readPropagation(directive: string): Propagation | undefined {
  return /^\s*propagate-accidentals\s+(not|octave|pitch)\b/.exec(directive)?.[1] as Propagation | undefined;
}

/** The propagation for every tune of a file that does not set its own. */
export function filePropagation({ lines, preamble }: Pick<AbcFile, 'lines' | 'preamble'>): Propagation {
  let said: Propagation = 'octave';
  for (let at = preamble.first; at < preamble.end; at++) {
    const [, directive] = /^(?:%%|I:)(.*)$/s.exec(lines[at]!.text) ?? [];
    said = readPropagation(directive ?? '') ?? said;
  }
  return said;
}
