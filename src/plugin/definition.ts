import type { ComposeExtension } from './compose.js';
import type { ComposeOptions } from './compose-descriptor.js';
import type { OptionShapes } from './composer.js';
import type { CorpusExtension } from './corpus.js';
import type { LiveExtension } from './live.js';
import type { MemoryExtension } from './memory.js';
import type { OfflineExtension } from './offline.js';
import type { OfflineOptions } from './offline-descriptor.js';
import type { ParamShapes, ParamSpecs, ValuesOf } from './params.js';
import type { PredictorExtension } from './predictor.js';

/** The values of a plugin's parameters at this moment, by id. */
export type ParamValues = ValuesOf<ParamSpecs>;

/**
 * The code of a plugin: its named extensions. The core of a plugin is data, plugin.json. The host runs the network and samples with its
 * own seeded generator, so every plugin is reproducible.
 */
export interface PluginDefinition<
  Params extends ParamShapes = ParamSpecs,
  Options extends OptionShapes = ComposeOptions,
  Offline extends OptionShapes = OfflineOptions,
> {
  readonly live?: LiveExtension<Params>;
  readonly predictor?: PredictorExtension;
  readonly compose?: ComposeExtension<Options>;
  readonly corpus?: CorpusExtension;
  readonly offline?: OfflineExtension<Params, Offline>;
  readonly memory?: MemoryExtension;
}

/**
 * Types a plugin's default export. The types of the values of parameters, and of the options of `compose` and of `offline`, follow from
 * their declarations:
 *
 *     import type manifest from './plugin.json';
 *     export default definePlugin<typeof manifest.params, typeof manifest.compose.options>({ live: { … }, compose: { … } });
 */
export function definePlugin<
  Params extends ParamShapes = ParamSpecs,
  Options extends OptionShapes = ComposeOptions,
  Offline extends OptionShapes = OfflineOptions,
>(definition: PluginDefinition<Params, Options, Offline>): PluginDefinition<Params, Options, Offline> {
  return definition;
}
