import type { Codec, StreamSnapshot, TokenStream } from '../codec/codec.js';
import type { NetworkState, StepEngine } from '../model/engine.js';
import type { Seconds } from '../music/units.js';
import { RehearsedSteps } from './rehearsed-steps.js';

/** Draws the next token from logits (class), where `mask` (class) is 1. */
export type Draw = (logits: Float32Array, mask: Uint8Array) => number;

/** A moment to go back to. */
export interface Mark {
  readonly position: number;
  readonly state: Float32Array;
  readonly logits: Float32Array;
  readonly stream: StreamSnapshot;
}

/** A mark whose buffers are written again and again. */
type Slot = { -readonly [K in keyof Mark]: Mark[K] };

/** Sampled tokens that can be taken back: about 20 s of dense playing, far more than is ever planned ahead. */
const RING = 1024;

/**
 * One line of music as the network knows it: the token stream, the network's state after it, the logits for what comes
 * next. The two move together, forward by feeding or sampling, back to a snapshot. Nothing here grows with time.
 */
export class Timeline {
  readonly stream: TokenStream;
  readonly #state: NetworkState;
  /** What every step is handed: made once, since a step allocates nothing. */
  readonly #states: readonly [NetworkState];
  readonly #logits: Float32Array; // (class)
  readonly #token = new Int32Array(1);
  readonly #ring: (Slot | undefined)[] = new Array(RING);
  #position = 0;
  /** Oldest position that a rollback may still go to. */
  #floor = 0;
  readonly #rehearsedSteps: RehearsedSteps;
  #rehearsing = false;
  /** Where the rehearsal left the stream; null where there is none to go on with. */
  #rehearsedStream: StreamSnapshot | null = null;
  /** Where a rehearsal comes back to. Made once. */
  #here: Slot | undefined;

  constructor(
    private readonly engine: StepEngine,
    codec: Codec,
    time: Seconds,
  ) {
    this.stream = codec.stream(time);
    this.#state = engine.createState();
    this.#states = [this.#state];
    this.#logits = new Float32Array(engine.spec.outputClasses);
    this.#rehearsedSteps = new RehearsedSteps(this.#state, this.#logits);
    this.#step(codec.startToken);
  }

  /** Tokens so far, the start token included. */
  get position(): number {
    return this.#position;
  }

  /** The network's state now, a copy. */
  state(): Float32Array {
    return this.#state.snapshot();
  }

  /** Feeds what the player did, as tokens that the stream has already written. */
  feed(tokens: readonly number[]): void {
    for (const token of tokens) this.#step(token);
    if (tokens.length > 0) this.commit();
  }

  /** What is there has happened: a rollback never goes behind it. */
  commit(): void {
    this.#floor = this.#position;
  }

  /**
   * Lets the network choose its next token and takes it in; returns it. The moment before can be rolled back to.
   * `draw` sees the logits and the mask that the stream (and whatever `forbid` adds) leaves.
   */
  sample(draw: Draw, mask: Uint8Array): number {
    if (!this.#rehearsing) this.#saveSlot();
    const token = draw(this.#logits, mask);
    this.#step(token);
    return token;
  }

  /**
   * Takes back the sampled tokens that begin after `time`, and the shift that crosses it, so that the head stands at or
   * before `time`. Returns how many tokens were taken back.
   */
  rollback(time: Seconds): number {
    const from = this.#position;
    while (this.stream.head > time && this.#position > this.#floor) {
      const slot = this.#ring[(this.#position - 1) % RING];
      if (slot?.position !== this.#position - 1) break; // older than the ring: stay here
      this.restore(slot);
    }
    return from - this.#position;
  }

  /**
   * Steps through what is likely to come, and comes back here: the same steps, once they are really taken, cost next to nothing,
   * and nothing else is different. `play` feeds and samples; it goes on where the last rehearsal stopped.
   */
  rehearse(play: () => void): void {
    const here = this.#fill(this.#here);
    this.#here = here;
    const floor = this.#floor;
    const from = this.#rehearsedStream;
    if (from === null) this.#rehearsedSteps.begin(this.#position);
    else {
      this.#position = this.#rehearsedSteps.restoreLast();
      this.stream.restore(from);
    }
    this.#rehearsing = true;
    try {
      play();
    } finally {
      this.#rehearsing = false;
      this.#rehearsedStream = this.stream.snapshot();
      this.#move(here);
      this.#floor = floor;
    }
  }

  /** The token that was rehearsed to come next; undefined where none was, or where the line has gone another way since. */
  get rehearsedToken(): number | undefined {
    return this.#rehearsedSteps.tokenAt(this.#position);
  }

  /** What was rehearsed will not come: the next rehearsal begins here. */
  discardRehearsal(): void {
    this.#rehearsedStream = null;
    this.#rehearsedSteps.clear();
  }

  /** A copy of this moment, to be kept. */
  mark(): Mark {
    return {
      position: this.#position,
      state: this.#state.snapshot(),
      logits: this.#logits.slice(),
      stream: this.stream.snapshot(),
    };
  }

  /** The network stands where it stood at `mark`; the stream goes on, and what comes can be taken back as before. */
  restoreNetwork({ state, logits }: Mark): void {
    this.discardRehearsal();
    this.#state.restore(state);
    this.#logits.set(logits);
  }

  restore(mark: Mark): void {
    this.discardRehearsal();
    this.#move(mark);
    this.#floor = Math.min(this.#floor, mark.position);
  }

  #move({ position, state, logits, stream }: Mark): void {
    this.#state.restore(state);
    this.#logits.set(logits);
    this.stream.restore(stream);
    this.#position = position;
  }

  free(): void {
    this.#state.free();
  }

  /** Each slot's buffers are made once and used again: memory stays flat however long the session. */
  #saveSlot(): void {
    const index = this.#position % RING;
    this.#ring[index] = this.#fill(this.#ring[index]);
  }

  /** This moment in the buffers of `slot`, or in new ones. */
  #fill(slot: Slot | undefined): Slot {
    if (!slot) return this.mark();
    this.#state.snapshot(slot.state);
    slot.logits.set(this.#logits);
    slot.stream = this.stream.snapshot();
    slot.position = this.#position;
    return slot;
  }

  #step(token: number): void {
    if (this.#rehearsing || !this.#rehearsedSteps.confirm(this.#position, token)) {
      this.#token[0] = token;
      const logits = this.engine.step(this.#states, this.#token);
      const classes = this.#logits.length;
      this.#logits.set(logits.length === classes ? logits : logits.subarray(0, classes));
    }
    if (this.#rehearsing) this.#rehearsedSteps.add(token);
    this.#position++;
  }
}
