/** A piece of a corpus that a network learns from, or is measured on. */
export interface CorpusExample<Piece> {
  readonly piece: Piece;
  /** What people know it by. */
  readonly title: string;
  /** Pieces of one family (versions of a tune, takes of a piece) are never split between training and measuring. */
  readonly family: string;
}

/** Makes training data of files. */
export interface CorpusExtension<Piece = unknown, Tokens = ArrayLike<number>> {
  /** Endings of its files' names, such as `.abc`. */
  readonly files: readonly string[];
  /** The pieces of a file; what cannot be read is left out, and `refused` is told why. */
  examples(bytes: Uint8Array, name: string, refused: (why: string) => void): Iterable<CorpusExample<Piece>>;
  /** The tokens of a piece, without the start token; `codec` is the id of a codec of the plugin's. Throws CODEC_UNKNOWN. */
  tokens(piece: Piece, codec: string): Tokens;
  /** What is counted of a piece, by name, for `continuo dataset stats`. */
  statistics?(piece: Piece): Readonly<Record<string, number | string>>;
}
