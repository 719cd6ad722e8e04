import type { ForkableTally, MaskShares } from '../../../generation/constraint.js';
import type { Sample } from '../../../model/sampler.js';
import { tokenRole } from '../codec/grammar-tokens.js';

/**
 * How far the grammar intervened, counted along the final tune: discarded particles and headers, which are requested rather than
 * composed, do not count. Probabilities include the odds of the model folder.
 */
export interface DraftStatistics {
  /** Tokens after the header, without those of the prime. */
  readonly tokens: number;
  /** Of these, notes and their signs: everything but bar lines, endings and the end. */
  readonly music: number;
  /** Sum over the tokens of the probability mass that the grammar masked. */
  readonly cut: number;
  /** Music tokens that were the only ones allowed. */
  readonly forced: number;
  /** Sum of the cross-entropy of each token, unmasked, in nats. */
  readonly nats: number;
}

/** Accumulates {@link DraftStatistics} token by token. */
export class DraftCounter implements ForkableTally<DraftCounter> {
  counts = { tokens: 0, music: 0, cut: 0, forced: 0, nats: 0 };

  /** A copy that counts on independently. */
  fork(): DraftCounter {
    const fork = new DraftCounter();
    fork.counts = { ...this.counts };
    return fork;
  }

  drawn({ token, nats }: Pick<Sample, 'token' | 'nats'>, { cut, choices }: MaskShares): void {
    const role = tokenRole(token);
    if (role === 'header') return;
    this.counts.tokens++;
    this.counts.nats += nats;
    this.counts.cut += cut;
    if (role !== 'music') return;
    this.counts.music++;
    if (choices === 1) this.counts.forced++;
  }
}
