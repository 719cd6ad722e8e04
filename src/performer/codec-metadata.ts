import { ContinuoError } from '../errors.js';
import type { ModelMetadata } from '../model/folder.js';

/** Metadata of a model.json that names a codec. */
export type CodecMetadata = ModelMetadata & { readonly codec: string };

/** Returns the metadata if it names the codec that the model was trained with. Throws MODEL_MISMATCH. */
export function requireCodec(metadata: ModelMetadata | undefined, name: string): CodecMetadata {
  if (metadata?.codec !== undefined) return { ...metadata, codec: metadata.codec };
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `${name} does not say which codec it was trained with.`,
    'Its model.json should have userDefinedMetadata.continuo with codec and vocabularyHash.',
  );
}
