// What the scripts on drumming share: drummers' files of the Groove MIDI Dataset, and a network that drums alone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const from = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { readDrumFile } = await from('plugins/drums/corpus/drum-file.js');
const { decodeDrums } = await from('plugins/drums/codec/decode.js');
const { drumCodec, drumsLive } = await from('plugins/drums/live/live.js');
const { STYLES } = await from('plugins/drums/codec/style.js');
const { openModel } = await from('performer/open-model.js');
const { createSampler } = await from('model/sampler.js');
const { uniform } = await from('model/random.js');
const { parseDescriptor } = await from('plugin/descriptor.js');
const { defaultValues } = await from('plugin/params.js');

const manifest = JSON.parse(
  readFileSync(new URL('../dist/plugins/drums/plugin.json', import.meta.url), 'utf8'),
);
const DEFAULTS = defaultValues(parseDescriptor(manifest, 'plugin.json').params);
/** Shorter beats say little, in beats. */
const SHORTEST = 32;

/** The beats in 4/4 of one split (train, validation), eight bars or more. */
export function beatsOf(corpus, split) {
  return readFileSync(join(corpus, 'info.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(','))
    .filter((row) => row[9] === split && row[5] === 'beat' && row[6] === '4-4')
    .map((row) => readDrumFile(readFileSync(join(corpus, row[7])), row[7]).piece)
    .filter(({ hits }) => hits.length > 0 && hits.at(-1).at >= SHORTEST);
}

/** A model folder as a drummer: `play(piece, bars, params, seed)` gives the tokens of as many bars in a piece's style and tempo. */
export async function openDrummer(folder) {
  const read = (path) => readFileSync(join(folder, path));
  const { engine, metadata } = await openModel(read, { codec: () => drumCodec });
  const sampler = createSampler(drumCodec.vocabulary.size);
  const mask = new Uint8Array(drumCodec.vocabulary.size);
  const play = ({ piece, bars, params, seed, grammar = drumsLive.grammar(drumCodec, metadata) }) => {
    const tempo = Math.round(piece.tempo);
    const alone = { style: STYLES[piece.style], tempo, followTouch: false, countIn: false };
    const all = { ...DEFAULTS, ...alone, ...params };
    const stream = drumCodec.stream(0);
    stream.setParams(all);
    stream.beginTurn(null, 'alone');
    const state = engine.createState();
    const tokens = [];
    let logits = engine.step([state], [drumCodec.startToken]);
    const settings = { temperature: all.temperature, topK: 0, topP: all.topP };
    while (stream.head < (bars * 4 * 60) / tempo - 0.05) {
      mask.fill(1);
      stream.forbid(mask);
      const biased = logits.slice(0, mask.length);
      grammar.bias(biased, { params: all, stream, ending: false });
      const token = sampler.draw(biased, settings, mask, uniform(seed, 0, tokens.length));
      stream.accept(token);
      tokens.push(token);
      logits = engine.step([state], [token]);
    }
    state.free();
    return tokens;
  };
  return { play };
}

/** The same piece with other hits. */
export const decoded = (piece, tokens) => ({ ...piece, hits: decodeDrums(tokens) });
