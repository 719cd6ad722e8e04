import { ContinuoError } from '../../errors.js';
import type { Precision } from '../engine.js';
import { GATES } from '../network.js';
import type { NetworkSpec } from '../spec.js';
import { MAX_PAGES, PAGE } from './module.js';

/** Rows of a panel of weights, and panels that are read together; see assembly/product.ts. */
export const PANEL = 16;
const STREAMS = 2;
/**
 * Units and depths are filled up with zeros to whole sixteens, so that no loop has a rest, and two gates fill whole pairs
 * of panels. A unit whose weights are all
 * zero stays at h = 0 and c = 0, so the others do not notice.
 */
const WHOLE = 16;

/** One matrix of the network as it lies in the memory. Addresses in bytes. */
export interface MatrixPlan {
  /** An even number of panels; `depth` inputs, filled up. */
  readonly panels: number;
  readonly depth: number;
  readonly weights: number;
  /** int8: address of (panel, 16) float32, what one unit of the integer sum is worth. */
  readonly scales: number;
  /**
   * int8: what an activation is multiplied with before it is rounded to int16. The integer sum of `depth` products with
   * weights up to 127 must stay below 2^31, and h lies in [-1, 1]: 32767 up to depth 516, 16512 at 1024.
   */
  readonly activation: number;
}

export interface LayerPlan {
  /** Units, filled up; `bytes` of one h. */
  readonly units: number;
  readonly bytes: number;
  /** Where h, and behind it an LSTM's c, lies in a state, in bytes. */
  readonly state: number;
  /** Depth of the input's part of the matrices; 0 in the first layer, whose input is a row of the table. */
  readonly input: number;
  /** All gates; a GRU's z and r only. */
  readonly gates: MatrixPlan;
  /** A GRU's candidate, whose product waits for r. */
  readonly candidate: MatrixPlan | undefined;
  /** Bytes of all gates of one session. */
  readonly width: number;
  /**
   * What the sums begin with: (gate x unit) biases; in the first layer (token, gate x unit), the token's product
   * with the input's weights, plus the bias. Products of an embedding are formed once, in float32, and never rounded
   * to int8; a one-hot token's are its row of the kernel.
   */
  readonly start: number;
}

/** Where everything lies. Plain data: it travels with the memory from worker to worker. */
export interface KernelLayout {
  readonly spec: NetworkSpec;
  readonly precision: Precision;
  readonly layers: readonly LayerPlan[];
  readonly output: MatrixPlan;
  /** (row) biases of the output, and bytes of one session's rows. */
  readonly outputStart: number;
  readonly outputWidth: number;
  /** Bytes of one state. */
  readonly stateBytes: number;
  /** Bytes of the weights' part of the memory, the module's page included. */
  readonly bytes: number;
}

/** `size` in bytes, rounded up to whole units. */
export function whole(size: number, unit: number = WHOLE): number {
  return Math.ceil(size / unit) * unit;
}

/** Plans the memory of a network. Throws MODEL_UNSUPPORTED where it would not fit. */
export function planLayout(spec: NetworkSpec, precision: Precision): KernelLayout {
  let end = PAGE;
  const take = (bytes: number) => {
    const address = end;
    end = whole(end + bytes, 64);
    return address;
  };
  const matrix = (rows: number, depth: number): MatrixPlan => {
    const panels = STREAMS * Math.ceil(rows / (STREAMS * PANEL));
    const int8 = precision === 'int8';
    return {
      panels,
      depth,
      weights: take(panels * PANEL * depth * (int8 ? 1 : 4)),
      scales: int8 ? take(panels * PANEL * 4) : 0,
      activation: Math.min(32767, Math.floor((2 ** 31 - 1) / (127 * depth))),
    };
  };

  let state = 0;
  const layers = spec.layers.map(({ cell, units: bare }, index): LayerPlan => {
    const units = whole(bare);
    const input = index === 0 ? 0 : whole(spec.layers[index - 1]!.units);
    const gates = matrix((cell === 'gru' ? 2 : GATES[cell]) * units, input + units);
    const candidate = cell === 'gru' ? matrix(units, input + units) : undefined;
    const width = (gates.panels + (candidate?.panels ?? 0)) * PANEL * 4;
    const start = take(width * (index === 0 ? spec.inputClasses : 1));
    const bytes = 4 * units;
    const plan = { units, bytes, state, input, gates, candidate, width, start };
    state += cell === 'lstm' ? 2 * bytes : bytes;
    return plan;
  });
  const output = matrix(spec.outputClasses, whole(spec.layers.at(-1)!.units));
  const outputWidth = output.panels * PANEL * 4;
  const outputStart = take(outputWidth);
  if (end > (MAX_PAGES / 2) * PAGE)
    throw new ContinuoError(
      'MODEL_UNSUPPORTED',
      `the network needs ${Math.ceil(end / 2 ** 20)} MiB in the kernel, which has room for ${MAX_PAGES / 32}`,
      'Use a smaller network, or --engine reference.',
    );
  return { spec, precision, layers, output, outputStart, outputWidth, stateBytes: state, bytes: end };
}
