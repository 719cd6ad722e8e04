import type { CorpusPlugin } from '../../host/plugins/corpus-plugins.js';
import type { SplitExample } from '../../plugin/corpus.js';
import { corpusExamples, listCorpus } from './corpus-examples.js';

/**
 * The derived file with this name that the plugin makes from a corpus, and a message about it. Throws what reading the corpus
 * throws, and the plugin's errors.
 */
export async function derivedFile(
  plugin: CorpusPlugin,
  name: string,
  from: string,
): Promise<{ readonly bytes: Uint8Array; readonly words: string }> {
  const used: SplitExample[] = [];
  for await (const { examples } of corpusExamples({ plugin, from }, await listCorpus({ plugin, from })))
    for (const { example, split } of examples)
      if ('piece' in example) used.push({ path: example.path, piece: example.piece, split });
  return plugin.corpus.derive!(name, used);
}
