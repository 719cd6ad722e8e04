/** Octave marks as they are written: a beginning, and how many marks up or down stand behind it. */
interface Marks {
  readonly base: string;
  readonly tail: number;
}

/**
 * Octave marks moved by octaves, where they are not written as they mostly are (`C'` for `c`, `C',` for `C`): so that no two ways to write a
 * pitch become one, and the way back gives each back. `usual` is the mark that the letter mostly has: `,` for capitals, `'` for others.
 */
export function moveMarks(marks: string, octaves: number, usual: string): string {
  const { base, tail } = parse(marks.match(/'+|,+/g) ?? [], usual)!;
  const count = tail + octaves;
  return base + (count < 0 ? ',' : "'").repeat(Math.abs(count));
}

/** Whether marks are as they mostly are: none, or one kind, that of their letter. */
export function areUsual(marks: string, usual: string): boolean {
  return marks === usual.repeat(marks.length);
}

/**
 * Each text of marks is one beginning with one number behind it. A beginning ends with a run of one mark, and is none where that run is the
 * number behind another beginning; runs of the usual mark alone are no beginning, since without one they are the usual way.
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
