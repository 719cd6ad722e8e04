import type { SessionDescription } from '../../../src/protocol/session-protocol.js';

/** Families of instruments that are synthesized alike. */
export type Tone = 'keys' | 'bass' | 'strings' | 'reed';

/** With which sound a note is heard here. */
export type Timbre = 'piano' | 'drums' | Tone;

/** Who plays a note: the player has a piano. */
export interface PlayedBy {
  readonly voice: 'player' | 'model';
  /** The member of a band; undefined: the first. */
  readonly member?: string | undefined;
  /** The instrument of its plugin; undefined: the first. */
  readonly part?: string | undefined;
}

/** General MIDI has its drums there. */
const DRUM_CHANNEL = 10;

export const isDrumKit = ({ channel }: { readonly channel?: number }): boolean => channel === DRUM_CHANNEL;

/** The sound of a note in the session that is described. */
export function timbreOf(description: SessionDescription | undefined, by: PlayedBy): Timbre {
  if (by.voice === 'player' || description === undefined) return 'piano';
  const { members, voices = [] } = description;
  const own = by.member === undefined ? voices : (members?.find(({ id }) => id === by.member)?.voices ?? []);
  const voice = own.find(({ id }) => id === by.part) ?? own[0];
  if (voice === undefined) return 'piano';
  return isDrumKit(voice) ? 'drums' : toneOf(voice);
}

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
