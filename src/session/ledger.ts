import type { Voice } from '../codec/codec.js';
import type { Pitch, Velocity } from '../music/units.js';

/** Where a session's notes go: a MIDI output, or nothing where none is connected. */
export interface Output {
  /** `voice`: who plays the note; `part`: id of the instrument, for a plugin that has several. */
  noteOn(pitch: Pitch, velocity: Velocity, voice?: Voice, part?: string): void;
  noteOff(pitch: Pitch): void;
  /** Silences everything that the receiver still holds, the pedal too ("all notes off"). */
  silence(): void;
}

/**
 * Counts who holds which pitch on the output. A pitch that both voices hold ends only when the last of them releases it, so the
 * model never ends a note that the player still holds; and every note that is left can be ended by name.
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

  /** Ends every note by itself, since not every synth obeys "all notes off", then sends that too. */
  silence(): void {
    for (const pitch of this.#owners.keys()) this.output.noteOff(pitch);
    this.#owners.clear();
    this.output.silence();
  }
}
