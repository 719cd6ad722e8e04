import type { Voice } from '../codec/codec.js';
import type { Pitch, Velocity } from '../music/units.js';

/** Where a session's notes go: one MIDI output, one channel; nowhere where none is connected. */
export interface Output {
  /** `voice`: whose note it is, if anybody's; `part`: the instrument, of a plugin that plays several. */
  noteOn(pitch: Pitch, velocity: Velocity, voice?: Voice, part?: string): void;
  noteOff(pitch: Pitch): void;
  /** Silences whatever the receiver still holds, pedal included. */
  silence(): void;
}

/**
 * Who holds which pitch on the output. A note that both voices hold is ended only when the last of them lets go, so the
 * model never cuts a key that the player still holds; and whatever is left is known and can be ended.
 */
export class NoteLedger {
  readonly #owners = new Map<Pitch, Set<Voice>>();

  constructor(private readonly output: Output) {}

  /** Pitches that sound on the output. */
  get sounding(): readonly Pitch[] {
    return [...this.#owners.keys()];
  }

  on(voice: Voice, pitch: Pitch, velocity: Velocity, part?: string): void {
    const owners = this.#owners.get(pitch) ?? new Set();
    // Struck again: many synths stack voices on a second note-on, and a single note-off then leaves one sounding.
    if (owners.size > 0) this.output.noteOff(pitch);
    this.#owners.set(pitch, owners.add(voice));
    this.output.noteOn(pitch, velocity, voice, part);
  }

  off(voice: Voice, pitch: Pitch): void {
    const owners = this.#owners.get(pitch);
    if (!owners?.delete(voice) || owners.size > 0) return;
    this.#owners.delete(pitch);
    this.output.noteOff(pitch);
  }

  /** Ends every note, one by one (not every synth knows "all notes off"), then says so once for all. */
  silence(): void {
    for (const pitch of this.#owners.keys()) this.output.noteOff(pitch);
    this.#owners.clear();
    this.output.silence();
  }
}
