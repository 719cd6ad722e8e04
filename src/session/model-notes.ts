import type { StreamEvent } from '../codec/codec.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Pitch, Seconds } from '../music/units.js';
import { checkStreamEvent } from './check-stream-event.js';
import type { SessionEvent } from './events.js';
import type { NoteLedger } from './ledger.js';
import { Scheduler } from './scheduler.js';
import type { TakeRecord } from './take.js';
import type { NoteState } from './turn-state.js';

/** What {@link ModelNotes} work with. */
export interface ModelNotesParts {
  readonly ledger: NoteLedger;
  /** Whether notes may begin now; where they may not, they are dropped. Default: always. */
  readonly mayPlay?: () => boolean;
  /** Reads the session's clock, to tell how late a note is sent. Without it every note counts as punctual. */
  readonly clock?: () => Seconds;
  readonly emit: (event: SessionEvent) => void;
  readonly record: (record: TakeRecord) => void;
  /** Is told each note of the model as it falls due and as it ends, whether or not it was sent in time; `id` as in the events. */
  readonly played?: (event: NoteEvent, id: number) => void;
}

/** A note begins or ends. */
export type NoteEvent = Exclude<PerformanceEvent, { readonly type: 'pedal' }>;

/** A note of the model whose end is not planned, or has not sounded, yet. */
interface OpenNote {
  readonly id: number;
  readonly pitch: Pitch;
  readonly part: string | undefined;
}

/** Names an open note: several instruments of a plugin may play one pitch. */
type NoteKey = number | string;
const keyOf = ({ pitch, part }: { readonly pitch: Pitch; readonly part?: string | undefined }): NoteKey =>
  part === undefined ? pitch : `${part} ${pitch}`;

/** The notes of a model: planned, sent to the output as they fall due, and ended. */
export class ModelNotes {
  readonly scheduler: Scheduler;
  /** By instrument and pitch: open at the end of the plan, and sounding on the output. */
  #planned = new Map<NoteKey, OpenNote>();
  readonly #sounding = new Map<NoteKey, OpenNote>();
  #knownAt: Seconds = Number.NEGATIVE_INFINITY;

  /** What the next token says of the time until then was sent by the session that this one goes on from. */
  #sentUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly parts: ModelNotesParts,
    private readonly nextId: () => number,
  ) {
    this.scheduler = new Scheduler(parts.mayPlay);
  }

  /** What is planned from now on could not be known before `time`: its turn begins then, or what was planned before is discarded. */
  knownFrom(time: Seconds): void {
    this.#knownAt = time;
  }

  /** Plans what a token decodes to. */
  schedule(event: StreamEvent): void {
    checkStreamEvent(event);
    if (event.time <= this.#sentUntil) return;
    this.#sentUntil = Number.NEGATIVE_INFINITY;
    if (event.type === 'noteOn') {
      const id = this.nextId();
      const { type, time, pitch, velocity, part } = event;
      this.#planned.set(keyOf(event), { id, pitch, part });
      const ofPart = part !== undefined && { part };
      this.parts.emit({ type, time, pitch, velocity, id, voice: 'model', ...ofPart });
      this.scheduler.plan({ event, id, knownAt: this.#knownAt });
    } else if (event.type === 'noteOff') {
      const ended = this.#noteEndedBy(event);
      if (ended === undefined) return;
      const [key, { id, part }] = ended;
      this.#planned.delete(key);
      this.parts.emit({ type: 'noteOff', id, time: event.time });
      this.scheduler.plan({ event: part === event.part ? event : { ...event, part: part! }, id });
    }
  }

  /** The planned note that a note-off ends: its instrument's; where it names none, the last of that pitch. */
  #noteEndedBy(event: Extract<StreamEvent, { pitch: Pitch }>): [NoteKey, OpenNote] | undefined {
    const key = keyOf(event);
    const note = this.#planned.get(key);
    if (note !== undefined) return [key, note];
    if (event.part !== undefined) return undefined;
    return [...this.#planned].findLast(([, { pitch }]) => pitch === event.pitch);
  }

  /** Sends to the output what is due at `until`. A note that is too late is dropped. */
  dispatch(until: Seconds): void {
    for (let due = this.scheduler.take(until); due; due = this.scheduler.take(until)) {
      const { event, id } = due;
      const sends = this.scheduler.punctual(due, this.parts.clock?.() ?? until);
      this.parts.played?.(event, id);
      if (event.type === 'noteOn') {
        this.#sounding.set(keyOf(event), { id, pitch: event.pitch, part: event.part });
        if (sends) this.parts.ledger.on('model', event.pitch, event.velocity, event.part);
        else this.parts.record({ type: 'dropped', time: event.time, pitch: event.pitch });
      } else {
        this.#sounding.delete(keyOf(event));
        if (sends) this.parts.ledger.off('model', event.pitch, event.part);
      }
    }
  }

  /** Discards what is planned for later than `time`. */
  discardAfter(time: Seconds): void {
    this.knownFrom(time);
    this.scheduler.discardAfter(time);
    this.#sentUntil = Number.NEGATIVE_INFINITY;
    this.#planned = new Map(this.#sounding);
  }

  /** Whether a note of this pitch sounds. */
  sounds(pitch: Pitch): boolean {
    for (const note of this.#sounding.values()) if (note.pitch === pitch) return true;
    return false;
  }

  /** Ends the notes whose pitches are not `open` any more: the player has struck their keys. */
  yieldAllBut(open: readonly Pitch[], time: Seconds): void {
    for (const [key, note] of this.#sounding) {
      if (open.includes(note.pitch)) continue;
      this.#silence(note, time);
      this.#sounding.delete(key);
      this.#planned.delete(key);
    }
  }

  /** Ends what sounds. */
  endAll(time: Seconds): void {
    for (const note of this.#sounding.values()) this.#silence(note, time);
    this.#sounding.clear();
    this.#planned.clear();
  }

  #silence({ pitch, part, id }: OpenNote, time: Seconds): void {
    this.parts.ledger.off('model', pitch, part);
    this.parts.emit({ type: 'noteOff', id, time });
    this.parts.played?.({ type: 'noteOff', time, pitch }, id);
  }

  /** What sounds, for another session to go on with. */
  save(): NoteState[] {
    return [...this.#sounding.values()].map(({ id, pitch, part }) => ({
      ...{ id, pitch },
      ...(part !== undefined && { part }),
    }));
  }

  /** Goes on from where all was sent that fell due up to `time`; amid a turn, the token that leads beyond it may say some of that once more. */
  load(sounding: readonly NoteState[], time: Seconds | null): void {
    this.#sentUntil = time ?? Number.NEGATIVE_INFINITY;
    for (const { id, pitch, part } of sounding) {
      const note = { id, pitch, part };
      this.#sounding.set(keyOf(note), note);
      this.#planned.set(keyOf(note), note);
    }
  }
}
