/** Bars in a line as the host writes it, without a pickup. */
const BARS_WRITTEN = 4;

/**
 * A tune's ABC with at most `most` bars a line, for a narrow page; the line breaks have no musical meaning. A line is not broken
 * before an ending, which belongs to its bar line.
 */
export function barsALine(abc: string, most: number): string {
  if (most >= BARS_WRITTEN || belongsToLines(abc)) return abc;
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

/** Whether lines of music have words or other voices, so that the text cannot be broken at any bar. */
export function belongsToLines(abc: string): boolean {
  return /^(?:[wsV]:|\[V:)/m.test(abc);
}

/** A last line with less than this share of a full line's bars is not stretched. */
const FULL = 0.75;

/**
 * Whether the last line of music is full enough to be stretched to the margin: a lone bar as wide as the page is hard to read.
 * `most`: bars that a line of the page holds.
 */
export function lastLineIsFull(abc: string, most: number): boolean {
  const music = abc.slice(abc.indexOf('\n', abc.search(/^K:/m)) + 1);
  const bars = music
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(?:[A-Za-z+]:|%)/.test(line))
    .map((line) => barsOf(line));
  return (bars.at(-1) ?? 0) >= FULL * Math.max(Math.min(most, BARS_WRITTEN), ...bars);
}

/** Number of bars in a line that have a note or rest, ignoring quotes, inline fields and decorations. */
function barsOf(line: string): number {
  const bare = line.replace(/"[^"]*"|![^!]*!|\[[A-Za-z]:[^\]]*\]|%.*$/g, '');
  return bare.split(/[|:]+[\]\d]*/).filter((bar) => /[A-Ga-gxzXZ]/.test(bar)).length;
}
