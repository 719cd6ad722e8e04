import type { TuneGrammar } from '../codec/folk/grammar-rules.js';
import { folkCodec } from '../codec/folk/index.js';
import type { NetworkState } from '../model/engine.js';
import type { Sample } from '../model/sampler.js';
import type { DraftCounter, Taken } from './generate-statistics.js';

/** One way that a tune may go: what was said of it so far, and the network's state before the last token of that. */
export class Line {
  /** The token to be fed. */
  next = folkCodec.startToken;
  /** Tokens said so far. */
  heard = 0;
  /** Whether the last of them was music, which is written. */
  wrote = false;
  /** The tune so far, with the signs of repeats that the network left out. */
  written: number[] = [];
  /**
   * Product, over the tokens since it was last 1, of the share of its probability that the network gave to what was allowed: how
   * likely the network alone would have stayed within the grammar so far.
   */
  weight = 1;
  /** How many go this way. */
  particles = 1;
  /** Whose random numbers decide where they go. */
  stream = 0;
  /** Whether the last token closed the part, or its first ending. */
  closed = false;
  /** Whether the network was heard on what comes after that, or the tune is done. */
  over = false;

  constructor(
    readonly state: NetworkState,
    readonly grammar: TuneGrammar,
    readonly counter: DraftCounter,
  ) {}

  /** A line that has gone the same way, on a state and with random numbers of its own. */
  fork(state: NetworkState, stream: number): Line {
    state.restore(this.state.snapshot());
    const fork = new Line(state, this.grammar.copy(), this.counter.copy());
    fork.next = this.next;
    fork.heard = this.heard;
    fork.written = [...this.written];
    fork.weight = this.weight;
    fork.particles = this.particles;
    fork.stream = stream;
    fork.closed = this.closed;
    fork.over = this.over;
    return fork;
  }

  /** Goes on by a token that was drawn of what the grammar left. */
  draw(drawn: Sample, taken: Taken): void {
    this.weight *= taken.left;
    this.counter.add(drawn, taken);
    this.accept(drawn.token);
  }

  accept(token: number): void {
    const { grammar, closed } = this;
    const before = grammar.stretches;
    const length = this.written.length;
    this.next = grammar.acceptWritten(token, this.written);
    this.wrote = this.written.length > length;
    this.heard++;
    this.closed = grammar.stretches > before;
    this.over = closed || grammar.done;
  }
}
