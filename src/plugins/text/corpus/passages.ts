/** Approximate length of a passage in characters; it ends at a line end. The network starts each passage from a zero state. */
const LENGTH = 4000;
/** A text with fewer passages is cut into shorter ones, so that some can be held out. */
const LEAST_PASSAGES = 40;

/** Splits a text into passages; joined, they are the text. */
export function passagesOf(text: string): string[] {
  return cut(text, Math.min(LENGTH, Math.ceil(text.length / LEAST_PASSAGES)));
}

/** Passages of at least `length` UTF-16 units, each ending at a line end; lines longer than ten times that are cut. */
export function cut(text: string, length: number): string[] {
  const passages: string[] = [];
  let from = 0;
  while (from < text.length) {
    const newline = text.indexOf('\n', from + length - 1);
    let to = newline < 0 ? text.length : newline + 1;
    if (to - from > 10 * length) to = from + length;
    // Never between the two halves of a surrogate pair.
    if (/[\uD800-\uDBFF]/.test(text[to - 1]!) && to < text.length) to++;
    passages.push(text.slice(from, to));
    from = to;
  }
  return passages;
}
