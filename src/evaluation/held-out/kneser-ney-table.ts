const FIRST_SLOTS = 1 << 10;
/** Maximum load factor of the hash table. */
const LOAD = 0.75;

/**
 * The n-grams of one order, numbered in the order added: row `id` holds the id of its first n - 1 tokens (in the table of the
 * order below; 0 for unigrams), its last token, and its count. Typed arrays over an open-addressing hash table, about 25 bytes
 * per n-gram, since a corpus has millions.
 */
export class NgramTable {
  size = 0;
  contexts = new Uint32Array(FIRST_SLOTS * LOAD);
  tokens = new Uint32Array(FIRST_SLOTS * LOAD);
  counts = new Uint32Array(FIRST_SLOTS * LOAD);
  /** Id + 1 of the n-gram; 0 for a free slot. */
  #slots = new Uint32Array(FIRST_SLOTS);

  /** The id of an n-gram; -1 if unknown. */
  find(context: number, token: number): number {
    return this.#slots[this.#slot(context, token)]! - 1;
  }

  /** The id of an n-gram, which is added with count 0 if new (its id is then the previous size). */
  add(context: number, token: number): number {
    const slot = this.#slot(context, token);
    const known = this.#slots[slot]!;
    if (known > 0) return known - 1;
    if (this.size === this.contexts.length) {
      this.#grow();
      return this.add(context, token);
    }
    const id = this.size++;
    this.contexts[id] = context;
    this.tokens[id] = token;
    this.#slots[slot] = id + 1;
    return id;
  }

  /** The slot that holds the n-gram, or would hold it. */
  #slot(context: number, token: number): number {
    const mask = this.#slots.length - 1;
    let hash = (Math.imul(context, 0x9e3779b1) + Math.imul(token, 0x85ebca77)) | 0;
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (;;) {
      const id = this.#slots[slot]! - 1;
      if (id < 0 || (this.contexts[id] === context && this.tokens[id] === token)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    this.#slots = new Uint32Array(2 * this.#slots.length);
    const rows = this.#slots.length * LOAD;
    this.contexts = enlarged(this.contexts, rows);
    this.tokens = enlarged(this.tokens, rows);
    this.counts = enlarged(this.counts, rows);
    for (let id = 0; id < this.size; id++) {
      this.#slots[this.#slot(this.contexts[id]!, this.tokens[id]!)] = id + 1;
    }
  }
}

function enlarged(values: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(values);
  return larger;
}
