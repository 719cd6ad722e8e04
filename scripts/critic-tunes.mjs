#!/usr/bin/env node
// Makes tunes after the tunes of a data set, for a critic to learn from, and writes both, a JSON line a tune:
//   npm run build && node scripts/critic-tunes.mjs DATASET train 2 SEED > tunes.jsonl
// Each tune by people gets as many made ones (here 2), asked for as it is: type, meter, mode, form and bars; in turn by each way of SETTINGS,
// or with a word more (node scripts/critic-tunes.mjs DATASET train 1 SEED chosen 5) of CHOSEN, after every fifth.
import { once } from 'node:events';

const from = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { readDataset } = await from('training/dataset/read-dataset.js');
const { folkCodec } = await from('plugins/folk/codec/index.js');
const { askedLike } = await from('plugins/folk/generate/asked-like.js');
const { resolveRequest } = await from('plugins/folk/generate/rules.js');
const { tuneModelOf } = await from('plugins/folk/generate/model.js');
const { openComposerModel } = await from('host/compose/open-composer.js');
const { makeTunes } = await from('plugins/folk/generate/tunes.js');

const [folder, split, ...rest] = process.argv.slice(2);
const [times, seed] = rest.map(Number);
const chosen = rest[2] === 'chosen';
const every = Number(rest[3] ?? 1);

/** Ways to make a tune: those that are customary, and around them. */
const SETTINGS = [
  { temperature: 0.8, lookAhead: 16, range: 'D4-B5' },
  { temperature: 1, lookAhead: 16, range: 'any' },
  { temperature: 0.8, lookAhead: 16, range: 'any' },
  { temperature: 0.9, lookAhead: 16, range: 'D4-B5' },
  { temperature: 0.8, lookAhead: 1, range: 'any' },
  { temperature: 0.7, lookAhead: 16, range: 'D4-B5' },
];
/** With the critic of the model's folder: tunes that it keeps are the hardest to tell from people's. */
const CHOSEN = [
  { temperature: 0.8, lookAhead: 16, range: 'D4-B5', bestOf: 24 },
  { temperature: 1, lookAhead: 16, range: 'D4-B5', bestOf: 24 },
];
/** Keys that sessions play each mode in; they decide where in its range a tune lies. */
const KEYS = {
  maj: ['D', 'G', 'A', 'D', 'G', 'C', 'F'],
  min: ['Em', 'Am', 'Bm', 'Gm', 'Dm'],
  dor: ['Ador', 'Edor', 'Ddor', 'Bdor'],
  mix: ['Amix', 'Dmix', 'Gmix'],
};

const model = await tuneModelOf(await openComposerModel('folk'));
const { pieces } = await readDataset(folder, split);
const write = async (line) => {
  if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain');
};
const tunes = pieces.flatMap(({ path, tokens }) => {
  const asked = askedLike(folkCodec.decode(tokens), model.learnt);
  return 'not' in asked ? [] : [{ path, tokens: [...tokens.subarray(1)], asked }];
});
for (const [index, { path, tokens, asked }] of tunes.entries()) {
  if (index % every !== 0) continue;
  await write({ by: 'people', path, tokens: folkCodec.write(tokens) });
  for (let time = 0; time < times; time++) {
    const ways = chosen ? CHOSEN : SETTINGS;
    const way = (times * (index / every) + time) % ways.length;
    const { range, ...settings } = ways[way];
    const mode = asked.request.key.slice(1);
    const keys = range === 'any' ? undefined : KEYS[mode];
    const request = { ...asked.request, range, ...(keys && { key: keys[index % keys.length] }) };
    const rules = { ...resolveRequest(request, model.learnt), types: asked.rules.types };
    const order = { bestOf: 1, ...settings, topP: 1, count: 1, seed: seed + times * index + time };
    for (const made of makeTunes(model, { ...order, asked: [{ request, rules, prime: [] }] }))
      await write({
        by: `${chosen ? 'chosen' : 'way'} ${way}`,
        path,
        tokens: made.tokens,
        nats: made.rank.natsPerToken,
      });
  }
}
model.engine.dispose();
