import { infill } from '../../../generation/infill.js';
import { Sampling } from '../../../generation/sampling.js';
import type { StepEngine } from '../../../model/engine.js';
import { uniform } from '../../../model/random.js';
import { createSampler, type SamplerSettings } from '../../../model/sampler.js';
import type { PitchRange, Placing } from '../codec/grammar-pitch.js';
import { folkCodec } from '../codec/index.js';
import type { NoteWeights } from '../odds/note-odds.js';
import { withoutPlan } from '../plan/interleave.js';
import { type Told, toldNothing } from '../plan/told.js';
import { type BarredTune, unfit } from './bars.js';
import { choose, type JudgeTune } from './choice.js';
import { type Filling, GapFilling, type Slot } from './filling.js';
import { barGrammar } from './grammar.js';
import { barsAsHeard, saysAgain } from './runs.js';

export interface ReworkSettings {
  readonly placing: Placing;
  readonly range: PitchRange;
  readonly sampler: SamplerSettings;
  readonly seed: number;
  /** The first random-number branch; each candidate uses one. */
  readonly branch: number;
  /** Candidates per gap. */
  readonly candidates: number;
  /** Plan tokens that condition each bar; default: none. */
  readonly told?: Told;
  /** Corrections to the network's output; default: none. */
  readonly notes?: NoteWeights | undefined;
  /** Chooses among the candidates with the kept bars in place; without it, the likeliest is taken. */
  readonly judge?: JudgeTune;
}

export interface Reworked {
  readonly tokens: readonly number[];
  /** The chosen filling of each gap. */
  readonly gaps: readonly Filling[];
}

/** Consecutive bars to regenerate: indices of the first and the last, which may be equal. */
export interface Gap {
  readonly first: number;
  readonly last: number;
}

/** A gap with its context: the tokens before it, regenerated so far, and the kept tokens up to the next gap or the end. */
export interface GapInTune extends Gap {
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Index of the gap in the tune, from 0: each gap has its own random numbers. */
  readonly index: number;
}

/** Groups adjacent bars into gaps. */
export function gapsOf(places: ReadonlySet<number>): Gap[] {
  const gaps: { first: number; last: number }[] = [];
  for (const place of [...places].sort((a, b) => a - b)) {
    const before = gaps.at(-1);
    if (before?.last === place - 1) before.last = place;
    else gaps.push({ first: place, last: place });
  }
  return gaps;
}

/**
 * Regenerates bars of a tune and leaves every other token unchanged. For each gap, from left to right, candidates are sampled
 * under the grammar from the network's state after the music on its left, and {@link choose} takes one. Candidates that play a
 * bar three times in a row where the given tune does not are avoided. A gap is judged with the later gaps still as they were.
 * Throws TUNE_BARS if a bar cannot be regenerated.
 */
export function rework(
  engine: StepEngine,
  tune: BarredTune,
  places: ReadonlySet<number>,
  settings: ReworkSettings,
): Reworked {
  const gaps = gapsOf(places);
  const { told = toldNothing(tune.tokens) } = settings;
  const taken: Filling[] = [];
  const heard: number[] = [];
  let from = 0;
  for (const [index, gap] of gaps.entries()) {
    const { bars } = tune;
    const begin = bars[gap.first]!.from;
    const end = bars[gap.last]!.to;
    heard.push(...told.slice(from, begin));
    const next = gaps[index + 1];
    const right = told.slice(end, next && bars[next.first]!.from);
    const fillings = fillingsOf(engine, tune, { ...gap, left: heard, right, index }, settings);
    const rest = tune.tokens.slice(end);
    const filling = choose(
      fillings,
      tune.tokens.slice(begin, end),
      ({ tokens }) => settings.judge?.([...withoutPlan(heard), ...tokens, ...rest]) ?? null,
    );
    heard.push(...filling.heard);
    taken.push(filling);
    from = end;
  }
  return { tokens: [...withoutPlan(heard), ...tune.tokens.slice(from)], gaps: taken };
}

