import { EARLY, GRIDS, MICRO_TICKS, TICKS_PER_BEAT } from './grid.js';
import { CLASS_OF, CLASSES, DRUMS } from './kit.js';
import type { Hit } from './piece.js';
import { drumVocabulary, END, FEWEST_BEATS, FIRST, VELOCITY_BINS, velocityOf } from './vocabulary.js';

/** Which range comes next; END: nothing does. */
export type Expected = 'BAR' | 'PLAN' | 'BEAT' | 'HITS' | 'TOUCH' | 'END';

/** Where a stream of drum tokens stands. Never changed in place. */
export interface DrumHead {
  readonly expects: Expected;
  /** The tick at which the bar under way began; of the next one, where a bar is expected. */
  readonly bar: number;
  /** Beats of the bar under way. */
  readonly beats: number;
  /** Whether it is a fill. */
  readonly fill: boolean;
  /** Whether the bar before it was one. */
  readonly filled: boolean;
  /** The beat of it that is under way, or comes next. */
  readonly beat: number;
  /** Ticks of a step in the beat under way, and in the one before. */
  readonly width: number;
  readonly before: number;
  /** The step that is expected, or whose touches are. */
  readonly step: number;
  /** Classes of the step that wait for their touch, a bit each; and the earliest tick that is left to them, from the step. */
  readonly waiting: number;
  readonly micro: number;
}

const WIDEST = 2 * EARLY;

export const BEGINNING: DrumHead = {
  expects: 'BAR',
  bar: 0,
  beats: 4,
  fill: false,
  filled: false,
  beat: 0,
  width: WIDEST,
  before: WIDEST,
  step: 0,
  waiting: 0,
  micro: 0,
};

/** The tick of the step, beat or bar where the stream stands. */
export function tickOf({ bar, beat, width, step, expects }: DrumHead): number {
  const inBeat = expects === 'HITS' || expects === 'TOUCH' ? step * width : 0;
  return bar + beat * TICKS_PER_BEAT + inBeat;
}

/** How many ticks before the step where the stream stands its onsets may begin. Between beats it is the next beat's first step. */
export function earlyOf({ expects, step, width, before }: DrumHead): number {
  if (expects === 'HITS' || expects === 'TOUCH') return (step === 0 ? before : width) / 2;
  return width / 2;
}

type Reading = ReturnType<(typeof drumVocabulary)['read']>;
/** (token) */
const READINGS: readonly Reading[] = Array.from({ length: drumVocabulary.size }, (_, token) =>
  drumVocabulary.read(token),
);
/** What is struck, a bit for each class. (token) */
const STRUCK: readonly number[] = READINGS.map(({ range, values }) =>
  range === 'HITS' ? CLASSES.reduce((bits, name, kind) => bits | (values[name]! << kind), 0) : 0,
);

/** What a token makes of the head; the head itself where it makes no sense there. Throws TOKEN_RANGE. */
export function headAfter(head: DrumHead, token: number): DrumHead {
  const reading = READINGS[token] ?? drumVocabulary.read(token);
  if (token === END && (head.expects === 'BAR' || head.expects === 'BEAT'))
    return { ...head, expects: 'END' };
  if (reading.range !== head.expects) return head;
  switch (reading.range) {
    case 'BAR':
      return {
        ...head,
        expects: 'PLAN',
        beats: FEWEST_BEATS + reading.values.beats,
        beat: 0,
        filled: head.fill,
      };
    case 'PLAN':
      return { ...head, expects: 'BEAT', fill: reading.values.fill === 1 };
    case 'BEAT': {
      const width = TICKS_PER_BEAT / GRIDS[reading.values.grid]!;
      return { ...head, expects: 'HITS', width, before: head.width, step: 0 };
    }
    case 'HITS': {
      const waiting = STRUCK[token]!;
      return waiting === 0 ? nextStep(head) : { ...head, expects: 'TOUCH', waiting, micro: -earlyOf(head) };
    }
    case 'TOUCH': {
      const bit = 1 << CLASS_OF[reading.values.drum]!;
      if ((head.waiting & bit) === 0) return head;
      const waiting = head.waiting & ~bit;
      return waiting === 0
        ? nextStep(head)
        : { ...head, waiting, micro: microOf(head, reading.values.micro - EARLY) };
    }
    default:
      return head;
  }
}

function nextStep(head: DrumHead): DrumHead {
  const { step, width, beat, beats, bar } = head;
  if ((step + 1) * width < TICKS_PER_BEAT) return { ...head, expects: 'HITS', step: step + 1, waiting: 0 };
  if (beat + 1 < beats) return { ...head, expects: 'BEAT', beat: beat + 1, step: 0, waiting: 0 };
  return { ...head, expects: 'BAR', bar: bar + beats * TICKS_PER_BEAT, beat: 0, step: 0, waiting: 0 };
}

/** Onsets come in order of time, and stay nearer to their step than to any other. */
function microOf(head: DrumHead, micro: number): number {
  return Math.max(head.micro, Math.min(head.width / 2 - 1, micro));
}

/** The hit that a touch makes at the head; null for any other token, and where it makes no sense. */
export function hitOf(head: DrumHead, token: number): (Omit<Hit, 'at'> & { readonly tick: number }) | null {
  const reading = READINGS[token]!;
  if (reading.range !== 'TOUCH' || head.expects !== 'TOUCH') return null;
  const { drum, velocity, micro } = reading.values;
  if ((head.waiting & (1 << CLASS_OF[drum]!)) === 0) return null;
  return { tick: tickOf(head) + microOf(head, micro - EARLY), drum, velocity: velocityOf(velocity) };
}

/** Tokens of a drum, of a velocity. */
const A_VELOCITY = MICRO_TICKS;
const A_DRUM = VELOCITY_BINS * A_VELOCITY;

/** So many ticks after its time a step may still be struck. */
const SLACK = 2;

/** Writes 0 into `mask` (token) where the token would make no sense, or something would be struck before the tick `passed`. Does not allocate. */
export function maskNonsense(head: DrumHead, mask: Uint8Array, passed = Number.NEGATIVE_INFINITY): void {
  const { ranges } = drumVocabulary;
  for (let index = 0; index < ranges.length; index++) {
    const { name, first, size } = ranges[index]!;
    if (name !== head.expects) mask.fill(0, first, first + size);
  }
  if (head.expects === 'END' || head.expects === 'BAR' || head.expects === 'BEAT') mask[END] = 1;
  const late = Math.ceil(passed - tickOf(head));
  if (head.expects === 'HITS' && late > SLACK) mask.fill(0, FIRST.HITS + 1, FIRST.TOUCH);
  if (head.expects !== 'TOUCH') return;
  const most = Math.max(head.micro, head.width / 2 - 1) + EARLY;
  const least = Math.min(most, Math.max(head.micro, late) + EARLY);
  for (let drum = 0; drum < DRUMS.length; drum++) {
    const first = FIRST.TOUCH + drum * A_DRUM;
    if ((head.waiting & (1 << CLASS_OF[drum]!)) === 0) mask.fill(0, first, first + A_DRUM);
    else
      for (let at = first; at < first + A_DRUM; at += A_VELOCITY) {
        mask.fill(0, at, at + least);
        mask.fill(0, at + most + 1, at + A_VELOCITY);
      }
  }
}
