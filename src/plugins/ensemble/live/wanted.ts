import { FOLLOWERS, type Follower, type FollowersStep, followersStep } from '../codec/step.js';
import { GESTURE_COUNT, type Gesture, gesture } from '../gestures/gesture.js';
import type { Settings } from './settings.js';

/** How much somebody does with each gesture. (gesture) */
const ACTIVITY: Readonly<Record<keyof typeof gesture, number>> = {
  ...{ silence: 0, held: 0.4, tone: 1, repeated: 2, up: 2, down: 2, broken: 2.4, chord: 1.2, run: 3.4 },
};
const ACTIVE: readonly number[] = Object.entries(gesture)
  .sort(([, a], [, b]) => a - b)
  .map(([id]) => ACTIVITY[id as keyof typeof gesture]);
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

/** Adds how busy the user wants each follower to `logits`, which begin with the followers' integers; returns whether it added anything. */
export function leanSteps(logits: Float32Array, { busier }: Settings): boolean {
  if (FOLLOWERS.every((part) => busier[part] === 0)) return false;
  for (const [packed, step] of STEPS.entries())
    for (const part of FOLLOWERS) logits[packed]! += BUSIER * busier[part] * weightOf(ACTIVE[step[part]]!);
  return true;
}

/** Whether somebody plays at all says more of how busy he is than how much. */
function weightOf(activity: number): number {
  return activity < 1 ? activity - 1 : MORE * (activity - 1);
}
