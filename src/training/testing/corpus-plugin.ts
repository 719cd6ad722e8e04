import {
  type CorpusPlugin,
  choiceByCodec,
  corpusChoices,
  loadCorpus,
} from '../../host/plugins/corpus-plugins.js';

/** The plugin of a codec, with its code; or of that id. */
export async function corpusPlugin(codec: string): Promise<CorpusPlugin> {
  return loadCorpus(choiceByCodec(await corpusChoices(), codec).choice);
}
