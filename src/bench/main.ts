import { cpus, loadavg } from 'node:os';
import { explain } from '../cli/explain.js';
import { benchJam, type JamResult } from './jam.js';
import { benchLoad } from './load.js';
import { benchModels, type ModelTiming } from './models.js';
import { benchOptions, HELP } from './options.js';
import { measureSessions } from './sessions/measure.js';
import { benchStep, Disagreement, type StepResult } from './step.js';
import { benchTap, type TapCost } from './tap.js';

/** A ratio of two medians, and its target. */
interface Ratio {
  readonly name: string;
  readonly value: number;
  readonly wanted?: number;
  /** Whether more is better. */
  readonly atLeast?: boolean;
}

function ratios({ timings }: StepResult): Ratio[] {
  const ratio = (a: string, b: string) => timings[a]!.median / timings[b]!.median;
  return [
    { name: 'tfjs WASM / int8', value: ratio('tfjs', 'int8'), wanted: 6, atLeast: true },
    { name: 'int8 / its limit', value: ratio('int8', 'int8Limit'), wanted: 2.2 },
    { name: 'float32 / its limit', value: ratio('float32', 'float32Limit'), wanted: 1.4 },
    { name: '8 int8 sessions in a call / one', value: ratio('batch8', 'int8'), wanted: 4.5 },
    { name: '8 int8 sessions / their limit', value: ratio('batch8', 'batch8Limit') },
  ];
}

/**
 * Target of the 99th percentile of reply time and note lateness, milliseconds: a fifth of the 10 ms that musicians are said to
 * tolerate (Wessel and Wright, NIME 2001).
 */
const LIVE_MS = 2;

const ROWS: readonly (readonly [key: string, text: string])[] = [
  ['int8', 'kernel, int8'],
  ['int8Limit', '  its bytes read once (the limit)'],
  ['batch8', 'kernel, int8, 8 sessions in a call'],
  ['batch8Limit', '  their dot products alone (the limit)'],
  ['float32', 'kernel, float32'],
  ['float32Limit', '  its bytes read once (the limit)'],
  ['reference', 'reference (TypeScript)'],
  ['tfjs', 'tfjs, WASM backend'],
  ['tfjsNode', 'tfjs-node'],
];

function printStep(result: StepResult): void {
  const { timings, bytes, differences } = result;
  console.log(
    'One step of 3 x LSTM 512, 388 classes, one thread, milliseconds (Keras-initialised weights)\n',
  );
  console.log(`${''.padEnd(40)}median  fastest`);
  for (const [key, text] of ROWS) {
    const timing = timings[key];
    if (!timing) continue;
    let note = '';
    if (key === 'int8Limit') note = speed(bytes.int8, timing.median);
    else if (key === 'float32Limit') note = speed(bytes.float32, timing.median);
    else if (differences[key] !== undefined)
      note = `logits within ${differences[key].toExponential(0)} of the reference's`;
    console.log(`${text.padEnd(38)}${milliseconds(timing.median)}  ${milliseconds(timing.fastest)}  ${note}`);
  }
  console.log();
  for (const ratio of ratios(result))
    console.log(`${ratio.name.padEnd(38)}${ratio.value.toFixed(2).padStart(6)}  ${verdict(ratio)}`);
}

/** Most that a tap may add to a step, in percent. */
const TAP_CLOSED = 1;
const TAP_OPEN = 5;

function printTap({ stepMs, closed, open, gates }: TapCost): void {
  const row = (name: string, share: number, wanted: number) => {
    const value = 100 * share;
    console.log(`${name.padEnd(38)}${value.toFixed(2).padStart(6)} %  ${verdict({ name, value, wanted })}`);
  };
  console.log(`\nA tap on a step of ${stepMs.toFixed(3)} ms adds\n`);
  row('closed', closed, TAP_CLOSED);
  row('open: each step is copied', open, TAP_OPEN);
  row('open with gates', gates, TAP_OPEN);
}

