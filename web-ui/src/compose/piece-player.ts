import type { Note } from '../../../src/music/note.js';
import type { Seconds } from '../../../src/music/units.js';
import type { HeardNote, Instrument } from '../sound/sounds.js';

/** Notes are scheduled this long before they sound: timers of a background tab fire once a second. */
const AHEAD: Seconds = 1.5;
const EVERY: Seconds = 0.25;
/** Delay of the first note. */
const LEAD: Seconds = 0.05;
/** How late a background tab may report the end. */
const LATE: Seconds = 2;

/** Plays a piece on the browser's instrument, without the session. */
export class PiecePlayer {
  #notes: readonly Note[] = [];
  #next = 0;
  #began: Seconds = 0;
  #sounding: { readonly end: Seconds; readonly note: HeardNote }[] = [];
  #cancelTimer: (() => void) | undefined;
  /** Called when the piece begins, ends or is stopped. */
  changed = () => {};

  constructor(
    readonly instrument: Instrument,
    readonly now: () => Seconds,
    /** A timer that calls back once; returns a function that cancels it. */
    readonly after: (delay: Seconds, callback: () => void) => () => void,
    /** Called with the longest remaining playing time, and with 0 at the end. */
    readonly plays: (seconds: Seconds) => void = () => {},
  ) {}

  get playing(): boolean {
    return this.#cancelTimer !== undefined;
  }

  /** `notes` are sorted by their start, in seconds from the beginning of the piece. */
  start(notes: readonly Note[]): void {
    this.#end();
    this.#notes = notes;
    this.#next = 0;
    this.#began = this.now() + LEAD;
    this.plays(LEAD + notes.reduce((last, { end }) => Math.max(last, end), 0) + LATE);
    this.#goOn();
    this.changed();
  }

  stop(): void {
    if (!this.playing) return;
    this.#end();
    this.plays(0);
    this.changed();
  }

  #end(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (const { note } of this.#sounding) note.cancel();
    this.#sounding = [];
  }

  #goOn(): void {
    const time = this.now() - this.#began;
    this.#sounding = this.#sounding.filter(({ end }) => end > time);
    for (
      let note = this.#notes[this.#next];
      note !== undefined && note.start < time + AHEAD;
      note = this.#notes[++this.#next]
    ) {
      const { pitch, velocity } = note;
      const heard = this.instrument.noteOn({ voice: 'model', pitch, velocity }, this.#began + note.start);
      heard.release(this.#began + note.end);
      this.#sounding.push({ end: note.end, note: heard });
    }
    if (this.#next < this.#notes.length || this.#sounding.length > 0)
      this.#cancelTimer = this.after(EVERY, () => this.#goOn());
    else {
      this.#cancelTimer = undefined;
      this.plays(0);
      this.changed();
    }
  }
}
