import { mod12 } from '../harmony/chord.js';
import { isSemitone } from './fit.js';
import { REGISTERS } from './parts.js';
import { type ChordOverBass, tonesOfChord } from './plan.js';

/** The tones of a chord as a hand holds them, ascending, while the chord lasts. */
export interface Voicing {
  readonly chord: ChordOverBass;
  readonly pitches: readonly number[];
}

/** What a voicing is chosen by. */
export interface VoicingContext {
  /** How many tones. */
  readonly size: number;
  /** The hand's last tones. */
  readonly before: readonly number[];
  /** The bass's note, and the leader's that sound. */
  readonly bass: number | undefined;
  readonly leader: readonly number[];
  /** The leader's lowest note until the chord ends; null: unknown. */
  readonly ceiling: number | null;
}

const COSTS = {
  /** A semitone that a tone moves from the nearest one before, and by which the top moves. */
  motion: 0.35,
  top: 0.15,
  /** From the middle of the register, the square; beyond the leader, a semitone. */
  astray: 0.02,
  above: 0.5,
  /** A chord without its third, or its seventh; without its root, which the bass has. */
  noThird: 5,
  noSeventh: 3,
  noRoot: 0.3,
  noFifth: 0.2,
  /** A tone twice. */
  twice: 0.8,
  thirdTwice: 1.5,
  /** Neighbours a semitone apart, or close below C3; wider than an octave in all. */
  close: 1.2,
  muddy: 4,
  wide: 0.5,
  /** The leader's own note, or one a semitone beside it. */
  doubled: 1.2,
  clash: 3,
};
/** Below it, tones less than a minor third apart are muddy. */
const LOW = 48;
const THIRD = 3;
const WIDEST = 14;
/** The bass stays so many semitones below. */
const ABOVE_BASS = 5;
/** Fewer tones than this are no voicing. */
const FEWEST = 3;

/** The cheapest voicing of a chord; there always is one. */
export function voicingOf(chord: ChordOverBass, context: VoicingContext): Voicing {
  const classes = tonesOfChord(chord);
  const { lowest, highest } = REGISTERS.chords;
  const pool: number[] = [];
  for (let pitch = lowest; pitch <= highest; pitch++) if (classes.includes(mod12(pitch))) pool.push(pitch);
  let best: readonly number[] = [];
  let least = Infinity;
  for (const pitches of choices(pool, Math.max(FEWEST, context.size))) {
    const cost = costOf(pitches, classes, context);
    if (cost < least) [best, least] = [pitches, cost];
  }
  return { chord, pitches: best };
}

/** Every choice of `size` of the pool's pitches that a hand spans. */
function* choices(
  pool: readonly number[],
  size: number,
  from = 0,
  chosen: readonly number[] = [],
): Generator<readonly number[]> {
  if (chosen.length === size) {
    yield chosen;
    return;
  }
  for (let next = from; next < pool.length; next++) {
    if (chosen.length > 0 && pool[next]! - chosen[0]! > WIDEST) return;
    yield* choices(pool, size, next + 1, [...chosen, pool[next]!]);
  }
}

function costOf(pitches: readonly number[], classes: readonly number[], context: VoicingContext): number {
  const { before, bass, leader, ceiling } = context;
  const top = pitches.at(-1)!;
  const middle = (pitches[0]! + top) / 2;
  let cost = COSTS.astray * (middle - REGISTERS.chords.middle) ** 2 + doublings(pitches, classes);
  cost += COSTS.wide * Math.max(0, top - pitches[0]! - 12);
  if (ceiling !== null) cost += COSTS.above * Math.max(0, top - ceiling);
  if (before.length > 0) cost += COSTS.top * Math.abs(top - before.at(-1)!);
  for (const [index, pitch] of pitches.entries()) {
    const gap = index === 0 ? 12 : pitch - pitches[index - 1]!;
    if (gap < THIRD && pitches[index - 1]! < LOW) cost += COSTS.muddy;
    else if (gap === 1) cost += COSTS.close;
    if (before.length > 0)
      cost += COSTS.motion * before.reduce((least, old) => Math.min(least, Math.abs(pitch - old)), 12);
    if (bass !== undefined && pitch < bass + ABOVE_BASS) cost += COSTS.muddy;
    for (const led of leader) {
      if (led === pitch) cost += COSTS.doubled;
      else if (isSemitone(pitch, led)) cost += COSTS.clash;
    }
  }
  return cost;
}

function doublings(pitches: readonly number[], [root, third, fifth, seventh]: readonly number[]): number {
  const count = (pc: number | undefined) => pitches.filter((pitch) => mod12(pitch) === pc).length;
  let cost = 0;
  if (count(third) === 0) cost += COSTS.noThird;
  if (seventh !== undefined && count(seventh) === 0) cost += COSTS.noSeventh;
  if (count(root) === 0) cost += COSTS.noRoot;
  if (count(fifth) === 0) cost += COSTS.noFifth;
  cost += COSTS.thirdTwice * Math.max(0, count(third) - 1);
  for (const tone of [root, fifth, seventh]) cost += COSTS.twice * Math.max(0, count(tone) - 1);
  return cost;
}
