import type { StreamParams } from '../../../codec/codec.js';
import type { Meter } from '../../../music/beats/meter.js';
import type { Seconds } from '../../../music/units.js';
import { FOLLOWERS, type Follower } from '../codec/step.js';

/** What the user chose. */
export interface Settings {
  /** How long a beat lasts where nobody says so. */
  readonly pace: Seconds;
  readonly bar: Meter;
  readonly followsBeats: boolean;
  readonly followsTouch: boolean;
  /** The band comes in at the next bar, not at the next beat. */
  readonly waitsForBar: boolean;
  readonly complexity: number;
  readonly plays: Readonly<Record<Follower, boolean>>;
  /** So much busier than the network would have it, -2 to 2. */
  readonly busier: Readonly<Record<Follower, number>>;
  /** How firmly the band answers the leader's gesture. */
  readonly follows: number;
}

function each<T>(of: (part: Follower) => T): Readonly<Record<Follower, T>> {
  return Object.fromEntries(FOLLOWERS.map((part) => [part, of(part)])) as Record<Follower, T>;
}

/** Before there are parameters. */
export const NOT_SET: Settings = {
  ...{ pace: 60 / 90, bar: 4, followsBeats: true, followsTouch: true, waitsForBar: true, complexity: 0.3 },
  ...{ plays: each(() => true), busier: each(() => 0), follows: 1.5 },
};

/** Reads the parameters; the host has checked their types against plugin.json. */
export function settingsOf(params: StreamParams): Settings {
  return {
    pace: 60 / (params.tempo as number),
    bar: params.beatsABar === 3 ? 3 : 4,
    followsBeats: params.followBeats as boolean,
    followsTouch: params.followTouch as boolean,
    waitsForBar: params.comeIn === 'next bar',
    complexity: params.complexity as number,
    plays: each((part) => params[part] as boolean),
    busier: each((part) => params[`${part}Busier`] as number),
    follows: params.follow as number,
  };
}
