/** Families of instruments that are synthesized alike. */
export type Tone = 'keys' | 'bass' | 'strings' | 'reed';

/** With which sound a note is heard. */
export type Timbre = 'piano' | 'drums' | Tone;

/** General MIDI has its drums there. */
const DRUM_CHANNEL = 10;

export const isDrumKit = ({ channel }: { readonly channel?: number }): boolean => channel === DRUM_CHANNEL;

/** The last program of each family of General MIDI, and how it is heard. */
const FAMILIES: readonly (readonly [number, Exclude<Timbre, 'drums'>])[] = [
  ...([
    [4, 'piano'],
    [16, 'keys'],
    [24, 'reed'],
    [32, 'keys'],
    [40, 'bass'],
    [56, 'strings'],
  ] as const),
  ...([
    [88, 'reed'],
    [96, 'strings'],
    [128, 'keys'],
  ] as const),
];

/** The sound of a General MIDI program, 1 to 128; without one, a piano's. */
export function toneOf({ program }: { readonly program?: number }): Exclude<Timbre, 'drums'> {
  if (program === undefined) return 'piano';
  return FAMILIES.find(([last]) => program <= last)?.[1] ?? 'piano';
}

/** The sound of an instrument, by its MIDI channel (1 to 16) and its General MIDI program (1 to 128). */
export function timbreOfVoice(voice: { readonly channel?: number; readonly program?: number }): Timbre {
  return isDrumKit(voice) ? 'drums' : toneOf(voice);
}
