/** Characters of a passage, about; it ends where a line does. A network begins each with a zero state. */
const LENGTH = 4000;
/** A text that has fewer is cut finer, so that something can be held out. */
const LEAST_PASSAGES = 40;

/** A text in passages; joined, they are the text. */
export function passagesOf(text: string): string[] {
  return cut(text, Math.min(LENGTH, Math.ceil(text.length / LEAST_PASSAGES)));
}

/** Passages of at least `length` UTF-16 units, each ended by a line's end; a line of more than ten times that is cut. */
export function cut(text: string, length: number): string[] {
  const passages: string[] = [];
  let from = 0;
  while (from < text.length) {
    const newline = text.indexOf('\n', from + length - 1);
    let to = newline < 0 ? text.length : newline + 1;
    if (to - from > 10 * length) to = from + length;
    // Not between the two halves of a character.
    if (/[\uD800-\uDBFF]/.test(text[to - 1]!) && to < text.length) to++;
    passages.push(text.slice(from, to));
    from = to;
  }
  return passages;
}