function printJam(jam: JamResult, seconds: number): void {
  const row = (text: string, p50: number, p99: number) =>
    console.log(
      `${text.padEnd(36)}${milliseconds(p50)} ${milliseconds(p99)}  p99 ${verdict({ name: text, value: p99, wanted: LIVE_MS })}`,
    );
  console.log(
    `\nA jam of ${seconds} s on ${jam.model} with a full memory, ${jam.replies} replies, ${jam.notes} notes, milliseconds\n`,
  );
  console.log(`${''.padEnd(38)}median      p99`);
  row('hand-over to first note at the port', jam.replyMsP50, jam.replyMsP99);
  row('lateness of notes at the port', jam.latenessMsP50, jam.latenessMsP99);
  console.log(`${'cold start of the program to ready'.padEnd(36)}${milliseconds(jam.readyMs)}`);
}

function verdict({ value, wanted, atLeast }: Ratio): string {
  if (wanted === undefined) return '';
  const met = atLeast ? value >= wanted : value <= wanted;
  return `wanted: ${atLeast ? 'at least' : 'at most'} ${wanted}${met ? '' : ' (missed)'}`;
}

function speed(bytes: number, ms: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB, ${(bytes / ms / 1e6).toFixed(1)} GB/s`;
}

function milliseconds(ms: number): string {
  return ms.toFixed(3).padStart(8);
}

function printModels(models: readonly ModelTiming[]): void {
  const width = Math.max(...models.map(({ model }) => model.length));
  console.log('One step on the kernel, one thread, milliseconds (median)\n');
  console.log(`${''.padEnd(width)}      int8   float32   int8 and a full memory`);
  for (const { model, timings } of models) {
    const memory = timings.remembering ? `  ${milliseconds(timings.remembering.median)}` : '';
    console.log(
      `${model.padEnd(width)}  ${milliseconds(timings.int8.median)}  ${milliseconds(timings.float32.median)}${memory}`,
    );
  }
  printMachine();
}

function printMachine(): void {
  console.log(`\nNode ${process.version}, ${cpus()[0]?.model}, load average ${loadavg()[0]!.toFixed(1)}`);
}

async function main(args: readonly string[]): Promise<void> {
  const options = benchOptions(args);
  if (options === null) {
    console.log(HELP);
    return;
  }
  if (options.models.length > 0) {
    const models = await benchModels(options.models, options.rounds);
    if (options.json) console.log(JSON.stringify({ models }));
    else printModels(models);
    return;
  }
  if (options.sessions !== null) {
    await measureSessions(options.sessions, options.json);
    if (!options.json) printMachine();
    return;
  }
  const load = await benchLoad();
  const result = await benchStep(options.rounds);
  const tap = await benchTap(options.rounds);
  const jam = options.jam > 0 ? await benchJam(options.jam) : undefined;
  if (options.json) {
    const { timings } = result;
    const step = {
      int8Ms: timings.int8!.median,
      float32Ms: timings.float32!.median,
      referenceMs: timings.reference!.median,
      tfjsWasmMs: timings.tfjs!.median,
      ...(timings.tfjsNode ? { tfjsNodeMs: timings.tfjsNode.median } : {}),
      int8LimitMs: timings.int8Limit!.median,
      float32LimitMs: timings.float32Limit!.median,
      batch8Ms: timings.batch8!.median,
      batch8LimitMs: timings.batch8Limit!.median,
    };
    console.log(
      JSON.stringify({
        step,
        load: { ms: load.ms },
        tap,
        ...(jam ? { jam: { ...jam, wantedMsP99: LIVE_MS } } : {}),
      }),
    );
    return;
  }
  printStep(result);
  printTap(tap);
  if (jam) printJam(jam, options.jam);
  console.log(`\nModel load to first token (${load.model}): ${load.ms.toFixed(0)} ms`);
  printMachine();
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof Disagreement) {
    console.error(error.message);
    process.exitCode = 1;
  } else explain(error);
}
