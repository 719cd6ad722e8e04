import { kernelWasmBase64 } from './kernel.wasm.js';

/** The kernel's functions. Addresses are bytes in the memory that the instance was made with. */
export interface KernelExports {
  readonly crossEntropy: (logits: number, classes: number, token: number) => number;
  readonly distribution: (
    logits: number,
    classes: number,
    mask: number,
    temperature: number,
    topK: number,
    topP: number,
    weights: number,
    heap: number,
  ) => number;
  readonly draw: (weights: number, classes: number, total: number, u: number) => number;
}

/** The module keeps its constants in the first page; what lies behind belongs to whoever made the memory. */
export const PAGE = 65536;
/** Pages that a memory may have at most: what the module was built for (1 GiB). */
export const MAX_PAGES = 16384;

let compiled: WebAssembly.Module | undefined;

/** Runs the kernel on `memory`. The module is compiled once. */
export function instantiate(memory: WebAssembly.Memory): KernelExports {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelWasmBase64), (char) => char.charCodeAt(0)));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as KernelExports;
}

/** A shared memory of at least `bytes`, the module's own page included. */
export function createMemory(bytes: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: MAX_PAGES, shared: true });
}
