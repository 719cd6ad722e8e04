import type { Chord } from './chords.js';
import type { Reading, ReadPart } from './reading.js';
import { classOf, share } from './shares.js';

/** Scale steps of the chords that lead to the tonic: V and VII. */
const LEADS: readonly Chord[] = [4, 6];
/** Pitch classes of the tonic chord, above the tonic. */
const TONIC_CHORD: readonly number[] = [0, 3, 4, 7];

/** Features of the ends of parts and of their first halves, with bar numbers. */
export function closesOf({ parts }: Reading, chords: readonly (readonly (readonly Chord[])[])[]) {
  const ends = parts.map((part, index) => ({
    ...endOf(part, chords[index]!),
    half: halfOf(part, chords[index]!),
  }));
  const halves = ends.flatMap(({ half }) => half ?? []);
  const last = ends.at(-1);
  return {
    features: {
      halfCloses: share(halves.map(({ open }) => open)),
      closes: share(ends.map(({ closes }) => closes)),
      lastCloses: Number(last?.closes ?? false),
      finalIsTonic: Number(last?.tonic ?? false),
    },
    places: {
      weakCloses: ends.flatMap(({ closes, bar }) => (closes ? [] : [bar])),
      closes: ends.flatMap(({ closes, bar }) => (closes ? [bar] : [])),
      halfCloses: halves.flatMap(({ open, bar }) => (open ? [bar] : [])),
    },
  };
}

/** Whether a part ends on the tonic, and whether it reaches it by step or from a chord that leads to it. */
function endOf({ bars }: ReadPart, chords: readonly (readonly Chord[])[]) {
  const bar = bars.at(-1)!;
  const notes = bars.slice(-2).flatMap(({ notes }) => notes.map(({ pitch }) => pitch));
  const final = notes.at(-1);
  const tonic = final !== undefined && classOf(final) === 0;
  const before = notes.findLast((pitch) => pitch !== final);
  const byStep = tonic && before !== undefined && Math.abs(before - final) <= 2;
  const windows = chords.slice(-2).flat();
  const led = LEADS.includes(windows.findLast((chord) => chord !== 0) ?? 0);
  return { bar: bar.number, tonic, closes: byStep || (tonic && led) };
}

/** How the first half of a part ends; null if the part has fewer than four bars, an odd number of bars, or no note there. */
function halfOf({ bars }: ReadPart, chords: readonly (readonly Chord[])[]) {
  if (bars.length < 4 || bars.length % 2 !== 0) return null;
  const place = bars.length / 2 - 1;
  const note = bars[place]!.notes.at(-1);
  if (!note) return null;
  const open = LEADS.includes(chords[place]!.at(-1)!) || !TONIC_CHORD.includes(classOf(note.pitch));
  return { bar: bars[place]!.number, open };
}
