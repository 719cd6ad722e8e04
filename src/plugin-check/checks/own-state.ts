import { isDeepStrictEqual } from 'node:util';
import type { PerformanceEvent } from '../../music/note.js';
import type { OwnState } from '../../plugin/own-state.js';
import { asJson, MOST_LEARNT } from '../../session/learning.js';
import { Chance } from '../chance.js';
import { playMoves } from '../play-moves.js';
import { demand, type Finding, passed, skipped } from '../result.js';
import { type SessionMove, sessionMoves } from '../session-moves.js';
import type { LiveParts, Subject } from '../subject.js';

const ROUNDS = 3;
/** Events of the player in the long run, some three quarters of an hour of playing. */
const MANY = 20_000;

/** What no `save` gave: `load` throws, or ignores it. */
const GARBAGE: readonly unknown[] = [
  null,
  true,
  -1,
  'noise',
  [],
  [null, -1, 'noise'],
  {},
  { noise: { noise: [] } },
];

type LearningParts = LiveParts & { readonly ownState: OwnState };

/** What a plugin learns is JSON of a bounded size, goes on after `load` as after the playing that it was learnt from, and survives garbage. */
export function checkOwnState(subject: Subject): Finding {
  const open = opener(subject);
  if (open === null) return skipped('The plugin keeps no state of its own (live.state).');
  const { version } = open().ownState;
  demand(
    Number.isSafeInteger(version) && version >= 0,
    () => `state.version is ${version}; it is a whole number from 0.`,
  );
  for (let round = 0; round < ROUNDS; round++) checkRoundTrip(subject, open, round);
  checkGarbage(subject, open);
  const size = checkSize(subject, open);
  return passed(
    `${ROUNDS} states went on from what was saved as if they had learnt it; ${GARBAGE.length} that nobody saved did no harm; ` +
      `after ${MANY} events of a player it is ${size} characters.`,
    { 'state, characters': size },
  );
}

/** Makes the parts of a session with a state of its own; null where the plugin has none. */
function opener({ live, seed }: Subject): (() => LearningParts) | null {
  if (live === null || live(seed).ownState == null) return null;
  return () => {
    const parts = live(seed);
    return { ...parts, ownState: parts.ownState! };
  };
}

/** A state that was saved and loaded says and plays the same as the one that it was saved from. */
function checkRoundTrip({ params, seed, sign }: Subject, open: () => LearningParts, round: number): void {
  const chance = new Chance(seed, round);
  const [first, second] = [open(), open()];
  hearAll(first.ownState, sessionMoves(params, chance));
  const json = savedJson(first.ownState);
  second.ownState.load(JSON.parse(json), first.ownState.version);
  requireSameState(second.ownState, json, 'After load() of what was saved, save()');
  // *Reset* would begin anew: the one from nothing, the other from what it loaded.
  const moves = sessionMoves(params, chance).filter(
    (move) => move.type !== 'command' || move.command.type !== 'reset',
  );
  const [one, other] = [played(first, moves, sign), played(second, moves, sign)];
  const at = one.tokens.findIndex((token, index) => token !== other.tokens[index]);
  demand(
    at < 0 && one.tokens.length === other.tokens.length,
    () =>
      `A session that began with the loaded state said something else than one that went on with the state that was saved: token ` +
      `${Math.max(at, 0)} was ${other.tokens[at]} instead of ${one.tokens[at]}. save() gives all that was learnt, and load() takes all of it.`,
  );
  requireSameState(
    second.ownState,
    savedJson(first.ownState),
    'After the same music, save() of a loaded state',
  );
}

/** A load that throws or ignores what it was given leaves a state that plays, and that the host can begin anew. */
function checkGarbage({ params, seed, sign }: Subject, open: () => LearningParts): void {
  const moves = sessionMoves(params, new Chance(seed, ROUNDS));
  for (const garbage of GARBAGE) {
    sign();
    const parts = open();
    const { ownState } = parts;
    const nothing = savedJson(ownState);
    let refused = false;
    try {
      ownState.load(structuredClone(garbage), ownState.version);
    } catch {
      refused = true;
    }
    const given = JSON.stringify(garbage);
    try {
      // The host does this where load has thrown.
      if (refused) ownState.load(JSON.parse(nothing), ownState.version);
      savedJson(ownState);
      played(parts, moves, sign);
    } catch (error) {
      demand(false, () => {
        const after = refused ? ', refused it and began anew' : ' and took it';
        const why = error instanceof Error ? error.message : String(error);
        return `After load() was given ${given}${after}, the plugin fails: ${why} What nobody saved is refused by throwing, or ignored.`;
      });
    }
    if (refused) continue;
    ownState.load(JSON.parse(nothing), ownState.version);
    requireSameState(ownState, nothing, `After load() of ${given}, then of what it saved at first, save()`);
  }
}

/** What is learnt in a long session still has room. Returns its size in characters. */
function checkSize({ params, seed, sign }: Subject, open: () => LearningParts): number {
  const { ownState } = open();
  const chance = new Chance(seed, ROUNDS + 1);
  for (let heard = 0; heard < MANY; sign()) heard += hearAll(ownState, sessionMoves(params, chance));
  return savedJson(ownState).length;
}

/** Has a state hear the player's events among the moves. Returns how many there were. */
function hearAll(state: OwnState, moves: readonly SessionMove[]): number {
  const events = moves.flatMap((move): PerformanceEvent[] => (move.type === 'input' ? [move.event] : []));
  for (const event of events) state.hear?.(event);
  return events.length;
}

/** Plays a session with a state as it is: a session would load the one that it begins with first. */
function played({ ownState, ...parts }: LearningParts, moves: readonly SessionMove[], sign: Subject['sign']) {
  const kept: OwnState = {
    version: ownState.version,
    hear: (event) => ownState.hear?.(event),
    save: () => ownState.save(),
    load: () => {},
  };
  return playMoves({ ...parts, ownState: kept }, moves, sign);
}

/** The JSON of a state. Throws a Violation where it has none, is too large, or holds what JSON does not. */
function savedJson(state: OwnState): string {
  const saved = state.save();
  const json = asJson(saved);
  demand(json !== undefined, () => 'save() gave what has no JSON, such as a function, a bigint or a circle.');
  demand(
    json.length <= MOST_LEARNT,
    () => `save() gave ${json.length} characters of JSON; the host keeps ${MOST_LEARNT} at most.`,
  );
  demand(
    isDeepStrictEqual(JSON.parse(json), saved),
    () =>
      'save() gave what JSON does not hold, such as a Map, a typed array, NaN or undefined: it would come back as something else.',
  );
  demand(
    asJson(state.save()) === json,
    () => 'save(), called twice, gave two different states: it changes nothing.',
  );
  return json;
}

function requireSameState(state: OwnState, json: string, what: string): void {
  const again = savedJson(state);
  demand(again === json, () => `${what} gave ${short(again)} instead of ${short(json)}.`);
}

const short = (json: string): string => (json.length <= 100 ? json : `${json.slice(0, 100)}…`);
