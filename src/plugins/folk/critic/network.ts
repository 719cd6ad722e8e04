import { INPUT_FIELDS } from './input.js';

/** Weights of a GRU in one direction, laid out as in PyTorch: gates in the order reset, update, new. Shapes: (row × column). */
export interface DirectionWeights {
  /** Shape: (3 units × width). */
  readonly input: Float32Array;
  /** Shape: (3 units × units). */
  readonly hidden: Float32Array;
  /** Shape: (3 units). */
  readonly inputBias: Float32Array;
  readonly hiddenBias: Float32Array;
}

/**
 * Weights of a bidirectional GRU over a tune: embedding tables for the fields, a forward and a backward GRU, and a
 * linear output over the mean and maximum of their states.
 */
export interface CriticWeights {
  readonly width: number;
  readonly units: number;
  /** Embedding table of each field. Shape: (class × width). */
  readonly tables: readonly Float32Array[];
  readonly ahead: DirectionWeights;
  readonly back: DirectionWeights;
  /** Output weights: mean forward, mean backward, maximum forward, maximum backward. Shape: (4 units). */
  readonly out: Float32Array;
  readonly bias: number;
}

const FIELDS = INPUT_FIELDS.length;

/** Computes the log-odds that people made a tune. */
export class CriticNetwork {
  readonly #directions: readonly Direction[];

  constructor(private readonly weights: CriticWeights) {
    const { ahead, back } = weights;
    this.#directions = [new Direction(ahead, weights, false), new Direction(back, weights, true)];
  }

  /** Shape of `rows`: (row × fields), as `inputOf` returns it. Returns a logit. */
  logit(rows: Uint16Array): number {
    const { units, out, bias } = this.weights;
    let logit = bias;
    for (const [index, direction] of this.#directions.entries()) {
      const { mean, most } = direction.read(rows);
      const first = index * units;
      for (let unit = 0; unit < units; unit++)
        logit += mean[unit]! * out[first + unit]! + most[unit]! * out[2 * units + first + unit]!;
    }
    return logit;
  }
}

/** One direction of the GRU, in double precision, since JavaScript computes in it anyway. */
class Direction {
  readonly #units: number;
  readonly #hidden: Float64Array;
  readonly #hiddenBias: Float64Array;
  /** Contribution of each class of each field to the gates, computed on first use. Shape: (field, class). */
  readonly #adds: (Float64Array | undefined)[][];

  constructor(
    private readonly direction: DirectionWeights,
    private readonly weights: CriticWeights,
    private readonly backwards: boolean,
  ) {
    this.#units = weights.units;
    this.#hidden = Float64Array.from(direction.hidden);
    this.#hiddenBias = Float64Array.from(direction.hiddenBias);
    this.#adds = weights.tables.map(() => []);
  }

  read(rows: Uint16Array): { mean: Float64Array; most: Float64Array } {
    const units = this.#units;
    const count = rows.length / FIELDS;
    let state = new Float64Array(units);
    let next = new Float64Array(units);
    const gates = new Float64Array(3 * units);
    const mean = new Float64Array(units);
    const most = new Float64Array(units).fill(Number.NEGATIVE_INFINITY);
    for (let step = 0; step < count; step++) {
      this.#hear(rows, this.backwards ? count - 1 - step : step, gates);
      this.#step(gates, state, next);
      [state, next] = [next, state];
      for (let unit = 0; unit < units; unit++) {
        mean[unit]! += state[unit]! / count;
        if (state[unit]! > most[unit]!) most[unit] = state[unit]!;
      }
    }
    return { mean, most };
  }

  #hear(rows: Uint16Array, row: number, gates: Float64Array): void {
    gates.fill(0);
    for (let field = 0; field < FIELDS; field++) {
      const adds = this.#addsOf(field, rows[row * FIELDS + field]!);
      for (let gate = 0; gate < gates.length; gate++) gates[gate]! += adds[gate]!;
    }
  }

  #addsOf(field: number, index: number): Float64Array {
    const known = this.#adds[field]![index];
    if (known) return known;
    const { width, tables } = this.weights;
    const { input, inputBias } = this.direction;
    const row = tables[field]!.subarray(index * width, (index + 1) * width);
    const adds = Float64Array.from({ length: 3 * this.#units }, (_, gate) => {
      // The bias is added once, with the first field.
      let sum = field === 0 ? inputBias[gate]! : 0;
      for (let column = 0; column < width; column++) sum += input[gate * width + column]! * row[column]!;
      return sum;
    });
    this.#adds[field]![index] = adds;
    return adds;
  }

  #step(gates: Float64Array, state: Float64Array, next: Float64Array): void {
    const units = this.#units;
    const hidden = this.#hidden;
    const bias = this.#hiddenBias;
    for (let unit = 0; unit < units; unit++) {
      let [reset, update, fresh] = [bias[unit]!, bias[units + unit]!, bias[2 * units + unit]!];
      let row = unit * units;
      const far = units * units;
      for (let other = 0; other < units; other++, row++) {
        const value = state[other]!;
        reset += hidden[row]! * value;
        update += hidden[far + row]! * value;
        fresh += hidden[2 * far + row]! * value;
      }
      const r = sigmoid(gates[unit]! + reset);
      const z = sigmoid(gates[units + unit]! + update);
      const n = 2 * sigmoid(2 * (gates[2 * units + unit]! + r * fresh)) - 1;
      next[unit] = n + z * (state[unit]! - n);
    }
  }
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
