import type { SessionDescription } from '../../../src/server/protocol.js';

/** With which sound a note is heard here. */
export type Timbre = 'piano' | 'drums';

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
  return voice !== undefined && isDrumKit(voice) ? 'drums' : 'piano';
}
