import { createMemory, instantiate, type KernelExports, PAGE } from '../kernel/module.js';
import { claimPages, reservePages } from '../kernel/pages.js';
import type { CacheSpec } from './cache-spec.js';

/** What the workspaces of an engine's streams are made from. */
interface CacheConstants {
  readonly spec: CacheSpec;
  readonly units: number;
  readonly table: Float64Array; // (product)
  readonly odds: Float64Array; // (class)
}

/** Hands out addresses one after the other, each a multiple of 16. */
function taker(from: number): (bytes: number) => number {
  let at = from;
  return (bytes) => {
    const address = at;
    at = 16 * Math.ceil((at + bytes) / 16);
    return address;
  };
}

/** The WebAssembly memory in which the kernel computes the caches of an engine's streams: what all have in common, and where one call works. */
export class CacheRoom {
  readonly memory: WebAssembly.Memory;
  readonly kernel: KernelExports;
  /** Width of a key, padded with zeros to a multiple of 16. */
  readonly width: number;
  readonly table: Float64Array; // (product)
  readonly weights: Float64Array; // (class) against 1 for the network
  readonly shares: Float64Array; // (class)
  readonly projection: Float32Array; // (unit + 1, width)
  readonly hidden: Float32Array; // (unit)
  readonly logits: Float32Array; // (token)
  readonly classes: Int32Array; // (token)

  constructor({ spec, units, table, odds }: CacheConstants) {
    this.width = 16 * Math.ceil(spec.width / 16);
    const { width } = this;
    const tokens = spec.classes.length;
    const wide = table.length + 2 * odds.length;
    const single = (units + 1) * width + units + 2 * tokens;
    const bytes = PAGE + 8 * wide + 4 * single + 16 * 8;
    this.memory = createMemory(bytes);
    reservePages(this.memory, Math.ceil(bytes / PAGE));
    this.kernel = instantiate(this.memory);
    const { buffer } = this.memory;
    const take = taker(PAGE);
    this.table = new Float64Array(buffer, take(8 * table.length), table.length);
    this.weights = new Float64Array(buffer, take(8 * odds.length), odds.length);
    this.shares = new Float64Array(buffer, take(8 * odds.length), odds.length);
    this.projection = new Float32Array(buffer, take(4 * (units + 1) * width), (units + 1) * width);
    this.hidden = new Float32Array(buffer, take(4 * units), units);
    this.logits = new Float32Array(buffer, take(4 * tokens), tokens);
    this.classes = new Int32Array(buffer, take(4 * tokens), tokens);
    this.table.set(table);
    this.classes.set(spec.classes);
    for (let row = 0; row <= units; row++)
      this.projection.set(spec.projection.subarray(row * spec.width, (row + 1) * spec.width), row * width);
  }
}

/** A stream's own part of the room: the tokens that it stored, and the key of its present state. */
export class CacheWorkspace {
  readonly kinds: Int32Array; // (stored) their classes
  readonly keys: Int8Array; // (stored, width)
  readonly projected: Float32Array; // (width)
  readonly key: Int8Array; // (width)
  readonly words: Int16Array; // (width) the key as the kernel reads it

  /** @param stored how many tokens are stored */
  constructor(
    readonly room: CacheRoom,
    stored: number,
  ) {
    const { memory, width } = room;
    const take = taker(claimPages(memory, 4 * stored + (stored + 7) * width + 16 * 5));
    const { buffer } = memory;
    this.kinds = new Int32Array(buffer, take(4 * stored), stored);
    this.keys = new Int8Array(buffer, take(stored * width), stored * width);
    this.projected = new Float32Array(buffer, take(4 * width), width);
    this.key = new Int8Array(buffer, take(width), width);
    this.words = new Int16Array(buffer, take(2 * width), width);
  }
}
