import type { Piece } from '../../plugin/composer.js';

/** Older ones are forgotten. */
const MOST = 100;

/** The pieces that a composer made or read last, by their text: written in another format, they are what they were. */
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
