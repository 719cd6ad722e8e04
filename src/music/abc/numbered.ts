import { type Bar, barsOfTune, fillOf, isPartEdge } from './bars.js';
import { readAbc } from './read.js';
import type { Tune } from './tune.js';

const OWN_NUMBERS = /^(?:%%|I:) *(?:barnumbers|measurenb|setbarnb)\b/m;

/**
 * The first tune of a text with directives (ABC 2.1, 11) by which an engraver begins each line but the first with the number
 * of its first whole bar. An engraver's own count takes pickups for bars and begins again at a second ending; here bars count
 * as they are named elsewhere. A tune that says something about numbers, or cannot be read, is left as it is.
 */
export function numbered(abc: string): string {
  const { tune, line: first } = readAbc(abc)[0]!;
  if (tune === undefined || OWN_NUMBERS.test(abc)) return abc;
  const numbers = numbersOf(tune);
  return abc
    .split(/\r\n?|\n/)
    .flatMap((line, index, lines) => {
      const number = numbers.get(index + 1);
      // What goes on from the line before is one line with it.
      if (index === first - 1) return [line, '%%barnumbers 0'];
      return number === undefined || lines[index - 1]?.endsWith('\\') ? line : [`%%setbarnb ${number}`, line];
    })
    .join('\n');
}

/** The number of the first whole bar that begins in a line of the text, by the line. */
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
