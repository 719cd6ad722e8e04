import abcjs from 'abcjs';

/** A tune as parsed by abcjs, an independent reader. */
export interface ParsedTune {
  readonly warnings: readonly string[];
  /** Bars with their duration in whole notes, and the bar lines around them. */
  readonly bars: readonly { readonly duration: number; readonly before: string; readonly after: string }[];
  readonly notes: number;
}

/** What is read of an abcjs voice item. abcjs's own types leave out the triplets and the start of a note's tuplet. */
interface Element {
  readonly el_type: string;
  readonly type?: string;
  readonly duration?: number;
  readonly startTriplet?: number;
  readonly tripletMultiplier?: number;
  readonly endTriplet?: boolean;
  readonly rest?: unknown;
}

/** Parses the first tune of a text with abcjs. */
export function parsedByAbcjs(abc: string): ParsedTune {
  const [tune] = abcjs.parseOnly(abc);
  const elements = (tune!.lines ?? []).flatMap(
    // abcjs' types give each kind of element its own fields; here each may have any.
    (line) => (line.staff?.[0]?.voices?.[0] ?? []) as unknown as Element[],
  );
  const bars: { duration: number; before: string; after: string }[] = [];
  let [duration, before, multiplier, notes] = [0, '', 1, 0];
  for (const element of elements) {
    if (element.el_type === 'bar') {
      if (duration > 0) bars.push({ duration, before, after: element.type ?? '' });
      before = duration > 0 ? (element.type ?? '') : `${before} ${element.type}`;
      duration = 0;
    } else if (element.duration !== undefined) {
      if (element.startTriplet !== undefined) multiplier = element.tripletMultiplier ?? 1;
      duration += element.duration * multiplier;
      notes++;
      if (element.endTriplet) multiplier = 1;
    }
  }
  if (duration > 0) bars.push({ duration, before, after: '' });
  return { warnings: tune!.warnings ?? [], bars, notes };
}
