import { ContinuoError } from '../../errors.js';
import type { CacheSpec } from './cache-spec.js';
import { CacheRoom, CacheWorkspace } from './cache-workspace.js';
import type { Memory } from './memory-engine.js';

/** Tokens a chunk, and chunks that are kept: 4,096 tokens, about four minutes of busy piano playing. */
const CHUNK = 64;
const CHUNKS = 64;
/**
 * The last tokens are left out of the cache: the network knows them by itself, and one that is drawn to its own last seconds soon
 * plays nothing else.
 */
const NEAREST = 256;
/** Keys are unit vectors whose components are rounded to this many steps either way (int8). */
const STEPS = 127;
/** Weights below e to this power count as 0. */
const LEAST_POWER = -18;
/** Lower bound of a class's probability, so that no logarithm is infinite. */
const LEAST_SHARE = 1e-12;

/** Parameters of the cache that all streams of an engine share. */
export class CacheParameters {
  readonly units: number;
  /** e^(sharpness x cosine) by the scalar product of two keys; 0 where that is negligible. */
  readonly table: Float64Array;
  /** (class) e^(log-odds). */
  readonly odds: Float64Array;
  /** The stored tokens of each snapshot, as long as its array is alive. */
  readonly snapshots = new WeakMap<Float32Array, StoredTokens>();
  readonly room: CacheRoom;
  /** Workspaces that are free again. */
  readonly workspaces: CacheWorkspace[] = [];

  constructor(readonly spec: CacheSpec) {
    const { odds, sharpness, projection, width } = spec;
    this.units = projection.length / width - 1;
    this.odds = Float64Array.from(odds, Math.exp);
    const highest = Math.max(...odds);
    // Rounding can make a projection longer by half a step in each direction.
    const largest = Math.ceil((STEPS + Math.sqrt(width) / 2) ** 2);
    this.table = Float64Array.from({ length: largest + 1 }, (_, product) => {
      const power = (sharpness * product) / STEPS ** 2;
      return power + highest < LEAST_POWER ? 0 : Math.exp(power);
    });
    this.room = new CacheRoom(this);
  }
}

/** A run of consecutive tokens. It only grows, so streams and snapshots with a common beginning share it. */
interface Chunk {
  /** (token, width) The key of each: the projected hidden state before it. */
  readonly keys: Int8Array;
  /** (token) */
  readonly classes: Int32Array;
  filled: number;
}

/** Chunks, and how many tokens of the last one count. Immutable. */
interface StoredTokens {
  readonly chunks: readonly Chunk[];
  readonly used: number;
}

/**
 * The continuous cache of one stream: its past tokens with the hidden states before them, and the weight of each class by the
 * similarity of those states to the present one. A snapshot costs almost nothing, since it shares the chunks.
 */
export class CacheMemory implements Memory {
  /** One number: whether a token came before, so that there is a state to store the next one with. */
  readonly size = 1;
  #begun = false;
  #chunks: readonly Chunk[] = [];
  #used = CHUNK;
  /** Whether the workspace's `key` is that of the present state. */
  #hasQuery = false;
  readonly #workspace: CacheWorkspace;
  /** Which chunks the workspace has copies of, and how much of each. */
  readonly #copied: { chunk: Chunk | undefined; count: number }[];

  constructor(private readonly rules: CacheParameters) {
    this.#workspace = rules.workspaces.pop() ?? new CacheWorkspace(rules.room, CHUNK * CHUNKS);
    this.#copied = Array.from({ length: CHUNKS }, () => ({ chunk: undefined, count: 0 }));
  }

