import type { ArgsDef } from 'citty';
import { ContinuoError } from '../../errors.js';
import { FOLDERS } from '../../host/folders.js';
import { LiveSession } from '../../host/live/live-session.js';
import { lookForModels } from '../../host/models/models.js';
import { watchPlugin } from '../../host/plugins/plugins.js';
import { makeFolder } from '../../make-folder.js';
import { INPUT_CHANNELS, SESSION_PARAMS } from '../../session/params.js';
import { choiceOption, integerOption, modeOption } from '../options.js';
import { PARAM_ARGS, paramsOf, SETUP_ARGS, setupOf } from './session-options.js';

/** Options of every command that plays live. */
export const LIVE_ARGS = {
  ...SETUP_ARGS,
  ...PARAM_ARGS,
  mode: {
    type: 'string',
    default: 'answer',
    description: 'answer, continue, duet, solo or listen',
    valueHint: 'MODE',
  },
  watch: {
    type: 'boolean',
    default: false,
    description: "Load the plugin's code again when a file of it changes, and play on from what it has heard",
  },
  in: { type: 'string', description: 'MIDI input: a port, or a part of its name', valueHint: 'PORT' },
  out: { type: 'string', description: 'MIDI output: a port, or a part of its name', valueHint: 'PORT' },
  channel: {
    type: 'string',
    default: '1',
    description: "MIDI channel of the network's notes",
    valueHint: '1-16',
  },
  'in-channel': {
    type: 'string',
    description: 'MIDI channels of the keyboard that are heard: 1 to 16, all, or "all but 10" (the default)',
    valueHint: 'CHANNEL',
  },
  takes: {
    type: 'string',
    description: `Where takes are recorded (default: ${FOLDERS.takes})`,
    valueHint: 'FOLDER',
  },
  take: {
    type: 'boolean',
    default: true,
    description: 'Record a take',
    negativeDescription: 'Record nothing',
  },
} as const satisfies ArgsDef;

interface LiveArgs {
  readonly plugin: string;
  readonly model?: string | undefined;
  readonly engine: string;
  readonly precision: string;
  readonly memory: boolean;
  readonly seed?: string | undefined;
  readonly temperature?: string | undefined;
  readonly set?: string | undefined;
  readonly mode: string;
  readonly channel: string;
  readonly 'in-channel'?: string | undefined;
  readonly takes?: string | undefined;
  readonly take: boolean;
}

/**
 * Has the plugin's code loaded again whenever it changes, where --watch asks for that. Returns how to end it. Throws OPTION_VALUE for
 * a plugin that came with the program.
 */
export function watchLive(session: LiveSession, { watch }: { readonly watch: boolean }): () => void {
  if (!watch) return () => {};
  if (session.pluginFolder === null)
    throw new ContinuoError(
      'OPTION_VALUE',
      `--watch is for a plugin whose code you edit; ${session.describe().plugin.id} came with the program.`,
      'Name one of your own with --plugin FOLDER.',
    );
  return watchPlugin(session, (error) => session.tellUnloaded(error));
}

/** Opens a session as {@link LIVE_ARGS} ask for it; its ports are not connected yet. Throws FILE_WRITE where --takes cannot be made. */
export async function openLive(args: LiveArgs): Promise<LiveSession> {
  for (const { message, code } of lookForModels().troubles)
    process.stderr.write(`continuo: ${message} [${code}]\n`);
  const setup = await setupOf(args);
  const mode = modeOption(args.mode);
  const channel = integerOption('channel', args.channel, 1, 16) - 1;
  const inputChannel = args['in-channel'];
  if (inputChannel !== undefined) choiceOption('in-channel', inputChannel, INPUT_CHANNELS);
  // A folder that cannot be made is reported before the first note.
  if (args.take && args.takes !== undefined) makeFolder(args.takes);
  const session = await LiveSession.open({
    ...setup,
    mode,
    channel,
    takes: args.take ? (args.takes ?? FOLDERS.takes) : null,
  });
  try {
    const specs = { ...session.describe().params.plugin, ...SESSION_PARAMS };
    const values = { ...paramsOf(args, specs), ...(inputChannel !== undefined && { inputChannel }) };
    for (const [id, value] of Object.entries(values)) session.command({ type: 'param', id, value });
  } catch (error) {
    await session.close();
    throw error;
  }
  return session;
}
