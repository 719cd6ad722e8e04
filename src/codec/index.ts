/**
 * Music and text as tokens: `continuo/codec`. The codecs that come with Continuo ({@link codecById}), and what an own one is written
 * with: {@link packed} integers and a {@link vocabulary} of ranges. It runs in a browser too.
 */
import { ContinuoError } from '../errors.js';
import type { PerformanceCodec } from './codec.js';
import { performance388 } from './performance/performance-388.js';
import {
  performancePacked8,
  performancePacked16,
  performancePacked32,
} from './performance/performance-packed.js';

export type * from './codec.js';
export { tokenWords } from './codec.js';
export { fnv1a64 } from './hash.js';
export { numberParam } from './number-param.js';
export { type Fields, type Packed, packed, type Values } from './packed.js';
export { binOfVelocity, pitchWords, velocityOfBin, velocityWords } from './performance/alphabet.js';
export { performance388 } from './performance/performance-388.js';
export { snapshotOf, stateOf } from './snapshot.js';
export { charactersOf, plainText, TEXT_CODEC, type TextCodec, textCodec } from './text.js';
export {
  anyVocabulary,
  type RangeTable,
  type Reading,
  range,
  sideBySide,
  type TokenRange,
  type Vocabulary,
  vocabulary,
} from './vocabulary.js';

/** The codecs that come with Continuo. Ids are permanent. */
export const codecs: readonly PerformanceCodec[] = [
  performance388,
  performancePacked8,
  performancePacked16,
  performancePacked32,
];

/** The codec with that id, as model folders name it. Throws CODEC_UNKNOWN, listing the known ids. */
export function codecById(id: string): PerformanceCodec {
  const codec = codecs.find((codec) => codec.id === id);
  if (codec === undefined) {
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      `There is no codec named ${id}.`,
      `The codecs are ${codecs.map((codec) => codec.id).join(', ')}.`,
    );
  }
  return codec;
}
