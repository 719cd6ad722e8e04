#!/usr/bin/env node
// Has a model that counts in beats go on from places in the pieces of a data set, for a critic to learn from, and writes its music and people's, two
// JSON lines a place:
//   npm run build && node scripts/beat-critic-music.mjs DATASET train MODEL COUNT SEED > music.jsonl
// With a word more, parameters as JSON, or of those `candidates`: how many the critic of the model chooses each span from.
import { once } from 'node:events';

const from = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { readDataset } = await from('training/dataset/read-dataset.js');
const { beatVocabulary, PERIOD } = await from('plugins/piano/beats/codec/vocabulary.js');
const { headAfter, BEGINNING } = await from('plugins/piano/beats/codec/head.js');
const { openChosenModel, readModel } = await from('host/models/read-model.js');
const { readDescriptor } = await from('host/plugins/plugins.js');
const { default: piano } = await from('plugins/piano/index.js');
const { beatModel } = await from('plugins/piano/beats/continue/beat-model.js');
const { drawFactory } = await from('performer/draw-factory.js');
const { BeatWriter } = await from('plugins/piano/beats/continue/beat-writer.js');
const { chosenSpan } = await from('plugins/piano/beats/continue/beat-span.js');
const { defaultValues } = await from('plugin/params.js');
const { uniform } = await from('model/random.js');

const [folder, split, model, ...rest] = process.argv.slice(2);
const [count, seed] = rest.map(Number);
const { candidates = 1, ...overrides } = JSON.parse(rest[2] ?? '{}');

/** Bars that are heard, at least and at most; bars of a span, and spans of a place. */
const [FEWEST, MOST] = [8, 24];
const [SPAN, SPANS] = [4, 2];

const isBar = (token) => beatVocabulary.read(token).range === 'BAR';
const linesOf = (tokens) => tokens.flatMap((token, at) => (isBar(token) ? [at] : []));
/** Bars are numbered from the first that is heard. */
function renumbered(tokens) {
  let number = -1;
  return tokens.map((token) => {
    const { range, values } = beatVocabulary.read(token);
    if (range !== 'BAR') return token;
    number = (number + 1) % PERIOD;
    return beatVocabulary.token('BAR', { ...values, number });
  });
}

const { pieces } = await readDataset(folder, split);
const { params: specs } = await readDescriptor('piano');
const opened = await openChosenModel(await readModel(model), {
  ...{ engine: 'kernel', precision: 'int8', plugin: piano },
});
const drawsOf = (place) => drawFactory(beatVocabulary.size, seed + place, specs);
const { engine, chordOdds, critic } = beatModel({ ...opened, createDraw: drawsOf(0) }, true);
const params = { ...defaultValues(specs), ...overrides };
for (let place = 0; place < count; place++) {
  const draw = (what) => uniform(seed, 7, 16 * place + what);
  const piece = pieces[Math.floor(draw(0) * pieces.length)];
  const all = Array.from(piece.tokens);
  const lines = linesOf(all);
  const latest = lines.length - 1 - SPAN * SPANS;
  if (latest < FEWEST) continue;
  const bar = FEWEST + Math.floor(draw(1) * (latest - FEWEST));
  const begin = Math.max(0, bar - FEWEST - Math.floor(draw(2) * (MOST - FEWEST)));
  const tokens = renumbered(all.slice(lines[begin], lines[bar + SPAN * SPANS]));
  // Heard until somewhere in its bar; before a chord, a position or a bar line.
  const open = lines[bar] - lines[begin];
  const closed = lines[bar + 1] - lines[begin];
  let cut = open + Math.floor(draw(3) * (closed - open));
  while (!['POSITION', 'CHORD', 'NO_CHORD', 'BAR'].includes(beatVocabulary.read(tokens[cut]).range)) cut++;
  const prompt = tokens.slice(0, cut);
  const writer = new BeatWriter(engine, chordOdds);
  for (const token of prompt) writer.feed(token);
  const createDraw = drawsOf(place);
  const written = [...prompt];
  const { next, beats } = prompt.reduce(headAfter, BEGINNING);
  writer.begin(Math.min(next, 48 * beats) - 6);
  let stuck = false;
  for (let span = 0; span < SPANS && !stuck; span++) {
    const made = chosenSpan(writer, {
      heard: written.slice(-2048),
      critic,
      draws: Array.from({ length: candidates }, (_, index) =>
        createDraw(1 + span * candidates + index, params),
      ),
      params,
      until: Number.POSITIVE_INFINITY,
    });
    written.push(...made.tokens);
    stuck = made.stuck;
  }
  writer.free();
  if (stuck) continue;
  for (const [who, music] of [
    ['people', tokens],
    ['made', written],
  ]) {
    const line = { piece: piece.path, place, who, bar: bar - begin, span: SPAN, spans: SPANS, tokens: music };
    if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain');
  }
}
engine.dispose();
