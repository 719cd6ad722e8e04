/** The content of a `%%MIDI` directive, as abc2midi's guide defines it. */
export type MidiSaid =
  /** Semitones; with `more` (`rtranspose`) they are added to the current transposition. */
  | { readonly transpose: number; readonly more: boolean }
  /** General MIDI program, counted from 0. */
  | { readonly program: number }
  /** A directive that is ignored. */
  | { readonly passed: string };

const MIDI = /^\s*MIDI\b[\s=]*([A-Za-z]*)\s*(.*?)\s*$/is;
const FURTHEST = 60;

/** Parses the text after %% or I:. undefined where it is not a %%MIDI directive. */
export function readMidiDirective(directive: string): MidiSaid | undefined {
  const found = MIDI.exec(directive);
  if (!found) return undefined;
  const name = found[1]!.toLowerCase();
  const numbers = /^[+-]?\d{1,3}(?:\s+\d{1,3})?$/.test(found[2]!) ? found[2]!.split(/\s+/).map(Number) : [];
  const last = numbers.at(-1) ?? Number.NaN;
  if ((name === 'transpose' || name === 'rtranspose') && numbers.length === 1 && Math.abs(last) <= FURTHEST)
    return { transpose: last, more: name === 'rtranspose' };
  // A channel number may precede the program.
  if (name === 'program' && last >= 0 && last <= 127) return { program: last };
  return { passed: `%%MIDI ${found[1]} ${found[2]}`.trim().slice(0, 30) };
}
