import { randomInt } from 'node:crypto';
import { memberSetups, unknownPlugin } from '../live/band-members.js';
import { type LiveOptions, LiveSession } from '../live/live-session.js';
import { chosenModel } from '../models/chosen-model.js';
import { findModel, listModels, modelName, NO_MODEL } from '../models/models.js';
import { livePlugins } from '../plugins/live-plugins.js';
import type { FoundPlugin } from '../plugins/plugins.js';
import type { OfferedPlugin, OpenChoice } from './control.js';

/** Seeds are below this, so that a seed is short enough to be typed. */
const SEEDS = 2 ** 31;

/** Opens further sessions of a host, which was started with `first`: what a choice leaves out is as there. */
export async function openLike(first: LiveOptions, choice: OpenChoice): Promise<LiveSession> {
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
  return LiveSession.open({
    ...{ ...base, plugin: plugin.ref, model, seed, mode: choice.mode ?? first.mode },
    ...(members !== undefined && { members }),
  });
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
