export type CellKind = 'lstm' | 'gru' | 'rnn';

/** Kind and size of a recurrent layer. */
export interface LayerSpec {
  readonly cell: CellKind;
  readonly units: number;
}

/** The shape of a network: input (one-hot or embedded token), 1 to 4 recurrent layers, a dense output of logits. */
export interface NetworkSpec {
  readonly inputClasses: number;
  /** Width of the embedding; 0 where the token enters one-hot. */
  readonly embedding: number;
  readonly layers: readonly LayerSpec[];
  readonly outputClasses: number;
  /** Where several networks stand side by side: the classes of each, whose logits are a distribution of their own. */
  readonly parts?: readonly number[];
}
