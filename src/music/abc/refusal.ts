import type { Place, Tune } from './tune.js';

/** Why a tune cannot be read, and where. */
export interface Refusal {
  readonly place: Place;
  readonly reason: string;
}

/**
 * Thrown inside the reader where a tune cannot be read; {@link readAbc} catches it and returns it as a {@link Refusal}.
 */
export class RefusedTune extends Error {
  constructor(
    readonly place: Place,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/**
 * The reason to refuse a tune where one line of notes is needed: a second voice, from V: or &. undefined for one voice.
 */
export function severalVoices({ voices }: Tune): Refusal | undefined {
  const second = voices?.[1];
  if (!second) return undefined;
  const name =
    second.layer > 0 ? 'a second voice in one bar (&)' : `a second voice (V:${second.id.slice(0, 20)})`;
  return { place: second.place, reason: `${name}, where one line of notes is wanted` };
}

/** A character in quotes, or its code in hexadecimal where it is not printable. */
export function quoted(character: string): string {
  const code = character.codePointAt(0)!;
  return code > 32 && code !== 127 && !(code >= 128 && code < 160)
    ? `"${character}"`
    : `character ${code.toString(16).toUpperCase().padStart(2, '0')}`;
}
