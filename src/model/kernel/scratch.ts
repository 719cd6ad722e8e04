import type { KernelLayout } from './layout.js';
import { claimPages } from './pages.js';

/** What a step works in: room for `sessions`, claimed in the shared memory for one engine alone. Addresses in bytes. */
export interface Scratch {
  readonly sessions: number;
  readonly address: number;
  readonly bytes: number;
  /** Inputs of a product: (depth, session) float32 or (depth / 2, session, 2) int16. */
  readonly x: number;
  /** (session, row of the widest product) float32: sums of gates, logits; `zStep` from session to session. */
  readonly z: number;
  readonly zStep: number;
  /** (unit) float32: r h of a GRU. */
  readonly reset: number;
  /** (session, class) float32, and for 1, 2, … sessions a view of it. */
  readonly logits: number;
  readonly views: readonly Float32Array[];
}

/** Room for so many sessions in one step. Throws MODEL_UNSUPPORTED where the memory has none. */
export function claimScratch(memory: WebAssembly.Memory, layout: KernelLayout, sessions: number): Scratch {
  const { layers, output, outputWidth, spec } = layout;
  const depth = Math.max(output.depth, ...layers.map(({ gates }) => gates.depth));
  const zStep = Math.max(outputWidth, ...layers.map(({ width }) => width));
  const units = Math.max(...layers.map(({ bytes }) => bytes));
  const sizes = [4 * depth * sessions, zStep * sessions, units, 4 * spec.outputClasses * sessions] as const;
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const x = claimPages(memory, bytes);
  const z = x + sizes[0];
  const reset = z + sizes[1];
  const logits = reset + sizes[2];
  const views = Array.from(
    { length: sessions },
    (_, i) => new Float32Array(memory.buffer, logits, (i + 1) * spec.outputClasses),
  );
  return { sessions, address: x, bytes, x, z, zStep, reset, logits, views };
}
