import { ContinuoError } from '../errors.js';
import { checkParam, type ParamSpecs, type ParamValue } from '../plugin/params.js';

/** What the two voices of a session do with each other. */
export const MODES = ['answer', 'continue', 'duet', 'solo', 'listen'] as const;
export type Mode = (typeof MODES)[number];

/** What a user asks of a session. None loses what was played: a take keeps what is taken back or reset. */
export type SessionCommand =
  /** Begin to listen and play. */
  | { readonly type: 'start' }
  /** Stop playing and listening; nothing is left sounding. */
  | { readonly type: 'stop' }
  /** Silence everything that sounds now, on every port; the session goes on, in solo by itself after a breath. */
  | { readonly type: 'allOff' }
  | { readonly type: 'mode'; readonly mode: Mode }
  /** A parameter of the plugin or of the session, by its permanent id. */
  | { readonly type: 'param'; readonly id: string; readonly value: ParamValue }
  /** Forget the last turn: the state goes back to where it began. */
  | { readonly type: 'takeBack' }
  /** Play the last reply again, differently. */
  | { readonly type: 'again' }
  /** Forget everything that was played: a zero state. */
  | { readonly type: 'reset' };

/** Whether a session with these parameters can do it. Throws PARAM_UNKNOWN, PARAM_VALUE, MODE_UNKNOWN. */
export function checkCommand(command: SessionCommand, params: ParamSpecs): void {
  if (command.type === 'param') checkParam(params, command.id, command.value);
  if (command.type === 'mode' && !MODES.includes(command.mode)) {
    throw new ContinuoError(
      'MODE_UNKNOWN',
      `There is no mode "${command.mode}"; there are ${MODES.join(', ')}.`,
    );
  }
}
