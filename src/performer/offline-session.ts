import { eventsOf } from '../music/events.js';
import type { Note } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { ParamValues } from '../plugin/definition.js';
import type { Mode } from '../session/commands.js';
import { PlayedNotes } from '../session/played-notes.js';
import { Session } from '../session/session.js';
import type { Performer } from './performer.js';

/** Interval between two calls of `advance`, which does not change the music. */
const LOOK: Seconds = 0.1;
/** Rest between a reply and the next phrase. */
const BREATH: Seconds = 0.5;
/** A time step of the performance codecs. */
const STEP: Seconds = 0.01;
/** The longest time that a reply is waited for. */
const LONGEST_WAIT: Seconds = 120;

/** A reply of the model, with times from the beginning of its turn. */
export interface Reply {
  readonly notes: readonly Note[];
  readonly seconds: Seconds;
}

interface JamOptions {
  readonly params: ParamValues;
  /** Called with shares from 0 to 1. */
  readonly progress?: (share: number) => void;
}

/** A session without ports and clock, which is given the player's notes and advances as fast as it can. */
class OfflineSession {
  readonly #playedNotes = new PlayedNotes();
  readonly #session: Session;
  /** Beginning and end of the model's last turn. */
  readonly #turn = { began: 0, over: 0 };
  now: Seconds = 0;

  constructor(performer: Performer, mode: Mode, params: ParamValues) {
    this.#session = new Session({
      ...performer,
      pluginParams: performer.descriptor.params,
      output: { noteOn: () => {}, noteOff: () => {}, silence: () => {} },
      mode,
      time: 0,
      emit: (event) => {
        this.#playedNotes.add(event);
        if (event.type !== 'phase') return;
        if (event.phase === 'playing') this.#turn.began = event.time;
        else this.#turn.over = event.time;
      },
      record: () => {},
    });
    for (const [id, value] of Object.entries(params)) this.#session.command({ type: 'param', id, value }, 0);
    this.#session.command({ type: 'start' }, 0);
  }

  /** Plays notes of the player from now on, with times from now. `onTime` is called with each time that is reached, in seconds. */
  play(notes: readonly Note[], onTime: (seconds: Seconds) => void = () => {}): void {
    const from = this.now;
    for (const event of eventsOf({ notes: [...notes], pedal: [] })) {
      onTime(event.time);
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

  /** Waits for the model's turn and returns it when it is over. */
  reply(): Reply {
    this.until(this.now + LONGEST_WAIT, () => this.#session.phase !== 'listening');
    this.until(this.now + LONGEST_WAIT, () => this.#session.phase !== 'playing');
    const { began, over } = this.#turn;
    // The first note is on the grid of time steps, so it may come a little earlier.
    return { notes: this.notes(began - STEP), seconds: over - began };
  }

  /** The model's notes since `from`, with times from there. */
  notes(from: Seconds): Note[] {
    return this.#playedNotes
      .notes('model', this.now)
      .filter(({ start }) => start >= from)
      .map((note) => ({ ...note, start: note.start - from, end: note.end - from }));
  }

  stop(): void {
    this.#session.command({ type: 'stop' }, this.now);
  }
}

/** Plays phrases to the model, one after the other in one session, and returns its replies. (phrase) */
export function answerPhrases(
  performer: Performer,
  phrases: readonly (readonly Note[])[],
  { params, progress }: JamOptions,
): Reply[] {
  const jam = new OfflineSession(performer, 'answer', params);
  return phrases.map((phrase, index) => {
    progress?.(index / phrases.length);
    jam.play(phrase);
    const reply = jam.reply();
    jam.until(jam.now + BREATH);
    return reply;
  });
}

/** Plays `player`'s notes in a duet and returns the model's notes, with times from the beginning. */
export function playAlong(
  performer: Performer,
  player: readonly Note[],
  seconds: Seconds,
  { params, progress }: JamOptions,
): Note[] {
  const jam = new OfflineSession(performer, 'duet', params);
  const within = player.filter(({ start }) => start < seconds);
  jam.play(
    within.map((note) => ({ ...note, end: Math.min(note.end, seconds) })),
    (time) => progress?.(time / seconds),
  );
  jam.until(seconds);
  jam.stop();
  return jam.notes(0);
}

/** Returns what the model plays in solo from an empty stream. */
export function playAlone(performer: Performer, seconds: Seconds, { params, progress }: JamOptions): Note[] {
  const jam = new OfflineSession(performer, 'solo', params);
  for (let time = 0; time < seconds; time += 10) {
    progress?.(time / seconds);
    jam.until(Math.min(seconds, time + 10));
  }
  jam.stop();
  return jam.notes(0);
}
