import { FOLLOWERS, type Follower, type FollowersStep, followersStep } from '../codec/step.js';
import { GESTURE_COUNT, type Gesture, gesture } from '../gestures/gesture.js';
import { type BandMemory, recalled } from '../render/memory.js';
import type { Place } from '../render/plan.js';
import type { Settings } from './settings.js';

/** How much somebody does with each gesture. (gesture) */
const ACTIVITY: Readonly<Record<keyof typeof gesture, number>> = {
  ...{ silence: 0, held: 0.4, tone: 1, repeated: 2, up: 2, down: 2, broken: 2.4, chord: 1.2, run: 3.4 },
};
const ACTIVE: readonly number[] = Object.entries(gesture)
  .sort(([, a], [, b]) => a - b)
  .map(([id]) => ACTIVITY[id as keyof typeof gesture]);
// The strengths below are chosen by how near they bring the band to people in training songs: scripts/ensemble-arrangement.mjs, --split train.
/** Nats for each step that a part is to be busier. */
const BUSIER = 0.7;
const MORE = 0.4;

/** The followers' steps by their packed integers. */
const STEPS: readonly FollowersStep[] = Array.from({ length: followersStep.size }, (_, packed) =>
  followersStep.unpack(packed),
);

export type Allowed = Readonly<Record<Follower, (gesture: Gesture) => boolean>>;

/** Writes 0 where a follower may not do what the packed integer says. `mask` begins with the followers' integers. */
export function maskSteps(mask: Uint8Array, allowed: Allowed): void {
  const table = FOLLOWERS.map((part) =>
    Array.from({ length: GESTURE_COUNT }, (_, each) => allowed[part](each)),
  );
  for (const [packed, step] of STEPS.entries())
    if (!FOLLOWERS.every((part, index) => table[index]![step[part]])) mask[packed] = 0;
}

/** How busy each follower is to be: a number of steps. */
type Busier = Settings['busier'];

/**
 * The second melody answers: it plays less where the leader strikes a note, and least where he moves. (0, 1, more notes of his) What he did in the
 * last beat says less than what he does in this one.
 */
const ANSWERS = { now: [2.4, -0.6, -1.4], before: [0.5, -0.8, -1.6] } as const;
/** Chords fill where he strikes nothing. */
const FILLS = 1.4;
/** So much busier where the leader's phrase is high and loud. */
const FULLER: Busier = { counter: 0.2, chords: 0.5, bass: 0.5 };
/** A bass is so much busier in the beat before another chord, to which it leads. */
const LEADS = 0.6;

/** What the leader does, and where the music goes. */
export interface Leading {
  /** His notes in this beat; null: unknown. */
  readonly strikes: number | null;
  /** What he did in the last beat. */
  readonly did: Gesture;
  /** How full the band plays, from -1 to 1. */
  readonly fullness: number;
  /** Whether another chord begins with the next beat. */
  readonly changes: boolean;
}

/** What the user wants, with what the leader and the chords ask for. */
export function wantedBusier(busier: Busier, { strikes, did, fullness, changes }: Leading): Busier {
  const before = did === gesture.silence || did === gesture.held ? 0 : did === gesture.tone ? 1 : 2;
  const answers = strikes === null ? ANSWERS.before[before]! : ANSWERS.now[Math.min(2, strikes)]!;
  return {
    counter: busier.counter + answers + FULLER.counter * fullness,
    chords: busier.chords + FULLER.chords * fullness + (strikes === 0 ? FILLS : 0),
    bass: busier.bass + FULLER.bass * fullness + (changes ? LEADS : 0),
  };
}

/** Nats that silence costs chords and bass: people's sound at nineteen beats of twenty. */
const CARRIES: Busier = { counter: 0, chords: 2, bass: 2 };

/** Nats that a beat without an attack costs. */
const PADS: Busier = { counter: 0, chords: 0.3, bass: 0.2 };

/** Nats for broken chords, and against chords struck at once: of a band's figures those go with a voice best, and pianists alone play them less. */
const BROKEN = 0.4;
const STRUCK = -0.3;
const STYLE: readonly number[] = Array.from({ length: GESTURE_COUNT }, (_, each) =>
  each === gesture.broken ? BROKEN : each === gesture.chord ? STRUCK : 0,
);

/** Adds how busy each follower is to be to `logits`, which begin with the followers' integers. */
export function leanSteps(logits: Float32Array, busier: Busier): void {
  for (const [packed, step] of STEPS.entries()) {
    logits[packed]! += STYLE[step.chords]!;
    for (const part of FOLLOWERS)
      logits[packed]! +=
        BUSIER * busier[part] * weightOf(ACTIVE[step[part]]!) -
        (step[part] === gesture.silence ? CARRIES[part] : 0) -
        (step[part] === gesture.held ? PADS[part] : 0);
  }
}

/** Nats for what a part did at the same place of the section, and where it is free to do something else. */
const HOLDS: Readonly<Record<Follower, number>> = { counter: 0.3, chords: 0.8, bass: 0.8 };
const FREELY = 0.3;

/** Adds to `logits` that parts go on as they have begun a section. */
export function holdSteps(logits: Float32Array, memory: BandMemory, place: Place): void {
  for (const part of FOLLOWERS) {
    const held = recalled(memory[part], place);
    if (held === null) continue;
    const nats = HOLDS[part] * (place.free ? FREELY : 1);
    for (const [packed, step] of STEPS.entries()) if (step[part] === held.gesture) logits[packed]! += nats;
  }
}

/** Whether somebody plays at all says more of how busy he is than how much. */
function weightOf(activity: number): number {
  return activity < 1 ? activity - 1 : MORE * (activity - 1);
}
