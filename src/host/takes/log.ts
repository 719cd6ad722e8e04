import type { Seconds } from '../../music/units.js';
import { streamOf, type TakeRecord } from '../../session/take.js';
import type { OpenFile } from './disk.js';

/** Bound on the buffer for a full disk, in bytes: some hours of playing. */
const MOST_WAITING = 16 * 1024 * 1024;

/**
 * Buffers the lines of a take on their way to the disk. Bytes that cannot be written wait, so that a disk that is full for a while
 * loses nothing; beyond the bound records are lost, and a `gap` record says how many.
 */
export class TakeLog {
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Number of tokens in the stream, with the start token, after the records so far. */
  #tokens: number;
  /** Number of lost records. */
  #lost = 0;
  /** When writing began to fail; null while it works. */
  #failingSince: Seconds | null = null;

  constructor(
    private readonly file: () => OpenFile,
    private readonly mostWaiting = MOST_WAITING,
    /** How long the stream is as the log begins. */
    length = 1,
  ) {
    this.#tokens = length;
  }

  /** Adds a line that is not a record, such as the header. */
  begin(value: unknown): void {
    this.#keep(line(value));
  }

  add(records: readonly TakeRecord[]): void {
    const lines: string[] = [];
    for (const record of records) {
      this.#count(record);
      // Once a record is lost, the following ones are lost too, until a gap can be written.
      if (this.#lost > 0 || this.#waitingBytes > this.mostWaiting) this.#lost++;
      else lines.push(line(record));
    }
    if (lines.length > 0) this.#keep(lines.join(''));
  }

  #keep(text: string): void {
    const bytes = Buffer.from(text);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  /** A gap says how long the first member's stream is. */
  #count(record: TakeRecord): void {
    if (streamOf(record) !== undefined) return;
    if (record.type === 'fed' || record.type === 'sampled') this.#tokens += record.tokens.length;
    else if (record.type === 'back' || record.type === 'restart' || record.type === 'rejoin')
      this.#tokens = record.length;
    else if (record.type === 'zero') this.#tokens = 1;
  }

  /** Writes what waits. Throws what the disk throws; what was not written keeps waiting. */
  flush(now: Seconds): void {
    try {
      this.#write();
      if (this.#failingSince === null) return;
      const gap = { from: this.#failingSince, to: now, lost: this.#lost, length: this.#tokens };
      this.#failingSince = null;
      this.#lost = 0;
      this.#keep(line({ type: 'gap', ...gap } satisfies TakeRecord));
      this.#write();
    } catch (error) {
      this.#failingSince ??= now;
      throw error;
    }
  }

  #write(): void {
    while (this.#waiting.length > 0) {
      const file = this.file(); // creates the file on the first call
      const first = this.#waiting[0]!;
      const written = file.write(first);
      if (written === 0) throw new Error('nothing was written');
      this.#waitingBytes -= written;
      if (written < first.length) this.#waiting[0] = first.subarray(written);
      else this.#waiting.shift();
    }
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
