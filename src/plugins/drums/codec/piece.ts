/** One stroke. */
export interface Hit {
  /** Beats from the beginning of the first bar. */
  readonly at: number;
  /** Its place in DRUMS. */
  readonly drum: number;
  /** 1 to 127. */
  readonly velocity: number;
}

/** What a drummer played, by its beats. */
export interface DrumPiece {
  /** In order of time. */
  readonly hits: readonly Hit[];
  readonly beatsABar: number;
  /** Beats a minute. */
  readonly tempo: number;
  /** Its place in STYLES. */
  readonly style: number;
  /** Whether it is nothing but a fill. */
  readonly fill: boolean;
}
