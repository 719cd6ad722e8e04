import { ContinuoError } from '../errors.js';
import type { ModelMetadata } from '../model/folder.js';

/** What a model.json says where it names its codec. */
export type CodecMetadata = ModelMetadata & { readonly codec: string };

/** Throws MODEL_MISMATCH where a model.json does not say which codec the model was trained with. */
export function requireCodec(metadata: ModelMetadata | undefined, name: string): CodecMetadata {
  if (metadata?.codec !== undefined) return { ...metadata, codec: metadata.codec };
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `${name} does not say which codec it was trained with.`,
    'Its model.json should have userDefinedMetadata.continuo with codec and vocabularyHash.',
  );
}
