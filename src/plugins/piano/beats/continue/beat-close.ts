import type { Draw } from '../../../../model/sampler.js';
import { TICKS_PER_BEAT } from '../../../../music/beats/beat-map.js';
import { QUALITIES } from '../../../../music/chords/chord.js';
import type { ParamValues } from '../../../../plugin/definition.js';
import { beatVocabulary } from '../codec/vocabulary.js';
import { colourOf, keyOf, sum } from '../critic/harmony.js';
import { type ReadBar, readBars } from '../critic/reading.js';
import type { BeatWriter } from './beat-writer.js';

/** The last chord sounds for at least this many beats. */
export const HELD = 2;
const [MAJOR, MINOR] = [QUALITIES.indexOf('maj'), QUALITIES.indexOf('min')];

/** The last bar line after `from`, in ticks, that leaves time to hold a chord before `until`; null where there is none. Bars have `beats` beats from tick 0 on. */
export function lastLine(from: number, until: number, beats: number): number | null {
  const bar = beats * TICKS_PER_BEAT;
  const line = bar * Math.floor((until - HELD * TICKS_PER_BEAT) / bar);
  return line >= bar && line > from ? line : null;
}

/** The CHORD token of the tonic: the first degree of the estimated major scale, or the sixth (the relative minor), whichever begins more bars. */
export function tonicOf(heard: readonly number[]): number[] {
  const bars = readBars(heard);
  const key = keyOf(sum(bars.map(colourOf)));
  const minor = barsOnRoot(bars, (key + 9) % 12) > barsOnRoot(bars, key);
  const [root, quality] = minor ? [(key + 9) % 12, MINOR] : [key, MAJOR];
  return [beatVocabulary.token('CHORD', { root, quality, beat: 0 })];
}

/** Number of bars that begin with a chord on `root`. */
function barsOnRoot(bars: readonly ReadBar[], root: number): number {
  return bars.filter(({ chords }) => chords[0]?.beat === 0 && chords[0].chord >> 4 === root).length;
}

/** Writes the last bar of a continuation, after its bar line. Of several candidates it keeps the fullest chord with the tonic in bass and soprano. */
export function closingBar(
  writer: BeatWriter,
  tonic: readonly number[],
  draws: readonly Draw[],
  params: ParamValues,
): readonly number[] {
  const mark = writer.mark();
  const root = beatVocabulary.read(tonic[0]!).values as { readonly root: number };
  const made = draws.map((draw) => {
    writer.restore(mark);
    return writer.writeLine(draw, params, tonic);
  });
  return made.reduce((best, one) => (fullness(one, root.root) > fullness(best, root.root) ? one : best));
}

/** A chord with this many notes is full. */
const FULL = 4;

function fullness(tokens: readonly number[], root: number): number {
  const pitches = tokens.flatMap((token) => {
    const { range, values } = beatVocabulary.read(token);
    return range === 'NOTE' ? [values.pitch + 9] : []; // the lowest key is an A
  });
  const is = (pitch: number | undefined) => Number(pitch !== undefined && pitch % 12 === root);
  return 2 * is(pitches[0]) + 2 * is(pitches.at(-1)) + Math.min(FULL, pitches.length) / FULL;
}
