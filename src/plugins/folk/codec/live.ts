import type { Codec, StreamParams } from '../../../codec/codec.js';
import { fraction } from '../../../music/abc/fraction.js';
import { writeAbc } from '../../../music/abc/write.js';
import { folkCodec } from './codec.js';
import { SIGNS, UNITS_AN_EIGHTH } from './grammar-tokens.js';
import { type LiveTune, livePace, liveTune } from './live-settings.js';
import { FolkStream } from './live-stream.js';
import { BAR, DOUBLE_BAR, DURATIONS, longestWithin, OPENS, REST, TRIPLET_UNITS } from './live-writer.js';

/** The folk codec for playing live: one line of notes on a grid. */
export const liveFolkCodec: Codec = {
  id: folkCodec.id,
  vocabulary: folkCodec.vocabulary,
  startToken: folkCodec.startToken,
  stream: (time) => new FolkStream(time),
};

export interface NotationOptions {
  /** Only the last so many bars. Default: all. */
  readonly bars?: number;
  /** The bar under way is filled with rests, up to where a pickup would begin if it comes so far; without, it is left out. */
  readonly whole: boolean;
  /** For `X:`. Default 1. */
  readonly number?: number;
  /** For `N:`, how it was made. */
  readonly making?: string;
}

/** A live stream's tokens as ABC, in the key that the parameters ask for; null where there is no note yet. */
export function liveAbc(
  tokens: readonly number[],
  params: StreamParams,
  { bars = Number.POSITIVE_INFINITY, whole, number = 1, making }: NotationOptions,
): string | null {
  const tuneIn = liveTune(params);
  const { header, done, under } = barsOf(tokens, tuneIn.bar);
  if (whole && under.length > 0) done.push(filled(under, done, tuneIn, bars));
  const music = done.slice(-Math.min(bars, done.length)).flat();
  if (!music.some((token) => SIGNS[token]?.kind === 'pitch')) return null;
  const tune = folkCodec.decode([...header, ...music], {
    tonic: tuneIn.key.tonic,
    titles: ['Jam'],
    number: String(number),
    fields: making === undefined ? [] : [{ letter: 'N', text: making }],
  });
  const { tempo } = livePace(params);
  const { num, den } = fraction(tuneIn.beat, 8 * UNITS_AN_EIGHTH);
  return writeAbc({ ...tune, tempo: `${num}/${den}=${tempo}` });
}

/**
 * A header, the full bars with their lines, and what there is of the bar under way. Live nothing is repeated: a part that
 * was to be ends with a double bar, and the next one follows, its pickup in the same bar.
 */
function barsOf(
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

/** The bar under way with its line. The last bar of a tune with a pickup wants for as much, if it has not begun one. */
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
  // Nothing completes it where the beginning is not shown.
  const short = done.length < bars ? bar - (lengthOf(done[0]!) % bar) : bar;
  return line(length <= short ? short : bar);
}

/** Units. */
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
