import { kernelWasmBase64 } from './kernel.wasm.js';

/** The kernel's functions, described in assembly/. Addresses, steps and sizes in bytes unless they say otherwise. */
export interface KernelExports {
  copy(to: number, from: number, bytes: number): void;
  gatherFloat32(x: number, step: number, from: number, size: number): void;
  gatherInt16(x: number, step: number, from: number, size: number, scale: number): void;
  productFloat32(
    weights: number,
    panels: number,
    depth: number,
    x: number,
    sessions: number,
    out: number,
    outStep: number,
  ): void;
  productInt8(
    weights: number,
    scales: number,
    panels: number,
    depth: number,
    x: number,
    sessions: number,
    out: number,
    outStep: number,
  ): void;
  lstm(z: number, h: number, c: number, bytes: number): void;
  gruReset(z: number, h: number, reset: number, bytes: number): void;
  gruUpdate(z: number, candidate: number, h: number, bytes: number): void;
  rnn(z: number, h: number, bytes: number): void;
  normaliser(logits: number, classes: number): number;
  maskShares(logits: number, classes: number, mask: number, temperature: number, out: number): void;
  distribution(
    logits: number,
    classes: number,
    mask: number,
    temperature: number,
    topK: number,
    topP: number,
    weights: number,
    heap: number,
  ): number;
  cacheProject(x: number, units: number, matrix: number, width: number, out: number): void;
  cacheWeigh(
    keys: number,
    classes: number,
    count: number,
    width: number,
    key: number,
    words: number,
    table: number,
    weights: number,
  ): void;
  cacheMix(
    logits: number,
    tokens: number,
    classes: number,
    weights: number,
    count: number,
    least: number,
    shares: number,
  ): void;
  dotOnly(count: number): number;
  readOnce(address: number, bytes: number): number;
  draw(weights: number, classes: number, total: number, u: number): number;
}

/** The module keeps its constants in the first page; what lies behind belongs to whoever made the memory. */
export const PAGE = 65536;
/** Pages that a memory may have at most: what the module was built for (1 GiB). */
export const MAX_PAGES = 16384;

let compiled: WebAssembly.Module | undefined;

/** Runs the kernel on `memory`. The module is compiled once. */
export function instantiate(memory: WebAssembly.Memory): KernelExports {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelWasmBase64), (char) => char.charCodeAt(0)));
  // The types of WebAssembly know no module's exports; KernelExports repeats what assembly/index.ts exports.
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as KernelExports;
}

/** A shared memory of at least `bytes`, the module's own page included. */
export function createMemory(bytes: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: MAX_PAGES, shared: true });
}
