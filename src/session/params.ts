import type { Seconds } from '../music/units.js';
import {
  checkParam,
  type ParamSpec,
  type ParamValue,
  type ReservedParamId,
  type ValuesOf,
} from '../plugin/params.js';

/** Choices of the MIDI channels that are listened to. */
export const INPUT_CHANNELS = [
  'all but 10',
  'all',
  ...(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15', '16'] as const),
] as const;

/** How long the model plays without the player before it looks for a cadence. */
const CLOSE_AFTER = ['30 s', '1 min', '2 min', '5 min', '10 min', 'never'] as const;

/** A choice of `closeAfter` in seconds; null for `never`. */
export function closeAfterSeconds(choice: SessionParams['closeAfter']): Seconds | null {
  if (choice === 'never') return null;
  const [count, unit] = choice.split(' ');
  return Number(count) * (unit === 'min' ? 60 : 1);
}

/** The session's own parameters, declared as plugins declare theirs. Their ids are permanent, and reserved: no plugin may use them. */
export const SESSION_PARAMS = {
  patience: {
    type: 'float',
    label: 'Patience',
    help: 'How long a rest must be before the network takes over: 1 is what your own playing suggests.',
    min: 0.5,
    max: 4,
    step: 0.1,
    default: 1,
  },
  replyLength: {
    type: 'float',
    label: 'Reply length',
    help: 'How long an answer is, as a multiple of your phrase.',
    min: 0.25,
    max: 4,
    step: 0.25,
    default: 1,
  },
  closeAfter: {
    type: 'choice',
    label: 'Close after',
    help: 'In the mode continue: how long the network plays without you before it looks for a place to close at.',
    choices: CLOSE_AFTER,
    default: '2 min',
  },
  thru: {
    type: 'toggle',
    label: 'Send my notes too',
    help: 'Send what you play to the MIDI output as well: notes, pedals, bend, modulation, program.',
    default: false,
  },
  inputChannel: {
    type: 'choice',
    label: 'Channels heard',
    help: 'Which MIDI channels of your keyboard are heard. Channel 10 is drums.',
    choices: INPUT_CHANNELS,
    default: 'all but 10',
  },
} as const satisfies Readonly<Record<ReservedParamId, ParamSpec>>;

/** Those that each member of a band has for itself: the others are about the player and the ports. */
export const MEMBER_PARAMS = (({ patience, replyLength, closeAfter }) => ({
  patience,
  replyLength,
  closeAfter,
}))(SESSION_PARAMS);

export type SessionParams = ValuesOf<typeof SESSION_PARAMS>;

/** The values of all parameters of a session, its own and its plugin's. */
export type SessionValues = Record<string, ParamValue> & SessionParams;

/** Throws PARAM_VALUE unless `values` has a fitting value of each of the session's own parameters. */
export function assertSessionValues(values: Record<string, ParamValue>): asserts values is SessionValues {
  for (const id of Object.keys(SESSION_PARAMS)) checkParam(SESSION_PARAMS, id, values[id]!);
}

/** Id of the parameter that says when the model looks for a cadence. */
export const CLOSE_AFTER_ID: keyof SessionParams = 'closeAfter';

/** Parameters that do not change the music: when they are set, the plan is kept. */
export const PLAN_KEEPING_PARAMS: ReadonlySet<string> = new Set<keyof SessionParams>([
  'inputChannel',
  'closeAfter',
]);
