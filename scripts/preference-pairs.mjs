#!/usr/bin/env node
// Writes pairs of tunes of one request, the better one first, for training/torch/preference.py, a JSON line a pair:
//   npm run build && node scripts/preference-pairs.mjs tunes.jsonl [KEPT] [folk-plan] > pairs.jsonl
// The tunes are those of scripts/critic-tunes.mjs: each tune by people is better than those made after it. Where they have a critic's `score`, then of
// the tunes of one `path` those made, the best KEPT (4) against the worst, the best with the worst of all. For folk-plan each tune
// has its plan among its tokens, read off it.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const from = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { folkCodec } = await from('plugins/folk/codec/index.js');
const { withPlan } = await from('plugins/folk/plan/interleave.js');
const [file, kept = '4', model] = process.argv.slice(2);

const requests = new Map();
for await (const line of createInterface({ input: createReadStream(file) })) {
  const tune = JSON.parse(line);
  if (!requests.has(tune.path)) requests.set(tune.path, []);
  requests.get(tune.path).push(tune);
}
for (const [path, tunes] of requests)
  for (const [better, worse] of pairsOf(tunes))
    process.stdout.write(`${JSON.stringify({ path, better: tokensOf(better), worse: tokensOf(worse) })}\n`);

function pairsOf(tunes) {
  const made = tunes.filter(({ by }) => by !== 'people');
  if (made.some(({ score }) => score === undefined))
    return tunes.filter(({ by }) => by === 'people').flatMap((people) => made.map((tune) => [people, tune]));
  const ranked = made.toSorted((one, other) => other.score - one.score);
  const count = Math.min(Number(kept), Math.floor(ranked.length / 2));
  return ranked.slice(0, count).map((better, index) => [better, ranked.at(-1 - index)]);
}

/** Without the token that every stream begins with. */
function tokensOf({ tokens }) {
  const read = folkCodec.read(tokens);
  return model === 'folk-plan' ? withPlan(read) : read;
}
