import type { Codec, PerformanceCodec } from '../../../../codec/codec.js';
import { sideBySide } from '../../../../codec/vocabulary.js';
import { beatVocabulary } from '../codec/vocabulary.js';
import { BeatsOrStepsStream } from './live-stream.js';

/** A live codec that counts in beats where the music has a pulse, else in time steps. */
export interface BeatsOrStepsCodec extends Codec {
  /** The codec of its first tokens; beat tokens follow them. */
  readonly steps: PerformanceCodec;
}

export function beatsOrSteps(steps: PerformanceCodec): BeatsOrStepsCodec {
  const { size } = steps.vocabulary;
  return {
    id: `performance-beats or ${steps.id}`,
    vocabulary: sideBySide(steps.vocabulary, beatVocabulary),
    startToken: steps.startToken,
    steps,
    stream: (time, options) => new BeatsOrStepsStream(steps.stream(time, options), size),
  };
}
