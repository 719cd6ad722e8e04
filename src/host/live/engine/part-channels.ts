import type { MidiMessage } from '../../../midi/index.js';
import type { Pitch } from '../../../music/units.js';
import type { PluginVoice } from '../../../plugin/live.js';

const PROGRAM_CHANGE = 0xc0;

/** Maps each instrument of a plugin to a MIDI channel, and each sounding pitch to the channel of its note-off. */
export class PartChannels {
  /** Channel (0 to 15) by voice id. */
  readonly #byPart = new Map<string, number>();
  readonly #first: number;
  /** Channel of each of the plugin's sounding pitches. */
  readonly #sounding = new Map<Pitch, number>();
  /** Program changes that select the instruments. */
  readonly programs: readonly MidiMessage[];
  /** All channels in use, the session's own first. */
  readonly channels: readonly number[];

  constructor(
    voices: readonly PluginVoice[],
    /** The session's channel, 0 to 15: for the player's notes, and for voices without a channel. */
    private readonly own: number,
  ) {
    for (const { id, channel } of voices) this.#byPart.set(id, channel === undefined ? own : channel - 1);
    this.#first = voices[0] ? this.#byPart.get(voices[0].id)! : own;
    this.channels = [...new Set([own, ...this.#byPart.values()])];
    this.programs = voices.flatMap(({ id, program }): MidiMessage[] =>
      program === undefined ? [] : [[PROGRAM_CHANGE | this.#byPart.get(id)!, program - 1]],
    );
  }

  /** Channel of the plugin's note-on. */
  begin(pitch: Pitch, part: string | undefined): number {
    const channel = (part === undefined ? undefined : this.#byPart.get(part)) ?? this.#first;
    if (channel !== this.own) this.#sounding.set(pitch, channel);
    return channel;
  }

  /** Channel of the note-off. */
  end(pitch: Pitch): number {
    const channel = this.#sounding.get(pitch) ?? this.own;
    this.#sounding.delete(pitch);
    return channel;
  }
}
