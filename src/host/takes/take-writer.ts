import { dirname, join } from 'node:path';
import { writeMidi } from '../../music/midi/index.js';
import type { Seconds } from '../../music/units.js';
import type { SessionEvent } from '../../session/events.js';
import { PlayedNotes } from '../../session/played-notes.js';
import type { TakeRecord } from '../../session/take.js';
import { encodeState, type SavedState } from '../states/saved-state.js';
import { logIn, type OpenFile, type TakeDisk } from './disk.js';
import { LAST_STATE, momentFile, START_STATE, type TakeHeader } from './header.js';
import { TakeLog } from './log.js';
import { modelTracks } from './take-tracks.js';

/** The state of a take that is being written. */
export interface TakeState {
  /** Its folder; null while nothing was written. */
  readonly folder: string | null;
  /** Why it cannot be written now; null while it can. */
  readonly failure: string | null;
}

/** What a {@link TakeWriter} works with. */
export interface TakeWriterParts {
  readonly disk: TakeDisk;
  /** The folder that takes are written into. */
  readonly parent: string;
  readonly header: TakeHeader;
  /** What the session goes on from; absent where it begins from zero. */
  readonly from?: SavedState;
  /** Session time. */
  readonly now: () => Seconds;
  /** Called when the state changes. */
  readonly changed: (state: TakeState) => void;
  /** Bound on the buffer for a full disk, in bytes. */
  readonly mostWaiting?: number;
  /** How many takes are written by this thread. Default: this one alone. */
  readonly writers?: () => number;
}

/** The .mid file is rewritten when a turn ends, at most this often, and for at most this share of the time; all together for half of it. */
const MIDI_EVERY: Seconds = 5;
const MIDI_SHARE = 1 / 50;
const MIDI_SHARE_OF_ALL = 1 / 2;

/**
 * Writes a take while it is played: `take.jsonl`, an append-only log; `take.mid`, a track for the player and one for each member; at the end `tune.abc`
 * (`tune-ID.abc` of a further member), where the plugin writes ABC. It creates the folder with the first note, so a session without notes leaves none. What
 * cannot be written is tried again at each {@link retry}.
 */
export class TakeWriter {
  readonly #log: TakeLog;
  readonly #playedNotes = new PlayedNotes();
  #file: OpenFile | null = null;
  #state: TakeState = { folder: null, failure: null };
  /** Whether something was played. */
  #isMusic = false;
  #midiDue: Seconds = Number.NEGATIVE_INFINITY;
  /** Session time up to which the .mid file lacks notes; null where it is complete. */
  #midiMissing: Seconds | null = null;

  #records = 0;
  /** Moments that are not written yet, as text, and those that records go back to, by id. */
  readonly #moments = new Map<string, string>();
  readonly #recalled = new Set<string>();
  /** How the session stands, where that is not written yet. */
  #standing: SavedState | null = null;

  constructor(private readonly parts: TakeWriterParts) {
    const begun = parts.from?.members[0]?.resumption.tokens.length;
    this.#log = new TakeLog(() => this.#open(), parts.mostWaiting, begun);
    this.#log.begin(parts.header);
  }

