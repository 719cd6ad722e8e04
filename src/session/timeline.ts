import type { Codec, StreamSnapshot } from '../codec/codec.js';
import type { NetworkState, PortableSnapshot, StepEngine } from '../model/engine.js';
import type { Draw } from '../model/sampler.js';
import type { Tap } from '../model/tap/index.js';
import type { Seconds } from '../music/units.js';
import type { Resumption } from './checkpoint.js';
import { type Mark, Moments, type Slot } from './moments.js';
import { type Choice, RehearsedSteps } from './rehearsed-steps.js';
import { StreamClock } from './stream-clock.js';
import type { MarkState } from './turn-state.js';

/** Adds a grammar's bias: returns `logits` (class) themselves, or other ones. They are left as they are. */
export type Bias = (logits: Float32Array) => Float32Array;

const unbiased: Bias = (logits) => logits;

/**
 * A token stream together with the network's state after it and the logits of the next token. They move together: forward by
 * feeding or sampling, back by rollback or {@link restore}. Memory does not grow with time.
 */
export class Timeline {
  readonly stream: StreamClock;
  readonly #state: NetworkState;
  /** The argument of every step, made once: a step allocates nothing. */
  readonly #states: readonly [NetworkState];
  readonly #logits: Float32Array; // (class)
  readonly #token = new Int32Array(1);
  readonly #moments = new Moments();
  #position = 0;
  /** The oldest position that a rollback may go to. */
  #floor = 0;
  readonly #rehearsedSteps: RehearsedSteps;
  #rehearsing = false;
  /** The stream at the end of the rehearsal; null where there is no rehearsal to continue. */
  #rehearsedStream: StreamSnapshot | null = null;
  /** The moment that a rehearsal returns to; its buffers are made once. */
  #here: Slot | undefined;

  constructor(
    private readonly engine: StepEngine,
    codec: Codec,
    time: Seconds,
    private readonly tap: Tap | null = null,
  ) {
    this.stream = new StreamClock(codec.stream(time));
    this.#state = engine.createState();
    this.#states = [this.#state];
    this.#logits = new Float32Array(engine.spec.outputClasses);
    this.#rehearsedSteps = new RehearsedSteps(this.#state, this.#logits);
    this.#step(codec.startToken);
  }

  /** Number of tokens so far, with the start token. */
  get position(): number {
    return this.#position;
  }

  /** A copy of the network's state. */
  state(): Float32Array {
    return this.#state.snapshot();
  }

