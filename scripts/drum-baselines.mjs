// What chains of Markov make of held-out drumming: nats a step and a hit of an order-2 chain and of a modified Kneser-Ney 5-gram.
//   npm run build && node scripts/drum-baselines.mjs SHARDS      SHARDS: continuo dataset build --codec drums-grid
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const from = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { drumVocabulary, START } = await from('plugins/drums/codec/vocabulary.js');
const { decodeDrums } = await from('plugins/drums/codec/decode.js');
const { trainKneserNey } = await from('evaluation/held-out/kneser-ney.js');

const [folder] = process.argv.slice(2);
function read(split) {
  const bytes = readFileSync(join(folder, `${split}.bin`));
  const tokens = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  const index = JSON.parse(readFileSync(join(folder, `${split}.index.json`), 'utf8'));
  return index.map(({ offset, length }) => [START, ...tokens.subarray(offset, offset + length)]);
}
const [train, valid] = [read('train'), read('valid')];
const rangeOf = (token) => drumVocabulary.read(token).range;
const steps = valid.flat().filter((token) => rangeOf(token) === 'HITS').length;
const hits = valid.reduce((sum, tokens) => sum + decodeDrums(tokens).length, 0);
for (const [name, order] of [
  ['order-2 Markov chain', 3],
  ['modified Kneser-Ney 5-gram', 5],
]) {
  const model = trainKneserNey(train, { vocabularySize: drumVocabulary.size, order });
  const nats = {};
  for (const tokens of valid)
    for (const [at, cost] of model.nats(tokens).entries()) {
      const range = rangeOf(tokens[at + 1]);
      nats[range] = (nats[range] ?? 0) + cost;
    }
  const all = Object.values(nats).reduce((sum, value) => sum + value, 0);
  const played = nats.BEAT + nats.HITS + nats.TOUCH;
  const words = [
    all / steps,
    all / hits,
    played / steps,
    played / hits,
    nats.HITS / steps,
    nats.TOUCH / hits,
  ];
  console.log(
    `${name}: ${words.map((value) => value.toFixed(3)).join(', ')} (nats a step, a hit, of what is played a step, a hit; what is struck a step; touch a hit)`,
  );
}
