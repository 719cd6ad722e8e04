import type { LayerState, NetworkState, StepEngine } from '../engine.js';
import {
  DRAWN,
  DROPPED,
  FLAGS,
  frameLayout,
  HAS_BIAS,
  HAS_GATES,
  HAS_MASK,
  headerOf,
  OPEN,
  POSITION,
  READ,
  type Slot,
  shapeOf,
  slotsOf,
  type TapLink,
  TOKEN,
  tapBytes,
  WITH_GATES,
  WRITTEN,
} from './layout.js';

/** A token about to be stepped with, and what the network made of it. */
export interface TapInput {
  /** Number of tokens before this one, with the start token. */
  readonly position: number;
  /** Seconds at the head of the stream. */
  readonly time: number;
  readonly token: number;
  /** Whether the token was drawn from the logits; else it was fed. */
  readonly drawn: boolean;
  /** The state that the logits were computed from. */
  readonly state: NetworkState;
  readonly logits: Float32Array; // (class)
  /** The logits with a grammar's bias; null where it added none. */
  readonly biased: Float32Array | null; // (class)
  /** 1 where a token was allowed; null where nothing was drawn. */
  readonly mask: Uint8Array | null; // (class)
}

/**
 * Shows what a network does, step by step, to a {@link TapReader} in this thread or another. While no reader has it open, it
 * costs one load of a number a step. While one has, each step is copied into a ring; where the reader is late, frames are
 * dropped, and nothing waits.
 *
 * @example
 * const tap = new Tap(performer.engine);
 * const session = new Session({ ...performer, tap, output, mode: 'answer', time: 0, emit: () => {}, record: () => {} });
 * const reader = new TapReader(tap.link);
 * reader.open();
 * // after some calls of session.advance:
 * for (const { time, token, nats } of reader.read()) console.log(time, token, nats);
 */
export class Tap {
  /** For a reader, in another thread too. */
  readonly link: TapLink;
  readonly #header: Int32Array;
  /** The views of the ring, made when somebody looks for the first time. */
  #views: readonly Slot[] | undefined;
  /** As the reader had it at the last look. */
  #open = 0;

  constructor(private readonly engine: Pick<StepEngine, 'spec' | 'keepGates'>) {
    const shape = shapeOf(engine.spec, engine.keepGates !== undefined);
    const bytes = tapBytes(frameLayout(shape));
    const shared = typeof SharedArrayBuffer === 'function';
    this.link = { shape, buffer: shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes) };
    this.#header = headerOf(this.link);
  }

  get isOpen(): boolean {
    const open = Atomics.load(this.#header, OPEN);
    if (open !== this.#open) this.#follow(open);
    return open !== 0;
  }

  /** Has the engine keep its gates while a reader wants them. */
  #follow(open: number): void {
    const [before, now] = [this.#open === WITH_GATES, open === WITH_GATES];
    this.#open = open;
    if (before !== now) this.engine.keepGates?.(now);
  }

  /** Its session is over: nothing is copied any more. */
  close(): void {
    this.#follow(0);
  }

  get #slots(): readonly Slot[] {
    this.#views ??= slotsOf(this.link);
    return this.#views;
  }

  /** Copies a step into the ring, before the state moves on; drops it where the ring is full. Only while {@link isOpen}. */
  write({ position, time, token, drawn, state, logits, biased, mask }: TapInput): void {
    const header = this.#header;
    const written = Atomics.load(header, WRITTEN);
    if (((written - Atomics.load(header, READ)) | 0) >= this.#slots.length) {
      Atomics.add(header, DROPPED, 1);
      return;
    }
    const slot = this.#slots[written & (this.#slots.length - 1)]!;
    slot.numbers[POSITION] = position;
    slot.numbers[TOKEN] = token;
    slot.time[0] = time;
    const { layers } = state;
    let gates = this.#open === WITH_GATES;
    for (let l = 0; l < layers.length; l++) {
      const { h, c } = layers[l]!;
      slot.layers[l]!.h.set(h);
      if (c) slot.layers[l]!.c!.set(c);
      gates &&= copyGates(layers[l]!, slot.layers[l]!);
    }
    slot.numbers[FLAGS] =
      (drawn ? DRAWN : 0) | (mask ? HAS_MASK : 0) | (biased ? HAS_BIAS : 0) | (gates ? HAS_GATES : 0);
    slot.logits.set(logits);
    if (biased) slot.biased.set(biased);
    if (mask) slot.mask.set(mask);
    Atomics.store(header, WRITTEN, (written + 1) | 0);
  }
}

/** Returns whether the layer's gates are there, or it has none. */
function copyGates({ gateSums }: LayerState, { gates }: Slot['layers'][number]): boolean {
  if (gates === null) return true;
  if (gateSums === undefined) return false;
  gates.set(gateSums);
  return true;
}
