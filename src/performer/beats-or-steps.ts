import { ChordLoop } from '../codec/beats/chord-loop.js';
import { beatCodec } from '../codec/beats/index.js';
import { beatsOrSteps } from '../codec/beats/pulse-or-steps.js';
import type { Codec, PerformanceCodec } from '../codec/codec.js';
import { ContinuoError } from '../errors.js';
import type { ParsedModel } from '../model/folder.js';
import { TwoNetworks } from '../model/two-networks.js';
import { drawFactory } from './draw-factory.js';
import { openParsedModel } from './open-model.js';
import {
  checkedVoices,
  type LoadedPlugin,
  liveExtension,
  type Performer,
  type PerformerOptions,
} from './performer.js';

/**
 * The performer of two models: one counts in beats, the other in time steps, for music without a pulse. Throws what
 * {@link openParsedModel} throws, CODEC_UNKNOWN where the plugin does not play live with the second, and MODEL_MISMATCH where the
 * second does not count in time steps.
 */
export async function beatsOrStepsPerformer(
  { descriptor, definition }: LoadedPlugin,
  models: { readonly beats: ParsedModel; readonly steps: ParsedModel },
  { seed, nameOfSteps, ...options }: PerformerOptions & { readonly nameOfSteps?: string },
): Promise<Performer> {
  const live = liveExtension(definition, descriptor.id);
  const beats = await openParsedModel(models.beats, { ...options, codec: () => beatCodec });
  const steps = await openParsedModel(models.steps, {
    ...options,
    ...(nameOfSteps !== undefined && { name: nameOfSteps }),
    codec: ({ codec }) => inSteps(live.codec(codec)),
  });
  const codec = beatsOrSteps(steps.codec);
  const { chordOdds } = beats;
  const engine = new TwoNetworks(
    { engine: steps.engine },
    {
      engine: beats.engine,
      resetToken: beatCodec.startToken,
      correction: chordOdds === null ? undefined : () => new ChordLoop(chordOdds),
    },
  );
  const ownState = live.state?.();
  return {
    ownState: ownState ?? null,
    ...{ descriptor, metadata: beats.metadata, codec, engine },
    pluginParams: descriptor.params,
    voices: checkedVoices(live, descriptor.id),
    grammar: live.grammar?.(codec, undefined, ownState) ?? null,
    createDraw: drawFactory(codec.vocabulary.size, seed, descriptor.params),
  };
}

function inSteps(codec: Codec): PerformanceCodec {
  if ('symbols' in codec) return codec as PerformanceCodec;
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `A model that counts in beats needs another one where there are none; ${codec.id} does not count in steps of time.`,
    'Name another in its model.json, at userDefinedMetadata.continuo: "withoutPulse": "piano-pop".',
  );
}
