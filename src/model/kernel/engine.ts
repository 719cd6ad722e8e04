import { ContinuoError } from '../../errors.js';
import type { NetworkState, Precision, StepEngine } from '../engine.js';
import type { LayerPlace, Network } from '../network.js';
import type { NetworkSpec } from '../spec.js';
import { checkStep, State } from '../state.js';
import { type KernelLayout, planLayout } from './layout.js';
import { createMemory, instantiate, PAGE } from './module.js';
import { packNetwork } from './pack.js';
import { claimPages, releasePages, reservePages } from './pages.js';
import { KernelRun } from './run.js';

/** A model's weights in their shared memory. It can be posted to workers, each of which makes an engine on it. */
export interface KernelModel {
  readonly memory: WebAssembly.Memory;
  readonly layout: KernelLayout;
}

/**
 * Lays a network out for the kernel. The memory goes when this object, and every engine on it that is not disposed of,
 * is gone. Throws MODEL_UNSUPPORTED where it would not fit.
 */
export function createKernelModel(network: Network, precision: Precision): KernelModel {
  const layout = planLayout(network.spec, precision);
  const memory = createMemory(layout.bytes);
  reservePages(memory, Math.ceil(layout.bytes / PAGE));
  packNetwork(memory, instantiate(memory), layout, network);
  return { memory, layout };
}

/** The places of the layers in a state, whose layers are filled up. */
function placesIn({ spec, layers }: KernelLayout): LayerPlace[] {
  return spec.layers.map(({ cell, units }, index) => {
    const { state, units: filled } = layers[index]!;
    return { cell, units, h: state / 4, c: cell === 'lstm' ? state / 4 + filled : null };
  });
}

/** The step in WebAssembly: states and their places in the memory. */
export class KernelEngine implements StepEngine {
  readonly name = 'kernel';
  readonly spec: NetworkSpec;
  freed = false;
  #steps = 0;
  calls = 0;
  /** All that holds the memory: let go together. */
  #held: { readonly model: KernelModel; readonly run: KernelRun } | undefined;
  readonly #states = new Set<State>();
  readonly #places: readonly LayerPlace[];
  /** Addresses of states that were freed, and the pages that all states lie in. */
  readonly #freePlaces: number[] = [];
  readonly #pages: { readonly address: number; readonly bytes: number }[] = [];

  /** How many want the gates. */
  #gateViewers: number;

  /** @param gates whether states show the gates of their last step */
  constructor(model: KernelModel, gates = false) {
    this.#gateViewers = gates ? 1 : 0;
    this.spec = model.layout.spec;
    this.#held = { model, run: new KernelRun(model.memory, model.layout, gates) };
    this.#places = placesIn(model.layout);
  }

  get steps(): number {
    return this.#steps;
  }

  /** What engines in other threads are made of. Throws MODEL_FREED. */
  get model(): KernelModel {
    if (this.#held === undefined) throw new ContinuoError('MODEL_FREED', 'the model was freed, then used');
    return this.#held.model;
  }

  createState(): NetworkState {
    const { memory, layout } = this.model;
    const address = this.#freePlaces.pop() ?? this.#claimPlaces(memory, layout.stateBytes);
    const values = new Float32Array(memory.buffer, address, layout.stateBytes / 4);
    const state = new State(this, values, this.#places, () => {
      this.#freePlaces.push(address);
      this.#states.delete(state);
    });
    this.#states.add(state);
    state.reset();
    return state;
  }

  step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    checkStep(this, states, tokens);
    this.#steps += states.length;
    return this.#held!.run.step(states, tokens);
  }

  keepGates(on: boolean): void {
    this.#gateViewers += on ? 1 : -1;
    if (this.#held) this.#held.run.keepsGates = this.#gateViewers > 0;
  }

  dispose(): void {
    if (this.#held === undefined) return;
    const { model, run } = this.#held;
    run.release();
    for (const { address, bytes } of this.#pages) releasePages(model.memory, address, bytes);
    this.freed = true;
    for (const state of this.#states) state.drop();
    this.#states.clear();
    this.#held = undefined;
  }

  /** Claims pages for more states: the address of the first, the others are free. */
  #claimPlaces(memory: WebAssembly.Memory, size: number): number {
    const bytes = Math.ceil(size / PAGE) * PAGE;
    const address = claimPages(memory, bytes);
    this.#pages.push({ address, bytes });
    for (let next = address + size; next + size <= address + bytes; next += size) this.#freePlaces.push(next);
    return address;
  }
}
