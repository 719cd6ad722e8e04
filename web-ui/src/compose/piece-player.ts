import type { Note } from '../../../src/music/note.js';
import type { Seconds } from '../../../src/music/units.js';
import type { HeardNote, Instrument, SoundNote } from '../sound/sounds.js';

/** Notes are scheduled this long before they sound: timers of a background tab fire once a second. */
const AHEAD: Seconds = 1.5;
const EVERY: Seconds = 0.25;
/** Delay of the first note. */
const LEAD: Seconds = 0.05;
/** How late a background tab may report the end. */
const LATE: Seconds = 2;

/** Notes of one who plays in a piece. */
export interface PlayedPart extends Pick<SoundNote, 'voice' | 'timbre'> {
  readonly notes: readonly Note[];
}

type PlayedNote = Note & Partial<Pick<SoundNote, 'voice' | 'timbre'>>;

/** Plays a piece on the browser's instrument, without the session. */
export class PiecePlayer {
  #notes: readonly PlayedNote[] = [];
  #next = 0;
  #began: Seconds = 0;
  #from: Seconds = 0;
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
  start(notes: readonly PlayedNote[]): void {
    this.#end();
    this.#from = 0;
    this.#notes = notes;
    this.#next = 0;
    this.#began = this.now() + LEAD;
    this.plays(LEAD + notes.reduce((last, { end }) => Math.max(last, end), 0) + LATE);
    this.#goOn();
    this.changed();
  }

  /** Plays parts with their sounds, from a time of the piece on. */
  startParts(parts: readonly PlayedPart[], from: Seconds): void {
    const notes = parts.flatMap(({ voice, timbre, notes }) =>
      notes
        .filter(({ start }) => start >= from)
        .map((note) => ({
          ...{ ...note, voice, start: note.start - from, end: note.end - from },
          ...(timbre !== undefined && { timbre }),
        })),
    );
    this.start(notes.sort((a, b) => a.start - b.start));
    this.#from = from;
  }

  /** The time of the piece that sounds. */
  get position(): Seconds {
    return this.#from + Math.max(0, this.now() - this.#began);
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
      const { pitch, velocity, voice = 'model', timbre } = note;
      const sounds = { voice, pitch, velocity, ...(timbre !== undefined && { timbre }) };
      const heard = this.instrument.noteOn(sounds, this.#began + note.start);
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