  /** Computes the key of the hidden state (unit) before the next token. */
  setQuery(hidden: Float32Array): void {
    if (this.#hasQuery) return;
    this.#hasQuery = true;
    const { room, projected, key } = this.#workspace;
    const { hidden: x, projection, width } = room;
    x.set(hidden);
    room.kernel.cacheProject(
      x.byteOffset,
      this.rules.units,
      projection.byteOffset,
      width,
      projected.byteOffset,
    );
    let square = 0;
    for (const value of projected) square += value * value;
    const scale = square > 0 ? STEPS / Math.sqrt(square) : 0;
    for (let column = 0; column < width; column++) key[column] = Math.round(projected[column]! * scale);
  }

  /** Stores `token`, then adds the cache's prediction to `logits` (token), for the network's state `hidden` (unit) after it. */
  push(token: number, hidden: Float32Array, logits: Float32Array): void {
    if (this.#begun) this.#add(this.rules.room.classes[token]!);
    this.#begun = true;
    this.#hasQuery = false;
    this.setQuery(hidden);
    const old = (this.#chunks.length - 1) * CHUNK + this.#used - (NEAREST - 1);
    if (old <= 0) return;
    this.#computeWeights(old);
    this.#mix(logits);
  }

  #add(kind: number): void {
    const { key } = this.#workspace;
    const chunks = this.#chunks;
    const used = this.#used;
    const last = chunks[chunks.length - 1];
    if (last && used < CHUNK && last.filled === used) {
      fill(last, key, kind);
      this.#used++;
      return;
    }
    // The chunk is full, or another stream has continued it from here: this one needs a chunk of its own.
    const next: Chunk = {
      keys: new Int8Array(CHUNK * key.length),
      classes: new Int32Array(CHUNK),
      filled: 0,
    };
    const branches = last && used < CHUNK;
    if (branches) {
      next.keys.set(last.keys.subarray(0, used * key.length));
      next.classes.set(last.classes.subarray(0, used));
      next.filled = used;
    }
    fill(next, key, kind);
    const before = branches ? chunks.slice(0, -1) : chunks.slice(-(CHUNKS - 1));
    this.#chunks = [...before, next];
    this.#used = next.filled;
  }

  /** Computes the weight of each class from the first `count` stored tokens. */
  #computeWeights(count: number): void {
    const chunks = this.#chunks;
    const { keys, kinds, key, words, room } = this.#workspace;
    const { width, table, weights } = room;
    for (let index = 0; index < chunks.length; index++) {
      const chunk = chunks[index]!;
      const laid = this.#copied[index]!;
      const first = index * CHUNK;
      if (laid.chunk !== chunk) {
        // The whole chunk, with the part that is not filled yet.
        keys.set(chunk.keys, first * width);
        kinds.set(chunk.classes, first);
        laid.chunk = chunk;
      } else
        for (let token = laid.count; token < chunk.filled; token++) {
          kinds[first + token] = chunk.classes[token]!;
          for (let at = token * width; at < (token + 1) * width; at++)
            keys[first * width + at] = chunk.keys[at]!;
        }
      laid.count = chunk.filled;
    }
    weights.fill(0);
    room.kernel.cacheWeigh(
      keys.byteOffset,
      kinds.byteOffset,
      count,
      width,
      key.byteOffset,
      words.byteOffset,
      table.byteOffset,
      weights.byteOffset,
    );
    const { odds } = this.rules;
    for (let kind = 0; kind < odds.length; kind++) weights[kind]! *= odds[kind]!;
  }

  #mix(logits: Float32Array): void {
    const { kernel, logits: own, classes, weights, shares } = this.rules.room;
    own.set(logits);
    kernel.cacheMix(
      own.byteOffset,
      own.length,
      classes.byteOffset,
      weights.byteOffset,
      weights.length,
      LEAST_SHARE,
      shares.byteOffset,
    );
    logits.set(own);
  }

  clear(): void {
    this.#begun = false;
    this.#hasQuery = false;
    this.#chunks = [];
    this.#used = CHUNK;
  }

  free(): void {
    this.#hasQuery = true; // the workspace belongs to another stream now and must not be written
    this.rules.workspaces.push(this.#workspace);
  }

  write(out: Float32Array, snapshot: Float32Array): void {
    out[0] = Number(this.#begun);
    this.rules.snapshots.set(snapshot, { chunks: this.#chunks, used: this.#used });
  }

  /** Some hundred kilobytes, which are copied when they are posted. */
  exportBeside(snapshot: Float32Array): StoredTokens | undefined {
    return this.rules.snapshots.get(snapshot);
  }

  importBeside(beside: unknown, snapshot: Float32Array): void {
    if (beside !== undefined) this.rules.snapshots.set(snapshot, beside as StoredTokens);
  }

  read(values: Float32Array, snapshot: Float32Array): void {
    const stored = this.rules.snapshots.get(snapshot);
    if (!stored)
      throw new ContinuoError(
        'STATE_SHAPE',
        'a snapshot was copied, or is of another engine: the past that belongs to it is not in its numbers',
      );
    this.#begun = values[0] === 1;
    this.#hasQuery = false;
    this.#chunks = stored.chunks;
    this.#used = stored.used;
  }
}

function fill(chunk: Chunk, key: Int8Array, kind: number): void {
  chunk.keys.set(key, chunk.filled * key.length);
  chunk.classes[chunk.filled++] = kind;
}
