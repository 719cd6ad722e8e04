import { GATES, type Network } from '../network.js';
import { type KernelLayout, type LayerPlan, type MatrixPlan, PANEL, whole } from './layout.js';
import type { KernelExports } from './module.js';
import { claimPages, releasePages } from './pages.js';

/** A part of a matrix's depth: a Keras matrix (row, column), its rows filled up with zeros to `depth`. */
interface Part {
  readonly matrix: Float32Array;
  readonly rows: number;
  readonly depth: number;
}

/** Writes a network's weights into the memory as the layout plans them. */
export function packNetwork(
  memory: WebAssembly.Memory,
  kernel: KernelExports,
  layout: KernelLayout,
  network: Network,
): void {
  const { spec, weights } = network;
  layout.layers.forEach((plan, index) => {
    const { cell, units } = spec.layers[index]!;
    const { kernel: input, recurrent, bias } = weights.layers[index]!;
    const parts: Part[] = [{ matrix: recurrent, rows: units, depth: plan.units }];
    if (index > 0) parts.unshift({ matrix: input, rows: spec.layers[index - 1]!.units, depth: plan.input });
    const columns = gateColumns(plan, GATES[cell], units);
    const split = plan.gates.panels * PANEL;
    packMatrix(memory, layout, plan.gates, parts, columns.subarray(0, split));
    if (plan.candidate) packMatrix(memory, layout, plan.candidate, parts, columns.subarray(split));
    if (index > 0) packRow(memory, plan.start, bias, columns);
    else packTable(memory, kernel, layout, network, columns);
  });
  const columns = Int32Array.from({ length: layout.output.panels * PANEL }, (_, row) =>
    row < spec.outputClasses ? row : -1,
  );
  const units = spec.layers.at(-1)!.units;
  packMatrix(
    memory,
    layout,
    layout.output,
    [{ matrix: weights.output.kernel, rows: units, depth: whole(units) }],
    columns,
  );
  packRow(memory, layout.outputStart, weights.output.bias, columns);
}

/** For each row of a layer's panels the Keras column (gate x unit) that it holds; -1 for the filling. */
function gateColumns(plan: LayerPlan, gates: number, units: number): Int32Array {
  return Int32Array.from({ length: plan.width / 4 }, (_, row) => {
    const gate = Math.floor(row / plan.units);
    const unit = row % plan.units;
    return gate < gates && unit < units ? gate * units + unit : -1;
  });
}

function packMatrix(
  memory: WebAssembly.Memory,
  layout: KernelLayout,
  plan: MatrixPlan,
  parts: readonly Part[],
  columns: Int32Array,
): void {
  const values = new Float32Array(plan.depth * PANEL); // (depth, 16): one panel
  const float32 = layout.precision === 'float32';
  for (let panel = 0; panel < plan.panels; panel++) {
    fillPanel(values, parts, columns.subarray(panel * PANEL, (panel + 1) * PANEL));
    if (float32)
      new Float32Array(memory.buffer, plan.weights + 4 * panel * values.length, values.length).set(values);
    else packInt8(memory, plan, panel, values);
  }
}

function fillPanel(values: Float32Array, parts: readonly Part[], columns: Int32Array): void {
  values.fill(0);
  let at = 0;
  for (const { matrix, rows, depth } of parts) {
    const width = matrix.length / rows;
    for (let row = 0; row < rows; row++)
      for (let r = 0; r < PANEL; r++) {
        const column = columns[r]!;
        if (column >= 0) values[at + row * PANEL + r] = matrix[row * width + column]!;
      }
    at += depth * PANEL;
  }
}

/** Rounds a panel to int8, each of its rows with a scale of its own, two rows to a word: see productInt8. */
function packInt8(memory: WebAssembly.Memory, plan: MatrixPlan, panel: number, values: Float32Array): void {
  const bytes = new Uint8Array(memory.buffer, plan.weights + panel * values.length, values.length);
  const scales = new Float32Array(memory.buffer, plan.scales + 4 * panel * PANEL, PANEL);
  for (let row = 0; row < PANEL; row++) {
    let largest = 0;
    for (let i = row; i < values.length; i += PANEL) largest = Math.max(largest, Math.abs(values[i]!));
    scales[row] = largest / 127 / plan.activation;
    const toInteger = largest === 0 ? 0 : 127 / largest;
    const high = (row >> 2) & 1;
    const place = 16 * (row >> 3) + 4 * (row & 3) + high;
    for (let k = 0; k < plan.depth; k++) {
      const weight = Math.round(values[k * PANEL + row]! * toInteger);
      bytes[(k >> 1) * 2 * PANEL + place + 2 * (k & 1)] = high ? weight : weight + 128;
    }
  }
}

/** Writes a bias in the order of the panels' rows. */
function packRow(
  memory: WebAssembly.Memory,
  address: number,
  values: Float32Array,
  columns: Int32Array,
): void {
  const out = new Float32Array(memory.buffer, address, columns.length);
  for (let row = 0; row < columns.length; row++) {
    const column = columns[row]!;
    out[row] = column < 0 ? 0 : values[column]!;
  }
}

/** Forms the first layer's table: for each token its input's product with the kernel, plus the bias. */
function packTable(
  memory: WebAssembly.Memory,
  kernel: KernelExports,
  layout: KernelLayout,
  { spec, weights }: Network,
  columns: Int32Array,
): void {
  const { kernel: matrix, bias } = weights.layers[0]!;
  const { start, width } = layout.layers[0]!;
  const row = new Float32Array(bias.length);
  for (let token = 0; token < spec.inputClasses; token++) {
    row.set(bias);
    // A one-hot token's product is its row of the kernel.
    if (!weights.embedding) for (let i = 0; i < row.length; i++) row[i]! += matrix[token * row.length + i]!;
    packRow(memory, start + token * width, row, columns);
  }
  if (weights.embedding) addEmbedded(memory, kernel, layout, weights.embedding, matrix, columns);
}

/** Tokens whose products are formed together. */
const TOKENS = 64;

/** Adds to the table the product of every embedding with the first layer's kernel. */
function addEmbedded(
  memory: WebAssembly.Memory,
  kernel: KernelExports,
  { spec, layers }: KernelLayout,
  embedding: Float32Array,
  matrix: Float32Array,
  columns: Int32Array,
): void {
  const { start, width } = layers[0]!;
  const depth = whole(spec.embedding);
  const panels = width / (4 * PANEL);
  const bytes = depth * width + depth * TOKENS * 4;
  const address = claimPages(memory, bytes);
  const part = { matrix, rows: spec.embedding, depth };
  for (let panel = 0; panel < panels; panel++)
    fillPanel(
      new Float32Array(memory.buffer, address + 4 * panel * depth * PANEL, depth * PANEL),
      [part],
      columns.subarray(panel * PANEL, (panel + 1) * PANEL),
    );
  const x = address + depth * width;
  for (let first = 0; first < spec.inputClasses; first += TOKENS) {
    const count = Math.min(TOKENS, spec.inputClasses - first);
    const inputs = new Float32Array(memory.buffer, x, depth * count); // (depth, token)
    inputs.fill(0);
    for (let token = 0; token < count; token++)
      for (let k = 0; k < spec.embedding; k++)
        inputs[k * count + token] = embedding[(first + token) * spec.embedding + k]!;
    kernel.productFloat32(address, panels, depth, x, count, start + first * width, width);
  }
  releasePages(memory, address, bytes);
}
