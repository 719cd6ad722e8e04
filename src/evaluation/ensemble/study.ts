import { ContinuoError } from '../../errors.js';
import { readModel } from '../../host/models/read-model.js';
import { requireTfjsNode } from '../../host/models/tfjs-node.js';
import { openModelEngine } from '../../performer/model-engine.js';
import { CODEC_ID } from '../../plugins/ensemble/codec/vocabulary.js';
import { listening, parseLeaderOdds } from '../../plugins/ensemble/gestures/leader-odds.js';
import { readDataset } from '../../training/dataset/read-dataset.js';
import { defineStudy } from '../study.js';
import { type BandNetwork, songSteps } from './band.js';
import { confusionOf } from './confusion.js';
import { bandCosts } from './costs.js';
import { responses } from './response.js';
import { answerWords, confusionWords, costWords } from './words.js';

/** Measures how well a network knows what bands do next, and whether its band listens to the leader. */
export const ensemble = defineStudy({
  name: 'ensemble',
  help: 'Measure what held-out bands cost a network of the plugin ensemble, beside Markov chains, and how soon its band answers a change of the leader.',
  options: {
    on: {
      type: 'text',
      default: '',
      required: true,
      help: 'Folder of a data set in ensemble-steps',
      hint: 'FOLDER',
    },
    model: { type: 'text', default: 'ensemble-pop', help: "A model's name or folder", hint: 'ID|FOLDER' },
    bands: {
      type: 'int',
      min: 1,
      max: 1000,
      default: 45,
      help: 'How many held-out songs have their leaders answered by the network',
      hint: 'N',
    },
    listen: {
      type: 'float',
      min: 0,
      max: 10,
      default: 0,
      help: "How firmly the band is held to what people's bands do after a gesture of the leader's, beyond what the network makes of it",
      hint: 'X',
    },
    seed: { type: 'int', min: 0, max: 2 ** 31, default: 1, help: 'What the network draws', hint: 'N' },
  },
  plays: true,
  page: null,
  async run({ on, model: id, bands, listen: strength, seed }, { engine: choice, bar: barOf }) {
    const { meta, pieces } = await readDataset(on, 'valid');
    const { pieces: train } = await readDataset(on, 'train');
    const model = await readModel(id ?? 'ensemble-pop');
    checkSpeaks(on, meta.codec, meta.vocabularyHash === model.metadata.vocabularyHash);
    const odds = parseLeaderOdds(model.metadata);
    const listen = odds ? listening(odds) : () => {};
    const engine = await openModelEngine(model, { ...choice, requireTfjsNode });
    const bar = barOf('listening');
    try {
      const network: BandNetwork = {
        engine,
        listen: (logits, leader) => listen(logits, leader, strength ?? 0),
      };
      const songs = pieces.map(({ path, tokens }) => songSteps(path, tokens));
      const learnt = train.map(({ path, tokens }) => songSteps(path, tokens));
      const costs = bandCosts(network, learnt, songs, (share) => bar.show(share / 2));
      const answers = responses(network, songs, { seed, bands }, (share) => bar.show((1 + share) / 2));
      const confusion = confusionOf(songs.slice(0, bands));
      return {
        data: { model: model.id, listen: strength, costs, responses: answers, confusion },
        text: () => `${costWords(costs)}\n${answerWords(answers)}\n${confusionWords(confusion)}`,
      };
    } finally {
      bar.done();
      engine.dispose();
    }
  },
});

function checkSpeaks(on: string, codec: string, same: boolean): void {
  if (codec === CODEC_ID && same) return;
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `Expected a data set in ${CODEC_ID} and a model of the same, but ${on} is in ${codec}${codec === CODEC_ID ? ' of another version' : ''}.`,
    `continuo dataset build --codec ${CODEC_ID} makes one.`,
  );
}
