import type { StepEngine } from '../../model/engine.js';
import { followersStep } from '../../plugins/ensemble/codec/step.js';
import { FIRST_LEADER, START } from '../../plugins/ensemble/codec/vocabulary.js';

/** A song by its steps: what the leader did before each, and the followers' packed integer in it. */
export interface SongSteps {
  readonly path: string;
  readonly leaders: Int32Array;
  readonly followers: Int32Array;
}

/** The steps of a piece's tokens, the start token first. */
export function songSteps(path: string, tokens: ArrayLike<number>): SongSteps {
  const steps = (tokens.length - 1) >> 1;
  return {
    path,
    leaders: Int32Array.from({ length: steps }, (_, step) => tokens[1 + 2 * step]! - FIRST_LEADER),
    followers: Int32Array.from({ length: steps }, (_, step) => tokens[2 + 2 * step]!),
  };
}

/** The tokens of a song, the start token first. */
export function tokensOf({ leaders, followers }: Pick<SongSteps, 'leaders' | 'followers'>): Int32Array {
  const tokens = new Int32Array(1 + 2 * followers.length);
  tokens[0] = START;
  followers.forEach((step, at) => {
    tokens[1 + 2 * at] = FIRST_LEADER + leaders[at]!;
    tokens[2 + 2 * at] = step;
  });
  return tokens;
}

/** The leader of another song, for `length` steps: over again where that song is shorter. */
export function otherLeader(songs: readonly SongSteps[], song: number, length: number): Int32Array {
  const { leaders } = songs[(song + 1) % songs.length]!;
  return Int32Array.from({ length }, (_, step) => leaders[step % leaders.length]!);
}

/** The chances of the followers' steps, from the logits of the network. */
export function chancesOf(logits: Float32Array): Float64Array {
  const chances = Float64Array.from(logits.subarray(0, followersStep.size));
  const most = chances.reduce((a, b) => Math.max(a, b));
  let total = 0;
  for (let step = 0; step < chances.length; step++) {
    chances[step] = Math.exp(chances[step]! - most);
    total += chances[step]!;
  }
  return chances.map((chance) => chance / total);
}

/** A network that plays a band, and what is added to its logits by the leader's gesture. */
export interface BandNetwork {
  readonly engine: StepEngine;
  listen(logits: Float32Array, leader: number): void;
}

/** Steps a network through a band: the leader's gestures are told, and each step is what `choose` makes of its chances. */
export function playBand(
  { engine, listen }: BandNetwork,
  leaders: Int32Array,
  choose: (chances: Float64Array, step: number) => number,
): Int32Array {
  const state = engine.createState();
  engine.step([state], [START]);
  const followers = leaders.map((leader, step) => {
    const logits = engine.step([state], [FIRST_LEADER + leader]);
    listen(logits, leader);
    const chosen = choose(chancesOf(logits), step);
    engine.step([state], [chosen]);
    return chosen;
  });
  state.free();
  return followers;
}

/** A draw from chances by a number from 0 to below 1. */
export function drawFrom(chances: Float64Array, u: number): number {
  let left = u;
  for (let step = 0; step < chances.length; step++) {
    left -= chances[step]!;
    if (left < 0) return step;
  }
  return chances.length - 1;
}

/** The digit of each follower in a packed step. */
export const DIGITS = {
  counter: (step: number) => step % 9,
  chords: (step: number) => Math.floor(step / 9) % 9,
  bass: (step: number) => Math.floor(step / 81),
} as const;
