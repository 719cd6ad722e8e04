import { FOLLOWERS, type Follower, followersStep } from '../../plugins/ensemble/codec/step.js';
import { GESTURE_COUNT } from '../../plugins/ensemble/gestures/gesture.js';
import { trainKneserNey } from '../held-out/kneser-ney.js';
import { type BandNetwork, DIGITS, otherLeader, playBand, type SongSteps, tokensOf } from './band.js';

/** What held-out bands cost, in nats a step of all three followers. */
export interface BandCosts {
  readonly steps: number;
  readonly network: number;
  /** Of each follower alone, whatever the others do: these do not add up to the step's. */
  readonly players: Readonly<Record<Follower, number>>;
  /** The network where the leader of another song is told. */
  readonly otherLeader: number;
  /** Kneser-Ney on the packed integers: of the last two steps of all four, of the last one, of none. */
  readonly markov2: number;
  readonly markov1: number;
  readonly unigram: number;
  /** The step before comes again with the share that it has in the training songs; else as the unigrams have it. */
  readonly same: number;
}

/** Lengths of n-grams: a step of all four is two tokens, and what is foretold is one more. */
const ORDERS = { markov2: 5, markov1: 3 } as const;

export function bandCosts(
  network: BandNetwork,
  train: readonly SongSteps[],
  valid: readonly SongSteps[],
  progress: (share: number) => void,
): BandCosts {
  const steps = valid.reduce((sum, { followers }) => sum + followers.length, 0);
  const sums = { network: 0, otherLeader: 0 };
  const players = { counter: 0, chords: 0, bass: 0 };
  valid.forEach((song, at) => {
    const { leaders, followers } = song;
    playBand(network, leaders, (chances, step) => {
      const chosen = followers[step]!;
      sums.network -= Math.log(chances[chosen]!);
      for (const player of FOLLOWERS)
        players[player] -= Math.log(alone(chances, player, DIGITS[player](chosen)));
      return chosen;
    });
    playBand(network, otherLeader(valid, at, leaders.length), (chances, step) => {
      sums.otherLeader -= Math.log(chances[followers[step]!]!);
      return followers[step]!;
    });
    progress((at + 1) / valid.length);
  });
  const a = (nats: number) => nats / steps;
  return {
    steps,
    network: a(sums.network),
    players: { counter: a(players.counter), chords: a(players.chords), bass: a(players.bass) },
    otherLeader: a(sums.otherLeader),
    markov2: a(kneserNey(train, valid, ORDERS.markov2)),
    markov1: a(kneserNey(train, valid, ORDERS.markov1)),
    unigram: a(repeating(train, valid, 0)),
    same: a(repeating(train, valid, shareRepeated(train))),
  };
}

/** The chance of one follower's gesture, whatever the others do. */
function alone(chances: Float64Array, player: Follower, gesture: number): number {
  let sum = 0;
  for (let step = 0; step < chances.length; step++)
    if (DIGITS[player](step) === gesture) sum += chances[step]!;
  return sum;
}

function kneserNey(train: readonly SongSteps[], valid: readonly SongSteps[], order: number): number {
  const vocabularySize = followersStep.size + GESTURE_COUNT + 1;
  const model = trainKneserNey(train.map(tokensOf), { vocabularySize, order });
  let nats = 0;
  for (const song of valid) {
    // Of the tokens of a step, the second is the followers'.
    for (const [at, each] of model.nats(tokensOf(song)).entries()) if (at % 2 === 1) nats += each;
  }
  return nats;
}

/**
 * Nats where the step before comes again with the chance `repeats`, and else steps by how often they were played, each counted once more
 * than it was.
 */
function repeating(train: readonly SongSteps[], valid: readonly SongSteps[], repeats: number): number {
  const counts = new Float64Array(followersStep.size).fill(1);
  for (const { followers } of train) for (const step of followers) counts[step]!++;
  const total = counts.reduce((sum, count) => sum + count, 0);
  let nats = 0;
  for (const { followers } of valid)
    for (const [at, step] of followers.entries()) {
      const again = at > 0 ? repeats : 0;
      const is = at > 0 && followers[at - 1] === step ? again : 0;
      nats -= Math.log(is + ((1 - again) * counts[step]!) / total);
    }
  return nats;
}

/** The share of steps that are the same as the one before. */
function shareRepeated(songs: readonly SongSteps[]): number {
  let [repeated, all] = [0, 0];
  for (const { followers } of songs)
    for (let at = 1; at < followers.length; at++, all++) if (followers[at] === followers[at - 1]) repeated++;
  return repeated / all;
}
