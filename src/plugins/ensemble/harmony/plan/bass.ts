import { mod12, TRIADS } from '../chord.js';
import { BASSES, KINDS, STEPS } from './tables.js';

/** A chord as it stands in a plan, until the next. */
export interface PlannedChord {
  /** Its tonic, and which chord of that scale it is. */
  readonly tonic: number;
  readonly chord: number;
  /** Whether a phrase begins with it, and whether one ends on it. */
  readonly begins: boolean;
  readonly ends: boolean;
}

/** Weights of how often people turn a chord so, less for the third of a major chord, and of how they move the bass. */
const TURNED = 0.9;
const TURNED_TO_THIRD = 0.45;
const MOVED = 0.8;
/** What a bass gains that goes on by step in one direction. */
const LINE = 3;
/** What it costs that a phrase begins, or ends, on another tone than the root. */
const BEGINS = 1.5;
const ENDS = 4;
/** A fourth up and a fifth down are one move. */
const STAYS_PUT = 1;

interface Course {
  readonly nats: number;
  /** Bass of each chord so far. */
  readonly basses: readonly number[];
}

/** The pitch class of the bass under each chord: roots where nothing better is found, else tones of the chord that make a line. */
export function bassesOf(chords: readonly PlannedChord[]): number[] {
  let courses: Course[] = [{ nats: 0, basses: [] }];
  for (const chord of chords) {
    const after = new Map<string, Course>();
    for (const { nats, basses } of courses)
      for (const { bass, cost } of turnsOf(chord)) {
        const worth = nats - cost + moved(basses.at(-2), basses.at(-1), bass);
        const key = `${basses.at(-1)} ${bass}`;
        if (worth > (after.get(key)?.nats ?? Number.NEGATIVE_INFINITY))
          after.set(key, { nats: worth, basses: [...basses, bass] });
      }
    courses = [...after.values()];
  }
  return [...courses.reduce((best, course) => (course.nats > best.nats ? course : best)).basses];
}

/** The tones of a chord that may be its bass, with what they cost. */
function turnsOf({ tonic, chord, begins, ends }: PlannedChord): { bass: number; cost: number }[] {
  const root = mod12(tonic + Math.floor(chord / TRIADS.length));
  const counts = BASSES[chord % KINDS]!;
  const total = counts.reduce((sum, count) => sum + count, 0) + 12;
  return TRIADS[chord % TRIADS.length]!.map((above) => {
    const weight = above === 4 ? TURNED_TO_THIRD : TURNED;
    const turned = -weight * Math.log((counts[above]! + 1) / total);
    const place = above === 0 ? 0 : (begins ? BEGINS : 0) + (ends ? ENDS : 0);
    return { bass: mod12(root + above), cost: turned + place };
  });
}

function moved(two: number | undefined, one: number | undefined, bass: number): number {
  if (one === undefined) return 0;
  const step = mod12(bass - one);
  if (step === 0) return -STAYS_PUT;
  const way = wayOf(step);
  const line = two !== undefined && way !== 0 && way === wayOf(mod12(one - two));
  return MOVED * STEPS[step]! + (line ? LINE : 0);
}

/** 1: a step up, -1: a step down, 0: no step. */
function wayOf(step: number): number {
  return step === 0 ? 0 : step <= 2 ? 1 : step >= 10 ? -1 : 0;
}
