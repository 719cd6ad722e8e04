import type { ArgsDef } from 'citty';
import { USUAL_SECONDS } from '../../host/offline/play-offline.js';
import type { OfflineDescriptor } from '../../plugin/offline-descriptor.js';
import { flagOf } from '../generate/flag-names.js';
import { PARAM_ARGS, SETUP_ARGS } from '../live/session-options.js';
import { optionArg } from '../option-flags.js';

export const MOST_COUNTED_IN = 8;

/** The options of `continuo continue`; `offline`: what the plugin's plugin.json says of whole files. */
export function continueArgs(offline: OfflineDescriptor | undefined): ArgsDef {
  const accompanies = offline?.does === 'accompanies';
  return {
    input: {
      type: 'positional',
      description: 'A MIDI file, - for standard input',
      valueHint: 'IN.mid',
      required: true,
    },
    out: {
      type: 'string',
      alias: ['o', 'output'],
      description: 'Where the music goes, - for standard output',
      valueHint: 'OUT.mid',
      required: true,
    },
    seconds: {
      type: 'string',
      ...(accompanies
        ? { description: 'For how long, from the beginning of the file (default: to its end)' }
        : { default: String(USUAL_SECONDS), description: 'How long to go on' }),
      valueHint: 'S',
    },
    ...(offline?.countsIn && {
      'count-in': {
        type: 'string',
        default: '0',
        description: 'Bars to count in before the file begins',
        valueHint: 'BARS',
      },
    }),
    ...Object.fromEntries(
      Object.entries(offline?.options ?? {}).map(([id, option]) => [flagOf(id), optionArg(id, option)]),
    ),
    'reply-only': {
      type: 'boolean',
      default: false,
      description: accompanies
        ? 'What is played along alone, without the tracks of the file'
        : 'The continuation alone, from its first note on',
    },
    json: { type: 'boolean', default: false, description: 'Say what was done as one JSON object' },
    ...SETUP_ARGS,
    ...PARAM_ARGS,
  };
}
