import { definePlugin } from '../../plugin/index.js';
import { ensembleCorpus } from './corpus/corpus.js';

/** A leader and three who follow: what each does in a beat is a gesture, and four gestures are one integer, as in the Neural iPad Band. */
export default definePlugin({ corpus: ensembleCorpus });
