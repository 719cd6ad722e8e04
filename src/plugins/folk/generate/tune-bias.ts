import type { LogitBias } from '../../../generation/constraint.js';
import type { TuneGrammar } from '../codec/grammar-rules.js';
import { cadenceWeight } from '../odds/cadence-odds.js';
import { NoteWeights } from '../odds/note-odds.js';
import { type KindOdds, oddsOf, type TuneOdds } from '../odds/tune-odds.js';

/** Adds the odds of a tune's kind, which its header states, to the network's logits. */
export class TuneBias implements LogitBias<TuneGrammar> {
  /** undefined until the header is complete. */
  #kind: { readonly odds: KindOdds | undefined; readonly notes: NoteWeights | undefined } | undefined;

  constructor(private readonly odds: TuneOdds | undefined) {}

  add(logits: Float32Array, tokens: readonly number[], { placing }: TuneGrammar): void {
    if (placing === null) return;
    this.#kindOf(tokens).notes?.apply(logits, tokens);
  }

  segmentWeight(tokens: readonly number[]): number {
    const cadences = this.#kindOf(tokens).odds?.cadences;
    return cadences ? cadenceWeight(cadences, tokens) : 1;
  }

  #kindOf(tokens: readonly number[]) {
    if (!this.#kind) {
      const odds = oddsOf(this.odds, tokens);
      this.#kind = { odds, notes: odds && new NoteWeights(odds.notes) };
    }
    return this.#kind;
  }
}
