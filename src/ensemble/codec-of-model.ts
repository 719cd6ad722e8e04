import { type BeatCodec, beatCodec } from '../codec/beats/index.js';
import type { PerformanceCodec } from '../codec/codec.js';
import { codecs } from '../codec/index.js';
import { type TextCodec, textCodec } from '../codec/text.js';
import { ContinuoError } from '../errors.js';
import { type FolkCodec, folkCodec } from '../plugins/folk/codec/codec.js';
import { folkPlanCodec } from '../plugins/folk/plan/codec.js';
import type { CodecMetadata } from './codec-metadata.js';

/** The codec that a model folder names, of those that come with Continuo. Throws CODEC_UNKNOWN, listing them. */
export function codecOfModel({
  codec: id,
  characters,
}: CodecMetadata): PerformanceCodec | BeatCodec | FolkCodec | TextCodec {
  if (typeof characters === 'string') return textCodec(characters);
  const known = [...codecs, beatCodec, folkCodec, folkPlanCodec];
  const codec = known.find((each) => each.id === id);
  if (codec) return codec;
  throw new ContinuoError(
    'CODEC_UNKNOWN',
    `There is no codec named ${id}.`,
    `The codecs are ${known.map((each) => each.id).join(', ')}.`,
  );
}