/**
 * If every candidate repeats a bar three times in a row, up to ROUNDS rounds are sampled, each with the temperature raised by
 * this factor.
 */
const ROUNDS = 8;
const BOLDER = 1.5;

/**
 * Candidates for a gap without a bar three times in a row that the tune did not have: both the memory of bars (recall) and the
 * choice of the likeliest favour such runs. Returns all candidates if there is no other.
 */
function fillingsOf(
  engine: StepEngine,
  tune: BarredTune,
  gap: GapInTune,
  settings: ReworkSettings,
): Filling[] {
  const { left, right } = gap;
  const header = tune.tokens.slice(0, tune.header);
  const heard = (tokens: readonly number[]) => barsAsHeard(header, tokens.slice(tune.header));
  const original = heard(tune.tokens);
  let fillings: Filling[] = [];
  let { branch, sampler } = settings;
  for (let round = 0; round < ROUNDS; round++) {
    fillings = fillGap(engine, tune, gap, { ...settings, branch, sampler });
    const fresh = fillings.filter(
      ({ tokens }) => !saysAgain(heard(withoutPlan([...left, ...tokens, ...right])), original),
    );
    if (fresh.length > 0) return fresh;
    branch += settings.candidates;
    sampler = { ...sampler, temperature: sampler.temperature * BOLDER, topP: 1 };
  }
  return fillings;
}

/** Samples candidates for one gap, each with the cost of the kept music to its right, in the order of their branches. */
export function fillGap(
  engine: StepEngine,
  tune: BarredTune,
  gap: GapInTune,
  settings: ReworkSettings,
): Filling[] {
  const slots = slotsOf(tune, gap, settings);
  const { seed, branch, candidates, notes } = settings;
  const classes = engine.spec.outputClasses;
  const sampler = createSampler(classes);
  const output = withoutPlan(gap.left);
  return infill(engine, [folkCodec.startToken, ...gap.left], candidates, (index, after, states) => {
    const filling = new GapFilling(slots, sampler);
    return new Sampling(
      {
        constraint: filling,
        startToken: gap.left.at(-1)!,
        ...{ initialState: after, priorOutput: output },
        bias: notes && { add: (logits, written) => notes.apply(logits, written) },
        tally: filling,
        sampling: settings.sampler,
        random: () => uniform(seed, branch + index, INDICES * gap.index + filling.tokens.length),
        result: () => filling.filled(withoutPlan(gap.right).length),
      },
      sampler,
      classes,
      states,
    );
  });
}

/** Random numbers reserved for the tokens of a gap. */
const INDICES = 65_536;

function slotsOf(
  { tune, tokens, header, bars, full }: BarredTune,
  { first, last, right }: GapInTune,
  { placing, range, told = toldNothing(tokens) }: ReworkSettings,
): Slot[] {
  const edges = [bars[first - 1], bars[last]];
  const tied = edges.find((bar, edge) => bar?.tied && (edge === 0 || last + 1 < bars.length));
  if (tied) {
    throw unfit(
      `A note is tied over the bar line behind bar ${tied.number}, where the new music would ${tied === bars[last] ? 'end' : 'begin'}.`,
      'Make both bars anew, or neither.',
    );
  }
  return bars.slice(first, last + 1).map((bar, at) => {
    const around = { header: tokens.slice(0, header), placing, range, full };
    const grammar = barGrammar(around, bar.length);
    if (!grammar) {
      throw unfit(
        `Bar ${bar.number || 'with the pickup'} of "${tune.titles[0] ?? ''}" has ${bar.length / 4} eighths, which is not what the meter and the grammar know.`,
        'Correct the bar (continuo abc check FILE finds such bars), or keep it.',
      );
    }
    const next = bars[first + at + 1];
    return {
      grammar,
      told: told.before(bar.from),
      signs: first + at === last ? right : tokens.slice(bar.to, next!.from),
    };
  });
}
