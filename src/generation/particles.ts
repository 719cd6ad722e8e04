import { uniform } from '../model/random.js';
import type { Sample, Sampler, SamplerSettings } from '../model/sampler.js';
import type { ForkableTally, LogitBias, SegmentedConstraint } from './constraint.js';
import type { Decoding } from './decode.js';
import { maskShares } from './mask-shares.js';
import { ParticleHypothesis } from './particle-hypothesis.js';
import type { StatePool } from './state-pool.js';

/*
 * The end of a segment is drawn ahead. A mask that forbids token by token leads to where the network would not have ended: it does
 * not draw from the network's distribution given that the segment ends there. Several particles do: each goes on under the mask and
 * is weighed by the share of the probability that the mask left it at each token, and one is kept by weight (importance sampling).
 */

export interface ParticleOptions<C, T, Result> {
  readonly constraint: C;
  readonly startToken: number;
  /** Tokens that the sequence begins with; the constraint allows them. */
  readonly prompt: readonly number[];
  readonly bias: LogitBias<C>;
  readonly tally: T;
  /** How the next token is drawn. */
  readonly sampling: (constraint: C) => SamplerSettings;
  /** The temperature at which the tally measures what a mask cuts. */
  readonly temperature: number;
  /** Particles that draw each segment; 1: it is drawn once, token by token. */
  readonly lookAhead: number;
  readonly seed: number;
  /** Of the random numbers. */
  readonly branch: number;
  /** Hears of the output so far whenever it has grown and stands fast; `drawnAhead`: by a segment that was chosen. */
  readonly onOutput?: ((output: readonly number[], constraint: C, drawnAhead: boolean) => void) | undefined;
  readonly result: (output: readonly number[], constraint: C, tally: T) => Result;
}

/** Each stream has so many random numbers: more than a sequence has tokens. */
const NUMBERS_PER_STREAM = 2 ** 20;
const BELOW_ONE = 1 - 2 ** -53;

/** A token, and how many particles drew it. */
interface Draw {
  readonly sample: Sample;
  particles: number;
}

