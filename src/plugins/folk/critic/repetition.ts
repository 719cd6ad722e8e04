import type { ReadBar, Reading } from './reading.js';
import { mean, share } from './shares.js';

/** Features of repetition within a part and between parts. */
export function repetitionFeatures({ parts, full }: Reading) {
  const names = parts.map(({ bars }) => bars.map(nameOf));
  const borrowed = names.flatMap((bars, part) =>
    part === 0
      ? []
      : bars.slice(0, -2).map((bar) => names.slice(0, part).some((other) => other.includes(bar))),
  );
  const ends = names
    .slice(1)
    .map((bars, index) => names.slice(0, index + 1).some((other) => other.at(-1) === bars.at(-1)));
  const all = parts.flatMap(({ bars }) => bars);
  const stutter = parts.flatMap(({ bars }, part) =>
    bars.filter((_, at) => at > 0 && names[part]![at] === names[part]![at - 1]),
  );
  return {
    features: {
      stutter: stutter.length / all.length,
      repeatedWithin: share(names.flatMap((bars) => bars.map((bar, at) => bars.indexOf(bar) < at))),
      mostOfOne: Math.max(
        ...names.map((bars) => Math.max(...bars.map((bar) => bars.filter((other) => other === bar).length))),
      ),
      borrowed: share(borrowed),
      sameEnd: share(ends),
      sequences: mean(parts.map(({ bars }) => sequencesOf(bars))),
      rhythms: new Set(all.map((bar) => rhythmOf(bar, full))).size / all.length,
    },
    places: { stutter: stutter.map(({ number }) => number) },
  };
}

function nameOf({ notes }: ReadBar): string {
  return notes.map(({ at, pitch }) => `${at.toFixed(2)}:${pitch}`).join(' ');
}

function rhythmOf({ notes }: ReadBar, full: number): string {
  return notes.map(({ at }) => (at / full).toFixed(3)).join(' ');
}

/** Share of bars that take up an earlier bar of the part: the same rhythm, on other steps or with a few notes changed. */
function sequencesOf(bars: readonly ReadBar[]): number {
  return share(
    bars.map((bar, at) =>
      bars.slice(0, at).some((earlier) => nameOf(earlier) !== nameOf(bar) && takesUp(bar, earlier)),
    ),
  );
}

function takesUp({ notes }: ReadBar, earlier: ReadBar): boolean {
  if (notes.length !== earlier.notes.length || notes.length < 3) return false;
  const apart: number[] = [];
  for (const [index, { at, pitch }] of notes.entries()) {
    const other = earlier.notes[index]!;
    if (Math.abs(at - other.at) >= 1e-3) return false;
    apart.push(pitch - other.pitch);
  }
  const same = apart.filter((distance) => distance === 0).length;
  if (2 * same >= notes.length) return true;
  // A step of the scale is one semitone or two.
  return Math.max(...apart) - Math.min(...apart) <= 1;
}
