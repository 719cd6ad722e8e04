import { ContinuoError } from '../../errors.js';
import type { CorpusExtension } from '../../plugin/corpus.js';
import type { CorpusDescriptor } from '../../plugin/corpus-descriptor.js';
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import { findPlugin, findPlugins } from './find-plugins.js';
import { loadPlugin } from './load-plugin.js';
import type { FoundPlugin } from './read-plugin.js';

/** A plugin that makes training data, as its plugin.json describes it. */
export interface CorpusChoice {
  readonly ref: string;
  readonly descriptor: PluginDescriptor;
  readonly kind: CorpusDescriptor;
}

/** The same plugin with its code loaded. */
export interface CorpusPlugin {
  /** The plugin's id. */
  readonly id: string;
  readonly descriptor: PluginDescriptor;
  readonly kind: CorpusDescriptor;
  readonly corpus: CorpusExtension;
}

/**
 * The plugins that make training data, built-in ones first; `plugin` (an id or the path of a folder) selects one. Runs no plugin
 * code. Throws CODEC_UNKNOWN where that plugin makes none, and what {@link findPlugin} throws.
 */
export async function corpusChoices(plugin?: string): Promise<readonly CorpusChoice[]> {
  const plugins = plugin === undefined ? await allPlugins() : [await findPlugin(plugin)];
  const choices = plugins.flatMap(({ ref, descriptor }) =>
    descriptor.corpus ? [{ ref, descriptor, kind: descriptor.corpus }] : [],
  );
  if (plugin === undefined || choices.length > 0) return choices;
  throw new ContinuoError(
    'CODEC_UNKNOWN',
    `The plugin ${plugins[0]!.descriptor.id} makes no training data: its plugin.json does not name the extension corpus.`,
    'continuo plugin info says what a plugin can do.',
  );
}

async function allPlugins(): Promise<readonly FoundPlugin[]> {
  const { plugins } = await findPlugins();
  const builtIn = plugins.filter(({ source }) => source === 'built-in');
  return [...builtIn, ...plugins.filter(({ source }) => source !== 'built-in')];
}

/**
 * Finds the plugin of a codec, and the codec's id. `codec` may also be a plugin's id, which means its first codec. Throws
 * CODEC_UNKNOWN, listing the codecs.
 */
export function choiceByCodec(
  choices: readonly CorpusChoice[],
  codec: string,
): { readonly choice: CorpusChoice; readonly codec: string } {
  const having = choices.find(({ kind }) => kind.codecs.includes(codec));
  if (having) return { choice: having, codec };
  const named = choices.find(({ descriptor }) => descriptor.id === codec);
  if (named) return { choice: named, codec: named.kind.codecs[0]! };
  throw new ContinuoError(
    'CODEC_UNKNOWN',
    `There is no codec named ${codec}.`,
    `The codecs are ${choices.flatMap(({ kind }) => kind.codecs).join(', ')}. --plugin PATH says where another plugin lies.`,
  );
}

/** Loads the plugin's code. Throws what {@link loadPlugin} throws. */
export async function loadCorpus({ ref, descriptor, kind }: CorpusChoice): Promise<CorpusPlugin> {
  const { definition } = await loadPlugin(ref);
  // loadPlugin refuses code that lacks an extension which plugin.json names.
  return { id: descriptor.id, descriptor, kind, corpus: definition.corpus! };
}
