import type { Constraint, MaskShares, Tally } from '../../../generation/constraint.js';
import type { Sample, Sampler } from '../../../model/sampler.js';
import type { FolkGrammar } from '../codec/grammar.js';
import { folkCodec } from '../codec/index.js';
import { DraftCounter, type DraftStatistics } from '../generate/statistics.js';
import { isPlanToken, PLAN_FIRST } from '../plan/vocabulary.js';

/** One candidate for a gap. */
export interface Filling {
  readonly tokens: readonly number[];
  /** The tokens, with the plan tokens that the network was conditioned on. */
  readonly heard: readonly number[];
  /** Cross-entropy of the filling, in nats. */
  readonly inside: number;
  /**
   * Cross-entropy, after the filling, of the kept music to its right up to the next gap or the end, and the number of its
   * tokens.
   */
  readonly right: number;
  readonly rightTokens: number;
  readonly statistics: DraftStatistics;
}

/** A bar to fill: the grammar at its start, the plan tokens that the network is conditioned on, and the signs that end it. */
export interface Slot {
  readonly grammar: FolkGrammar;
  readonly told: readonly number[];
  readonly signs: readonly number[];
}

const LINE = folkCodec.read('|')[0]!;
const TIE = folkCodec.read('-')[0]!;

/** Samples one candidate for a gap: bar by bar, then the kept music to its right. */
export class GapFilling implements Constraint, Tally {
  /** Tokens within the gap: the music alone, and with plan tokens. */
  readonly tokens: number[] = [];
  readonly #heard: number[] = [];
  /** Fixed tokens that come next. */
  #fixed: readonly number[];
  #fixedAt = 0;
  #slot = 0;
  #grammar: FolkGrammar;
  #inside = 0;
  #right = 0;
  readonly #counter = new DraftCounter();

  constructor(
    private readonly slots: readonly Slot[],
    private readonly sampler: Sampler,
  ) {
    this.#grammar = slots[0]!.grammar.fork();
    this.#fixed = slots[0]!.told;
  }

  /** Whether the gap is filled: the tokens that follow are kept ones. */
  get #past(): boolean {
    return this.#slot === this.slots.length;
  }

  get done(): boolean {
    return this.#past && this.#fixedAt === this.#fixed.length;
  }

  get forcedToken(): number | undefined {
    return this.#fixed[this.#fixedAt];
  }

  /** Where the grammar would allow a bar line, the first of the bar's own signs ends the bar. */
  forbid(mask: Uint8Array): void {
    this.#grammar.forbid(mask);
    mask.fill(0, PLAN_FIRST);
    const full = mask[LINE] === 1;
    mask[LINE] = 0;
    if (!full) return;
    mask[TIE] = 0;
    mask[this.slots[this.#slot]!.signs[0]!] = 1;
  }

  advance(token: number, output: number[]): number {
    if (this.forcedToken !== undefined) this.#fixedAt++;
    else if (this.#endsBar(token)) this.#endBar();
    else this.#grammar.accept(token);
    if (!isPlanToken(token)) output.push(token);
    return token;
  }

  #endsBar(token: number): boolean {
    return token === this.slots[this.#slot]!.signs[0] && this.#grammar.allows(LINE);
  }

  #endBar(): void {
    const { signs } = this.slots[this.#slot++]!;
    const next = this.slots[this.#slot];
    this.#fixed = next ? [...signs, ...next.told] : signs;
    this.#fixedAt = 1;
    if (next) this.#grammar = next.grammar.fork();
  }

  drawn(sample: Pick<Sample, 'token' | 'nats'>, shares: MaskShares): void {
    this.#counter.drawn(sample, shares);
    this.#count(sample.token, sample.nats);
  }

  forced(token: number, logits: Float32Array): void {
    // Conditioning tokens cost nothing.
    this.#count(token, isPlanToken(token) ? 0 : this.sampler.crossEntropy(logits, token));
  }

  #count(token: number, nats: number): void {
    if (this.#past) {
      this.#right += nats;
      return;
    }
    this.#inside += nats;
    this.#heard.push(token);
    if (!isPlanToken(token)) this.tokens.push(token);
  }

  /** The result so far, given the number of tokens kept to its right. */
  filled(rightTokens: number): Filling {
    return {
      ...{ tokens: this.tokens, heard: this.#heard },
      ...{ inside: this.#inside, right: this.#right, rightTokens },
      statistics: this.#counter.counts,
    };
  }
}
