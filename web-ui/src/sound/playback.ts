import type { Seconds } from '../../../src/music/units.js';
import type { RollNote } from '../roll/note-store.js';
import type { HeardNote, Instrument } from './sounds.js';
import type { PlayedBy, Timbre } from './timbre.js';

/** Replays past music from a given moment on the browser's instrument, without the session. */
export class Playback {
  #began: { readonly at: Seconds; readonly from: Seconds; readonly until: Seconds } | undefined;
  #notes: HeardNote[] = [];

  constructor(
    readonly instrument: Instrument,
    /** With which sound a note is heard. */
    private readonly timbreOf: (by: PlayedBy) => Timbre = () => 'piano',
  ) {}

  /** Starts at the moment `from` of `notes`, with the session's clock at `now`. */
  start(notes: readonly RollNote[], from: Seconds, now: Seconds): void {
    this.stop();
    const shift = now - from;
    const past = notes.filter((note) => (note.end ?? now) > from && note.start < now);
    this.#notes = past.map((note) => {
      const { voice, pitch, velocity } = note;
      const heard = this.instrument.noteOn(
        { voice, pitch, velocity, timbre: this.timbreOf(note) },
        Math.max(from, note.start) + shift,
      );
      heard.release(Math.min(note.end ?? now, now) + shift);
      return heard;
    });
    const until = past.reduce((latest, note) => Math.max(latest, Math.min(note.end ?? now, now)), from);
    this.#began = { at: now, from, until };
  }

  stop(): void {
    for (const note of this.#notes) note.cancel();
    this.#notes = [];
    this.#began = undefined;
  }

  /** The past moment that sounds at `now`; undefined where nothing plays any more. */
  position(now: Seconds): Seconds | undefined {
    if (this.#began === undefined) return undefined;
    const position = this.#began.from + now - this.#began.at;
    if (position <= this.#began.until) return position;
    this.#began = undefined;
    this.#notes = [];
    return undefined;
  }
}
