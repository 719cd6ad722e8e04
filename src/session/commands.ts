import { ContinuoError } from '../errors.js';
import type { Seconds } from '../music/units.js';
import { checkParam, type ParamSpecs, type ParamValue } from '../plugin/params.js';

/** How player and model share a session. */
export const MODES = ['answer', 'continue', 'duet', 'solo', 'listen'] as const;
export type Mode = (typeof MODES)[number];

/** A command of the user. None loses music: a take keeps what is taken back or reset. */
export type SessionCommand =
  /** Starts listening and playing. */
  | { readonly type: 'start' }
  /** Stops playing and listening; nothing is left sounding. */
  | { readonly type: 'stop' }
  /** Silences everything that sounds, on every port. The session goes on; in solo the model starts again after a pause. */
  | { readonly type: 'allOff' }
  | { readonly type: 'mode'; readonly mode: Mode }
  /** Sets a parameter of the plugin or of the session, by its permanent id. */
  | { readonly type: 'param'; readonly id: string; readonly value: ParamValue }
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
  | { readonly type: 'takeBack' }
  /** Samples the last reply anew. */
  | { readonly type: 'again' }
  /** Resets the network to a zero state. */
  | { readonly type: 'reset' };

/** Shortest and longest beat of the command `pulse`: 240 to 30 a minute. */
export const BEAT_LENGTHS: readonly [shortest: Seconds, longest: Seconds] = [0.25, 2];

/** Refuses a command that a session with these parameters cannot obey. Throws PARAM_UNKNOWN, PARAM_VALUE, MODE_UNKNOWN. */
export function checkCommand(command: SessionCommand, params: ParamSpecs): void {
  if (command.type === 'pulse') checkBeat(command.beat);
  if (command.type === 'param') checkParam(params, command.id, command.value);
  if (command.type === 'mode' && !MODES.includes(command.mode)) {
    throw new ContinuoError(
      'MODE_UNKNOWN',
      `There is no mode "${command.mode}"; there are ${MODES.join(', ')}.`,
    );
  }
}

function checkBeat(beat: Seconds): void {
  const [shortest, longest] = BEAT_LENGTHS;
  if (beat === 0 || (beat >= shortest && beat <= longest)) return;
  throw new ContinuoError(
    'PARAM_VALUE',
    `A beat lasts ${shortest} to ${longest} seconds (${60 / longest} to ${60 / shortest} a minute), or 0 for no beats any longer, not ${beat}.`,
  );
}
