import { BarCounter, flags } from './bar-counter.js';
import type { Memory } from './memory-engine.js';
import {
  agreeingClass,
  type BarHintSpec,
  LONGEST_BEFORE,
  placeOf,
  RecallOdds,
  type RecallSpec,
  relationOf,
  runClass,
} from './recall-odds.js';

/** Capacity in tokens and in bars, with the present one: about three tunes. */
const TOKENS = 1024;
const BARS = 64;
/** A part counts as music once it has a bar of this many tokens; a header has none. */
const MUSIC = 4;
/** Lower bound of a probability, to divide by. */
const LEAST = 1e-12;

/** Parameters of recall that all streams of an engine share. */
export class RecallParameters {
  readonly boundary: Uint8Array; // (class)
  readonly counted: Uint8Array; // (class)
  readonly resets: Uint8Array; // (class)
  readonly odds: RecallOdds;
  readonly firstPlanToken: number;
  readonly #hints: BarHintSpec | undefined;

  constructor(spec: RecallSpec, classes: number) {
    this.boundary = flags(classes, [...spec.boundaries, ...spec.counted, ...spec.resets]);
    this.counted = flags(classes, spec.counted);
    this.resets = flags(classes, spec.resets);
    this.odds = new RecallOdds(spec);
    this.firstPlanToken = spec.firstPlanToken ?? Number.POSITIVE_INFINITY;
    this.#hints = spec.hints;
  }

  /** The class of the hint that a token gives; -1 where it gives none. */
  hintOf(token: number): number {
    return this.#hints?.classes[token - this.#hints.first] ?? -1;
  }
}

/**
 * The last tokens of one stream in bars, and for each earlier bar the probability that the present bar follows it: the prior odds
 * at the bar's beginning, then the posterior by Bayes' rule, token by token. training/torch/recall.py fits the odds by the same steps.
 */
export class RecallMemory implements Memory {
  /** The tokens that come next in the bars that may be followed, each once: `candidateCount` of them. */
  readonly candidates = new Int32Array(BARS);
  candidateCount = 0;
  /** Probability that those bars give each of them, without the network's share. (candidate) */
  readonly weights = new Float64Array(BARS);

