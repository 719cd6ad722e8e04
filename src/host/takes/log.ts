import type { Seconds } from '../../music/units.js';
import type { TakeRecord } from '../../session/take.js';
import type { OpenFile } from './disk.js';

/** What waits for a disk that is full is kept up to this size, in bytes: some hours of playing. */
const MOST_WAITING = 16 * 1024 * 1024;

/**
 * The lines of a take on their way to the disk. What cannot be written waits, byte for byte, so that a disk that is full for a
 * while costs nothing; what is too much to wait is lost, and a `gap` says how much.
 */
export class TakeLog {
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Tokens of the stream, the start token included, as the records tell it. */
  #tokens = 1;
  /** Records that were not kept. */
  #lost = 0;
  /** Since when it fails; null while it does not. */
  #failingSince: Seconds | null = null;

  constructor(
    private readonly file: () => OpenFile,
    private readonly mostWaiting = MOST_WAITING,
  ) {}

  /** A first line, or one that is no record. */
  begin(value: unknown): void {
    this.#keep(line(value));
  }

  add(records: readonly TakeRecord[]): void {
    const lines: string[] = [];
    for (const record of records) {
      this.#count(record);
      // Once a record is lost, the ones after it are too, until a gap can say so.
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

  #count(record: TakeRecord): void {
    if (record.type === 'fed' || record.type === 'sampled') this.#tokens += record.tokens.length;
    else if (record.type === 'back' || record.type === 'restart') this.#tokens = record.length;
    else if (record.type === 'zero') this.#tokens = 1;
  }

  /** Writes what waits. Throws what the disk throws; the rest of it then waits on. */
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
      const file = this.file(); // Made, where it is not there yet.
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
