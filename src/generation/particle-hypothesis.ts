import type { NetworkState } from '../model/engine.js';
import type { Sample } from '../model/sampler.js';
import type { ForkableTally, MaskShares, SegmentedConstraint } from './constraint.js';
import type { Hypothesis } from './decode.js';

/** One way that a sequence may go, and the particles that go it. */
export class ParticleHypothesis<C extends SegmentedConstraint<C>, T extends ForkableTally<T>>
  implements Hypothesis
{
  /** Tokens said so far. */
  tokenCount = 0;
  /** Whether the last of them wrote output. */
  grew = false;
  output: number[] = [];
  /**
   * Product, over the tokens of the segment, of the share of the probability that the mask left: how likely the network alone would
   * have kept to the constraint.
   */
  weight = 1;
  /** How many go this way. */
  particles = 1;
  /** Whose random numbers decide where they go. */
  randomStream = 0;
  /** Whether the last token ended a segment. */
  #segmentEnded = false;
  /** Whether the network was heard on what comes after that, or the sequence is done. */
  waiting = false;

  constructor(
    readonly state: NetworkState,
    readonly constraint: C,
    readonly tally: T,
    public next: number,
    private readonly observed: (hypothesis: ParticleHypothesis<C, T>, logits: Float32Array) => void,
  ) {}

  observe(logits: Float32Array): void {
    this.observed(this, logits);
  }

  /** A hypothesis that has gone the same way, on a state that is a copy and with random numbers of its own. */
  fork(state: NetworkState, stream: number): ParticleHypothesis<C, T> {
    const { constraint, tally, next } = this;
    const fork = new ParticleHypothesis(state, constraint.fork(), tally.fork(), next, this.observed);
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

  /** It is the one that was kept. */
  endSegment(): void {
    this.waiting = false;
    this.particles = 1;
    this.randomStream = 0;
  }

  /** Goes on by a token that was drawn of what the mask left. */
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
