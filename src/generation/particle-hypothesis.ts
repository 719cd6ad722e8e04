import type { NetworkState } from '../model/engine.js';
import type { Sample } from '../model/sampler.js';
import type { ForkableTally, MaskShares, SegmentedConstraint } from './constraint.js';
import type { Hypothesis } from './decode.js';

/** A hypothesis that several particles share, as long as they draw the same tokens. */
export class ParticleHypothesis<C extends SegmentedConstraint<C>, T extends ForkableTally<T>>
  implements Hypothesis
{
  readonly constraint: C;
  readonly tally: T;
  /** Number of tokens so far. */
  tokenCount = 0;
  /** Whether the last token appended to the output. */
  grew = false;
  output: number[] = [];
  /** Importance weight: the product, over the tokens of the segment, of the probability that the mask allowed. */
  weight = 1;
  /** Number of particles. */
  particles = 1;
  /** The stream of random numbers that its particles draw from. */
  randomStream = 0;
  /** Whether the last token ended a segment. */
  #segmentEnded = false;
  /** Whether it waits for the other hypotheses: its segment has ended and the token after it is drawn, or the sequence is done. */
  waiting = false;

  constructor(
    readonly state: NetworkState,
    { constraint, tally }: { readonly constraint: C; readonly tally: T },
    public next: number,
    private readonly observed: (hypothesis: ParticleHypothesis<C, T>, logits: Float32Array) => void,
  ) {
    this.constraint = constraint;
    this.tally = tally;
  }

  observe(logits: Float32Array): void {
    this.observed(this, logits);
  }

  /** A copy with the same past, on `state`, a copy of the network's state, and with random numbers of its own. */
  fork(state: NetworkState, stream: number): ParticleHypothesis<C, T> {
    const { constraint, tally, next } = this;
    const fork = new ParticleHypothesis(
      state,
      { constraint: constraint.fork(), tally: tally.fork() },
      next,
      this.observed,
    );
    fork.tokenCount = this.tokenCount;
    fork.output = [...this.output];
    fork.weight = this.weight;
    fork.particles = this.particles;
    fork.randomStream = stream;
    fork.#segmentEnded = this.#segmentEnded;
    fork.waiting = this.waiting;
    return fork;
  }

  beginSegment(particles: number, stream: number): void {
    this.weight = 1;
    this.#segmentEnded = false;
    this.particles = particles;
    this.randomStream = stream;
  }

  /** Continues alone after it was chosen. */
  endSegment(): void {
    this.waiting = false;
    this.particles = 1;
    this.randomStream = 0;
  }

  /** Advances by a token that was drawn under a mask. */
  draw(sample: Sample, shares: MaskShares): void {
    this.weight *= shares.left;
    this.advance(sample.token);
    this.tally.drawn(sample, shares);
  }

  advance(token: number): void {
    const { constraint } = this;
    const closed = this.#segmentEnded;
    const before = constraint.segments;
    const length = this.output.length;
    this.next = constraint.advance(token, this.output);
    this.grew = this.output.length > length;
    this.tokenCount++;
    this.#segmentEnded = constraint.segments > before;
    this.waiting = closed || constraint.done;
  }
}
