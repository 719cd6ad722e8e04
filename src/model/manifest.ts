import { arrayAt, broken, numberAt, objectAt, show, sizeAt, stringAt } from './json.js';

/** One tensor of a model folder, in float32. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Reads a weight file. `most` is the largest size that the manifest allows for it, in bytes; a longer file is broken. */
export type ReadShard = (path: string, most: number) => Uint8Array | Promise<Uint8Array>;

/** The largest number of weights: a gigabyte in float32. */
const MOST_NUMBERS = 2 ** 28;

const STORED_BYTES = { float32: 4, float16: 2, uint16: 2, uint8: 1 } as const;
type Stored = keyof typeof STORED_BYTES;

/** An entry of the manifest: a weight's name, its shape, and how its numbers are stored. */
interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly stored: Stored;
  /** For uint8 and uint16: value = stored x scale + min. */
  readonly scale: number;
  readonly min: number;
}

/** Reads the weights of groups. Throws MODEL_BROKEN where bytes are missing or left over, or a value is not finite. */
export async function readGroups(
  groups: readonly WeightGroup[],
  readShard: ReadShard,
): Promise<Map<string, Tensor>> {
  const tensors = new Map<string, Tensor>();
  for (const { paths, entries, expected } of groups) {
    const bytes = await readShards(paths, expected, readShard);
    let offset = 0;
    for (const entry of entries) {
      const length = bytesOf(entry);
      tensors.set(entry.name, {
        shape: entry.shape,
        values: decode(entry, bytes.subarray(offset, offset + length)),
      });
      offset += length;
    }
  }
  return tensors;
}

/** The weights of groups by name, with shapes and without values, before they are read. */
export function shapesOf(groups: readonly WeightGroup[]): Map<string, Tensor> {
  const values = new Float32Array();
  return new Map(
    groups.flatMap(({ entries }) => entries.map(({ name, shape }) => [name, { shape, values }])),
  );
}

/** Weights that are stored together, in one file or several. */
export interface WeightGroup {
  readonly paths: readonly string[];
  readonly entries: readonly Entry[];
  /** Bytes of all entries. */
  readonly expected: number;
}

/**
 * Parses a tfjs `weightsManifest`: groups of entries whose bytes follow each other without gaps over the group's shards,
 * little-endian. Throws MODEL_BROKEN.
 */
export function parseManifest(manifest: unknown): WeightGroup[] {
  const names = new Set<string>();
  const files = new Set<string>();
  let numbers = 0;
  return arrayAt(manifest, 'weightsManifest').map((value, index) => {
    const place = `weightsManifest[${index}]`;
    const group = objectAt(value, place);
    const paths = arrayAt(group.paths, `${place}.paths`).map((path) => safePath(path, `${place}.paths`));
    for (const path of paths) {
      if (files.has(path)) throw broken(`${place}.paths: ${show(path)} is named twice`);
      files.add(path);
    }
    const entries = arrayAt(group.weights, `${place}.weights`).map((entry, i) =>
      parseEntry(entry, `${place}.weights[${i}]`),
    );
    for (const { name, count } of entries) {
      if (names.has(name)) throw broken(`two weights have the name ${show(name)}`);
      names.add(name);
      numbers += count;
    }
    if (numbers > MOST_NUMBERS)
      throw broken(`${place}: ${numbers} weights are impossibly many; ${MOST_NUMBERS} is the most`);
    return { paths, entries, expected: entries.reduce((sum, entry) => sum + bytesOf(entry), 0) };
  });
}

const bytesOf = ({ count, stored }: Entry) => count * STORED_BYTES[stored];

/** Reads the shards in order; each may be as long as those before it leave room for. */
async function readShards(
  paths: readonly string[],
  expected: number,
  readShard: ReadShard,
): Promise<Uint8Array> {
  const shards: Uint8Array[] = [];
  let got = 0;
  for (const path of paths) {
    const shard = await readShard(path, expected - got);
    shards.push(shard);
    got += shard.length;
  }
  if (got !== expected)
    throw broken(`${paths.join(', ')}: expected ${expected} bytes of weights, got ${got}`);
  return joined(shards);
}

/** Accepts relative paths downwards with forward slashes only, so that a shard lies in the model folder. */
function safePath(value: unknown, place: string): string {
  const path = stringAt(value, place);
  const leaves =
    path.startsWith('/') ||
    /[\\:\0]/.test(path) ||
    path.split('/').some((part) => part === '..' || part === '');
  if (leaves) throw broken(`${place}: ${show(path)} is no file inside of the model folder`);
  return path;
}

function parseEntry(value: unknown, place: string): Entry {
  const entry = objectAt(value, place);
  const name = stringAt(entry.name, `${place}.name`);
  const shape = arrayAt(entry.shape, `${place}.shape`).map((size) => sizeAt(size, `${place}.shape`));
  const count = shape.reduce((product, size) => product * size, 1);
  if (count > 2 ** 31) throw broken(`${place}: the shape ${show(shape)} is impossibly large`);
  if (entry.dtype !== 'float32') throw broken(`${place}: expected dtype float32, got ${show(entry.dtype)}`);
  if (entry.quantization === undefined) return { name, shape, count, stored: 'float32', scale: 1, min: 0 };

  const quantization = objectAt(entry.quantization, `${place}.quantization`);
  const stored = quantization.dtype;
  if (stored === 'float16') return { name, shape, count, stored, scale: 1, min: 0 };
  if (stored !== 'uint8' && stored !== 'uint16')
    throw broken(`${place}.quantization.dtype: expected float16, uint8 or uint16, got ${show(stored)}`);
  const scale = numberAt(quantization.scale, `${place}.quantization.scale`);
  const min = numberAt(quantization.min, `${place}.quantization.min`);
  return { name, shape, count, stored, scale, min };
}

function joined(shards: readonly Uint8Array[]): Uint8Array {
  if (shards.length === 1) return shards[0]!;
  const bytes = new Uint8Array(shards.reduce((sum, shard) => sum + shard.length, 0));
  let offset = 0;
  for (const shard of shards) {
    bytes.set(shard, offset);
    offset += shard.length;
  }
  return bytes;
}

function decode(entry: Entry, bytes: Uint8Array): Float32Array {
  const values = dequantised(entry, bytes);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw broken(`weight ${show(entry.name)}: value ${bad} is ${values[bad]}, expected a finite number`);
  return values;
}

/** The value of each float16 by its bits; made once, in a few milliseconds. */
let float16Table: Float32Array | undefined;

/** Every machine on which WebAssembly SIMD runs is little-endian, as the files are. */
function dequantised({ stored, scale, min }: Entry, bytes: Uint8Array): Float32Array {
  if (stored === 'uint8') return Float32Array.from(bytes, (value) => value * scale + min);
  const { buffer } = new Uint8Array(bytes); // a copy of these bytes alone, aligned (slice of a Buffer is none)
  if (stored === 'float32') return new Float32Array(buffer);
  if (stored === 'uint16') return Float32Array.from(new Uint16Array(buffer), (value) => value * scale + min);
  return float16s(buffer);
}

/** Decodes IEEE 754 binary16 numbers, little-endian. */
export function float16s(buffer: ArrayBuffer): Float32Array {
  const values = new Uint16Array(buffer);
  float16Table ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => float16(bits));
  const numbers = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) numbers[i] = float16Table[values[i]!]!;
  return numbers;
}

/** IEEE 754 binary16: 1 sign bit, 5 bits of exponent (bias 15), 10 of fraction. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
