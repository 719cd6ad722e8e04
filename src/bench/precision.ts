import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codecById } from '../codec/index.js';
import { loadModelFolder } from '../host/model-files.js';
import { findModel } from '../host/models.js';
import type { Precision } from '../model/engine.js';
import type { Network } from '../model/network.js';
import { openEngine } from '../model/open.js';
import { createSampler } from '../model/sampler.js';
import { readMidi } from '../music/midi/index.js';
import { toPerformance, usablePedal } from '../music/to-performance.js';

// What int8 weights cost: nats a token on held-out pieces, in float32 and in int8.
// node dist/bench/precision.js MODEL FOLDER [TOKENS]; FOLDER holds MIDI files and, where it is a corpus, splits.csv.

const [model = 'piano-pop-start', folder, tokens = '2000'] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Usage: node dist/bench/precision.js MODEL FOLDER [TOKENS OF EACH PIECE]');
  process.exit(2);
}

/** The files that splits.csv calls valid; without one all MIDI files. */
async function heldOut(folder: string): Promise<string[]> {
  const splits = await readFile(join(folder, 'splits.csv'), 'utf8').catch(() => '');
  const valid = splits.split('\n').filter((line) => line.trim().endsWith(',valid'));
  if (valid.length > 0) return valid.map((line) => line.split(',')[0]!);
  return (await readdir(folder)).filter((name) => /\.midi?$/i.test(name));
}

/** Nats of each piece's tokens, all pieces stepped together. */
async function nats(
  network: Network,
  precision: Precision,
  startToken: number,
  pieces: readonly number[][],
): Promise<number[]> {
  const engine = await openEngine(network, { precision });
  const { outputClasses } = network.spec;
  const sampler = createSampler(outputClasses);
  const sums = pieces.map(() => 0);
  const states = pieces.map(() => engine.createState());
  const longest = Math.max(...pieces.map((piece) => piece.length));
  for (let step = 0; step < longest; step++) {
    const going = [...pieces.keys()].filter((i) => step < pieces[i]!.length);
    const logits = engine.step(
      going.map((i) => states[i]!),
      going.map((i) => (step === 0 ? startToken : pieces[i]![step - 1]!)),
    );
    going.forEach((i, row) => {
      const mine = logits.subarray(row * outputClasses, (row + 1) * outputClasses);
      sums[i]! += sampler.crossEntropy(mine, pieces[i]![step]!);
    });
  }
  engine.dispose();
  return sums;
}

const { network, metadata } = await loadModelFolder(findModel(model).path);
const codec = codecById(metadata?.codec ?? 'performance-388');
const pieces: number[][] = [];
for (const path of await heldOut(folder)) {
  const performance = usablePedal(toPerformance(readMidi(await readFile(join(folder, path)))));
  pieces.push(codec.encode(performance).tokens.slice(0, Number(tokens)));
}
const count = pieces.reduce((sum, piece) => sum + piece.length, 0);
console.log(`${model}: ${pieces.length} pieces, ${count} tokens`);
const mean = (sums: number[]) => sums.reduce((a, b) => a + b, 0) / count;
const float32 = await nats(network, 'float32', codec.startToken, pieces);
console.log(`float32 weights: ${mean(float32).toFixed(5)} nats a token`);
const int8 = await nats(network, 'int8', codec.startToken, pieces);
console.log(`int8 weights:    ${mean(int8).toFixed(5)} nats a token`);
const differences = float32.map((sum, i) => (int8[i]! - sum) / pieces[i]!.length);
const spread = Math.sqrt(
  differences.reduce((sum, d) => sum + d * d, 0) / differences.length / differences.length,
);
const cost = mean(int8) / mean(float32) - 1;
console.log(
  `int8 costs ${(100 * cost).toFixed(3)} % (a piece's difference: ${spread.toExponential(1)} nats, standard error); wanted: at most 0.5 %`,
);
