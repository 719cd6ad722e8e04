import { uniform } from '../../model/random.js';
import type { Vary } from './augment.js';
import { type Feed, feedOf, type Lesson } from './feed.js';

/** A piece as tokens, the start token first. */
export interface TokenPiece {
  readonly tokens: ArrayLike<number>;
}

/** A window of every stream: (time x batch), the tokens of one moment together. */
export interface Windows {
  readonly time: number;
  readonly batch: number;
  readonly inputs: Int32Array;
  /** The token that follows each input. */
  readonly targets: Int32Array;
  /** 1 where a piece begins, from a zero state; 0 elsewhere. */
  readonly fresh: Uint8Array;
}

/** The position of streams, to go on from. */
export interface StreamsPosition {
  readonly taken: number;
  readonly places: readonly number[];
  readonly positions: readonly number[];
}

/**
 * `batch` endless streams of whole pieces, read in windows, so that the state can be carried from one to the next. Pieces come
 * from a queue, every epoch in a new order that follows from (seed, epoch) alone, each varied by its place there: a position is
 * a few integers, and going on from it is exact. A piece begins where the one before it has ended, wherever in a window that is.
 */
export class Streams {
  #taken = 0;
  readonly #places: number[] = [];
  readonly #positions: number[] = [];
  /** (stream) the piece that it is in, varied. */
  readonly #lessons: Lesson[] = [];
  /** The order of the last epochs that were asked for. */
  readonly #orders = new Map<number, Uint32Array>();

  /** @param pieces of two tokens at least */
  constructor(
    private readonly pieces: readonly TokenPiece[],
    private readonly settings: { readonly batch: number; readonly window: number; readonly seed: number },
    private readonly vary: Vary = (tokens) => tokens,
    private readonly feed: Feed = feedOf({}, 0),
  ) {
    for (let stream = 0; stream < settings.batch; stream++) {
      this.#next(stream);
      // Each stream begins somewhere within its first piece, so that not all pieces begin at once.
      const draw = uniform(settings.seed, 1, stream);
      this.#positions[stream] = Math.floor(draw * this.#lessons[stream]!.targets.length);
    }
  }

  windows(): Windows {
    const { batch, window } = this.settings;
    const inputs = new Int32Array(window * batch);
    const targets = new Int32Array(window * batch);
    const fresh = new Uint8Array(window * batch);
    for (let stream = 0; stream < batch; stream++) {
      for (let t = 0; t < window; t++) {
        if (this.#positions[stream]! >= this.#lessons[stream]!.targets.length) this.#next(stream);
        const position = this.#positions[stream]!++;
        const at = t * batch + stream;
        inputs[at] = this.#lessons[stream]!.inputs[position]!;
        targets[at] = this.#lessons[stream]!.targets[position]!;
        fresh[at] = Number(position === 0);
      }
    }
    return { time: window, batch, inputs, targets, fresh };
  }

  get position(): StreamsPosition {
    return { taken: this.#taken, places: [...this.#places], positions: [...this.#positions] };
  }

  set position({ taken, places, positions }: StreamsPosition) {
    this.#taken = taken;
    places.forEach((place, stream) => {
      this.#places[stream] = place;
      this.#positions[stream] = positions[stream]!;
      this.#take(stream, place);
    });
  }

  #next(stream: number): void {
    const place = this.#taken++;
    this.#places[stream] = place;
    this.#positions[stream] = 0;
    this.#take(stream, place);
  }

  #take(stream: number, place: number): void {
    this.#lessons[stream] = this.feed(this.#piece(place));
  }

  #piece(place: number): ArrayLike<number> {
    const epoch = Math.floor(place / this.pieces.length);
    const { tokens } = this.pieces[this.#order(epoch)[place % this.pieces.length]!]!;
    return this.vary(tokens, place);
  }

  /** A permutation of the pieces (Fisher-Yates). */
  #order(epoch: number): Uint32Array {
    const known = this.#orders.get(epoch);
    if (known) return known;
    const order = Uint32Array.from(this.pieces, (_, index) => index);
    for (let last = order.length - 1; last > 0; last--) {
      const other = Math.floor(uniform(this.settings.seed, 2 + epoch, last) * (last + 1));
      [order[last], order[other]] = [order[other]!, order[last]!];
    }
    // Streams stand in this epoch or, with pieces of very different lengths, in one before.
    for (const old of this.#orders.keys()) if (!this.#inUse(old)) this.#orders.delete(old);
    this.#orders.set(epoch, order);
    return order;
  }

  #inUse(epoch: number): boolean {
    return this.#places.some((place) => Math.floor(place / this.pieces.length) === epoch);
  }
}
