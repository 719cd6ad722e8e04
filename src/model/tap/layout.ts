import { GATES } from '../network.js';
import type { LayerSpec, NetworkSpec } from '../spec.js';

/** What a tap shows of an engine: its layers, and the classes of each network whose logits it holds. */
export interface TapShape {
  readonly layers: readonly LayerSpec[];
  /** One for an engine of one network, two where {@link NetworkSpec.parts} says so. */
  readonly parts: readonly number[];
  /** Whether its engine can keep the gates of its layers. */
  readonly gates: boolean;
}

/** A tap's memory and what it means: plain data that can be posted to another thread. */
export interface TapLink {
  readonly shape: TapShape;
  readonly buffer: ArrayBufferLike;
}

/** Words of the header. */
export const OPEN = 0;
export const WRITTEN = 1;
export const READ = 2;
export const DROPPED = 3;
const HEADER_WORDS = 8;

/** Words of a frame, before its layers. The time takes two. */
export const POSITION = 0;
export const TOKEN = 1;
export const FLAGS = 2;
export const TIME = 4;
const FRAME_WORDS = 6;

export const DRAWN = 1;
export const HAS_MASK = 2;
export const HAS_BIAS = 4;
export const HAS_GATES = 8;

/** What {@link OPEN} is: 0 closed, or one of these. */
export const WITHOUT_GATES = 1;
export const WITH_GATES = 2;

/** More frames than a session writes between two looks of a reader. A power of two, since counters wrap around. */
const SLOTS = 64;
const MOST_BYTES = 4 * 2 ** 20;

export function shapeOf(
  { layers, outputClasses, parts = [outputClasses] }: NetworkSpec,
  gates = false,
): TapShape {
  return { layers: layers.map(({ cell, units }) => ({ cell, units })), parts: [...parts], gates };
}

/** Where the parts of a frame lie, in words of 4 bytes. */
export interface FrameLayout {
  readonly classes: number;
  /** By layer: h, c or null, and the sums of the gates or null. */
  readonly layers: readonly {
    readonly h: number;
    readonly c: number | null;
    readonly gates: number | null;
  }[];
  readonly logits: number;
  readonly biased: number;
  /** A byte a class. */
  readonly mask: number;
  readonly words: number;
  readonly slots: number;
}

export function frameLayout({ layers, parts, gates }: TapShape): FrameLayout {
  let end = FRAME_WORDS;
  const take = (words: number) => {
    const at = end;
    end += words;
    return at;
  };
  const classes = parts.reduce((sum, size) => sum + size, 0);
  const places = layers.map(({ cell, units }) => ({
    h: take(units),
    c: cell === 'lstm' ? take(units) : null,
    gates: gates && cell !== 'rnn' ? take(GATES[cell] * units) : null,
  }));
  const [logits, biased, mask] = [take(classes), take(classes), take(Math.ceil(classes / 4))];
  const words = 2 * Math.ceil(end / 2);
  let slots = SLOTS;
  while (slots > 4 && slots * words * 4 > MOST_BYTES) slots /= 2;
  return { classes, layers: places, logits, biased, mask, words, slots };
}

/** Bytes of a tap's memory. */
export function tapBytes({ words, slots }: FrameLayout): number {
  return 4 * (HEADER_WORDS + words * slots);
}

/** The views of a frame in a tap's memory, which both sides make once. */
export interface Slot {
  /** {@link POSITION}, {@link TOKEN} and {@link FLAGS}. */
  readonly numbers: Int32Array;
  readonly time: Float64Array;
  readonly layers: readonly {
    readonly h: Float32Array;
    readonly c: Float32Array | null;
    /** Sums of the gates: (gate, unit). */
    readonly gates: Float32Array | null;
  }[];
  readonly logits: Float32Array;
  readonly biased: Float32Array;
  readonly mask: Uint8Array;
}

export function slotsOf({ shape, buffer }: TapLink): Slot[] {
  const layout = frameLayout(shape);
  return Array.from({ length: layout.slots }, (_, index) => {
    const at = (word: number) => 4 * (HEADER_WORDS + index * layout.words + word);
    const floats = (word: number, size: number) => new Float32Array(buffer, at(word), size);
    return {
      numbers: new Int32Array(buffer, at(0), TIME),
      time: new Float64Array(buffer, at(TIME), 1),
      layers: layout.layers.map(({ h, c, gates }, layer) => {
        const { cell, units } = shape.layers[layer]!;
        return {
          h: floats(h, units),
          c: c === null ? null : floats(c, units),
          gates: gates === null ? null : floats(gates, GATES[cell] * units),
        };
      }),
      logits: floats(layout.logits, layout.classes),
      biased: floats(layout.biased, layout.classes),
      mask: new Uint8Array(buffer, at(layout.mask), layout.classes),
    };
  });
}

export function headerOf({ buffer }: TapLink): Int32Array {
  return new Int32Array(buffer, 0, HEADER_WORDS);
}
