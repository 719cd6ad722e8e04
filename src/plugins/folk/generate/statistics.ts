import type { ForkableTally, MaskShares } from '../../../generation/constraint.js';
import type { Sample } from '../../../model/sampler.js';
import { tokenRole } from '../codec/grammar-tokens.js';

/**
 * What the grammar took from the network, along the tune as it is: particles that were not kept do not count. Headers do not count
 * either: they are asked for, not composed. What the network gives is meant as it is weighed by the odds of its folder.
 */
export interface DraftStatistics {
  /** Tokens after the header, the prime's left out. */
  readonly tokens: number;
  /** Of those, notes and what belongs to them: all but bar lines, endings and the end. */
  readonly music: number;
  /** Sum over the tokens of the probability that the network gave to what was forbidden. */
  readonly cut: number;
  /** Tokens of the music that were the only ones allowed. */
  readonly forced: number;
  /** Sum of what each token cost the network, unmasked, in nats. */
  readonly nats: number;
}

/** Adds up what the grammar takes, token by token. */
export class DraftCounter implements ForkableTally<DraftCounter> {
  counts = { tokens: 0, music: 0, cut: 0, forced: 0, nats: 0 };

  /** One that counts on from here, apart from this one. */
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
