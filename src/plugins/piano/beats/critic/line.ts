import { TICKS_PER_BEAT } from '../../../../music/beats/beat-map.js';
import { alike, mean, share } from './numbers.js';
import type { ReadBar, ReadNote } from './reading.js';
import { holeOf, MIDDLE_C } from './texture.js';

/** A higher note that sounds on for more than this many beats hides lower notes. */
const HIDES = 0.5;
const LEAP = 7;
/** Least length of a long note, in beats. */
const LONG = 1.5;
/** How many bars back to look for material that returns. */
const MEMORY = 16;
/** A bar counts as a repetition of another from this similarity on. */
const AGAIN = 0.6;

/** Features of the melody (the highest notes): its motion, and whether its material returns. */
export function lineOf(before: readonly ReadBar[], span: readonly ReadBar[]) {
  const lines = topOf([...before, ...span]);
  const [context, played] = [lines.slice(0, before.length), lines.slice(before.length)];
  const [old, own] = [context.flat(), played.flat()];
  const steps = intervals(own);
  const pitches = own.map(({ pitch }) => pitch);
  const middle = (notes: readonly ReadNote[], otherwise: number) =>
    notes.length === 0 ? otherwise : mean(notes.map(({ pitch }) => pitch));
  const usual = middle(old, 72);
  const perBar = (bars: readonly ReadNote[][]) => bars.flat().length / Math.max(1, bars.length);
  return {
    lineDensity: Math.log((perBar(played) + 1) / (perBar(context) + 1)),
    lineHole: holeOf(asBars(before, context), asBars(span, played), () => true),
    lineRegister: middle(own, usual) - usual,
    lineRange: pitches.length === 0 ? 0 : Math.max(...pitches) - Math.min(...pitches),
    lineStep: mean(steps.map(Math.abs)),
    lineLeaps: share(steps, (step) => Math.abs(step) > LEAP),
    lineRepeats: share(steps, (step) => step === 0),
    lineEntropy: entropy(pitches),
    lineTurns: mean(steps.slice(1).map((step, at) => Number(step * steps[at]! < 0))),
    lineDrift: Math.abs(middle(played.at(-1) ?? [], usual) - middle(played[0] ?? [], usual)),
    lineLength: mean(own.map(({ beats }) => Math.log(beats))) - mean(old.map(({ beats }) => Math.log(beats))),
    lineLoud: mean(own.map(({ bin }) => bin)) - mean(old.map(({ bin }) => bin)),
    lineOffBeat: share(own, ({ slot }) => slot % 4 !== 0),
    lineLong: share(own, ({ beats }) => beats >= LONG),
    lineRecovered: recovered(steps),
    contourBack: contourBack(context, played),
    ...returnsOf('line', lines, before.length, ({ slot, pitch }) => slot * 128 + pitch),
    ...returnsOf('rhythm', lines, before.length, ({ slot }) => slot),
    ...returnsOf(
      'bar',
      [...before, ...span].map(({ notes }) => notes),
      before.length,
      ({ slot, pitch }) => slot * 128 + pitch,
    ),
  };
}

/** The highest notes of each bar from middle C up, except where a higher one still sounds. (bar, note) */
function topOf(bars: readonly ReadBar[]): ReadNote[][] {
  let [end, high, passed] = [-Infinity, 0, 0];
  return bars.map(({ notes, beats }) => {
    const line: ReadNote[] = [];
    for (const note of notes) {
      const time = passed + note.tick / TICKS_PER_BEAT;
      if (note.pitch < MIDDLE_C || (note.pitch < high && end > time + HIDES)) continue;
      const last = line.at(-1);
      if (last?.slot === note.slot) {
        if (last.pitch >= note.pitch) continue;
        line.pop();
      }
      line.push(note);
      [end, high] = [time + note.beats, note.pitch];
    }
    passed += beats;
    return line;
  });
}

function asBars(bars: readonly ReadBar[], lines: readonly ReadNote[][]): ReadBar[] {
  return bars.map((bar, at) => ({ ...bar, notes: lines[at]! }));
}

function intervals(notes: readonly ReadNote[]): number[] {
  return notes.slice(1).map(({ pitch }, at) => pitch - notes[at]!.pitch);
}

/** Entropy of the pitches, in nats. */
function entropy(pitches: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const pitch of pitches) counts.set(pitch, (counts.get(pitch) ?? 0) + 1);
  return [...counts.values()].reduce(
    (sum, count) => sum - (count / pitches.length) * Math.log(count / pitches.length),
    0,
  );
}

/** Share of leaps that a step in the opposite direction follows. */
function recovered(steps: readonly number[]): number {
  const leaps = steps
    .slice(0, -1)
    .flatMap((step, at) => (Math.abs(step) > LEAP ? [{ step, next: steps[at + 1]! }] : []));
  return share(leaps, ({ step, next }) => step * next < 0 && Math.abs(next) < LEAP);
}

/** Share of figures of four notes, regardless of transposition, that have been played before. */
function contourBack(context: readonly ReadNote[][], played: readonly ReadNote[][]): number {
  const figures = (bars: readonly ReadNote[][], from: number) => {
    const notes = bars.flatMap((line, bar) =>
      line.map(({ slot, pitch }) => ({ slot: slot + 16 * (from + bar), pitch })),
    );
    return notes
      .slice(3)
      .map((_, at) =>
        [1, 2, 3]
          .map(
            (next) =>
              `${notes[at + next]!.pitch - notes[at]!.pitch}/${notes[at + next]!.slot - notes[at]!.slot}`,
          )
          .join(' '),
      );
  };
  const known = new Set(figures(context, 0));
  return share(figures(played, 0), (figure) => {
    const old = known.has(figure);
    known.add(figure);
    return old;
  });
}

type Returns<N extends string> = Record<`${N}${'1' | '2' | '4' | '8' | 'Best' | 'Back'}`, number>;

/**
 * Similarity of the bars from `first` on to those 1, 2, 4 and 8 bars earlier and to the most similar earlier bar, and the
 * share that repeat a bar before the last one.
 */
function returnsOf<N extends string>(
  name: N,
  bars: readonly (readonly ReadNote[])[],
  first: number,
  key: (note: ReadNote) => number,
): Returns<N> {
  const sets = bars.map((notes) => new Set(notes.map(key)));
  const own = bars
    .slice(first)
    .map((_, at) => first + at)
    .filter((bar) => sets[bar]!.size > 0);
  const to = (ago: number) =>
    mean(own.flatMap((bar) => (bar < ago ? [] : [alike(sets[bar]!, sets[bar - ago]!)])));
  const best = (bar: number, nearest: number) =>
    Math.max(
      0,
      ...sets
        .slice(Math.max(0, bar - MEMORY), Math.max(0, bar - nearest + 1))
        .map((other) => alike(other, sets[bar]!)),
    );
  return {
    [`${name}1`]: to(1),
    [`${name}2`]: to(2),
    [`${name}4`]: to(4),
    [`${name}8`]: to(8),
    [`${name}Best`]: mean(own.map((bar) => best(bar, 1))),
    [`${name}Back`]: share(own, (bar) => best(bar, 2) >= AGAIN),
  } as Returns<N>;
}
