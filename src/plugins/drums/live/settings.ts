import type { StreamParams } from '../../../codec/codec.js';
import type { Meter } from '../../../music/beats/meter.js';
import type { Seconds } from '../../../music/units.js';
import { STYLES } from '../codec/style.js';

/** How beats are divided; any: as the network likes. */
export const FEELS = ['any', 'straight', 'triplets'] as const;
export type Feel = (typeof FEELS)[number];

/** What the user chose. */
export interface Settings {
  /** Its place in STYLES. */
  readonly style: number;
  readonly feel: Feel;
  /** How long a beat lasts where nobody says so. */
  readonly pace: Seconds;
  readonly beatsABar: Meter;
  /** Whether beats are followed that are heard in what the player plays. */
  readonly followsBeats: boolean;
  /** Whether the player's density and loudness are followed. */
  readonly followsTouch: boolean;
  /** So many classes denser, and louder. */
  readonly denser: number;
  readonly louder: number;
  /** Whether fills come where the player's phrases end. */
  readonly fillsAtPhrases: boolean;
  /** Where no phrases are heard, a fill every so many bars; 0: where the network wants one. */
  readonly fillEvery: number;
  /** Whether a bar is counted before it plays alone. */
  readonly countsIn: boolean;
}

/** Before there are parameters. */
export const NOT_SET: Settings = {
  ...{ style: 0, feel: 'any', pace: 60 / 110, beatsABar: 4, followsBeats: true, followsTouch: true },
  ...{ denser: 0, louder: 0, fillsAtPhrases: true, fillEvery: 8, countsIn: true },
};

/** Reads the parameters; the host has checked their types against plugin.json. */
export function settingsOf(params: StreamParams): Settings {
  return {
    style: Math.max(0, (STYLES as readonly unknown[]).indexOf(params.style)),
    feel: FEELS.find((feel) => feel === params.feel) ?? 'any',
    pace: 60 / (params.tempo as number),
    beatsABar: params.beatsABar === 3 ? 3 : 4,
    followsBeats: params.followBeats as boolean,
    followsTouch: params.followTouch as boolean,
    denser: params.density as number,
    louder: params.loudness as number,
    fillsAtPhrases: params.fillAtPhrases as boolean,
    fillEvery: params.fillEvery as number,
    countsIn: params.countIn as boolean,
  };
}