  add(events: readonly SessionEvent[], records: readonly TakeRecord[]): void {
    for (const event of events) this.#playedNotes.add(event);
    this.#log.add(records);
    for (const record of records)
      if (record.type === 'command' && record.command.type === 'recall')
        this.#recalled.add(record.command.id);
    this.#records += records.length;
    this.#isMusic ||= records.some(({ type }) => type === 'input' || type === 'sampled');
    const rests = events.findLast(
      (event) =>
        event.type === 'phase' &&
        event.member === undefined &&
        (event.phase === 'waiting' || event.phase === 'stopped'),
    );
    if (rests && this.#isMusic && rests.time >= this.#midiDue) this.#midiMissing = rests.time;
    // A failing disk is not tried again at each note.
    if (this.#state.failure === null) this.#write();
  }

  /** Keeps how the session stood before the last `since` records. */
  stands(state: SavedState, since: number): void {
    this.#standing = { ...state, records: this.#records - since };
    if (this.#state.failure === null) this.#write();
  }

  /** Keeps a moment beside the log, before the records to come. */
  moment(id: string, state: SavedState): void {
    this.#moments.set(id, encodeState(state));
    if (this.#state.failure === null) this.#write();
  }

  /** Removes a moment, unless a record goes back to it. */
  dropMoment(id: string): void {
    if (this.#recalled.has(id)) return;
    this.#moments.delete(id);
    const { folder } = this.#state;
    // What cannot be removed is a file more, no harm.
    if (folder !== null) this.#tried(() => this.parts.disk.remove(join(folder, momentFile(id))));
  }

  /** Tries again what failed. Called about once a second. */
  retry(): void {
    if (this.#state.failure !== null) this.#write();
  }

  /** Writes what is left, and the music as ABC where there is any. */
  close(books: Readonly<Record<string, string>> = {}): void {
    this.#midiMissing = this.parts.now();
    this.#write(books);
    this.#file?.close();
    this.#file = null;
  }

  #write(books: Readonly<Record<string, string>> = {}): void {
    if (!this.#isMusic) return;
    // Each is tried by itself: notes are better than nothing where the log is lost.
    const failures = [this.#tried(() => this.#writeLog()), this.#tried(() => this.#writeNotes(books))];
    this.#tell({ ...this.#state, failure: failures.find((failure) => failure !== null) ?? null });
  }

  /** Runs a write; returns why it failed, or null. */
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

  #writeNotes(books: Readonly<Record<string, string>>): void {
    const { folder } = this.#state;
    if (folder === null) return;
    this.#writeMoments();
    if (this.#midiMissing !== null) this.#writeMidi(this.#midiMissing);
    for (const [name, abc] of Object.entries(books)) this.parts.disk.replace(join(folder, name), abc);
    if (this.#standing !== null) {
      this.parts.disk.replace(join(folder, LAST_STATE), encodeState(this.#standing));
      this.#standing = null;
    }
  }

  #open(): OpenFile {
    const { disk, parent } = this.parts;
    if (this.#state.folder === null) {
      const folder = disk.makeFolder(parent, new Date().toISOString().replace(/[:.]/g, '-'));
      this.#tell({ ...this.#state, folder });
      // Before the log, which cannot be replayed without it.
      const { from } = this.parts;
      if (from) disk.replace(join(folder, START_STATE), encodeState(from));
    }
    this.#writeMoments();
    this.#file ??= disk.open(logIn(this.#state.folder!));
    return this.#file;
  }

  #writeMoments(): void {
    const { folder } = this.#state;
    if (folder === null) return;
    for (const [id, text] of this.#moments) {
      const path = join(folder, momentFile(id));
      this.parts.disk.ensureFolder(dirname(path));
      this.parts.disk.replace(path, text);
      this.#moments.delete(id);
    }
  }

  #writeMidi(until: Seconds): void {
    const { now, disk, writers = () => 1 } = this.parts;
    const share = Math.min(MIDI_SHARE, MIDI_SHARE_OF_ALL / writers());
    const began = now();
    const bytes = writeMidi([
      {
        name: 'player',
        channel: 0,
        events: this.#playedNotes.notes('player', until),
        pedal: this.#playedNotes.pedal,
      },
      ...modelTracks(this.parts.header, (member) => this.#playedNotes.notes('model', until, member)),
    ]);
    disk.replace(join(this.#state.folder!, 'take.mid'), bytes);
    this.#midiMissing = null;
    this.#midiDue = until + Math.max(MIDI_EVERY, (now() - began) / share);
  }

  #tell(state: TakeState): void {
    const { folder, failure } = this.#state;
    this.#state = state;
    if (state.folder !== folder || state.failure !== failure) this.parts.changed(state);
  }
}

/** The log was removed or moved away: no further write can restore it. */
class LogLost extends Error {}

/** Advice for a player whose take is lost. */
export const ANOTHER_TAKE = 'Choose a model to begin another take.';

/** The reason of a failure in words that do not change while it lasts: without operation and file name. */
function reasonOf(error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return why.replace(/, \w+( '.*)?$/, '').replace(/\.$/, '');
}
