import { ContinuoError } from '../../errors.js';
import type { CacheSpec } from './cache-spec.js';
import { CacheWorkspace } from './cache-workspace.js';
import type { Memory } from './memory-engine.js';

/** Tokens to a chunk, and chunks that are kept: 4,096 tokens, some four minutes of a busy piano. */
const CHUNK = 64;
const CHUNKS = 64;
/**
 * What is nearer than so many tokens weighs nothing: the network knows that by itself, and one that plays from its own last seconds soon
 * plays nothing else.
 */
const NEAREST = 256;
/** Projections have length 1, and are rounded to so many steps either way. */
const STEPS = 127;
/** What weighs less than e to this power is left out. */
const LEAST_POWER = -18;
/** No class counts as less likely to the network. */
const LEAST_SHARE = 1e-12;

/** What is the same for all streams of an engine. */
export class CacheParameters {
  readonly units: number;
  /** Of a scalar product of rounded projections, e to the power of sharpness x cosine; 0 where it is not worth a look. */
  readonly table: Float64Array;
  /** (class) e to the power of the odds. */
  readonly odds: Float64Array;
  /** What was heard up to the moment of a snapshot: whoever keeps its array keeps that. */
  readonly snapshots = new WeakMap<Float32Array, StoredTokens>();
  /** Rooms that nobody works in: a memory takes much address space, and its end is the garbage collector's. */
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
  }
}

/** Some tokens one after the other. Only ever added to, so that all who know a beginning of it can share it. */
interface Chunk {
  /** (token, width) Where the network stood before each. */
  readonly keys: Int8Array;
  /** (token) */
  readonly classes: Int32Array;
  filled: number;
}

/** Chunks, of the last of them the first `used` tokens. Never changed. */
interface StoredTokens {
  readonly chunks: readonly Chunk[];
  readonly used: number;
}

/**
 * The last tokens of one stream, and how much each of their classes weighs where the network stands now. A snapshot takes no time
 * and no room, since it shares the chunks.
 */
export class CacheMemory implements Memory {
  /** Whether a token came before, after which the network stands somewhere. */
  readonly size = 1;
  #begun = false;
  #chunks: readonly Chunk[] = [];
  #used = CHUNK;
  /** Whether `key` is of the state as it stands. */
  #hasQuery = false;
  readonly #workspace: CacheWorkspace;
  /** Which chunks lie in the room, and how much of each. */
  readonly #copied: { chunk: Chunk | undefined; count: number }[];

  constructor(private readonly rules: CacheParameters) {
    this.#workspace = rules.workspaces.pop() ?? new CacheWorkspace(rules, CHUNK * CHUNKS);
    this.#copied = Array.from({ length: CHUNKS }, () => ({ chunk: undefined, count: 0 }));
  }

  /** To be told where the network stands (unit) before it takes the next token. */
  setQuery(hidden: Float32Array): void {
    if (this.#hasQuery) return;
    this.#hasQuery = true;
    const { hidden: x, projection, width, projected, key } = this.#workspace;
    x.set(hidden);
    this.#workspace.kernel.cacheProject(
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

  /** Takes the token that came; the network has moved on to `hidden` (unit), and its `logits` (token) get what the past adds. */
  push(token: number, hidden: Float32Array, logits: Float32Array): void {
    if (this.#begun) this.#add(this.#workspace.classes[token]!);
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
    // Full, or another line has gone on from here: this one needs a chunk of its own.
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

  /** By the first `count` tokens that are kept. */
  #computeWeights(count: number): void {
    const chunks = this.#chunks;
    const { width, keys, kinds, key, words, table, weights } = this.#workspace;
    for (let index = 0; index < chunks.length; index++) {
      const chunk = chunks[index]!;
      const laid = this.#copied[index]!;
      const first = index * CHUNK;
      if (laid.chunk !== chunk) {
        // Whole, with what is not filled yet.
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
    this.#workspace.kernel.cacheWeigh(
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
    const { logits: own, classes, weights, shares } = this.#workspace;
    own.set(logits);
    this.#workspace.kernel.cacheMix(
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
    this.#hasQuery = true; // the room is another's now, and not to be touched
    this.rules.workspaces.push(this.#workspace);
  }

  write(out: Float32Array, snapshot: Float32Array): void {
    out[0] = Number(this.#begun);
    this.rules.snapshots.set(snapshot, { chunks: this.#chunks, used: this.#used });
  }

  /** Some hundred kilobytes, which are copied when they are posted. */
  exportBeside(snapshot: Float32Array): Heard | undefined {
    return this.rules.kept.get(snapshot);
  }

  importBeside(beside: unknown, snapshot: Float32Array): void {
    if (beside !== undefined) this.rules.kept.set(snapshot, beside as Heard);
  }

  read(values: Float32Array, snapshot: Float32Array): void {
    const heard = this.rules.snapshots.get(snapshot);
    if (!heard)
      throw new ContinuoError(
        'STATE_SHAPE',
        'a snapshot was copied, or is of another engine: the past that belongs to it is not in its numbers',
      );
    this.#begun = values[0] === 1;
    this.#hasQuery = false;
    this.#chunks = heard.chunks;
    this.#used = heard.used;
  }
}

function fill(chunk: Chunk, key: Int8Array, kind: number): void {
  chunk.keys.set(key, chunk.filled * key.length);
  chunk.classes[chunk.filled++] = kind;
}
