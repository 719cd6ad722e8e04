/** How a network is trained. */
export interface FitSettings {
  /** Batch size: streams that are read side by side. */
  readonly batch: number;
  /** Window: tokens through which gradients flow back. */
  readonly window: number;
  /** Times that every piece is seen; less where the training stops early. */
  readonly epochs: number;
  /** Most seconds, measuring included; where they end first, the learning rate reaches its final value then. */
  readonly seconds?: number;
  readonly optimizer: 'adam' | 'sgd';
  /** Highest learning rate: after a warm-up it falls along half a cosine to `finalRate`. */
  readonly rate: number;
  readonly finalRate: number;
  /** Share of the training that is warm-up. */
  readonly warmup: number;
  /** Share of units that are dropped, the same ones through a window. */
  readonly dropout: number;
  /** Gradients are scaled down to this norm over all weights; 0: they are left as they are. */
  readonly clip: number;
  /** Semitones down and up by which pieces that have pitches are transposed at most, each time anew. */
  readonly transposeDown: number;
  readonly transposeUp: number;
  /** Share by which such pieces are played faster or slower at most. */
  readonly stretch: number;
  /** Early stopping: the training ends after this many measurements without a gain; 0: never. */
  readonly patience: number;
  /** Held-out music is measured after each epoch (after several, where they are short), but after so many tokens at the latest. */
  readonly measureEvery: number;
  /** A whole number: the same seed, network, pieces and settings give the same weights on the same backend. */
  readonly seed: number;
}

export const FIT_DEFAULTS: FitSettings = {
  batch: 16,
  window: 64,
  epochs: 10,
  optimizer: 'adam',
  rate: 1e-3,
  finalRate: 1e-5,
  warmup: 0.02,
  dropout: 0.2,
  clip: 1,
  transposeDown: 0,
  transposeUp: 0,
  stretch: 0,
  patience: 3,
  measureEvery: 200_000,
  seed: 1,
};

/** The learning rate where `progress` (0 to 1) of the training is done. */
export function rateAt(
  progress: number,
  { rate, finalRate, warmup }: Pick<FitSettings, 'rate' | 'finalRate' | 'warmup'>,
): number {
  if (progress < warmup) return (rate * progress) / warmup;
  const along = (progress - warmup) / (1 - warmup);
  return finalRate + (rate - finalRate) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, along)));
}
