/** SMF 1.0: seven bits a byte, the most significant first, bit 7 set on all but the last. */
export function variableLength(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

/** Ranges of the file with replaced bytes between them; the ranges are copied only where something was replaced. */
export class KeptBytes {
  readonly #pieces: Uint8Array[] = [];
  #from = 0;
  #to = 0;

  constructor(private readonly file: Uint8Array) {}

  keep(from: number, to: number): void {
    if (from !== this.#to) this.#close(from);
    this.#to = to;
  }

  add(bytes: readonly number[]): void {
    this.#close(-1);
    this.#pieces.push(Uint8Array.from(bytes));
  }

  bytes(): Uint8Array {
    this.#close(-1);
    if (this.#pieces.length === 1) return this.#pieces[0]!;
    const whole = new Uint8Array(this.#pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  #close(from: number): void {
    if (this.#to > this.#from) this.#pieces.push(this.file.subarray(this.#from, this.#to));
    this.#from = from;
    this.#to = from;
  }
}
