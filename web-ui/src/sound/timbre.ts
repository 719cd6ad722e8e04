import type { SessionDescription } from '../../../src/protocol/session-protocol.js';
import { type Timbre, timbreOfVoice } from '../../../src/synth/timbre.js';

export type { Timbre } from '../../../src/synth/timbre.js';

/** Who plays a note: the player has a piano. */
export interface PlayedBy {
  readonly voice: 'player' | 'model';
  /** The member of a band; undefined: the first. */
  readonly member?: string | undefined;
  /** The instrument of its plugin; undefined: the first. */
  readonly part?: string | undefined;
  /** With which sound it was heard when it began, by whichever plugin played then; undefined: by the present one. */
  readonly timbre?: Timbre | undefined;
}

/** The sound of a note in the session that is described. */
export function timbreOf(description: SessionDescription | undefined, by: PlayedBy): Timbre {
  if (by.timbre !== undefined) return by.timbre;
  if (by.voice === 'player' || description === undefined) return 'piano';
  const { members, voices = [] } = description;
  const own = by.member === undefined ? voices : (members?.find(({ id }) => id === by.member)?.voices ?? []);
  const voice = own.find(({ id }) => id === by.part) ?? own[0];
  return voice === undefined ? 'piano' : timbreOfVoice(voice);
}
