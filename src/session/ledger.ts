import type { Voice } from '../codec/codec.js';
import type { Pitch, Velocity } from '../music/units.js';

/** Where a session's notes go: a MIDI output, or nothing where none is connected. */
export interface Output {
  /** The channel on which {@link noteOn} sends such a note. Absent: all notes share one channel. */
  channelOf?(voice: Voice, part?: string): number;
  /** `voice`: who plays the note; `part`: id of the instrument, for a plugin that has several. */
  noteOn(pitch: Pitch, velocity: Velocity, voice?: Voice, part?: string): void;
  /** `channel`: what {@link channelOf} gave for the note. */
  noteOff(pitch: Pitch, channel?: number): void;
  /** Silences everything that the receiver still holds, the pedal too ("all notes off"). */
  silence(): void;
}

/** What sounds on an output, by channel and pitch in one number. The members of a band share one. */
export type SoundingPitches = Map<number, SoundingPitch>;

/** A pitch that sounds on a channel. */
interface SoundingPitch {
  readonly channel: number;
  readonly pitch: Pitch;
  readonly owners: Set<string>;
}

/**
 * Counts who holds which pitch on which channel of the output. A pitch that several hold ends only when the last of them releases it,
 * so the model never ends a note that the player still holds, nor one instrument that of another; and every note that is left can be
 * ended by name.
 */
export class NoteLedger {
  readonly #sounding: SoundingPitches;

  /** @param shared what sounds on the same output, of other ledgers too; `member` tells their notes apart. */
  constructor(
    private readonly output: Output,
    private readonly shared: { readonly sounding: SoundingPitches; readonly member: string } | null = null,
  ) {
    this.#sounding = shared?.sounding ?? new Map();
  }

  /** Pitches that sound on the output. */
  get sounding(): readonly Pitch[] {
    return [...new Set([...this.#sounding.values()].map(({ pitch }) => pitch))];
  }

  on(voice: Voice, pitch: Pitch, velocity: Velocity, part?: string): void {
    const channel = this.output.channelOf?.(voice, part) ?? 0;
    const key = keyOf(channel, pitch);
    let note = this.#sounding.get(key);
    // Struck again: many synths stack voices on a second note-on, and a single note-off then leaves one sounding.
    if (note) this.output.noteOff(pitch, channel);
    else {
      note = { channel, pitch, owners: new Set() };
      this.#sounding.set(key, note);
    }
    note.owners.add(this.#ownerOf(voice, part));
    this.output.noteOn(pitch, velocity, voice, part);
  }

  off(voice: Voice, pitch: Pitch, part?: string): void {
    const channel = this.output.channelOf?.(voice, part) ?? 0;
    const key = keyOf(channel, pitch);
    const note = this.#sounding.get(key);
    if (!note?.owners.delete(this.#ownerOf(voice, part)) || note.owners.size > 0) return;
    this.#sounding.delete(key);
    this.output.noteOff(pitch, channel);
  }

  /** Ends every note (of this ledger, where several share an output) by itself, since not every synth obeys "all notes off", then sends that too. */
  silence(): void {
    for (const [key, { pitch, channel, owners }] of this.#sounding) {
      for (const owner of owners) if (this.#isOwn(owner)) owners.delete(owner);
      if (owners.size > 0) continue;
      this.#sounding.delete(key);
      this.output.noteOff(pitch, channel);
    }
    this.output.silence();
  }

  #ownerOf(voice: Voice, part: string | undefined): string {
    const owner = part === undefined ? voice : `${voice} ${part}`;
    return this.shared === null ? owner : `${this.shared.member} ${owner}`;
  }

  #isOwn(owner: string): boolean {
    return this.shared === null || owner.startsWith(`${this.shared.member} `);
  }
}

const keyOf = (channel: number, pitch: Pitch) => (channel << 7) | pitch;
