import { createWriteStream, renameSync, type WriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContinuoError } from '../errors.js';
import { makeFolder } from '../make-folder.js';
import { writeMidi } from '../music/midi/index.js';
import type { Seconds } from '../music/units.js';
import type { SessionEvent } from '../session/events.js';
import { Notebook } from '../session/notebook.js';
import type { TakeRecord } from '../session/take.js';
import type { TakeHeader } from './take-header.js';

/** The .mid is written anew when a turn ends, but not more often than this. */
const MIDI_EVERY: Seconds = 5;

/**
 * Writes a take as it happens: `take.jsonl`, an append-only log, and `take.mid`, two tracks (player, model); in the end
 * `tune.abc`, where the plugin writes ABC. Nothing is written before something was played, so a session that was only looked at leaves no folder behind.
 */
export class TakeFile {
  #log: WriteStream | null = null;
  readonly #notebook = new Notebook();
  #midiWritten: Seconds = Number.NEGATIVE_INFINITY;
  #waiting: string[] = [];
  #folder: string | null = null;
  /** No folder can be made for it. */
  #homeless = false;

  constructor(
    private readonly parent: string,
    header: TakeHeader,
    private readonly onFailure: (error: ContinuoError) => void,
  ) {
    this.#waiting.push(line(header));
  }

  /** Where the take is; null while nothing was written. */
  get folder(): string | null {
    return this.#folder;
  }

  add(events: readonly SessionEvent[], records: readonly TakeRecord[]): void {
    for (const event of events) this.#notebook.add(event);
    if (records.length > 0)
      this.#append(
        records.map(line).join(''),
        records.some(({ type }) => type === 'input' || type === 'sampled'),
      );
    const rests = events.findLast(
      (event) => event.type === 'phase' && (event.phase === 'waiting' || event.phase === 'stopped'),
    );
    if (rests && rests.time >= this.#midiWritten + MIDI_EVERY) this.#writeMidi(rests.time);
  }

  #append(text: string, isMusic: boolean): void {
    if (this.#homeless) return;
    this.#waiting.push(text);
    if (this.#log === null && isMusic) this.#log = this.#create();
    if (this.#log === null) return;
    for (const chunk of this.#waiting) this.#log.write(chunk);
    this.#waiting = [];
  }

  /** null, and said, where no folder can be made: the session plays on without a take. */
  #create(): WriteStream | null {
    const folder = join(this.parent, new Date().toISOString().replace(/[:.]/g, '-'));
    try {
      makeFolder(folder);
    } catch (error) {
      this.#homeless = true;
      this.#waiting = [];
      this.onFailure(error as ContinuoError);
      return null;
    }
    this.#folder = folder;
    const log = createWriteStream(join(folder, 'take.jsonl'), { flags: 'a' });
    log.on('error', (cause) => this.#failed(cause));
    return log;
  }

  #writeMidi(now: Seconds): void {
    this.#midiWritten = now;
    const bytes = writeMidi([
      {
        name: 'player',
        channel: 0,
        events: this.#notebook.notes('player', now),
        pedal: this.#notebook.pedal,
      },
      { name: 'model', channel: 1, events: this.#notebook.notes('model', now) },
    ]);
    this.#write('take.mid', bytes);
  }

  #write(name: string, content: Uint8Array | string): void {
    if (this.#folder === null) return;
    const path = join(this.#folder, name);
    try {
      // Written beside and renamed: a crash in between leaves the last whole file.
      writeFileSync(`${path}.part`, content);
      renameSync(`${path}.part`, path);
    } catch (cause) {
      this.#failed(cause as Error);
    }
  }

  #failed(cause: Error): void {
    this.onFailure(
      new ContinuoError(
        'FILE_WRITE',
        `The take cannot be written in ${this.#folder}: ${cause.message}`,
        'Is the disk full, or the folder read-only? --takes names another.',
        { cause },
      ),
    );
  }

  /** Writes what is left, and the music as ABC where there is any. Resolves when it is on its way to the disk. */
  async close(now: Seconds, abc = ''): Promise<void> {
    this.#writeMidi(now);
    if (abc !== '') this.#write('tune.abc', abc);
    const log = this.#log;
    if (log) await new Promise<void>((resolve) => log.end(() => resolve()));
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
