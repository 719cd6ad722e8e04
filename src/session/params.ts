import type { ParamSpec, ReservedParamId, ValuesOf } from '../plugin/params.js';

/** Which channels of a MIDI input are heard. */
export const INPUT_CHANNELS = [
  'all but 10',
  'all',
  ...(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15', '16'] as const),
] as const;

/** The session's own parameters, declared as a plugin declares its own. Ids are permanent and reserved. */
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

export type SessionParams = ValuesOf<typeof SESSION_PARAMS>;

/** Parameters that change nothing of the music: what is decided stays decided. */
export const SILENT_PARAMS: ReadonlySet<string> = new Set<keyof SessionParams>(['inputChannel']);
