import type { PerformanceCodec } from '../codec/codec.js';
import { codecs } from '../codec/index.js';
import { TEXT_CODEC, type TextCodec, textCodec } from '../codec/text.js';
import { ContinuoError } from '../errors.js';
import type { PluginDefinition } from '../plugin/definition.js';
import type { CodecMetadata } from './codec-metadata.js';

/** The codecs that every plugin may build on. */
export type SharedCodec = PerformanceCodec | TextCodec;

/** The codec that a model folder names, of those that every plugin may build on. Throws CODEC_UNKNOWN, listing them. */
export function sharedCodec({ codec: id, characters }: CodecMetadata): SharedCodec {
  if (id === TEXT_CODEC && typeof characters === 'string') return textCodec(characters);
  const codec = codecs.find((each) => each.id === id);
  if (codec) return codec;
  throw new ContinuoError(
    'CODEC_UNKNOWN',
    `There is no codec named ${id} outside plugins.`,
    `Outside there are ${[...codecs.map((each) => each.id), TEXT_CODEC].join(', ')}; for another, give the plugin that it is of: openModel(read, { plugin }).`,
  );
}

/** The codec of a plugin's that a model folder names: of whole pieces where the plugin has one, else the one that it plays live with. Throws CODEC_UNKNOWN. */
export function codecOfPlugin({ corpus, live }: PluginDefinition, metadata: CodecMetadata) {
  if (corpus) return corpus.codec(metadata.codec, { said: metadata });
  if (live) return live.codec(metadata.codec);
  throw new ContinuoError(
    'CODEC_UNKNOWN',
    `The plugin has no codec for ${metadata.codec}: it has neither the extension corpus nor live.`,
  );
}
