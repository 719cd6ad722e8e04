import { ContinuoError } from '../../../errors.js';
import { FOLLOWERS, type Follower, followersStep } from '../codec/step.js';
import { GESTURE_COUNT, type Gesture } from './gesture.js';

/**
 * How much likelier each gesture of a follower is after a gesture of the leader's than at any time, as log-odds in nats: `leaderOdds` in the
 * model.json of a band, fitted to its training songs by training/torch/leader_odds.py. (leader's gesture, follower's gesture)
 */
export type LeaderOdds = Readonly<Record<Follower, readonly number[]>>;

const CELLS = GESTURE_COUNT * GESTURE_COUNT;
const PLACE = 'model.json: userDefinedMetadata.continuo.leaderOdds';

/** Parses the odds of a model's folder; undefined where it has none. Throws MODEL_BROKEN. */
export function parseLeaderOdds(modelData: Readonly<Record<string, unknown>> = {}): LeaderOdds | undefined {
  const said = modelData.leaderOdds as Partial<Record<Follower, unknown>> | undefined;
  if (said === undefined) return undefined;
  return Object.fromEntries(
    FOLLOWERS.map((player) => [player, tableAt(said?.[player], player)]),
  ) as LeaderOdds;
}

function tableAt(value: unknown, player: Follower): readonly number[] {
  if (Array.isArray(value) && value.length === CELLS && value.every(Number.isFinite)) return value;
  throw new ContinuoError(
    'MODEL_BROKEN',
    `${PLACE}.${player}: expected ${CELLS} numbers, got ${JSON.stringify(value)?.slice(0, 60) ?? 'nothing'}`,
    'Fetch or export the model folder again.',
  );
}

/**
 * Has a band listen: adds to the logits of the followers' steps what the leader's last gesture makes likelier, times `strength`. People's
 * bands answer a leader little, so a network that learnt from them does, too; with a strength of 2 to 4 one hears it.
 */
export function listening(
  odds: LeaderOdds,
): (logits: Float32Array, leader: Gesture, strength: number) => void {
  const tables = Array.from({ length: GESTURE_COUNT }, (_, leader) =>
    Float32Array.from({ length: followersStep.size }, (_, packed) => {
      const step = followersStep.unpack(packed);
      return FOLLOWERS.reduce((sum, player) => sum + odds[player][leader * GESTURE_COUNT + step[player]]!, 0);
    }),
  );
  return (logits, leader, strength) => {
    for (const [packed, likelier] of tables[leader]!.entries()) logits[packed]! += strength * likelier;
  };
}
