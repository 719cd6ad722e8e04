import type { Piece } from '../../plugin/composer.js';

/** Pieces kept; the oldest are dropped. */
const MOST = 100;

/** The pieces that a composer last made or read, by text, so that an export has the original piece and need not parse its text. */
export class MadePieces {
  readonly #pieces = new Map<string, Piece>();

  find(text: string): Piece | undefined {
    return this.#pieces.get(text);
  }

  add(piece: Piece): void {
    this.#pieces.delete(piece.text);
    this.#pieces.set(piece.text, piece);
    const [oldest] = this.#pieces.keys();
    if (this.#pieces.size > MOST) this.#pieces.delete(oldest!);
  }

  clear(): void {
    this.#pieces.clear();
  }
}
