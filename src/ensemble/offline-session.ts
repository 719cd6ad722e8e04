import { eventsOf } from '../music/events.js';
import type { Note } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { ParamValues } from '../plugin/definition.js';
import type { Mode } from '../session/commands.js';
import { PlayedNotes } from '../session/played-notes.js';
import { Session } from '../session/session.js';
import type { Ensemble } from './ensemble.js';

/** How often the clock is looked at, which changes nothing of the music. */
const LOOK: Seconds = 0.1;
/** Between a reply and the next phrase. */
const BREATH: Seconds = 0.5;
/** A step of a performance. */
const STEP: Seconds = 0.01;
/** A reply is awaited for no longer. */
const LONGEST_WAIT: Seconds = 120;

/** A reply of the model's: times from where its turn began. */
export interface Reply {
  readonly notes: readonly Note[];
  readonly seconds: Seconds;
}

interface JamOptions {
  readonly params: ParamValues;
  /** Hears shares from 0 to 1. */
  readonly progress?: (share: number) => void;
}

/** A session without ports and without a clock: what a player plays is told to it, and its time is a number. */
class OfflineSession {
  readonly #notebook = new PlayedNotes();
  readonly #session: Session;
  /** When the model's last turn began, and when it was over. */
  readonly #turn = { began: 0, over: 0 };
  now: Seconds = 0;

  constructor(ensemble: Ensemble, mode: Mode, params: ParamValues) {
    this.#session = new Session({
      ...ensemble,
      pluginParams: ensemble.descriptor.params,
      output: { noteOn: () => {}, noteOff: () => {}, silence: () => {} },
      mode,
      time: 0,
      emit: (event) => {
        this.#notebook.add(event);
        if (event.type !== 'phase') return;
        if (event.phase === 'playing') this.#turn.began = event.time;
        else this.#turn.over = event.time;
      },
      record: () => {},
    });
    for (const [id, value] of Object.entries(params)) this.#session.command({ type: 'param', id, value }, 0);
    this.#session.command({ type: 'start' }, 0);
  }

  /** The player plays these from now on; times from now. `heard` is told how far that is, in seconds. */
  play(notes: readonly Note[], heard: (seconds: Seconds) => void = () => {}): void {
    const from = this.now;
    for (const event of eventsOf({ notes: [...notes], pedal: [] })) {
      heard(event.time);
      this.until(from + event.time);
      this.#session.input({ ...event, time: from + event.time });
    }
  }

  until(time: Seconds, isOver: () => boolean = () => false): void {
    while (this.now < time && !isOver()) {
      this.now = Math.min(time, this.now + LOOK);
      this.#session.advance(this.now);
    }
  }

  /** The model's turn that comes now, whole. */
  reply(): Reply {
    this.until(this.now + LONGEST_WAIT, () => this.#session.phase !== 'listening');
    this.until(this.now + LONGEST_WAIT, () => this.#session.phase !== 'playing');
    const { began, over } = this.#turn;
    // Its first note lies on the grid of steps, perhaps a little before.
    return { notes: this.notes(began - STEP), seconds: over - began };
  }

  /** The model's notes since then; times from there. */
  notes(from: Seconds): Note[] {
    return this.#notebook
      .notes('model', this.now)
      .filter(({ start }) => start >= from)
      .map((note) => ({ ...note, start: note.start - from, end: note.end - from }));
  }

  stop(): void {
    this.#session.command({ type: 'stop' }, this.now);
  }
}

/** What the model answers to one phrase after the other, in one session. (phrase) */
export function answerPhrases(
  ensemble: Ensemble,
  phrases: readonly (readonly Note[])[],
  { params, progress }: JamOptions,
): Reply[] {
  const jam = new OfflineSession(ensemble, 'answer', params);
  return phrases.map((phrase, index) => {
    progress?.(index / phrases.length);
    jam.play(phrase);
    const reply = jam.reply();
    jam.until(jam.now + BREATH);
    return reply;
  });
}

/** What the model plays in a duet with somebody who plays these notes. Times from the beginning. */
export function playAlong(
  ensemble: Ensemble,
  player: readonly Note[],
  seconds: Seconds,
  { params, progress }: JamOptions,
): Note[] {
  const jam = new OfflineSession(ensemble, 'duet', params);
  const within = player.filter(({ start }) => start < seconds);
  jam.play(
    within.map((note) => ({ ...note, end: Math.min(note.end, seconds) })),
    (time) => progress?.(time / seconds),
  );
  jam.until(seconds);
  jam.stop();
  return jam.notes(0);
}

/** What the model plays alone, having heard nothing. */
export function playAlone(ensemble: Ensemble, seconds: Seconds, { params, progress }: JamOptions): Note[] {
  const jam = new OfflineSession(ensemble, 'solo', params);
  for (let time = 0; time < seconds; time += 10) {
    progress?.(time / seconds);
    jam.until(Math.min(seconds, time + 10));
  }
  jam.stop();
  return jam.notes(0);
}
