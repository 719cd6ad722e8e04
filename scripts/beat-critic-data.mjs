#!/usr/bin/env node
// Writes the critic's features of music that scripts/beat-critic-music.mjs wrote, a JSON line for each span of bars, for training/torch/beat_critic.py:
//   node scripts/beat-critic-data.mjs music.jsonl > rows.jsonl
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const from = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { readBars } = await from('plugins/piano/beats/critic/reading.js');
const { featuresOf } = await from('plugins/piano/beats/critic/features.js');

for (const path of process.argv.slice(2)) {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const { tokens, bar, span, spans, ...of } = JSON.parse(line);
    const bars = readBars(tokens);
    for (let at = 0; at < spans; at++) {
      const begin = bar + span * at;
      const features = featuresOf(bars.slice(0, begin), bars.slice(begin, begin + span));
      if (!process.stdout.write(`${JSON.stringify({ ...of, at, features })}\n`))
        await once(process.stdout, 'drain');
    }
  }
}
