import { Chance } from '../chance.js';
import { playMoves } from '../play-moves.js';
import { demand, type Finding, passed, skipped } from '../result.js';
import { sessionMoves } from '../session-moves.js';
import type { Subject } from '../subject.js';

const SESSIONS = 4;

/** The same seed and the same player give the same tokens and notes, however often the clock is looked at. */
export function checkDeterminism({ live, params, seed, sign }: Subject): Finding {
  if (!live) return skipped('The plugin does not play live.');
  let tokens = 0;
  for (let session = 0; session < SESSIONS; session++) {
    const moves = sessionMoves(params, new Chance(seed, session));
    const first = playMoves(live(seed), moves, sign);
    const second = playMoves(live(seed), moves, sign, { every: 0.07, portion: 3 });
    requireSame(first.tokens, second.tokens, 'token');
    requireSame(first.sent, second.sent, 'sent note');
    tokens += first.tokens.length;
  }
  return passed(`${SESSIONS} random sessions, each played twice, were the same: ${tokens} tokens.`);
}

function requireSame(first: readonly unknown[], second: readonly unknown[], what: string): void {
  const at = first.findIndex((one, index) => one !== second[index]);
  demand(
    at < 0 && first.length === second.length,
    () =>
      `The same seed and the same player gave something else the second time: ${what} ${Math.max(at, 0)} was ${String(first[at])}, then ` +
      `${String(second[at])}. What a plugin says depends on what it was fed alone: no clock, no random numbers, nothing that outlives a session.`,
  );
}
