import { type Chance, chanceOf, choose } from '../chance.js';
import { FOLLOWERS, type Follower, type FollowersStep } from '../codec/step.js';
import { gesture } from '../gestures/gesture.js';
import { type Harmony, isTone } from '../harmony/chord.js';
import { type Figure, RINGS } from '../material/figure.js';
import { figuresOf, LEVELS } from '../material/figures.js';
import { fitHand } from './hand.js';
import { companion, type Fitted, fitLine } from './line.js';
import { type BandMemory, type PartMemory, remembering, type Sounding } from './memory.js';

/** A note of a follower in one beat. */
export interface PlannedNote {
  readonly part: Follower;
  readonly pitch: number;
  readonly velocity: number;
  /** Quarters of the beat. */
  readonly at: number;
  /** Quarters; null: it rings until the part plays on or falls silent. */
  readonly length: number | null;
}

/** What the followers know as a beat begins. */
export interface Moment {
  readonly harmony: Harmony;
  /** The harmony of the beat before; null: none. */
  readonly before: Harmony | null;
  /** The beat of the bar, from 0, and the beats of the bar. */
  readonly beat: number;
  readonly bar: number;
  /** Pitches of the leader that sound, and how loud he plays. */
  readonly leader: readonly number[];
  readonly velocity: number;
  /** What rings on from before. */
  readonly sounding: readonly Sounding[];
  readonly chance: Chance;
  /** 0: what everybody plays; 1: what is rare, and chords with sevenths. */
  readonly complexity: number;
  /** The last chord: struck once, and left to ring. */
  readonly last: boolean;
}

/** The bass first, then the chords above it, then the second melody around them. */
const ORDER: readonly Follower[] = ['bass', 'chords', 'counter'];
/** How much likelier a figure is that the part played last with this gesture on this beat, and one that it has gone round for long. */
const AGAIN = 14;
const AGAIN_LONG = 2;
const LONG = 24;
/** How much a figure's count says: all of it where nothing is complex, half of it where all is. */
const COMMON = 1;
const RARE = 0.45;

/** The notes of one beat, and what the band remembers of it. */
export function renderStep(
  step: FollowersStep,
  moment: Moment,
  memory: BandMemory,
): { readonly notes: readonly PlannedNote[]; readonly memory: BandMemory } {
  const notes: PlannedNote[] = [];
  const after: Record<Follower, PartMemory> = { ...memory };
  for (const part of ORDER) {
    const chosen = choosePlaying(part, step, moment, { memory, notes });
    if (chosen === null) continue;
    notes.push(...notesOf(part, step, chosen, moment));
    after[part] = remembering(memory[part], { gesture: step[part], beat: moment.beat }, chosen);
  }
  return { notes, memory: after };
}

interface SoFar {
  readonly memory: BandMemory;
  readonly notes: readonly PlannedNote[];
}

type Chosen = Fitted & { readonly figure: Figure };

function choosePlaying(part: Follower, step: FollowersStep, moment: Moment, so: SoFar): Chosen | null {
  const doing = step[part];
  if (doing === gesture.silence || doing === gesture.held) return null;
  const own = so.memory[part];
  const before = own.figures[`${doing} ${moment.beat}`];
  const usual = COMMON + (RARE - COMMON) * moment.complexity;
  const known = figuresOf(part, doing);
  const all = (moment.last ? known.filter(isStruckOnce) : known).flatMap((figure) => {
    const found = fitted(part, figure, moment, so);
    if (found === null) return [];
    const again = figure === before ? (own.repeats < LONG ? AGAIN : AGAIN_LONG) : 1;
    const weight = again * figure.count ** usual * Math.exp(-found.cost);
    return [{ value: { ...found, figure }, weight }];
  });
  return choose(all, chanceOf(moment.chance, FOLLOWERS.indexOf(part)));
}

function isStruckOnce({ attacks }: Figure): boolean {
  return attacks.length === 1 && attacks[0]!.at === 0 && attacks[0]!.length === RINGS;
}

function fitted(part: Follower, figure: Figure, moment: Moment, { memory, notes }: SoFar): Fitted | null {
  const { harmony, before, beat, bar, leader } = moment;
  const strong = beat === 0 || 2 * beat === bar;
  const others = [...notes, ...moment.sounding.filter((each) => each.part !== part)].map(
    ({ pitch }) => pitch,
  );
  const around = { harmony, strong, leader, others };
  const { last } = memory[part];
  if (figure.hand === 0)
    return fitLine(part, figure, { ...around, last: last.at(-1), before, begins: beat === 0 });
  const bass = memory.bass.last[0];
  return fitHand(figure, { ...around, last, bass, sevenths: moment.complexity >= 0.5 });
}

function notesOf(
  part: Follower,
  step: FollowersStep,
  { figure, pitches }: Chosen,
  { harmony, velocity }: Moment,
): PlannedNote[] {
  const struck = new Set<string>();
  return figure.attacks.flatMap(({ at, length, accent }, index) => {
    const own = pitches[index]!;
    const line = own[0]!;
    const below = figure.hand === 0 && step[part] === gesture.chord ? companion(part, line, harmony) : null;
    const all = below === null ? own : [...own, below];
    return all.flatMap((pitch): PlannedNote[] => {
      if (struck.has(`${pitch} ${at}`)) return [];
      struck.add(`${pitch} ${at}`);
      const loud = Math.round(velocity + LEVELS[part] + Math.max(-14, Math.min(14, accent)));
      return [
        {
          part,
          pitch,
          at,
          velocity: Math.max(18, Math.min(118, loud)),
          length: length === RINGS ? null : length,
        },
      ];
    });
  });
}

/** The tone of a chord that stands for one of another: a root for a root; the nearest of them. Other notes stay where the scale has them. */
export function moved(
  pitch: number,
  from: Harmony,
  to: Harmony,
  tones: (harmony: Harmony) => readonly number[],
): number {
  if (isTone(to, pitch)) return pitch;
  const index = tones(from).indexOf(pitch % 12);
  if (index < 0) return nearest(pitch, tones(to));
  return nearest(pitch, [tones(to)[index]!]);
}

function nearest(pitch: number, classes: readonly number[]): number {
  for (let away = 0; away <= 6; away++)
    for (const other of [pitch - away, pitch + away])
      if (classes.includes(((other % 12) + 12) % 12)) return other;
  return pitch;
}
