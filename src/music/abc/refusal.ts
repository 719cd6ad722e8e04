import type { Place } from './tune.js';

/** Why a tune cannot be read, and where. Thrown inside the reader alone; outside it is data. */
export interface Refusal {
  readonly place: Place;
  readonly reason: string;
}

export class RefusedTune extends Error {
  constructor(
    readonly place: Place,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** A character as a person can read it. */
export function quoted(character: string): string {
  const code = character.codePointAt(0)!;
  return code > 32 && code !== 127 && !(code >= 128 && code < 160)
    ? `"${character}"`
    : `character ${code.toString(16).toUpperCase().padStart(2, '0')}`;
}
