import { uniform } from '../model/random.js';
import type { Sample, Sampler, SamplerSettings } from '../model/sampler.js';
import type { ForkableTally, LogitBias, SegmentedConstraint } from './constraint.js';
import type { Decoding } from './decode.js';
import { maskShares } from './mask-shares.js';
import { ParticleHypothesis } from './particle-hypothesis.js';
import type { StatePool } from './state-pool.js';

/*
 * Segments are drawn by importance sampling. Masking token by token does not draw from the network's distribution conditioned on the
 * constraint: it leads to endings that the network would not have chosen. So several particles draw each segment under the mask;
 * each is weighted by the probability that the mask allowed at each token, and one is kept by weight.
 */

export interface ParticleOptions<C, T, Result> {
  readonly constraint: C;
  readonly startToken: number;
  /** Tokens that the sequence begins with, which the constraint allows. */
  readonly prompt: readonly number[];
  readonly bias: LogitBias<C>;
  readonly tally: T;
  /** Sampler settings for the next token. */
  readonly sampling: (constraint: C) => SamplerSettings;
  /** The temperature at which the share of forbidden tokens is measured. */
  readonly temperature: number;
  /** Number of particles that draw each segment; 1: each is drawn once, token by token. */
  readonly lookAhead: number;
  readonly seed: number;
  /** Branch of the random numbers. */
  readonly branch: number;
  /** Called with the output so far whenever it has grown for good; `drawnAhead`: by a segment that was drawn with lookahead. */
  readonly onOutput?: ((output: readonly number[], constraint: C, drawnAhead: boolean) => void) | undefined;
  readonly result: (output: readonly number[], constraint: C, tally: T) => Result;
}

/** Random numbers a stream: more than a sequence has tokens. */
const NUMBERS_PER_STREAM = 2 ** 20;
const BELOW_ONE = 1 - 2 ** -53;

/** A drawn token and the number of particles that drew it. */
interface Draw {
  readonly sample: Sample;
  particles: number;
}

/** A sequence decoded by particles: one hypothesis, and more of them while a segment is drawn with lookahead. */
export class ParticleDecoding<C extends SegmentedConstraint<C>, T extends ForkableTally<T>, Result>
  implements Decoding<Result>
{
  #hypotheses: ParticleHypothesis<C, T>[];
  /** Whether a segment is being drawn with lookahead. */
  #lookingAhead = false;
  /** Number of streams of random numbers in use so far; each hypothesis has its own. */
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
      new ParticleHypothesis(states.take(), { constraint, tally }, startToken, (hypothesis, logits) =>
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

  /** Draws for each particle of a hypothesis, and forks it where they draw different tokens. */
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

  /** Systematic sampling: one random number draws for all particles, at even distances, so each token gets its share to within one. */
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

  /** Keeps one hypothesis, drawn by the weights of the particles. */
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

/** Particles that share a hypothesis. */
export interface Weighted {
  /** Weight of each particle. */
  readonly weight: number;
  /** Number of particles. */
  readonly particles: number;
}

/** Draws one of `hypotheses` by the weights of its particles with `u` in [0, 1). The first where all weights are 0. */
export function chooseByWeight<H extends Weighted>(hypotheses: readonly H[], u: number): H {
  let left = u * hypotheses.reduce((sum, { weight, particles }) => sum + weight * particles, 0);
  return (
    hypotheses.find(({ weight, particles }) => {
      left -= weight * particles;
      return left < 0;
    }) ?? hypotheses[0]!
  );
}
