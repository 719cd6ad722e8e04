/** A unit of a w: line: a syllable or a sign that stands for one, a bar line, or a character between them. */
const UNIT = /\||_|\*|-(?=[\s-]|$)|(?:\\-|[^\s\-_*|])+-?|[\s\S]/g;

/**
 * Adapts a w: line to replaced bars: syllables under kept notes stay, and each new note gets a `*`, an empty syllable (ABC 2.1, 5.1).
 * `barOf`: the bar of each old note above; `remade`: the number of notes in each replaced bar.
 */
export function keptLyrics(
  text: string,
  barOf: readonly number[],
  remade: ReadonlyMap<number, number>,
): string {
  let note = 0;
  /**
   * Whether notes have been counted since the last `|`, so that a `|` at the beginning of a bar confirms where that bar
   * is.
   */
  let counted = false;
  const filled = new Set<number>();
  let result = '';
  /** Whether stars were just written: they replace the syllables of the bar and the blanks between them. */
  let starred = false;
  for (const [unit] of text.matchAll(UNIT)) {
    const blank = /^\s$/.test(unit);
    const bar = blank || unit === '|' ? undefined : barOf[note];
    const count = bar === undefined ? undefined : remade.get(bar);
    if (blank && starred) continue;
    if (unit === '|') {
      const begins = note > 0 && barOf[note] !== barOf[note - 1];
      if (!(begins && counted)) note = endOfBar(barOf, note);
      counted = false;
    } else if (!blank) {
      note++;
      counted = true;
    }
    if (count === undefined) {
      result += starred && unit !== '|' ? ` ${unit}` : unit;
      starred = false;
      continue;
    }
    starred = true;
    if (filled.has(bar!)) continue;
    filled.add(bar!);
    const stars = Array(count).fill('*').join(' ');
    result += stars !== '' && /[^\s|]$/.test(result) ? ` ${stars}` : stars;
  }
  return result;
}

function endOfBar(barOf: readonly number[], from: number): number {
  const bar = barOf[from];
  let note = from;
  while (note < barOf.length && barOf[note] === bar) note++;
  return note;
}
