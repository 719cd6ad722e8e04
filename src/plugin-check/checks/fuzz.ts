import { Chance } from '../chance.js';
import { playMoves } from '../play-moves.js';
import { type Finding, passed, skipped } from '../result.js';
import { inWords, type SessionMove, sessionMoves } from '../session-moves.js';
import type { Subject } from '../subject.js';
import { messageOf } from '../thrown.js';

/** Random sessions by default, and the least number; after TIME milliseconds no more are begun. */
const SESSIONS = 40;
const LEAST = 5;
const TIME = 8_000;
/** How long a failing session is shortened, in milliseconds. */
const SHORTENING = 5_000;
/** The other checks use branches of random numbers below this one. */
const BRANCH = 1_000_000;

export interface FuzzOptions {
  /** How many sessions, however long they take. */
  readonly sessions?: number | undefined;
  /** Only the session of this number. */
  readonly only?: number | undefined;
}

/** Plays random sessions: nothing may be thrown, tokens and logits must be valid, and each note must end. */
export function fuzz(subject: Subject, { sessions, only }: FuzzOptions): Finding {
  const { live, params, seed, sign } = subject;
  if (!live) return skipped('The plugin does not play live.');
  const began = performance.now();
  const first = only ?? 0;
  const most = only === undefined ? (sessions ?? SESSIONS) : 1;
  let played = 0;
  for (; played < most; played++) {
    if (sessions === undefined && played >= LEAST && performance.now() - began > TIME) break;
    const session = first + played;
    sign(`${seed}.${session}`);
    const moves = sessionMoves(params, new Chance(seed, BRANCH + session));
    const failure = failureOf(subject, moves);
    if (failure !== null)
      return {
        outcome: 'failed',
        message: failure,
        reproduce: `${seed}.${session}`,
        steps: shortest(subject, moves).map(inWords),
      };
  }
  return passed(`${played} random sessions of seed ${seed} were played: nothing thrown, each note ended.`);
}

/** The failure that these moves cause; null for none. */
function failureOf({ live, seed, sign, plugin }: Subject, moves: readonly SessionMove[]): string | null {
  try {
    playMoves(live!(seed), moves, sign);
    return null;
  } catch (error) {
    return messageOf(error, plugin.folder);
  }
}

/** Removes moves as long as the session still fails, for a few seconds at most (delta debugging). */
function shortest(subject: Subject, moves: readonly SessionMove[]): readonly SessionMove[] {
  const until = performance.now() + SHORTENING;
  let left = moves;
  for (let size = left.length >> 1; size >= 1; size >>= 1) {
    for (let from = 0; from < left.length && performance.now() < until; ) {
      const fewer = [...left.slice(0, from), ...left.slice(from + size)];
      if (failureOf(subject, fewer) === null) from += size;
      else left = fewer;
    }
  }
  return left;
}
