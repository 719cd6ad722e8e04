// Fits fillOdds of a model folder: how much likelier each class of drums is in people's fills than in the network's, for each quarter of a bar.
//   npm run build && node scripts/fit-drum-fills.mjs GROOVE MODEL_FOLDER [ROUNDS]      GROOVE: the Groove MIDI Dataset, with its info.csv
// Makes bars in the styles and tempos of training pieces, every fourth one a fill, compares, and corrects, so many rounds; then writes model.json.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beatsOf, decoded, openDrummer } from './drum-music.mjs';

const from = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { barsOf } = await from('plugins/drums/codec/bars.js');
const { encodeDrums } = await from('plugins/drums/codec/encode.js');
const { BEGINNING, headAfter, tickOf } = await from('plugins/drums/codec/head.js');
const { CLASSES } = await from('plugins/drums/codec/kit.js');
const { drumVocabulary } = await from('plugins/drums/codec/vocabulary.js');
const { FillOdds } = await from('plugins/drums/live/fills.js');

const [corpus, folder, rounds = '4'] = process.argv.slice(2);
const [PARTS, BARS, PIECES, MOST] = [4, 16, 60, 4];
/** Of each correction, so much is made: what fills are like depends on what came before. */
const SHARE = 0.8;
const table = () => CLASSES.map(() => new Array(PARTS).fill(0));

/** How often each class is struck in fills, by the quarter of the bar, a sixteenth. (class, quarter) */
function ratesOf(pieces) {
  const hits = table();
  const steps = new Array(PARTS).fill(0);
  for (const tokens of pieces) {
    let head = BEGINNING;
    for (const token of tokens) {
      const { range, values } = drumVocabulary.read(token);
      if (range === 'HITS' && head.expects === 'HITS' && head.fill) {
        const part = Math.min(PARTS - 1, Math.floor(((tickOf(head) - head.bar) / (head.beats * 48)) * PARTS));
        steps[part] += head.width / 12;
        for (const [kind, name] of CLASSES.entries()) hits[kind][part] += values[name];
      }
      head = headAfter(head, token);
    }
  }
  return hits.map((row) => row.map((count, part) => Math.min(0.98, (count + 0.5) / (steps[part] + 1))));
}

/** Of the bars that were to be fills, the share that is, by their hits. */
function shareOf(made) {
  const bars = made.flatMap(({ piece, tokens }) => {
    const plans = tokens.map((token) => drumVocabulary.read(token)).filter(({ range }) => range === 'PLAN');
    return barsOf(decoded(piece, tokens))
      .slice(0, BARS)
      .flatMap(({ plan }, bar) => (plans[bar].values.fill === 1 ? [plan.fill] : []));
  });
  return bars.reduce((sum, fill) => sum + fill, 0) / bars.length;
}

const pieces = beatsOf(corpus, 'train');
const people = ratesOf(pieces.map((piece) => encodeDrums(piece).tokens));
const chosen = pieces.filter((_, index) => index % Math.ceil(pieces.length / PIECES) === 0);
const drummer = await openDrummer(folder);
const logit = (share) => Math.log(share / (1 - share));
let odds = table();
for (let round = 0; round <= Number(rounds); round++) {
  const fills = new FillOdds(odds);
  const grammar = { bias: (logits, { stream }) => fills.bias(logits, stream.position) };
  const made = chosen.map((piece, index) => ({
    piece,
    tokens: drummer.play({
      piece,
      bars: BARS,
      params: { fillEvery: 4 },
      seed: 100 * (round + 1) + index,
      grammar,
    }),
  }));
  const own = ratesOf(made.map(({ tokens }) => tokens));
  const off = people.map((row, kind) => row.map((rate, part) => logit(rate) - logit(own[kind][part])));
  const mean = off.flat().reduce((sum, value) => sum + Math.abs(value), 0) / off.flat().length;
  console.log(
    `round ${round}: ${shareOf(made).toFixed(3)} of the fills played, log-odds off by ${mean.toFixed(3)}`,
  );
  if (round === Number(rounds)) break;
  odds = odds.map((row, kind) =>
    row.map((value, part) => Math.max(-MOST, Math.min(MOST, value + SHARE * off[kind][part]))),
  );
}
const path = join(folder, 'model.json');
const model = JSON.parse(readFileSync(path, 'utf8'));
model.userDefinedMetadata.continuo.fillOdds = odds.map((row) => row.map((value) => Number(value.toFixed(2))));
writeFileSync(`${path}.part`, `${JSON.stringify(model)}\n`);
renameSync(`${path}.part`, path);
