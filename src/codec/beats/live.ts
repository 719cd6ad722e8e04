import type { Codec, PerformanceCodec } from '../codec.js';
import { sideBySide } from '../vocabulary.js';
import { BeatsOrStepsStream } from './live-stream.js';
import { beatVocabulary } from './vocabulary.js';

/** A codec for playing live in beats where there are some, else in steps of time. */
export interface BeatsOrStepsCodec extends Codec {
  /** What its first tokens are. */
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
