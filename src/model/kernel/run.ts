import type { NetworkState } from '../engine.js';
import { GATES } from '../network.js';
import type { State } from '../state.js';
import type { KernelLayout, LayerPlan, MatrixPlan } from './layout.js';
import { instantiate, type KernelExports } from './module.js';
import { releasePages } from './pages.js';
import { claimScratch, type Scratch } from './scratch.js';

/** The kernel at work on a model's memory: the step itself. All weights are read once a call, however many sessions step. */
export class KernelRun {
  readonly #kernel: KernelExports;
  #scratch: Scratch;

  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly layout: KernelLayout,
    /** Whether states keep the sums of their gates. */
    public keepsGates = false,
  ) {
    this.#kernel = instantiate(memory);
    this.#scratch = claimScratch(memory, layout, 1);
  }

  /** Moves the states on, and returns a view of the logits: (session, class). */
  step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    const sessions = states.length;
    if (sessions > this.#scratch.sessions) this.#grow(sessions);
    const { z, zStep, logits, views } = this.#scratch;
    const { layers, output, outputStart, outputWidth, spec } = this.layout;
    const kernel = this.#kernel;

    for (let l = 0; l < layers.length; l++) {
      const plan = layers[l]!;
      for (let i = 0; i < sessions; i++) {
        const row = l === 0 ? tokens[i]! : 0;
        kernel.copy(z + i * zStep, plan.start + row * plan.width, plan.width);
      }
      if (l > 0) this.#gather(plan.gates, states, layers[l - 1]!.state, 0, plan.input);
      this.#gather(plan.gates, states, plan.state, plan.input, plan.units);
      this.#product(plan.gates, sessions, z);
      if (plan.candidate) this.#gru(plan, plan.candidate, states);
      else
        for (let i = 0; i < sessions; i++) {
          const h = addressOf(states[i]!) + plan.state;
          if (spec.layers[l]!.cell === 'lstm') kernel.lstm(z + i * zStep, h, h + plan.bytes, plan.bytes);
          else kernel.rnn(z + i * zStep, h, plan.bytes);
        }
      if (this.keepsGates) this.#keepGates(plan, l, states);
    }

    for (let i = 0; i < sessions; i++) kernel.copy(z + i * zStep, outputStart, outputWidth);
    const last = layers[layers.length - 1]!;
    this.#gather(output, states, last.state, 0, last.units);
    this.#product(output, sessions, z);
    const bytes = 4 * spec.outputClasses;
    for (let i = 0; i < sessions; i++) kernel.copy(logits + i * bytes, z + i * zStep, bytes);
    return views[sessions - 1]!;
  }

  /** Copies the sums of the gates of layer `index`: the scratch has them until the next product. */
  #keepGates({ gates, bytes }: LayerPlan, index: number, states: readonly NetworkState[]): void {
    const { z, zStep } = this.#scratch;
    const { cell, units } = this.layout.spec.layers[index]!;
    if (cell === 'rnn') return;
    for (let i = 0; i < states.length; i++) {
      const kept = (states[i] as State).keepSums(index);
      const copy = (from: number, gate: number, count = 1) =>
        kept.set(new Float32Array(this.memory.buffer, z + i * zStep + from, count * units), gate * units);
      // The candidate of a GRU has a product of its own.
      const count = cell === 'gru' ? 2 : GATES[cell];
      if (bytes === 4 * units) copy(0, 0, count);
      else for (let gate = 0; gate < count; gate++) copy(gate * bytes, gate);
      if (cell === 'gru') copy(gates.panels * 64, 2);
    }
  }

  /** Reset and update: the candidate's product takes r h in the place of h. */
  #gru(plan: LayerPlan, candidate: MatrixPlan, states: readonly NetworkState[]): void {
    const { z, zStep, reset } = this.#scratch;
    const sums = z + plan.gates.panels * 64;
    for (let i = 0; i < states.length; i++) {
      this.#kernel.gruReset(z + i * zStep, addressOf(states[i]!) + plan.state, reset, plan.bytes);
      this.#gatherOne(candidate, states.length, i, reset, plan.input, plan.units);
    }
    this.#product(candidate, states.length, sums);
    for (let i = 0; i < states.length; i++)
      this.#kernel.gruUpdate(z + i * zStep, sums + i * zStep, addressOf(states[i]!) + plan.state, plan.bytes);
  }

  /** Brings `size` values at `offset` of every state to the depth `from` of a product's input. */
  #gather(
    plan: MatrixPlan,
    states: readonly NetworkState[],
    offset: number,
    from: number,
    size: number,
  ): void {
    for (let i = 0; i < states.length; i++)
      this.#gatherOne(plan, states.length, i, addressOf(states[i]!) + offset, from, size);
  }

  #gatherOne(
    plan: MatrixPlan,
    sessions: number,
    session: number,
    address: number,
    from: number,
    size: number,
  ): void {
    const x = this.#scratch.x + 4 * session;
    const step = 4 * sessions;
    if (this.layout.precision === 'float32') this.#kernel.gatherFloat32(x + from * step, step, address, size);
    else this.#kernel.gatherInt16(x + (from / 2) * step, step, address, size, plan.activation);
  }

  #product(plan: MatrixPlan, sessions: number, out: number): void {
    const { weights, scales, panels, depth } = plan;
    const { x, zStep } = this.#scratch;
    if (this.layout.precision === 'float32')
      this.#kernel.productFloat32(weights, panels, depth, x, sessions, out, zStep);
    else this.#kernel.productInt8(weights, scales, panels, depth, x, sessions, out, zStep);
  }

  #grow(sessions: number): void {
    const old = this.#scratch;
    this.#scratch = claimScratch(this.memory, this.layout, 2 ** Math.ceil(Math.log2(sessions)));
    releasePages(this.memory, old.address, old.bytes);
  }

  /** Gives the scratch back to the memory. */
  release(): void {
    releasePages(this.memory, this.#scratch.address, this.#scratch.bytes);
  }
}

/** Address of a state's first value in the shared memory. */
function addressOf(state: NetworkState): number {
  return (state as State).values.byteOffset;
}
