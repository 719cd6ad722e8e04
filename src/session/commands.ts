import { ContinuoError } from '../errors.js';
import type { Seconds } from '../music/units.js';
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
  /**
   * Says how the player's beats lie, for a model that counts in them: one at the moment of the command, `beat` seconds long. `bar`: it
   * begins a bar. `tapped`: by hand, so that what is heard may move them a little. A `beat` of 0: nobody says it any longer.
   */
  | {
      readonly type: 'pulse';
      readonly beat: Seconds;
      readonly bar: boolean;
      readonly tapped: boolean;
    }
  /** Forget the last turn: the state goes back to where it began. */
  | { readonly type: 'takeBack' }
  /** Play the last reply again, differently. */
  | { readonly type: 'again' }
  /** Forget everything that was played: a zero state. */
  | { readonly type: 'reset' };

/** How long a beat is that can be told: 240 to 30 a minute. */
export const BEAT_LENGTHS: readonly [shortest: Seconds, longest: Seconds] = [0.25, 2];

/** Whether a session with these parameters can do it. Throws PARAM_UNKNOWN, PARAM_VALUE, MODE_UNKNOWN. */
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
    `A beat lasts ${shortest} to ${longest} seconds (${60 / longest} to ${60 / shortest} a minute), or 0 for no longer told; it was given ${beat}.`,
  );
}
