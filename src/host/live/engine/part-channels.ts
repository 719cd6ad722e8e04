import { type MidiMessage, PERCUSSION_CHANNEL } from '../../../midi/index.js';
import type { PluginVoice } from '../../../plugin/live.js';

const PROGRAM_CHANGE = 0xc0;

const CHANNELS = 16;

/**
 * The channel of each further member of a band, 0 to 15, for its voices without one: none that another uses as long as there is one left,
 * and not that of percussion. `own` is the first member's.
 */
export function channelsOfMembers(
  own: number,
  [first = [], ...others]: readonly (readonly PluginVoice[])[],
): number[] {
  const said = [...first, ...others.flat()].flatMap(({ channel }) =>
    channel === undefined ? [] : [channel - 1],
  );
  const used = new Set([own, PERCUSSION_CHANNEL, ...said]);
  return others.map((voices) => {
    const channel = voices[0]?.channel;
    if (channel !== undefined && voices.every((voice) => voice.channel !== undefined)) return channel - 1;
    const free = Array.from({ length: CHANNELS }, (_, at) => at).find((at) => !used.has(at)) ?? own;
    used.add(free);
    return free;
  });
}

/** Maps each instrument of a plugin to a MIDI channel. */
export class PartChannels {
  /** Channel (0 to 15) by voice id. */
  readonly #byPart = new Map<string, number>();
  readonly #first: number;
  /** Program changes that select the instruments. */
  readonly programs: readonly MidiMessage[];
  /** All channels in use, the session's own first. */
  readonly channels: readonly number[];

  constructor(
    voices: readonly PluginVoice[],
    /** The session's channel, 0 to 15: for the player's notes, and for voices without a channel. */
    own: number,
  ) {
    for (const { id, channel } of voices) this.#byPart.set(id, channel === undefined ? own : channel - 1);
    this.#first = voices[0] ? this.#byPart.get(voices[0].id)! : own;
    this.channels = [...new Set([own, ...this.#byPart.values()])];
    this.programs = voices.flatMap(({ id, program }): MidiMessage[] =>
      program === undefined ? [] : [[PROGRAM_CHANGE | this.#byPart.get(id)!, program - 1]],
    );
  }

  /** Channel of the plugin's notes of an instrument; without one, of its first. */
  channelOf(part: string | undefined): number {
    return (part === undefined ? undefined : this.#byPart.get(part)) ?? this.#first;
  }
}
