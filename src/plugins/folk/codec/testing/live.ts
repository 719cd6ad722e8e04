import { expect } from 'vitest';
import type { StreamParams, TokenStream } from '../../../../codec/codec.js';
import { checkTune, readAbc } from '../../../../music/abc/index.js';
import { folkCodec } from '../codec.js';
import { liveAbc, liveFolkCodec } from '../live-codec.js';

/** A plugin's parameters, as the tests begin with. */
export const DEFAULTS = { tempo: 120, key: 'C', meter: '4/4', type: 'any', grid: 'eighths' };
/** Seconds of an eighth at the default tempo. */
export const EIGHTH = 0.25;

export function streamOf(params: StreamParams = DEFAULTS, time = 0): TokenStream {
  const stream = liveFolkCodec.stream(time);
  stream.setParams!(params);
  return stream;
}

/** Plays notes [pitch, eighths], legato from `time` on. Returns the tokens and when the last note ends. */
export function play(
  stream: TokenStream,
  notes: readonly (readonly [number, number])[],
  time = 0,
  eighth = EIGHTH,
) {
  const tokens: number[] = [];
  let at = time;
  for (const [pitch, length] of notes) {
    tokens.push(...stream.feed({ type: 'noteOn', time: at, pitch, velocity: 80 }));
    at += length * eighth;
    tokens.push(...stream.feed({ type: 'noteOff', time: at - 0.02, pitch }));
  }
  return { tokens, end: at };
}

export const words = (tokens: readonly number[]) => folkCodec.write(tokens);
export const token = (word: string) => folkCodec.read(word)[0]!;

/** What is written can be read and its bars are full, but for pickups and what completes them. */
export function expectFullBars(tokens: readonly number[], params: StreamParams): void {
  const abc = liveAbc(tokens, params, { unfinishedBar: true });
  if (abc === null) return;
  const [read] = [...readAbc(abc)];
  expect(read?.refusal, abc).toBeUndefined();
  const { errors, warnings } = checkTune(read!.tune!);
  expect([...errors, ...warnings], abc).toEqual([]);
}
