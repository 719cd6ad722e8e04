import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Seconds } from '../../music/units.js';

/** Storage type of tokens, always little-endian. */
export type TokenType = 'uint16' | 'uint32';

/** The narrower type that holds every token of a vocabulary. */
export function tokenTypeOf(vocabularySize: number): TokenType {
  return vocabularySize > 65_536 ? 'uint32' : 'uint16';
}

/** Position of a piece in its shard; offset and length count tokens. */
export interface ShardEntry {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  readonly notes: number;
  readonly seconds: Seconds;
}

/** The entry of a shard in meta.json. */
export interface ShardSummary {
  readonly file: string;
  readonly index: string;
  readonly pieces: number;
  readonly tokens: number;
  readonly notes: number;
  readonly seconds: Seconds;
}

/** Writes the pieces of a split, one after another, to one file with an index beside it. */
export class ShardWriter {
  readonly #entries: ShardEntry[] = [];
  #length = 0;

  private constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly type: TokenType,
    private readonly file: FileHandle,
  ) {}

  static async create(folder: string, name: string, type: TokenType): Promise<ShardWriter> {
    return new ShardWriter(folder, name, type, await open(join(folder, `${name}.bin`), 'wx'));
  }

  async add(tokens: readonly number[], piece: Pick<ShardEntry, 'path' | 'notes' | 'seconds'>): Promise<void> {
    await this.file.appendFile(littleEndian(tokens, this.type));
    this.#entries.push({
      path: piece.path,
      offset: this.#length,
      length: tokens.length,
      notes: piece.notes,
      seconds: piece.seconds,
    });
    this.#length += tokens.length;
  }

  /** Writes the index and closes the file. */
  async finish(): Promise<ShardSummary> {
    await this.close();
    const index = `${this.name}.index.json`;
    await writeFile(
      join(this.folder, index),
      `[\n${this.#entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`,
    );
    const sum = (of: (entry: ShardEntry) => number) =>
      this.#entries.reduce((total, entry) => total + of(entry), 0);
    return {
      file: `${this.name}.bin`,
      index,
      pieces: this.#entries.length,
      tokens: this.#length,
      notes: sum((entry) => entry.notes),
      seconds: Math.round(sum((entry) => entry.seconds)),
    };
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

function littleEndian(tokens: readonly number[], type: TokenType): Uint8Array {
  const width = type === 'uint16' ? 2 : 4;
  const view = new DataView(new ArrayBuffer(tokens.length * width));
  for (const [index, token] of tokens.entries()) {
    if (width === 2) view.setUint16(2 * index, token, true);
    else view.setUint32(4 * index, token, true);
  }
  return new Uint8Array(view.buffer);
}
