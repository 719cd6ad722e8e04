import type { ArgsDef } from 'citty';
import { ContinuoError } from '../../errors.js';
import { FOLDERS } from '../../host/folders.js';
import { type LiveOptions, LiveSession } from '../../host/live/live-session.js';
import { lookForModels } from '../../host/models/models.js';
import { watchPlugin } from '../../host/plugins/plugins.js';
import { type ResumeFrom, readState } from '../../host/states/saved-state.js';
import { stateOfTake } from '../../host/states/state-of-take.js';
import { TakeLibrary } from '../../host/takes/library/library.js';
import { makeFolder } from '../../make-folder.js';
import type { ParamValue } from '../../plugin/params.js';
import { LEAD, type SessionCommand, unknownMember } from '../../session/commands.js';
import { INPUT_CHANNELS, SESSION_PARAMS } from '../../session/params.js';
import { choiceOption, integerOption, modeOption } from '../options.js';
import { bandOf, partedSet } from './band-options.js';
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
  with: {
    type: 'string',
    description:
      'Who plays along, hearing you and each other: a plugin, its model, its mode (--with drums --with piano:piano-pop@duet)',
    valueHint: 'PLUGIN[:MODEL][@MODE]',
  },
  mute: {
    type: 'string',
    description: 'Members of the band that begin muted: lead, or the name of one that plays along',
    valueHint: 'MEMBER,…',
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
  resume: {
    type: 'string',
    description:
      'Go on from a take, or a file of a snapshot, with its plugin, model, mode and parameters: its id, its name, or last; the file',
    valueHint: 'TAKE|FILE',
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

/** How files of snapshots end. */
const STATE_FILE = '.continuo-state';
/** What a take says, so that an option cannot. */
const FROM_TAKE = /^--(plugin|model|engine|precision|seed|memory|no-memory|mode|with)(?==|$)/;

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
  readonly mute?: string | undefined;
  readonly resume?: string | undefined;
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

/** What {@link LIVE_ARGS} ask for. Throws FILE_WRITE where --takes cannot be made, and what reading the options throws. */
export async function liveOptionsOf(args: LiveArgs, rawArgs: readonly string[]): Promise<LiveOptions> {
  for (const { message, code } of lookForModels().troubles)
    process.stderr.write(`continuo: ${message} [${code}]\n`);
  const resume = args.resume === undefined ? undefined : await resumptionOf(args.resume, args.takes, rawArgs);
  const setup = resume?.state.setup ?? (await setupOf(args));
  const mode = resume?.state.members[0]?.mode ?? modeOption(args.mode);
  const channel = integerOption('channel', args.channel, 1, 16) - 1;
  const inputChannel = args['in-channel'];
  if (inputChannel !== undefined) choiceOption('in-channel', inputChannel, INPUT_CHANNELS);
  // A folder that cannot be made is reported before the first note.
  if (args.take && args.takes !== undefined) makeFolder(args.takes);
  const takes = args.take ? (args.takes ?? FOLDERS.takes) : null;
  if (resume) return { ...setup, mode, channel, takes, resume };
  return { ...setup, members: await bandOf(rawArgs, setup), mode, channel, takes };
}

/** What a session goes on from, as --resume asks for it. Throws TAKE_UNKNOWN, TAKE_BUSY, STATE_OTHER, OPTION_VALUE. */
async function resumptionOf(
  take: string,
  takes: string | undefined,
  rawArgs: readonly string[],
): Promise<ResumeFrom> {
  const other = rawArgs.find((arg) => FROM_TAKE.test(arg));
  if (other !== undefined)
    throw new ContinuoError(
      'OPTION_VALUE',
      `--resume takes ${FROM_TAKE.exec(other)![0]} from the take, and both were given.`,
      'Leave one of them out; parameters and the mode can be changed while you play.',
    );
  if (take.endsWith(STATE_FILE)) return { state: await readState(take), take: null };
  return stateOfTake(new TakeLibrary(takes ?? FOLDERS.takes).find(take));
}

/** Opens a session as {@link LIVE_ARGS} ask for it; its ports are not connected yet. `options`: of {@link liveOptionsOf}. */
export async function openLive(args: LiveArgs, options: LiveOptions): Promise<LiveSession> {
  const session = await LiveSession.open(options);
  try {
    for (const command of commandsAskedFor(args, session.describe())) session.command(command);
  } catch (error) {
    await session.close();
    throw error;
  }
  return session;
}

/** What the options ask of the session once it is open. Throws PARAM_UNKNOWN, PARAM_VALUE, OPTION_VALUE, MEMBER_UNKNOWN. */
function commandsAskedFor(
  args: LiveArgs,
  description: ReturnType<LiveSession['describe']>,
): SessionCommand[] {
  const { params, members = [] } = description;
  const { own, ofMembers } = partedSet(args.set);
  const inputChannel = args['in-channel'];
  const first = paramsOf({ ...args, set: own }, { ...params.plugin, ...SESSION_PARAMS });
  const commands = commandsOf({ ...first, ...(inputChannel !== undefined && { inputChannel }) });
  const ids = members.slice(1).map(({ id }) => id);
  for (const [id, set] of ofMembers) {
    const member = members.find((one) => one.id === id);
    if (!member && id !== LEAD) throw unknownMember(id, ids);
    const specs = member ? { ...member.params.plugin, ...member.params.session } : params.plugin;
    commands.push(...commandsOf(paramsOf({ set }, specs), id));
  }
  for (const member of args.mute?.split(',') ?? []) {
    if (member !== LEAD && !ids.includes(member)) throw unknownMember(member, ids);
    commands.push({ type: 'mute', muted: true, member });
  }
  return commands;
}

function commandsOf(values: Record<string, ParamValue>, member?: string): SessionCommand[] {
  const of = member !== undefined && { member };
  return Object.entries(values).map(([id, value]) => ({ type: 'param', id, value, ...of }));
}

/** Who plays, for people: plugin and model of each member. */
export function whoPlays({ plugin, model, members }: ReturnType<LiveSession['describe']>): string {
  const all = members ?? [{ plugin, model }];
  return all.map((one) => `${one.plugin.name} on ${one.model.name}`).join(', with ');
}
