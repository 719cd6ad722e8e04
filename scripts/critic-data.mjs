#!/usr/bin/env node
// Writes a critic's inputs for tunes (scripts/critic-tunes.mjs makes them), a JSON line a tune, for training/torch/critic.py:
//   npm run build && node scripts/critic-data.mjs tunes.jsonl FOLDER_OF_THE_BOOKS > rows.jsonl
// The books' families (NAME.families.txt) say which tunes must stay in one half of the split.
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const from = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { folkCodec } = await from('plugins/folk/codec/index.js');
const { readingOf } = await from('plugins/folk/critic/reading.js');
const { inputOf, INPUT_SIZES } = await from('plugins/folk/critic/input.js');
const { heardIn } = await from('plugins/folk/critic/features.js');
const { readAbc } = await from('music/abc/read.js');
const [file, books] = process.argv.slice(2);

/** Of each tune by its path: (book:line) */
const families = new Map();
for (const name of readdirSync(books).filter((name) => name.endsWith('.abc'))) {
  const numbers = readFileSync(join(books, name.replace('.abc', '.families.txt')), 'utf8')
    .trim()
    .split('\n');
  for (const [index, { line }] of readAbc(
    new TextDecoder().decode(readFileSync(join(books, name))),
  ).entries())
    families.set(`${name}:${line}`, Number(numbers[index]));
}

process.stdout.write(`${JSON.stringify({ sizes: INPUT_SIZES })}\n`);
for await (const line of createInterface({ input: createReadStream(file) })) {
  const { by, path, tokens, nats, weight } = JSON.parse(line);
  const reading = readingOf(folkCodec.decode(folkCodec.read(tokens)));
  if (!reading) continue;
  const { features } = heardIn(reading);
  process.stdout.write(
    `${JSON.stringify({ by, path, family: families.get(path), nats, weight, kind: reading.type ?? reading.meter, rows: [...inputOf(reading)], features })}\n`,
  );
}
