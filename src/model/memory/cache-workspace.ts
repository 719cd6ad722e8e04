import { createMemory, instantiate, type KernelExports, PAGE } from '../kernel/module.js';
import type { CacheSpec } from './cache-spec.js';

/** The WebAssembly memory in which the kernel computes one stream's cache: views, one after the other. */
export class CacheWorkspace {
  readonly kernel: KernelExports;
  /** Width of a key, padded with zeros to a multiple of 16. */
  readonly width: number;
  readonly table: Float64Array; // (product)
  readonly weights: Float64Array; // (class) against 1 for the network
  readonly shares: Float64Array; // (class)
  readonly projection: Float32Array; // (unit + 1, width)
  readonly projected: Float32Array; // (width)
  readonly hidden: Float32Array; // (unit)
  readonly logits: Float32Array; // (token)
  readonly classes: Int32Array; // (token)
  readonly kinds: Int32Array; // (stored) their classes
  readonly keys: Int8Array; // (stored, width)
  readonly key: Int8Array; // (width)
  readonly words: Int16Array; // (width) the key as the kernel reads it

  /** @param stored how many tokens are stored */
  constructor(
    {
      spec,
      units,
      table,
      odds,
    }: {
      readonly spec: CacheSpec;
      readonly units: number;
      readonly table: Float64Array;
      readonly odds: Float64Array;
    },
    stored: number,
  ) {
    this.width = 16 * Math.ceil(spec.width / 16);
    const { width } = this;
    const tokens = spec.classes.length;
    const wide = table.length + 2 * odds.length;
    const single = (units + 2) * width + units + 2 * tokens + stored;
    const memory = createMemory(PAGE + 8 * wide + 4 * single + (stored + 3) * width + 16 * 13);
    this.kernel = instantiate(memory);
    const { buffer } = memory;
    let at = PAGE;
    const take = (bytes: number) => {
      const address = at;
      at = 16 * Math.ceil((at + bytes) / 16);
      return address;
    };
    this.table = new Float64Array(buffer, take(8 * table.length), table.length);
    this.weights = new Float64Array(buffer, take(8 * odds.length), odds.length);
    this.shares = new Float64Array(buffer, take(8 * odds.length), odds.length);
    this.projection = new Float32Array(buffer, take(4 * (units + 1) * width), (units + 1) * width);
    this.projected = new Float32Array(buffer, take(4 * width), width);
    this.hidden = new Float32Array(buffer, take(4 * units), units);
    this.logits = new Float32Array(buffer, take(4 * tokens), tokens);
    this.classes = new Int32Array(buffer, take(4 * tokens), tokens);
    this.kinds = new Int32Array(buffer, take(4 * stored), stored);
    this.keys = new Int8Array(buffer, take(stored * width), stored * width);
    this.key = new Int8Array(buffer, take(width), width);
    this.words = new Int16Array(buffer, take(2 * width), width);
    this.table.set(table);
    this.classes.set(spec.classes);
    for (let row = 0; row <= units; row++)
      this.projection.set(spec.projection.subarray(row * spec.width, (row + 1) * spec.width), row * width);
  }
}
