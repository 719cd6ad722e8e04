import { tokenRole } from '../codec/folk/grammar-tokens.js';
import type { Sample, Sampler, SamplerSettings } from '../model/sampler.js';

/**
 * What the grammar took from the network, along the tune as it is: particles that were not kept do not count. Headers do not count
 * either: they are asked for, not composed.
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
export class DraftCounter {
  counts = { tokens: 0, music: 0, cut: 0, forced: 0, nats: 0 };
  readonly #unmasked: SamplerSettings;

  constructor(
    private readonly sampler: Sampler,
    settings: SamplerSettings,
  ) {
    this.#unmasked = { ...settings, topK: 0, topP: 1 };
  }

  /** One that counts on from here, apart from this one. */
  copy(): DraftCounter {
    const copy = new DraftCounter(this.sampler, this.#unmasked);
    copy.counts = { ...this.counts };
    return copy;
  }

  /**
   * `drawn` came of `logits` (class), of what `mask` (class) left. Returns the probability that the network gave to what was left; 1
   * in a header.
   */
  add(
    { token, surprise }: Pick<Sample, 'token' | 'surprise'>,
    logits: Float32Array,
    mask: Uint8Array,
  ): number {
    const role = tokenRole(token);
    if (role === 'header') return 1;
    const open = this.sampler.probabilities(logits, this.#unmasked, null);
    let [cut, left, choices] = [0, 0, 0];
    for (let other = 0; other < mask.length; other++) {
      if (mask[other]) {
        choices++;
        left += open[other]!;
      } else cut += open[other]!;
    }
    this.counts.tokens++;
    this.counts.nats += surprise;
    this.counts.cut += cut;
    if (role !== 'music') return left;
    this.counts.music++;
    if (choices === 1) this.counts.forced++;
    return left;
  }
}
