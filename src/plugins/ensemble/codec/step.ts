import { type Packed, packed } from '../../../plugin/index.js';
import { GESTURE_COUNT, type Gesture } from '../gestures/gesture.js';

/** The three who follow, in the order of score: a second melody, chords, bass. */
export const FOLLOWERS = ['counter', 'chords', 'bass'] as const;
/** The four who play, from the least significant digit of a packed step to the most. */
export const PLAYERS = ['leader', ...FOLLOWERS] as const;

export type Follower = (typeof FOLLOWERS)[number];
export type Player = (typeof PLAYERS)[number];

/** What each follower does in a step. @public */
export type FollowersStep = Readonly<Record<Follower, Gesture>>;
/** What all four do in a step. @public */
export type EnsembleStep = Readonly<Record<Player, Gesture>>;

const radix = GESTURE_COUNT;

/** The followers' gestures in one integer from 0 to 728; the bass is the most significant digit. */
export const followersStep: Packed<{ bass: number; chords: number; counter: number }> = packed({
  bass: radix,
  chords: radix,
  counter: radix,
});

/**
 * All four in one integer from 0 to 6560. The leader is the least significant digit, so that the followers' part of it is the
 * quotient by 9: `Math.floor(all / 9)`.
 */
export const ensembleStep: Packed<{ bass: number; chords: number; counter: number; leader: number }> = packed(
  {
    ...followersStep.fields,
    leader: radix,
  },
);

/** The packed integer of a leader's gesture beside the followers' packed integer. */
export function withLeader(followers: number, leader: Gesture): number {
  return followers * radix + leader;
}
