import type { Follower } from '../codec/step.js';
import { GESTURES, type Gesture } from '../gestures/gesture.js';
import data from './counted.json' with { type: 'json' };
import { type Figure, readFigure } from './figure.js';

/** A figure in the file: as it is written, how often, in how many songs, accents. */
type Row = readonly [string, number, number, readonly number[]];

// The types of imported JSON have no tuples.
const rows = data.figures as unknown as Readonly<Record<Follower, Readonly<Record<string, readonly Row[]>>>>;

/** A figure of the file. */
export interface KnownFigure extends Figure {
  /** Tells it from the others of its part: a part may remember it in another process. */
  readonly id: string;
}

/** Gestures that a part hardly ever makes borrow the figures of another. */
const BORROWED: Readonly<Record<string, string>> = { run: 'broken' };

/** (follower, gesture) the figures that were played with it, the commonest first. */
const FIGURES = Object.fromEntries(
  Object.entries(rows).map(([follower, byGesture]) => [
    follower,
    GESTURES.map(({ id }) => {
      const own = byGesture[id] ?? [];
      const known = own.length > 0 ? own : (byGesture[BORROWED[id] ?? ''] ?? []);
      return known.map(([text, count, songs, accents]) => ({
        ...readFigure(text, { count, songs, accents }),
        id: `${id} ${text}`,
      }));
    }),
  ]),
) as unknown as Readonly<Record<Follower, readonly (readonly KnownFigure[])[]>>; // Object.fromEntries loses the names of the keys.

export function figuresOf(follower: Follower, gesture: Gesture): readonly KnownFigure[] {
  return FIGURES[follower][gesture]!;
}

/** How much louder or softer a part is than the leader, in units of velocity. */
export const LEVELS: Readonly<Record<Follower, number>> = data.levels;

/** How much louder or softer a part strikes its notes on the bar line, in the middle of the bar, on other beats, between beats, in units of velocity. */
export const METRE: Readonly<Record<Follower, readonly number[]>> = data.metre;
