import type { BeatCritic } from '../../codec/beats/critic/critic.js';
import { readBars } from '../../codec/beats/critic/reading.js';
import type { ParamValues } from '../../plugin/definition.js';
import type { Draw } from '../../session/timeline.js';
import type { BeatWriter, WrittenTokens } from './beat-writer.js';

/** Bars that are chosen together. */
const SPAN = 4;
/** So many tokens before them say more than a critic asks for. */
export const REMEMBERED = 2048;

/** Some bars, up to a line at or before which `until` lies, or four of them: those of the candidates that the critic finds the likeliest to be people's. */
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
    /** One for each candidate. */
    readonly draws: readonly Draw[];
    readonly params: ParamValues;
    readonly until: number;
    /** What speaks for a candidate beside the critic, once it is written. */
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
    // The line that ends the span has begun another bar; the open one is judged with what was heard of it.
    const all = readBars([...heard, ...made.tokens]).slice(0, made.stuck ? undefined : -1);
    const score = made.stuck
      ? Number.NEGATIVE_INFINITY
      : critic.judge(all.slice(0, bars - 1), all.slice(bars - 1)) + (more?.() ?? 0);
    if (best === null || score > best.score) best = { made, score, after: writer.mark() };
  }
  writer.restore(best!.after);
  return best!.made;
}