/** One sequence, in one hypothesis, or while a segment is drawn ahead, in as many as its particles went different ways. */
export class ParticleDecoding<C extends SegmentedConstraint<C>, T extends ForkableTally<T>, Result>
  implements Decoding<Result>
{
  #hypotheses: ParticleHypothesis<C, T>[];
  /** Whether particles are out. */
  #lookingAhead = false;
  /** Streams of random numbers that hypotheses have had so far; each has its own. */
  #streams = 1;
  readonly #mask: Uint8Array;

  constructor(
    private readonly options: ParticleOptions<C, T, Result>,
    private readonly sampler: Sampler,
    classes: number,
    private readonly states: StatePool,
  ) {
    const { constraint, tally, startToken } = options;
    this.#mask = new Uint8Array(classes);
    this.#hypotheses = [
      new ParticleHypothesis(states.take(), constraint, tally, startToken, (hypothesis, logits) =>
        this.#observe(hypothesis, logits),
      ),
    ];
  }

  active(): ParticleHypothesis<C, T>[] {
    return this.#hypotheses.filter((hypothesis) => !hypothesis.waiting);
  }

  get done(): boolean {
    return !this.#lookingAhead && this.#hypotheses[0]!.constraint.done;
  }

  #observe(hypothesis: ParticleHypothesis<C, T>, logits: Float32Array): void {
    const { bias, prompt } = this.options;
    const { constraint, output, tokenCount } = hypothesis;
    const known = constraint.forcedToken ?? prompt[tokenCount];
    if (known !== undefined) {
      hypothesis.advance(known);
      return;
    }
    bias.add(logits, output, constraint);
    constraint.bias(logits);
    this.#drawAndFork(hypothesis, logits);
  }

  /** Its particles draw, and part where they go different ways. */
  #drawAndFork(hypothesis: ParticleHypothesis<C, T>, logits: Float32Array): void {
    const mask = this.#mask.fill(1);
    hypothesis.constraint.forbid(mask);
    const shares = maskShares(this.sampler, logits, this.options.temperature, mask);
    const draws = this.#drawParticles(hypothesis, logits, mask);
    const hypotheses = [hypothesis];
    while (hypotheses.length < draws.length)
      hypotheses.push(hypothesis.fork(this.states.take(hypothesis.state.snapshot()), this.#streams++));
    this.#hypotheses.push(...hypotheses.slice(1));
    for (const [index, { sample, particles }] of draws.entries()) {
      hypotheses[index]!.particles = particles;
      hypotheses[index]!.draw(sample, shares);
    }
  }

  /**
   * What its particles draw. One random number decides for all of them, at even distances, so that each token gets its share of
   * them to within one (systematic sampling).
   */
  #drawParticles(hypothesis: ParticleHypothesis<C, T>, logits: Float32Array, mask: Uint8Array): Draw[] {
    const { particles, constraint, randomStream, tokenCount } = hypothesis;
    const u = this.#uniform(randomStream, tokenCount);
    const us = Array.from({ length: particles }, (_, index) => Math.min((index + u) / particles, BELOW_ONE));
    const draws: Draw[] = [];
    for (const sample of this.sampler.sampleEach(logits, this.options.sampling(constraint), mask, us)) {
      const last = draws.at(-1);
      if (last?.sample.token === sample.token) last.particles++;
      else draws.push({ sample, particles: 1 });
    }
    return draws;
  }

  settle(): void {
    const { onOutput } = this.options;
    if (this.#lookingAhead) {
      if (this.active().length > 0) return;
      const { output, constraint } = this.#choose();
      onOutput?.(output, constraint, true);
    } else {
      const [hypothesis] = this.#hypotheses;
      hypothesis!.waiting = false;
      this.#lookAhead(hypothesis!);
      if (hypothesis!.grew) onOutput?.(hypothesis!.output, hypothesis!.constraint, false);
    }
  }

  #lookAhead(hypothesis: ParticleHypothesis<C, T>): void {
    const { constraint, tokenCount } = hypothesis;
    const { lookAhead, prompt } = this.options;
    const given = tokenCount < prompt.length || constraint.forcedToken !== undefined;
    if (lookAhead === 1 || given || constraint.lookAhead === 0) return;
    this.#lookingAhead = true;
    hypothesis.beginSegment(Math.ceil(lookAhead * constraint.lookAhead), this.#streams++);
  }

  /** Keeps one of the hypotheses, by the weights of their particles. */
  #choose(): ParticleHypothesis<C, T> {
    for (const hypothesis of this.#hypotheses) {
      hypothesis.weight *= hypothesis.constraint.segmentWeight();
      hypothesis.weight *= this.options.bias.segmentWeight(hypothesis.output);
    }
    const kept = chooseByWeight(this.#hypotheses, this.#uniform(this.#streams++, 0));
    for (const { state } of this.#hypotheses) if (state !== kept.state) this.states.giveBack(state);
    this.#hypotheses = [kept];
    this.#lookingAhead = false;
    kept.endSegment();
    this.#lookAhead(kept);
    return kept;
  }

  #uniform(stream: number, index: number): number {
    return uniform(this.options.seed, this.options.branch, NUMBERS_PER_STREAM * stream + index);
  }

  get result(): Result {
    const { output, constraint, tally } = this.#hypotheses[0]!;
    return this.options.result(output, constraint, tally);
  }

  release(): void {
    for (const { state } of this.#hypotheses) this.states.giveBack(state);
  }
}

/** Several particles that have gone the same way. */
export interface Weighted {
  /** Of each. */
  readonly weight: number;
  /** How many they are. */
  readonly particles: number;
}

/** One of `hypotheses`, by the weights of its particles; `u` in [0, 1) decides. The first where none weighs anything. */
export function chooseByWeight<H extends Weighted>(hypotheses: readonly H[], u: number): H {
  let left = u * hypotheses.reduce((sum, { weight, particles }) => sum + weight * particles, 0);
  return (
    hypotheses.find(({ weight, particles }) => {
      left -= weight * particles;
      return left < 0;
    }) ?? hypotheses[0]!
  );
}
