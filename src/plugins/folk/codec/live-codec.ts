import type { Codec, StreamParams } from '../../../codec/codec.js';
import { fraction } from '../../../music/abc/fraction.js';
import { writeAbc } from '../../../music/abc/write.js';
import { folkCodec } from './codec.js';
import { SIGNS, UNITS_AN_EIGHTH } from './grammar-tokens.js';
import { type LiveTune, livePace, liveTune } from './live-settings.js';
import { FolkStream } from './live-stream.js';
import { BAR, DOUBLE_BAR, DURATIONS, longestWithin, OPENS, REST, TRIPLET_UNITS } from './live-writer.js';
import { folkTokenWords } from './token-words.js';

/** The folk codec for live playing: one line of notes on a grid. */
export const liveFolkCodec: Codec = {
  id: folkCodec.id,
  vocabulary: folkCodec.vocabulary,
  startToken: folkCodec.startToken,
  stream: (time) => new FolkStream(time),
  words: folkTokenWords,
};

export interface NotationOptions {
  /** Number of last bars to write. Default: all. */
  readonly bars?: number;
  /**
   * If true, rests complete the unfinished bar (up to the start of a pickup if the bar has not passed it). If false,
   * the unfinished bar is omitted.
   */
  readonly unfinishedBar: boolean;
  /** Number for the `X:` field. Default 1. */
  readonly number?: number;
  /** Text for the `N:` field: how the tune was made. */
  readonly provenance?: string;
}

/** Writes a live stream's tokens as ABC in the key of the parameters; null if there is no note yet. */
export function liveAbc(
  tokens: readonly number[],
  params: StreamParams,
  { bars = Number.POSITIVE_INFINITY, unfinishedBar, number = 1, provenance }: NotationOptions,
): string | null {
  const tuneIn = liveTune(params);
  const { header, done, under } = splitBars(tokens, tuneIn.bar);
  if (unfinishedBar && under.length > 0) done.push(filled(under, done, tuneIn, bars));
  const music = done.slice(-Math.min(bars, done.length)).flat();
  if (!music.some((token) => SIGNS[token]?.kind === 'pitch')) return null;
  const tune = folkCodec.decode([...header, ...music], {
    tonic: tuneIn.key.tonic,
    titles: ['Jam'],
    number: String(number),
    fields: provenance === undefined ? [] : [{ letter: 'N', text: provenance }],
  });
  const { tempo } = livePace(params);
  const { num, den } = fraction(tuneIn.beat, 8 * UNITS_AN_EIGHTH);
  return writeAbc({ ...tune, tempo: `${num}/${den}=${tempo}` });
}

/**
 * Splits tokens into the header, the complete bars with their bar lines, and the unfinished bar (`under`). Live music
 * has no repeats: a part ends with a double bar and the next one follows, its pickup in the same bar.
 */
function splitBars(
  tokens: readonly number[],
  bar: number,
): { header: number[]; done: number[][]; under: number[] } {
  const header: number[] = [];
  const done: number[][] = [];
  let under: number[] = [];
  for (const token of tokens) {
    const kind = SIGNS[token]?.kind;
    if (kind === 'type' || kind === 'meter' || kind === 'key') header.push(token);
    else if (kind !== 'bar') under.push(token);
    else if (token !== OPENS) {
      under.push(token === BAR ? BAR : DOUBLE_BAR);
      // The first bar may be a pickup.
      if (done.length > 0 && lengthOf(under) < bar) continue;
      done.push(under);
      under = [];
    }
  }
  return { header, done, under };
}

/**
 * The unfinished bar completed with rests and a bar line. In a tune with a pickup the last bar is shorter by the
 * pickup, unless the bar has already passed that point.
 */
function filled(
  under: readonly number[],
  done: readonly (readonly number[])[],
  { bar, pickup }: LiveTune,
  bars: number,
): number[] {
  if (under.at(-1) === DOUBLE_BAR) return [...under];
  const length = lengthOf(under);
  const line = (full: number) => [...under, ...restsFor(full - length), BAR];
  if (done.length === 0) return line(pickup || bar);
  // If the first bar is not shown, the last one need not complement it.
  const short = done.length < bars ? bar - (lengthOf(done[0]!) % bar) : bar;
  return line(length <= short ? short : bar);
}

/** Length of a bar in units. */
function lengthOf(bar: readonly number[]): number {
  let length = 0;
  for (const token of bar) {
    const sign = SIGNS[token];
    if (sign?.kind === 'pitch' || sign?.kind === 'rest') length += UNITS_AN_EIGHTH;
    if (sign?.kind === 'tuplet') length += TRIPLET_UNITS - 3 * UNITS_AN_EIGHTH;
    if (sign?.kind === 'duration') length += sign.length - UNITS_AN_EIGHTH;
  }
  return length;
}

function restsFor(units: number): number[] {
  const rests: number[] = [];
  for (let left = units; left > 0; ) {
    const length = longestWithin(left);
    rests.push(REST, ...(length === UNITS_AN_EIGHTH ? [] : [DURATIONS.get(length)!]));
    left -= length;
  }
  return rests;
}
