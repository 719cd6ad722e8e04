import type { Draw } from '../../../../model/sampler.js';
import type { ParamValues } from '../../../../plugin/definition.js';
import type { BeatCritic } from '../critic/critic.js';
import { readBars } from '../critic/reading.js';
import type { BeatWriter, WrittenTokens } from './beat-writer.js';

/** Number of bars in a span, which is chosen as a whole. */
const SPAN = 4;
/** Number of tokens before a span that are kept for the critic. */
export const REMEMBERED = 2048;

/** Writes a span: four bars, or fewer up to the bar line at or after `until`. Of several candidates it keeps the one that the critic scores highest. */
export function chosenSpan(
  writer: BeatWriter,
  {
    heard,
    critic,
    draws,
    params,
    until,
    more,
  }: {
    readonly heard: readonly number[];
    readonly critic: BeatCritic | null;
    /** A draw function for each candidate. */
    readonly draws: readonly Draw[];
    readonly params: ParamValues;
    readonly until: number;
    /** Added to the critic's score of the candidate that was written last. */
    readonly more?: () => number;
  },
): WrittenTokens {
  const write = (draw: Draw) => writer.write(draw, params, (tick, lines) => lines >= SPAN || tick >= until);
  if (critic === null || draws.length < 2) return write(draws[0]!);
  const mark = writer.mark();
  const bars = readBars(heard).length;
  let best: {
    readonly made: WrittenTokens;
    readonly score: number;
    readonly after: ReturnType<BeatWriter['mark']>;
  } | null = null;
  for (const draw of draws) {
    writer.restore(mark);
    const made = write(draw);
    // The bar line that ends the span has begun another bar, which is left out; the open bar before is judged as a whole.
    const all = readBars([...heard, ...made.tokens]).slice(0, made.stuck ? undefined : -1);
    const score = made.stuck
      ? Number.NEGATIVE_INFINITY
      : critic.judge(all.slice(0, bars - 1), all.slice(bars - 1)) + (more?.() ?? 0);
    if (best === null || score > best.score) best = { made, score, after: writer.mark() };
  }
  writer.restore(best!.after);
  return best!.made;
}
