/** Bars of a line as the host writes it; a pickup comes before them. */
const BARS_WRITTEN = 4;

/**
 * A tune's ABC with at most `most` bars a line, for a narrow page; how they are spread says nothing of the music. A line is not
 * broken before an ending, which belongs to the bar line that it stands at.
 */
export function barsALine(abc: string, most: number): string {
  if (most >= BARS_WRITTEN) return abc;
  const key = abc.indexOf('\nK:');
  const music = abc.indexOf('\n', key + 1) + 1;
  const lines = abc
    .slice(music)
    .split('\n')
    .map((line) => {
      const inner = /(?::\||\|\]|\|\||\|)(?=[^:|\]\s\d])/g;
      const pickup = (line.match(inner)?.length ?? 0) >= BARS_WRITTEN;
      let bars = pickup ? -1 : 0;
      return line.replace(inner, (bar) => (++bars > 0 && bars % most === 0 ? `${bar}\n` : bar));
    });
  return abc.slice(0, music) + lines.join('\n');
}
