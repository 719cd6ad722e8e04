import { ContinuoError } from '../errors.js';
import type { Seconds } from '../music/units.js';
import { checkParam, type ParamSpecs, type ParamValue } from '../plugin/params.js';

/** How player and model share a session. */
export const MODES = ['answer', 'continue', 'duet', 'solo', 'listen'] as const;
export type Mode = (typeof MODES)[number];

/** Id of the first member of a band; what names no member is meant for it, or for all. */
export const LEAD = 'lead';

/**
 * A command of the user. None loses music: a take keeps what is taken back or reset. In a band, `member` is the id of the member that it is
 * for. Without it, `mode`, `param` and `mute` are for the first one; `takeBack` and `again` for the first and all that take turns; the
 * others for all.
 */
export type SessionCommand =
  /** Starts listening and playing. */
  | { readonly type: 'start' }
  /** Stops playing and listening; nothing is left sounding. */
  | { readonly type: 'stop' }
  /** Silences everything that sounds, on every port. The session goes on; in solo the model starts again after a pause. */
  | { readonly type: 'allOff' }
  | { readonly type: 'mode'; readonly mode: Mode; readonly member?: string }
  /** Sets a parameter of the plugin or of the session, by its permanent id. */
  | { readonly type: 'param'; readonly id: string; readonly value: ParamValue; readonly member?: string }
  /** Mutes the model: it listens on and plays nothing, until it is unmuted. */
  | { readonly type: 'mute'; readonly muted: boolean; readonly member?: string }
  /**
   * Sets the player's beats, for a model that counts in beats: one beat at the time of the command, `beat` seconds long. `bar`:
   * it begins a bar. `tapped`: it was tapped by hand, so the beat tracker may still correct it a little. `beat` 0: no beats are
   * given any longer.
   */
  | {
      readonly type: 'pulse';
      readonly beat: Seconds;
      readonly bar: boolean;
      readonly tapped: boolean;
    }
  /** Takes back the last exchange: the state goes back to where it began. */
  | { readonly type: 'takeBack'; readonly member?: string }
  /** Samples the last reply anew. */
  | { readonly type: 'again'; readonly member?: string }
  /** Resets the network to a zero state. */
  | { readonly type: 'reset'; readonly member?: string }
  /** Keeps this moment for {@link SessionParts.kept}, under an id of the caller's. The music goes on. */
  | { readonly type: 'keep'; readonly id: string }
  /**
   * Goes back to the moment that {@link SessionParts.moments} has under this id, and on from there: at once, or `when` the turn or the
   * phrase under way is over.
   */
  | { readonly type: 'recall'; readonly id: string; readonly when?: 'phrase' };

/** Shortest and longest beat of the command `pulse`: 240 to 30 a minute. */
export const BEAT_LENGTHS: readonly [shortest: Seconds, longest: Seconds] = [0.25, 2];

/** The member that a command is for; undefined: the first, or all. */
export function memberOf(command: SessionCommand): string | undefined {
  const member = 'member' in command ? command.member : undefined;
  return member === LEAD ? undefined : member;
}

/**
 * Refuses a command that a session with these parameters cannot obey. `members`: the parameters of the further members of a band, by id.
 * Throws PARAM_UNKNOWN, PARAM_VALUE, MODE_UNKNOWN, MEMBER_UNKNOWN.
 */
export function checkCommand(
  command: SessionCommand,
  params: ParamSpecs,
  members: Readonly<Record<string, ParamSpecs>> = {},
): void {
  const member = memberOf(command);
  const specs = member === undefined ? params : Object.hasOwn(members, member) ? members[member] : undefined;
  if (specs === undefined) throw unknownMember(member!, Object.keys(members));
  if (command.type === 'pulse') checkBeat(command.beat);
  if (command.type === 'param') checkParam(specs, command.id, command.value);
  if (command.type === 'mode' && !MODES.includes(command.mode)) {
    throw new ContinuoError(
      'MODE_UNKNOWN',
      `There is no mode "${command.mode}"; there are ${MODES.join(', ')}.`,
    );
  }
}

/** The error for a member that a session does not have. `others`: those that it has beside the first. */
export function unknownMember(member: string, others: readonly string[]): ContinuoError {
  return new ContinuoError(
    'MEMBER_UNKNOWN',
    `There is no member ${JSON.stringify(member)} here; there are ${[LEAD, ...others].join(', ')}.`,
    'Members join with --with, or in the panel.',
  );
}

function checkBeat(beat: Seconds): void {
  const [shortest, longest] = BEAT_LENGTHS;
  if (beat === 0 || (beat >= shortest && beat <= longest)) return;
  throw new ContinuoError(
    'PARAM_VALUE',
    `A beat lasts ${shortest} to ${longest} seconds (${60 / longest} to ${60 / shortest} a minute), or 0 for no beats any longer, not ${beat}.`,
  );
}
