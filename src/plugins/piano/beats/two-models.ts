import type { Codec, PerformanceCodec } from '../../../codec/codec.js';
import { ContinuoError } from '../../../errors.js';
import { TwoNetworks } from '../../../model/two-networks.js';
import type { ModelPair } from '../../../plugin/model-pair.js';
import { beatCodec } from './codec/index.js';
import { beatsOrSteps } from './live/pulse-or-steps.js';
import { ChordLoop } from './memory/chord-loop.js';
import { chordOddsOf } from './memory/chord-odds.js';

/** A model that counts in beats where the music has a pulse, and one that counts in time steps where it has none. */
export const beatsAndSteps: ModelPair = {
  codec: beatCodec,
  join(beats, steps) {
    const odds = chordOddsOf(beats.metadata, beats.isOn('chordLoop'));
    return {
      codec: beatsOrSteps(inSteps(steps.codec)),
      engine: new TwoNetworks(
        { engine: steps.engine },
        {
          engine: beats.engine,
          resetToken: beatCodec.startToken,
          correction: odds === null ? undefined : () => new ChordLoop(odds),
        },
      ),
    };
  },
};

function inSteps(codec: Codec): PerformanceCodec {
  if ('symbols' in codec) return codec as PerformanceCodec;
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `A model that counts in beats needs another one where there are none; ${codec.id} does not count in steps of time.`,
    'Name another in its model.json, at userDefinedMetadata.continuo: "withoutPulse": "piano-pop".',
  );
}
