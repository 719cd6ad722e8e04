import { ContinuoError } from '../../errors.js';
import type { NetworkState, Precision, StepEngine } from '../engine.js';
import type { Network } from '../network.js';
import type { NetworkSpec } from '../spec.js';
import { checkStep, State } from '../state.js';
import { type KernelLayout, type LayerPlan, type MatrixPlan, planLayout } from './layout.js';
import { createMemory, instantiate, type KernelExports, PAGE } from './module.js';
import { packNetwork } from './pack.js';
import { claimPages, releasePages, reservePages } from './pages.js';

/** A model's weights in their shared memory. It can be posted to workers, each of which makes an engine on it. */
export interface KernelModel {
  readonly memory: WebAssembly.Memory;
  readonly layout: KernelLayout;
}

/** Lays a network out for the kernel. The memory goes when the last engine on it and this object are gone. */
export function createKernelModel(network: Network, precision: Precision): KernelModel {
  const layout = planLayout(network.spec, precision);
  const memory = createMemory(layout.bytes);
  reservePages(memory, Math.ceil(layout.bytes / PAGE));
  packNetwork(memory, instantiate(memory), layout, network);
  return { memory, layout };
}

/** What a step works in: room for `sessions`, claimed in the shared memory for one engine alone. */
interface Scratch {
  readonly sessions: number;
  readonly address: number;
  readonly bytes: number;
  /** Inputs of a product: (depth, session) float32 or (depth / 2, session, 2) int16. */
  readonly x: number;
  /** (session, row of the widest product) float32: sums of gates, logits. */
  readonly z: number;
  readonly zStep: number;
  /** (unit) float32: r h of a GRU. */
  readonly reset: number;
  /** (session, class) float32, and for 1, 2, … sessions a view of it. */
  readonly logits: number;
  readonly views: readonly Float32Array[];
}

/** The step in WebAssembly. All weights are read once a call, however many sessions step. */
export class KernelEngine implements StepEngine {
  readonly name = 'kernel';
  readonly spec: NetworkSpec;
  freed = false;
  #steps = 0;
  #calls = 0;
  #memory: WebAssembly.Memory | undefined;
  readonly #kernel: KernelExports;
  readonly #layout: KernelLayout;
  #scratch: Scratch;
  /** Addresses of states that were freed, and the pages that all states lie in. */
  readonly #freeStates: number[] = [];
  readonly #statePages: { readonly address: number; readonly bytes: number }[] = [];

  constructor(readonly model: KernelModel) {
    this.#memory = model.memory;
    this.#kernel = instantiate(model.memory);
    this.#layout = model.layout;
    this.spec = model.layout.spec;
    this.#scratch = this.#claimScratch(1);
  }

  get steps(): number {
    return this.#steps;
  }

  createState(): NetworkState {
    const memory = this.#requireMemory();
    const address = this.#freeStates.pop() ?? this.#claimStates(memory);
    const values = new Float32Array(memory.buffer, address, this.#layout.stateBytes / 4);
    const state = new State(this, values, () => this.#freeStates.push(address));
    state.reset();
    return state;
  }

  step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    const { spec } = this;
    checkStep(this, spec.inputClasses, states, tokens, this.#calls++);
    const sessions = states.length;
    if (sessions > this.#scratch.sessions) this.#growScratch(sessions);
    const { z, zStep, logits, views } = this.#scratch;
    const { layers, output, outputStart, outputWidth } = this.#layout;
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
    }

    for (let i = 0; i < sessions; i++) kernel.copy(z + i * zStep, outputStart, outputWidth);
    const last = layers[layers.length - 1]!;
    this.#gather(output, states, last.state, 0, last.units);
    this.#product(output, sessions, z);
    const bytes = 4 * spec.outputClasses;
    for (let i = 0; i < sessions; i++) kernel.copy(logits + i * bytes, z + i * zStep, bytes);
    this.#steps += sessions;
    return views[sessions - 1]!;
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
    if (this.#layout.precision === 'float32')
      this.#kernel.gatherFloat32(x + from * step, step, address, size);
    else this.#kernel.gatherInt16(x + (from / 2) * step, step, address, size, plan.activation);
  }

  #product(plan: MatrixPlan, sessions: number, out: number): void {
    const { weights, scales, panels, depth } = plan;
    const { x, zStep } = this.#scratch;
    if (this.#layout.precision === 'float32')
      this.#kernel.productFloat32(weights, panels, depth, x, sessions, out, zStep);
    else this.#kernel.productInt8(weights, scales, panels, depth, x, sessions, out, zStep);
  }

  dispose(): void {
    if (this.#memory === undefined) return;
    const memory = this.#memory;
    for (const { address, bytes } of [...this.#statePages, this.#scratch])
      releasePages(memory, address, bytes);
    this.freed = true;
    this.#memory = undefined;
  }

  #requireMemory(): WebAssembly.Memory {
    if (this.#memory === undefined) throw new ContinuoError('MODEL_FREED', 'the model was freed, then used');
    return this.#memory;
  }

  #claimStates(memory: WebAssembly.Memory): number {
    const { stateBytes } = this.#layout;
    const bytes = Math.ceil(stateBytes / PAGE) * PAGE;
    const address = claimPages(memory, bytes);
    this.#statePages.push({ address, bytes });
    for (let next = address + stateBytes; next + stateBytes <= address + bytes; next += stateBytes)
      this.#freeStates.push(next);
    return address;
  }

  #growScratch(sessions: number): void {
    const old = this.#scratch;
    this.#scratch = this.#claimScratch(2 ** Math.ceil(Math.log2(sessions)));
    releasePages(this.#requireMemory(), old.address, old.bytes);
  }

  #claimScratch(sessions: number): Scratch {
    const memory = this.#requireMemory();
    const { layers, output, outputWidth, spec } = this.#layout;
    const depth = Math.max(output.depth, ...layers.map(({ gates }) => gates.depth));
    const zStep = Math.max(outputWidth, ...layers.map(({ width }) => width));
    const reset = Math.max(...layers.map(({ bytes }) => bytes));
    const x = 4 * depth * sessions;
    const bytes = x + zStep * sessions + reset + 4 * spec.outputClasses * sessions;
    const address = claimPages(memory, bytes);
    const logits = address + x + zStep * sessions + reset;
    return {
      sessions,
      address,
      bytes,
      x: address,
      z: address + x,
      zStep,
      reset: address + x + zStep * sessions,
      logits,
      views: Array.from(
        { length: sessions },
        (_, i) => new Float32Array(memory.buffer, logits, (i + 1) * spec.outputClasses),
      ),
    };
  }
}

/** Address of a state's first value in the shared memory. */
function addressOf(state: NetworkState): number {
  return (state as State).values.byteOffset;
}
