import type { ParamSpecs } from '../plugin/params.js';

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
    help: 'Send what you play to the MIDI output as well.',
    default: false,
  },
} as const satisfies ParamSpecs;

export type SessionParams = { patience: number; replyLength: number; thru: boolean };
