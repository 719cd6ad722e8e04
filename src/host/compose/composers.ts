import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';
import { listModels } from '../models/models.js';
import { type FoundPlugin, findPlugin, findPlugins } from '../plugins/plugins.js';
import type { ComposerChoice } from './control.js';

/** A plugin that makes pieces, and the reference that the host loads it by. */
export interface ComposingPlugin {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly ref: string;
  readonly compose: ComposeDescriptor;
  /** Ids of its models; empty if it needs no model. */
  readonly models: readonly string[];
}

/**
 * Lists the plugins that make pieces: `first` (an id or path) if it makes any, then the built-in ones, then the others. Runs no
 * plugin code. Throws what {@link findPlugin} throws.
 */
export async function composingPlugins(first?: string): Promise<ComposingPlugin[]> {
  const { plugins } = await findPlugins();
  const given = first === undefined ? undefined : await findPlugin(first);
  const others = plugins.filter(({ descriptor }) => descriptor.id !== given?.descriptor.id);
  const builtIn = (one: FoundPlugin) => one.source === 'built-in';
  const inOrder = [...others.filter(builtIn), ...others.filter((one) => !builtIn(one))];
  return [...(given ? [given] : []), ...inOrder].flatMap(composing);
}

function composing({ descriptor, ref }: FoundPlugin): ComposingPlugin[] {
  const { id, name, description, compose, models } = descriptor;
  return compose ? [{ id, name, ...(description && { description }), ref, compose, models }] : [];
}

/** The plugins as a user is offered them, each with what it currently lacks. Those that lack a model come last. */
export function choicesOf(plugins: readonly ComposingPlugin[]): ComposerChoice[] {
  const there = new Set(listModels().map(({ id }) => id));
  const choices = plugins.map(({ models, ref: _, ...choice }): ComposerChoice => {
    const missing = models.length > 0 && !models.some((model) => there.has(model));
    return { ...choice, ...(missing && { lacks: lacks(choice.name, models) }) };
  });
  return [
    ...choices.filter((choice) => choice.lacks === undefined),
    ...choices.filter((choice) => choice.lacks !== undefined),
  ];
}

function lacks(name: string, models: readonly string[]): string {
  const named = models.map((id) => `“${id}”`).join(' or ');
  return `${name} needs a model named ${named}, and there is none here.`;
}