  readonly #tokens = new Int32Array(TOKENS);
  /** For each bar: index of its first token, its part, and the number of bars of the part before it (-1: an upbeat). */
  readonly #starts = new Int32Array(BARS);
  readonly #parts = new Int32Array(BARS);
  readonly #places = new Int32Array(BARS);
  /** For each earlier bar: its relation to the present one, and the class of the number of tokens before that agree. */
  readonly #relations = new Uint8Array(BARS);
  readonly #agreeing = new Uint8Array(BARS);
  /** The number of consecutive tokens that agreed up to here, and whether one did not. */
  readonly #runs = new Int32Array(BARS);
  readonly #slipped = new Uint8Array(BARS);
  /**
   * Probability that it is followed freely, or repeated exactly; the rest up to 1 is the network alone. In float32, so that a
   * snapshot is exact.
   */
  readonly #followed = new Float32Array(BARS);
  readonly #exact = new Float32Array(BARS);
  /** Probability that the network gives each candidate. */
  readonly #networkProbabilities = new Float32Array(BARS);
  readonly #arrays = [
    this.#tokens,
    this.#starts,
    this.#parts,
    this.#places,
    this.#relations,
    this.#agreeing,
    this.#runs,
    this.#slipped,
    this.#followed,
    this.#exact,
    this.#networkProbabilities,
  ] as const;
  readonly #ofBars = this.#arrays.slice(1, -1);
  readonly size = TOKENS + BARS * (this.#arrays.length - 1) + 6 + BarCounter.size;

  #count = 0;
  #bars = 1;
  #part = 0;
  /** Whether a part with music came before this one, and whether this one has any. */
  #hasEarlierPart = false;
  #partHasMusic = false;
  /** Class of the hint for the bar that begins; -1: none. */
  #hint = -1;
  readonly #counter: BarCounter;

  constructor(private readonly rules: RecallParameters) {
    this.#counter = new BarCounter(rules.counted, rules.resets, rules.firstPlanToken);
  }

  /** Adds the next token; {@link setNetworkProbability} was called for each candidate before. */
  push(token: number): void {
    if (token >= this.rules.firstPlanToken) {
      this.#takeHint(this.rules.hintOf(token));
      return;
    }
    this.#hint = -1;
    this.#updatePosterior(token);
    if (this.#count === TOKENS) this.#makeRoom();
    this.#tokens[this.#count++] = token;
    const upbeat = this.#counter.push(token);
    if (this.rules.boundary[token]) this.#beginBar(token, upbeat);
    this.#findCandidates();
  }

  /** Takes a hint for the bar that begins. */
  #takeHint(told: number): void {
    if (told < 0) return;
    this.#hint = told;
    this.#setPriors();
    this.#findCandidates();
  }

  /** Sets the probability that the network gives candidate `i`. */
  setNetworkProbability(i: number, probability: number): void {
    this.#networkProbabilities[i] = Math.max(LEAST, probability);
  }

  /** Bayes' rule: bars that go on with `token` become likelier to be followed. */
  #updatePosterior(token: number): void {
    const within = this.#count - this.#starts[this.#bars - 1]!;
    let chance = LEAST;
    for (let i = 0; i < this.candidateCount; i++)
      if (this.candidates[i] === token) chance = this.#networkProbabilities[i]!;
    let total = 1;
    for (let bar = 0; bar < this.#bars - 1; bar++) {
      const at = this.#starts[bar]! + within;
      const before = this.#followed[bar]! + this.#exact[bar]!;
      if (before === 0 || at >= this.#starts[bar + 1]!) continue;
      const agrees = this.#tokens[at] === token;
      this.#followed[bar]! *= likelihoodRatio(agrees, this.#slip(bar), chance);
      this.#exact[bar]! *= likelihoodRatio(agrees, this.#exactSlip(bar), chance);
      total += this.#followed[bar]! + this.#exact[bar]! - before;
      this.#runs[bar] = agrees ? this.#runs[bar]! + 1 : 0;
      if (!agrees) this.#slipped[bar] = 1;
    }
    this.#normalise(total);
  }

  #normalise(total: number): void {
    for (let bar = 0; bar < this.#bars - 1; bar++) {
      this.#followed[bar]! /= total;
      this.#exact[bar]! /= total;
    }
  }

  #exactSlip(bar: number): number {
    return this.rules.odds.exactSlip(this.#relations[bar]!);
  }

  #slip(bar: number): number {
    const run = runClass(this.#runs[bar]!, this.#slipped[bar] === 1);
    return this.rules.odds.slip(this.#relations[bar]!, run, this.#agreeing[bar]!);
  }

  #findCandidates(): void {
    this.candidateCount = 0;
    const within = this.#count - this.#starts[this.#bars - 1]!;
    for (let bar = 0; bar < this.#bars - 1; bar++) {
      const at = this.#starts[bar]! + within;
      const followed = this.#followed[bar]!;
      const exact = this.#exact[bar]!;
      if (followed + exact === 0 || at >= this.#starts[bar + 1]!) continue;
      this.#addCandidate(
        this.#tokens[at]!,
        followed * (1 - this.#slip(bar)) + exact * (1 - this.#exactSlip(bar)),
      );
    }
  }

  #addCandidate(token: number, weight: number): void {
    for (let i = 0; i < this.candidateCount; i++) {
      if (this.candidates[i] !== token) continue;
      this.weights[i]! += weight;
      return;
    }
    this.candidates[this.candidateCount] = token;
    this.weights[this.candidateCount++] = weight;
  }

  #beginBar(last: number, upbeat: boolean): void {
    const now = this.#bars - 1;
    if (upbeat) {
      this.#places[now] = 0;
      if (now > 0) this.#places[now - 1] = -1;
    }
    if (this.#count - this.#starts[now]! >= MUSIC) this.#partHasMusic = true;
    if (this.rules.resets[last]) {
      this.#part++;
      this.#hasEarlierPart ||= this.#partHasMusic;
      this.#partHasMusic = false;
    }
    if (this.#bars === BARS) this.#dropOldestBar();
    this.#starts[this.#bars] = this.#count;
    this.#parts[this.#bars] = this.#part;
    this.#places[this.#bars] = this.#counter.bars;
    this.#bars++;
    this.#setPriors();
  }

  /** Sets the prior of each earlier bar as a new bar begins. */
  #setPriors(): void {
    const now = this.#bars - 1;
    const { odds, resets } = this.rules;
    const place = placeOf(this.#counter.lines, this.#counter.bars);
    let total = 1;
    for (let bar = 0; bar < now; bar++) {
      const start = this.#starts[bar]!;
      this.#runs[bar] = 0;
      this.#slipped[bar] = 0;
      this.#followed[bar] = 0;
      this.#exact[bar] = 0;
      if (this.#starts[bar + 1] === start + 1 && resets[this.#tokens[start]!]) continue;
      const relation = relationOf(this.#parts[bar] === this.#part, this.#counter.bars - this.#places[bar]!);
      const agreeing = agreeingClass(this.#commonSuffix(start, this.#starts[now]!));
      this.#relations[bar] = relation;
      this.#agreeing[bar] = agreeing;
      this.#followed[bar] =
        odds.prior(relation, place, this.#hasEarlierPart, agreeing) * odds.hintFactor(this.#hint, relation);
      this.#exact[bar] = this.#followed[bar]! * odds.exact(relation);
      total += this.#followed[bar]! + this.#exact[bar]!;
    }
    this.#normalise(total);
  }

  /** The number of tokens before two indices that agree. */
  #commonSuffix(a: number, b: number): number {
    let count = 0;
    while (count < LONGEST_BEFORE && a > count && this.#tokens[a - 1 - count] === this.#tokens[b - 1 - count])
      count++;
    return count;
  }

  #makeRoom(): void {
    while (this.#bars > 1 && this.#count === TOKENS) this.#dropOldestBar();
    if (this.#count === TOKENS) this.#count = 0;
  }

  /** Removes the oldest bar. */
  #dropOldestBar(): void {
    const length = this.#starts[1]!;
    this.#tokens.copyWithin(0, length, this.#count);
    for (const array of this.#ofBars) array.copyWithin(0, 1, this.#bars);
    this.#bars--;
    this.#count -= length;
    for (let bar = 0; bar < this.#bars; bar++) this.#starts[bar]! -= length;
  }

  clear(): void {
    this.#count = 0;
    this.#bars = 1;
    this.#part = 0;
    this.#hasEarlierPart = false;
    this.#partHasMusic = false;
    this.#hint = -1;
    this.#starts[0] = 0;
    this.#parts[0] = 0;
    this.#places[0] = 0;
    this.candidateCount = 0;
    this.#counter.clear();
  }

  /** Writes the memory into `out` (size), without loss. */
  write(out: Float32Array): void {
    let at = 0;
    for (const array of this.#arrays) {
      out.set(array, at);
      at += array.length;
    }
    out[at++] = this.#count;
    out[at++] = this.#bars;
    out[at++] = this.#part;
    out[at++] = Number(this.#hasEarlierPart);
    out[at++] = Number(this.#partHasMusic);
    out[at++] = this.#hint;
    this.#counter.write(out, at);
  }

  read(values: Float32Array): void {
    let at = 0;
    for (const array of this.#arrays) {
      array.set(values.subarray(at, at + array.length));
      at += array.length;
    }
    this.#count = values[at++]!;
    this.#bars = values[at++]!;
    this.#part = values[at++]!;
    this.#hasEarlierPart = values[at++] === 1;
    this.#partHasMusic = values[at++] === 1;
    this.#hint = values[at++]!;
    this.#counter.read(values, at);
    this.#findCandidates();
  }
}

/** Likelihood of a token where a bar is followed with probability `slip` of a slip, over that of the network, which gives it `chance`. */
function likelihoodRatio(agrees: boolean, slip: number, chance: number): number {
  return agrees ? (1 - slip + slip * chance) / chance : slip;
}
