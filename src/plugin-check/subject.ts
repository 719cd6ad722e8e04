import { openHostPerformer } from '../host/models/open-host-performer.js';
import { type LoadedPlugin, loadPlugin } from '../host/plugins/load-plugin.js';
import { drawFactory } from '../performer/draw-factory.js';
import { type Performer, predictingPerformer } from '../performer/performer.js';
import type { ParamSpecs } from '../plugin/params.js';

/** The parts of a session except clock, output and log. */
export type LiveParts = Pick<
  Performer,
  'engine' | 'codec' | 'grammar' | 'createDraw' | 'pluginParams' | 'ownState'
>;

/** The plugin that is checked. */
export interface Subject {
  readonly plugin: LoadedPlugin;
  readonly params: ParamSpecs;
  readonly seed: number;
  /** Id or path of a model folder that was asked for. */
  readonly model: string | undefined;
  /** Makes the parts of one session; null where the plugin does not play live. */
  readonly live: ((seed: number) => LiveParts) | null;
  /** Reports that the check is alive, and where it is. */
  readonly sign: (at?: string) => void;
}

export interface SubjectOptions {
  /** Id of a plugin, or path of its folder. */
  readonly plugin: string;
  /** Id or path of a model folder, for a plugin that plays with one; else its best. */
  readonly model?: string | undefined;
  readonly seed: number;
  /** Whether it is played with. Default true; where it is not, it needs no model. */
  readonly played?: boolean | undefined;
}

/** Loads a plugin, and the model that it plays with. Throws what loading them throws. */
export async function openSubject(
  { plugin: ref, model, seed, played = true }: SubjectOptions,
  sign: Subject['sign'],
): Promise<Subject> {
  const plugin = await loadPlugin(ref);
  const { descriptor, definition } = plugin;
  const rest = { plugin, params: descriptor.params, seed, model, sign };
  const { live } = definition;
  if (!live || !played) return { ...rest, live: null };
  if (definition.predictor) return { ...rest, live: (seed) => predictingPerformer(plugin, seed) };
  const setup = { plugin: ref, model: model ?? null, engine: 'kernel', precision: 'int8', seed } as const;
  const { engine, codec, metadata } = await openHostPerformer(setup);
  return {
    ...rest,
    live: (seed) => {
      const ownState = live.state?.();
      return {
        ...{ engine, codec, pluginParams: descriptor.params, ownState: ownState ?? null },
        grammar: live.grammar?.(codec, metadata, ownState) ?? null,
        createDraw: drawFactory(codec.vocabulary.size, seed, descriptor.params),
      };
    },
  };
}
