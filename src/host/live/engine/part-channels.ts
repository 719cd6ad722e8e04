import type { MidiMessage } from '../../../midi/index.js';
import type { Pitch } from '../../../music/units.js';
import type { PluginVoice } from '../../../plugin/live.js';

const PROGRAM_CHANGE = 0xc0;

/** On which MIDI channel each instrument of a plugin plays, and where a note that sounds has to be ended. */
export class PartChannels {
  /** By the voice's id, 0 to 15. */
  readonly #byPart = new Map<string, number>();
  readonly #first: number;
  /** Where a pitch of the plugin's sounds. */
  readonly #sounding = new Map<Pitch, number>();
  /** What tells a synth which instruments these are. */
  readonly programs: readonly MidiMessage[];
  /** All that may sound, the session's own first. */
  readonly channels: readonly number[];

  constructor(
    voices: readonly PluginVoice[],
    /** The session's, 0 to 15: of the player's notes, and of voices that say no other. */
    private readonly own: number,
  ) {
    for (const { id, channel } of voices) this.#byPart.set(id, channel === undefined ? own : channel - 1);
    this.#first = voices[0] ? this.#byPart.get(voices[0].id)! : own;
    this.channels = [...new Set([own, ...this.#byPart.values()])];
    this.programs = voices.flatMap(({ id, program }): MidiMessage[] =>
      program === undefined ? [] : [[PROGRAM_CHANGE | this.#byPart.get(id)!, program - 1]],
    );
  }

  /** The channel of a note of the plugin's that begins. */
  begin(pitch: Pitch, part: string | undefined): number {
    const channel = (part === undefined ? undefined : this.#byPart.get(part)) ?? this.#first;
    if (channel !== this.own) this.#sounding.set(pitch, channel);
    return channel;
  }

  /** The channel of a note that ends. */
  end(pitch: Pitch): number {
    const channel = this.#sounding.get(pitch) ?? this.own;
    this.#sounding.delete(pitch);
    return channel;
  }
}
