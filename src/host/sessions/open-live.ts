import { randomInt } from 'node:crypto';
import { ContinuoError } from '../../errors.js';
import { memberSetups, unknownPlugin } from '../live/band-members.js';
import { type LiveOptions, LiveSession } from '../live/live-session.js';
import type { SessionControl } from '../live/session-control.js';
import { chosenModel } from '../models/chosen-model.js';
import { findModel, listModels, modelName, NO_MODEL } from '../models/models.js';
import { livePlugins } from '../plugins/live-plugins.js';
import type { FoundPlugin } from '../plugins/plugins.js';
import type { ResumableTakes } from '../takes/library/control.js';
import type { OfferedPlugin, OpenChoice } from './control.js';
import type { Opened } from './sessions.js';

/** Seeds are below this, so that a seed is short enough to be typed. */
const SEEDS = 2 ** 31;

/** What a fork goes on from. */
interface Present {
  readonly sessionOf: (id: string) => SessionControl;
  readonly takes: ResumableTakes;
}

/** Opens further sessions of a host, which was started with `first`: what a choice leaves out is as there. */
export async function openLike(
  first: LiveOptions,
  choice: OpenChoice,
  present: Present,
): Promise<Opened<LiveSession>> {
  if (choice.from) return openFork(first, choice, present);
  const { members: _, resume: __, ...base } = first;
  const plugins = await livePlugins(first.plugin);
  const plugin = pluginOf(choice.plugin, first, plugins);
  const asked = choice.model === NO_MODEL.id ? undefined : choice.model;
  const same = plugin.ref === first.plugin && choice.model === undefined;
  const model = same ? first.model : chosenModel(plugin.descriptor, asked);
  if (model !== null) findModel(model);
  const seed = randomInt(SEEDS);
  const others = (choice.members ?? []).map((member) => ({
    plugin: pluginOf(member.plugin, first, plugins),
    model: member.model === NO_MODEL.id ? undefined : member.model,
  }));
  const members = memberSetups(others, { first: plugin.descriptor.id, seed });
  const session = await LiveSession.open({
    ...{ ...base, plugin: plugin.ref, model, seed, mode: choice.mode ?? first.mode },
    ...(members !== undefined && { members }),
  });
  return { session };
}

/** Goes on from a moment of a session. By other random numbers: it is another future of the same past. */
async function openFork(
  { takes, channel, resources }: LiveOptions,
  { from, plugin, model, members, mode }: OpenChoice,
  present: Present,
): Promise<Opened<LiveSession>> {
  if ([plugin, model, members, mode].some((given) => given !== undefined))
    throw new ContinuoError(
      'OPTION_VALUE',
      'A fork has the plugin, model, members and mode of the session that it goes on from, and others were asked for.',
      'Leave them out, and change them once the fork is open.',
    );
  const origin = present.sessionOf(from!.session);
  const state = await origin.snapshots.state(from!.snapshot);
  const { take } = origin.brief();
  const { setup } = state;
  const others = setup.members?.map((member) => ({ ...member, seed: randomInt(SEEDS) }));
  const session = await LiveSession.open({
    ...{ ...setup, seed: randomInt(SEEDS), mode: state.members[0]!.mode, takes },
    ...(others !== undefined && { members: others }),
    ...(channel !== undefined && { channel }),
    ...(resources !== undefined && { resources }),
    resume: { state, take },
  });
  // The time of a moment from a file is that of another session.
  if (take === null || state.foreign) return { session };
  return { session, earlier: () => present.takes.earlier(take, state.time) };
}

/** Throws PLUGIN_UNKNOWN. */
function pluginOf(id: string | undefined, first: LiveOptions, plugins: readonly FoundPlugin[]): FoundPlugin {
  const found = plugins.find(({ ref, descriptor }) =>
    id === undefined ? ref === first.plugin : descriptor.id === id,
  );
  if (found === undefined) throw unknownPlugin(id ?? first.plugin, plugins);
  return found;
}

/** The plugins that sessions of a host can be opened with, `first` among them, with their models, the default one first. */
export async function offeredPlugins(first: string): Promise<OfferedPlugin[]> {
  const models = listModels();
  return (await livePlugins(first)).map(({ descriptor: { id, name, models: named, extensions } }) => ({
    ...{ id, name },
    models: extensions.includes('predictor')
      ? [NO_MODEL]
      : models
          .filter((model) => named.includes(model.id))
          // As the plugin prefers them, which is how a default is chosen; those with a licence of their own last.
          .sort(
            (one, other) =>
              Number(one.licence !== null) - Number(other.licence !== null) ||
              named.indexOf(one.id) - named.indexOf(other.id),
          )
          .map((model) => ({ id: model.id, name: modelName(model) })),
  }));
}
