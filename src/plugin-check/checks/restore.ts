import { Chance } from '../chance.js';
import { demand, type Finding, passed, skipped } from '../result.js';
import { FollowedStream, streamMoves } from '../stream-moves.js';
import type { Subject } from '../subject.js';

const ROUNDS = 20;
const MOVES = 40;

/** After `restore`, streams and predictors go on as they did after the snapshot, to the bit. */
export function checkRestore(subject: Subject): Finding {
  if (!subject.live) return skipped('The plugin does not play live.');
  for (let round = 0; round < ROUNDS; round++) {
    subject.sign();
    checkStream(subject, round);
    checkState(subject, round);
  }
  return passed(`${ROUNDS} streams and ${ROUNDS} states went on from their snapshots as before, to the bit.`);
}

function checkStream({ live, seed }: Subject, round: number): void {
  const { codec, pluginParams } = live!(seed);
  const followed = new FollowedStream(codec, pluginParams);
  const chance = new Chance(seed, round);
  for (const move of streamMoves(codec, chance, MOVES)) followed.make(move);
  const snapshot = followed.snapshot();
  const moves = streamMoves(codec, chance, MOVES);
  const play = () => moves.map((move) => JSON.stringify([followed.make(move), followed.stream.head]));
  const first = play();
  // As it is, and as another worker gets it.
  for (const from of [snapshot, copyOf(snapshot)]) {
    followed.restore(from);
    const again = play();
    const at = first.findIndex((said, index) => said !== again[index]);
    demand(
      at < 0,
      () =>
        `Restored from a snapshot, the stream says something else at move ${at} (${moves[at]!.type}): ${again[at]} instead of ${first[at]}.`,
    );
  }
}

/** A copy as data; what cannot be copied is taken as it is: the session then begins from zero. */
function copyOf<T>(snapshot: T): T {
  try {
    return structuredClone(snapshot);
  } catch {
    return snapshot;
  }
}

/** Restores snapshots in another order than they were taken in. */
function checkState({ live, seed, sign }: Subject, round: number): void {
  const { engine, codec } = live!(seed);
  const chance = new Chance(seed, ROUNDS + round);
  const state = engine.createState();
  const tokens = Array.from({ length: 3 * MOVES }, () => chance.integer(0, codec.vocabulary.size - 1));
  engine.step([state], [codec.startToken]);
  const snapshots: Float32Array[] = [];
  const first = tokens.map((token, index) => {
    if (index % MOVES === 0) snapshots.push(state.snapshot());
    return engine.step([state], [token]).slice();
  });
  for (const number of [1, 0, 2, 1]) {
    sign();
    state.restore(snapshots[number]!);
    for (let index = number * MOVES; index < (number + 1) * MOVES; index++) {
      const again = engine.step([state], [tokens[index]!]);
      const token = first[index]!.findIndex((logit, token) => !Object.is(logit, again[token]));
      demand(
        token < 0,
        () =>
          `Restored from a snapshot, and fed the same ${index - number * MOVES + 1} tokens, it gives token ${token} the logit ${again[token]}; ` +
          `before, it was ${first[index]![token]}. A snapshot holds all that the predictor remembers, and is never changed.`,
      );
    }
  }
}
