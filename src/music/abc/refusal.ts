import type { Place, Tune } from './tune.js';

/** Why a tune cannot be read, and where. Thrown inside the reader alone; outside it is data. */
export interface Refusal {
  readonly place: Place;
  readonly reason: string;
}

/** How the reader gives up a tune; whoever reads a file catches it, and keeps it as a {@link Refusal}. */
export class RefusedTune extends Error {
  constructor(
    readonly place: Place,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** Why a tune is refused where one line of notes is wanted: it has a second voice, of V: or &. */
export function severalVoices({ voices }: Tune): Refusal | undefined {
  const second = voices?.[1];
  if (!second) return undefined;
  const name =
    second.layer > 0 ? 'a second voice in one bar (&)' : `a second voice (V:${second.id.slice(0, 20)})`;
  return { place: second.place, reason: `${name}, where one line of notes is wanted` };
}

/** A character as a person can read it. */
export function quoted(character: string): string {
  const code = character.codePointAt(0)!;
  return code > 32 && code !== 127 && !(code >= 128 && code < 160)
    ? `"${character}"`
    : `character ${code.toString(16).toUpperCase().padStart(2, '0')}`;
}
