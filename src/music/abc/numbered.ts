import { type Bar, barsOfTune, fillOf, isPartEdge } from './bars.js';
import { readAbc } from './read.js';
import type { Tune } from './tune.js';

const OWN_NUMBERS = /^(?:%%|I:) *(?:barnumbers|measurenb|setbarnb)\b/m;

/**
 * Returns a text, numbered for an engraver: before each line of the first tune's music but the first, inserts a directive
 * (ABC 2.1, 11) with the number of the line's first whole bar. An engraver's own count includes pickups and restarts at
 * second endings; these numbers agree with those that continuo reports. A tune with its own directives for bar numbers,
 * or that cannot be read, is returned unchanged.
 */
export function numbered(abc: string): string {
  const { tune, line: first } = readAbc(abc)[0]!;
  if (tune === undefined || OWN_NUMBERS.test(abc)) return abc;
  const numbers = numbersOf(tune);
  return abc
    .split(/\r\n?|\n/)
    .flatMap((line, index, lines) => {
      const number = numbers.get(index + 1);
      // A continued line is one line with the line before it.
      if (index === first - 1) return [line, '%%barnumbers 0'];
      return number === undefined || lines[index - 1]?.endsWith('\\') ? line : [`%%setbarnb ${number}`, line];
    })
    .join('\n');
}

/** For each line of the text, the number of the first whole bar that begins in it. */
function numbersOf(tune: Tune): Map<number, number> {
  const numbers = new Map<number, number>();
  let number = 0;
  let inPart = 0;
  for (const bar of barsOfTune(tune)) {
    if (beginsPart(bar)) inPart = 0;
    if (inPart === 0 && fillOf(bar) === 'short') continue;
    inPart++;
    number++;
    if (!numbers.has(bar.place.line)) numbers.set(bar.place.line, number);
  }
  return numbers;
}

function beginsPart({ before }: Bar): boolean {
  return before !== 'volta' && isPartEdge(before);
}
