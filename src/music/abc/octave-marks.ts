/** Octave marks as written, split into a base and a signed count of trailing marks (positive is up). */
interface Marks {
  readonly base: string;
  readonly tail: number;
}

/**
 * Moves octave marks that are written in an unusual way (`C'` for `c`, `C',` for `C`) by octaves. The mapping is
 * reversible: distinct spellings of one pitch stay distinct, and moving back restores each. `usual` is the usual mark of
 * the letter: `,` for capitals, `'` for small letters.
 */
export function moveMarks(marks: string, octaves: number, usual: string): string {
  const { base, tail } = parse(marks.match(/'+|,+/g) ?? [], usual)!;
  const count = tail + octaves;
  return base + (count < 0 ? ',' : "'").repeat(Math.abs(count));
}

/** Whether marks are written as usual: none at all, or only the letter's usual mark. */
export function areUsual(marks: string, usual: string): boolean {
  return marks === usual.repeat(marks.length);
}

/**
 * Splits marks into base and count, in exactly one way for each text. A base ends with a run of one mark that is not
 * itself the count behind a shorter base. A run of the usual mark alone has no base, since it is the usual spelling.
 */
function parse(runs: readonly string[], usual: string): Marks | undefined {
  const last = runs.at(-1);
  if (last === undefined || (runs.length === 1 && last[0] === usual)) return undefined;
  const before = runs.slice(0, -1);
  const sign = last[0] === "'" ? 1 : -1;
  const outer = before.at(-1)?.length === 1 ? parse(before, usual) : undefined;
  if (outer?.tail === 0) return { base: before.join(''), tail: sign * last.length };
  return { base: before.join('') + last[0]!, tail: sign * (last.length - 1) };
}
