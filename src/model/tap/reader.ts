import type { LayerState } from '../engine.js';
import { gatesOf } from '../gates.js';
import { TapFrame } from './frame.js';
import {
  DRAWN,
  DROPPED,
  FLAGS,
  HAS_BIAS,
  HAS_GATES,
  HAS_MASK,
  headerOf,
  OPEN,
  POSITION,
  READ,
  type Slot,
  slotsOf,
  type TapLink,
  TOKEN,
  WITH_GATES,
  WITHOUT_GATES,
  WRITTEN,
} from './layout.js';

/** Opens a tap and takes its frames. A tap has one reader. */
export class TapReader {
  readonly #header: Int32Array;
  readonly #slots: readonly Slot[];

  constructor(private readonly link: TapLink) {
    this.#header = headerOf(link);
    this.#slots = slotsOf(link);
  }

  get isOpen(): boolean {
    return Atomics.load(this.#header, OPEN) !== 0;
  }

  /** Whether the engine can keep its gates. */
  get gates(): boolean {
    return this.link.shape.gates;
  }

  /**
   * From now on each step is copied. What an earlier time left unread is skipped. `gates`: with the gates of the layers, where the engine
   * can keep them; may be called again with another value.
   */
  open({ gates = false }: { readonly gates?: boolean } = {}): void {
    if (!this.isOpen) Atomics.store(this.#header, READ, Atomics.load(this.#header, WRITTEN));
    Atomics.store(this.#header, OPEN, gates ? WITH_GATES : WITHOUT_GATES);
  }

  close(): void {
    Atomics.store(this.#header, OPEN, 0);
  }

  /** Number of frames that the ring had no room for, since the tap was made. */
  get dropped(): number {
    return Atomics.load(this.#header, DROPPED);
  }

  /** Takes the frames since the last call, oldest first, as copies. */
  read(): TapFrame[] {
    const frames: TapFrame[] = [];
    for (
      let read = Atomics.load(this.#header, READ);
      read !== Atomics.load(this.#header, WRITTEN);
      read = (read + 1) | 0
    ) {
      frames.push(this.#copy(this.#slots[read & (this.#slots.length - 1)]!));
      Atomics.store(this.#header, READ, (read + 1) | 0);
    }
    return frames;
  }

  #copy({ numbers, time, layers, logits, biased, mask }: Slot): TapFrame {
    const flags = numbers[FLAGS]!;
    const { shape } = this.link;
    return new TapFrame({
      position: numbers[POSITION]!,
      time: time[0]!,
      token: numbers[TOKEN]!,
      drawn: (flags & DRAWN) !== 0,
      layers: layers.map(({ h, c, gates }, index): LayerState => {
        const { cell } = shape.layers[index]!;
        const gateSums = gates !== null && (flags & HAS_GATES) !== 0 ? copyOf(gates) : undefined;
        return {
          ...{ cell, h: copyOf(h), gateSums },
          ...(c !== null && { c: copyOf(c) }),
          get gates() {
            return gateSums && gatesOf(gateSums, cell);
          },
        };
      }),
      logits: copyOf(logits),
      biased: (flags & HAS_BIAS) !== 0 ? copyOf(biased) : null,
      mask: (flags & HAS_MASK) !== 0 ? Uint8Array.from(mask) : null,
      parts: shape.parts,
    });
  }
}

/** A copy whose buffer is not shared, so that it can be posted and decoded anywhere. */
function copyOf(values: Float32Array): Float32Array {
  const copy = new Float32Array(values.length);
  copy.set(values);
  return copy;
}
