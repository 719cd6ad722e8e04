import { join } from 'node:path';
import { writeMidi } from '../../music/midi/index.js';
import type { Seconds } from '../../music/units.js';
import type { SessionEvent } from '../../session/events.js';
import { PlayedNotes } from '../../session/played-notes.js';
import type { TakeRecord } from '../../session/take.js';
import { logIn, type OpenFile, type TakeDisk } from './disk.js';
import type { TakeHeader } from './header.js';
import { TakeLog } from './log.js';

/** What is known of a take that is being written. */
export interface TakeState {
  /** Where it is; null while nothing was written. */
  readonly folder: string | null;
  /** Why it is not written now; null while it is. */
  readonly failure: string | null;
}

/** What a take is written with; everything is handed in. */
export interface TakeWriterParts {
  readonly disk: TakeDisk;
  /** Folder of all takes. */
  readonly parent: string;
  readonly header: TakeHeader;
  /** Session time. */
  readonly now: () => Seconds;
  /** The state is another one. */
  readonly changed: (state: TakeState) => void;
  /** What may wait for a disk that is full, in bytes. */
  readonly mostWaiting?: number;
}

/** The .mid is written anew when a turn ends, but not more often than this, and for a fiftieth of the time at most. */
const MIDI_EVERY: Seconds = 5;
const MIDI_SHARE = 1 / 50;

/**
 * Writes a take as it happens: `take.jsonl`, an append-only log, and `take.mid`, two tracks (player, model); in the end
 * `tune.abc`, where the plugin writes ABC. Nothing is written before something was played, so a session that was only looked
 * at leaves no folder behind. What cannot be written is tried again at each {@link retry}.
 */
export class TakeWriter {
  readonly #log: TakeLog;
  readonly #notebook = new PlayedNotes();
  #file: OpenFile | null = null;
  #state: TakeState = { folder: null, failure: null };
  /** Something was played. */
  #isMusic = false;
  #midiDue: Seconds = Number.NEGATIVE_INFINITY;
  /** Up to when the .mid should have been written and is not. */
  #midiMissing: Seconds | null = null;

  constructor(private readonly parts: TakeWriterParts) {
    this.#log = new TakeLog(() => this.#open(), parts.mostWaiting);
    this.#log.begin(parts.header);
  }

  add(events: readonly SessionEvent[], records: readonly TakeRecord[]): void {
    for (const event of events) this.#notebook.add(event);
    this.#log.add(records);
    this.#isMusic ||= records.some(({ type }) => type === 'input' || type === 'sampled');
    const rests = events.findLast(
      (event) => event.type === 'phase' && (event.phase === 'waiting' || event.phase === 'stopped'),
    );
    if (rests && this.#isMusic && rests.time >= this.#midiDue) this.#midiMissing = rests.time;
    // A disk that fails is not tried at each note.
    if (this.#state.failure === null) this.#write();
  }

  /** What failed is tried again. Called each second or so. */
  retry(): void {
    if (this.#state.failure !== null) this.#write();
  }

  /** Writes what is left, and the music as ABC where there is any. */
  close(abc: string): void {
    this.#midiMissing = this.parts.now();
    this.#write(abc);
    this.#file?.close();
    this.#file = null;
  }

  #write(abc = ''): void {
    if (!this.#isMusic) return;
    // Each as far as it goes: notes are better than nothing where the log is lost.
    const failures = [this.#tried(() => this.#writeLog()), this.#tried(() => this.#writeNotes(abc))];
    this.#tell({ ...this.#state, failure: failures.find((failure) => failure !== null) ?? null });
  }

  /** Why it failed; null where it did not. */
  #tried(write: () => void): string | null {
    try {
      write();
      return null;
    } catch (error) {
      const where = this.#state.folder === null ? '' : ` in ${this.#state.folder}`;
      const next = error instanceof LogLost ? ANOTHER_TAKE : 'It is tried again each second.';
      return `The take cannot be written${where}: ${reasonOf(error)}. ${next}`;
    }
  }

  #writeLog(): void {
    const lost = this.#file?.lost() ?? null;
    this.#log.flush(this.parts.now());
    if (lost !== null) throw new LogLost(lost);
  }

  #writeNotes(abc: string): void {
    if (this.#state.folder === null) return;
    if (this.#midiMissing !== null) this.#writeMidi(this.#midiMissing);
    if (abc !== '') this.parts.disk.replace(join(this.#state.folder, 'tune.abc'), abc);
  }

  #open(): OpenFile {
    const { disk, parent } = this.parts;
    if (this.#state.folder === null) {
      const folder = disk.makeFolder(parent, new Date().toISOString().replace(/[:.]/g, '-'));
      this.#tell({ ...this.#state, folder });
    }
    this.#file ??= disk.open(logIn(this.#state.folder!));
    return this.#file;
  }

  #writeMidi(until: Seconds): void {
    const { now, disk } = this.parts;
    const began = now();
    const bytes = writeMidi([
      {
        name: 'player',
        channel: 0,
        events: this.#notebook.notes('player', until),
        pedal: this.#notebook.pedal,
      },
      { name: 'model', channel: 1, events: this.#notebook.notes('model', until) },
    ]);
    disk.replace(join(this.#state.folder!, 'take.mid'), bytes);
    this.#midiMissing = null;
    this.#midiDue = until + Math.max(MIDI_EVERY, (now() - began) / MIDI_SHARE);
  }

  #tell(state: TakeState): void {
    const { folder, failure } = this.#state;
    this.#state = state;
    if (state.folder !== folder || state.failure !== failure) this.parts.changed(state);
  }
}

/** The log is not where it was, and no writing brings it back. */
class LogLost extends Error {}

/** What a player can do where this take is lost. */
export const ANOTHER_TAKE = 'Choose a model to begin another take.';

/** In words that stay the same as long as the reason does: without what was tried, and on which file. */
function reasonOf(error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return why.replace(/, \w+( '.*)?$/, '').replace(/\.$/, '');
}
