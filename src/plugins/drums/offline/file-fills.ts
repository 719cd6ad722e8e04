import { phraseStarts } from '../phrases/phrases.js';
import type { FileBar } from './file-bars.js';

/**
 * The bars of a file that are fills: the last of each phrase that is heard in it. In a phrase longer than `every` bars, and where no phrases are
 * heard, each `every` bars; 0: none there.
 */
export function fillsOfFile(bars: readonly FileBar[], every: number): ReadonlySet<number> {
  const beatsABar = bars[0]!.times.length - 1;
  const starts = phraseStarts(
    bars.map(({ heard }) => heard),
    beatsABar,
  );
  const fills = new Set<number>();
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? bars.length;
    if (starts[index + 1] !== undefined) fills.add(end - 1);
    for (let bar = start + every - 1; every > 0 && bar < end - 2; bar += every) fills.add(bar);
  }
  return fills;
}