  /** Feeds the network tokens that the stream has written already (the player's events). They cannot be rolled back. */
  feed(tokens: readonly number[]): void {
    for (const token of tokens) {
      if (this.#isWatched) this.#show(token, false);
      this.#step(token);
    }
    if (tokens.length > 0) this.commit();
  }

  /** From now on a rollback goes no further back than to this moment. */
  commit(): void {
    this.#floor = this.#position;
    // A rehearsal comes back to before this.
    if (!this.#rehearsing) this.#moments.clear();
  }

  /** From now on nothing goes back to before `time`, which has passed. */
  release(time: Seconds): void {
    this.#moments.release(time);
  }

  /**
   * Draws the next token from the logits with `bias`, under `mask` (class, 1 = allowed), steps the network with it and returns it.
   * The moment before can be rolled back to. The caller has the stream accept the token.
   */
  sample(draw: Draw, mask: Uint8Array, bias: Bias = unbiased): number {
    if (!this.#rehearsing) this.#saveSlot();
    const logits = bias(this.#logits);
    const token = draw(logits, mask);
    if (this.tap?.isOpen) {
      const choice = { mask, biased: logits === this.#logits ? null : logits };
      if (this.#rehearsing) this.#rehearsedSteps.keepChoice(choice);
      else this.#show(token, true, choice);
    }
    this.#step(token);
    return token;
  }

  /** As {@link sample}, with a token that is decided: it was rehearsed, or ends a note. */
  take(token: number): void {
    this.#saveSlot();
    if (this.#isWatched) {
      const rehearsed = this.rehearsedToken === token;
      this.#show(token, rehearsed, rehearsed ? this.#rehearsedSteps.choiceAt(this.#position) : null);
    }
    this.#step(token);
  }

  /**
   * Removes the sampled tokens that begin after `time`, and the time shift that crosses it, so that the head is at or before
   * `time`. Returns how many tokens were removed.
   */
  rollback(time: Seconds): number {
    const from = this.#position;
    while (this.stream.head > time && this.#position > this.#floor) {
      const slot = this.#moments.last;
      if (slot?.position !== this.#position - 1) break; // older than what is kept: stay here
      this.restore(slot);
    }
    return from - this.#position;
  }

  /**
   * Runs `play`, which feeds and samples, then restores this moment. The same steps cost almost nothing when they are taken
   * for real; nothing else depends on a rehearsal. `play` continues where the last rehearsal stopped.
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

  /** The next token as it was rehearsed; undefined where none was, or where other tokens have come since. */
  get rehearsedToken(): number | undefined {
    return this.#rehearsedSteps.tokenAt(this.#position);
  }

  /** Discards the rehearsal: the next one begins at the present moment. */
  discardRehearsal(): void {
    this.#rehearsedStream = null;
    this.#rehearsedSteps.clear();
  }

  /**
   * The last moment whose head stands at or before `time`, as far back as a rollback goes. Its buffers are written again as the
   * timeline moves on.
   */
  momentAt(time: Seconds): Mark {
    if (this.stream.head <= time) return this.mark();
    return this.#moments.at(time) ?? this.mark();
  }

  /** The network's part of a moment as plain data; null where only the tokens tell it. */
  exportState({ state }: Mark): PortableSnapshot | null {
    return this.#state.exportSnapshot?.(state) ?? null;
  }

  /** A mark as plain data; null where only the tokens tell the network's part of it. */
  dataOf(mark: Mark): MarkState | null {
    const state = this.exportState(mark);
    return state && { ...mark, state };
  }

  /** The mark that another timeline gave as data. */
  markOf(data: MarkState): Mark {
    return { ...data, state: this.#state.importSnapshot!(data.state) };
  }

  /** Goes on from a moment of another session's timeline. Throws what restoring that throws. */
  resume({ checkpoint, tokens }: Resumption): void {
    const { length, state, logits, stream } = checkpoint;
    this.discardRehearsal();
    if (state !== null && this.#state.importSnapshot) {
      this.#state.restore(this.#state.importSnapshot(state));
      this.#logits.set(logits);
    } else this.#feedAgain(tokens, length);
    this.stream.restore(stream);
    this.#position = length;
    this.#moments.clear();
    this.commit();
  }

  #feedAgain(tokens: ArrayLike<number>, length: number): void {
    this.#state.reset();
    const before = this.#state.feedAgain ? length - 1 : 0;
    this.#state.feedAgain?.(Array.prototype.slice.call(tokens, 0, before));
    this.#position = before;
    for (let index = before; index < length; index++) this.#step(tokens[index]!);
  }

  /** A copy of this moment. */
  mark(): Mark {
    return {
      position: this.#position,
      head: this.stream.head,
      state: this.#state.snapshot(),
      logits: this.#logits.slice(),
      stream: this.stream.snapshot(),
    };
  }

  /** Restores the network's state and logits to `mark`, but not the stream, which goes on. */
  restoreNetwork({ state, logits }: Mark): void {
    this.discardRehearsal();
    this.#state.restore(state);
    this.#logits.set(logits);
  }

  restore(mark: Mark): void {
    this.discardRehearsal();
    this.#move(mark);
    this.#floor = Math.min(this.#floor, mark.position);
    this.#moments.removeFrom(mark.position);
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

  /** Saves this moment among those that a rollback can restore, in buffers that are used again. */
  #saveSlot(): void {
    this.#moments.add((unused) => this.#fill(unused));
  }

  /** Copies this moment into the buffers of `slot`, or into new ones. */
  #fill(slot: Slot | undefined): Slot {
    if (!slot) return this.mark();
    this.#state.snapshot(slot.state);
    slot.logits.set(this.#logits);
    slot.stream = this.stream.snapshot();
    slot.position = this.#position;
    slot.head = this.stream.head;
    return slot;
  }

  /** Whether a tap wants what comes. A rehearsal is shown when it comes true. */
  get #isWatched(): boolean {
    return !this.#rehearsing && this.tap?.isOpen === true;
  }

  #show(token: number, drawn: boolean, choice: Choice | null = null): void {
    this.tap?.write({
      position: this.#position,
      time: this.stream.head,
      token,
      drawn,
      state: this.#state,
      logits: this.#logits,
      biased: choice?.biased ?? null,
      mask: choice?.mask ?? null,
    });
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
