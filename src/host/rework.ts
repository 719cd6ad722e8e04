import type { FolkGrammar } from '../codec/folk/grammar.js';
import type { PitchRange, Placing } from '../codec/folk/grammar-pitch.js';
import { folkCodec } from '../codec/folk/index.js';
import { withoutPlan } from '../codec/folk/plan/interleave.js';
import { type Told, toldNothing } from '../codec/folk/plan/told.js';
import { isPlanToken, PLAN_FIRST } from '../codec/folk/plan/vocabulary.js';
import type { NetworkState, StepEngine } from '../model/engine.js';
import { uniform } from '../model/random.js';
import { createSampler, type Sampler, type SamplerSettings } from '../model/sampler.js';
import type { NoteWeights } from '../plugin/odds/note-odds.js';
import { DraftCounter, type DraftStatistics } from './generate-statistics.js';
import { type BarredTune, unfit } from './rework-bars.js';
import { choose, type JudgeTune } from './rework-choice.js';
import { barGrammar } from './rework-grammar.js';
import { barsAsHeard, saysAgain } from './rework-runs.js';

export interface ReworkSettings {
  readonly placing: Placing;
  readonly range: PitchRange;
  readonly sampler: SamplerSettings;
  readonly seed: number;
  /** The first of the branches of random numbers, one a candidate. */
  readonly branch: number;
  /** Candidates for each gap. */
  readonly candidates: number;
  /** What the network is told of each bar; where it is missing: nothing. */
  readonly told?: Told;
  /** What the network says is weighed by these; where they are missing: as it stands. */
  readonly notes?: NoteWeights | undefined;
  /** Chooses among the candidates with the kept bars in place; where it is missing, the likeliest is taken. */
  readonly judge?: JudgeTune;
}

/** One way to fill a gap. */
export interface Filling {
  readonly tokens: readonly number[];
  /** The same, and what the network was told among them. */
  readonly heard: readonly number[];
  /** What it costs the network, in nats. */
  readonly inside: number;
  /** What the kept music to its right, up to the next gap or the end, costs after it; and its tokens. */
  readonly right: number;
  readonly rightTokens: number;
  readonly statistics: DraftStatistics;
}

export interface Reworked {
  readonly tokens: readonly number[];
  /** For each gap, the filling that was taken. */
  readonly gaps: readonly Filling[];
}

/** Bars of a tune that are made anew: places of the first and the last, which may be the same. */
export interface Gap {
  readonly first: number;
  readonly last: number;
}

/** A gap and the tokens on both its sides: those made so far, and those that stay up to the next gap or the end. */
export interface GapInTune extends Gap {
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Which gap of the tune, from 0: each has random numbers of its own. */
  readonly index: number;
}

/** Bars side by side are one gap. */
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
 * Makes bars of a tune anew and leaves every other token as it is. Each gap, from left to right, gets candidates, sampled under
 * the grammar from the network's state after what stands to its left, of which {@link choose} takes one: none that says a bar three times in
 * a row where the tune given does not. A gap is judged with those to its right as they were. Throws TUNE_BARS where a bar cannot be.
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

/** Where all candidates say a bar three times in a row, others are drawn so often, each time bolder. */
const ROUNDS = 8;
const BOLDER = 1.5;

/**
 * Candidates for a gap of which none says a bar three times in a row where the tune does not: what a memory of bars (recall) and
 * the choice of the likeliest both lean to. All of them, where there is no other.
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

const LANES = 8;

/** Candidates for one gap, each with what it costs to go on from it with what stays to its right; in the order of their branches. */
export function fillGap(
  engine: StepEngine,
  tune: BarredTune,
  gap: GapInTune,
  settings: ReworkSettings,
): Filling[] {
  const { left } = gap;
  const slots = slotsOf(tune, gap, settings);
  const classes = engine.spec.outputClasses;
  const sampler = createSampler(classes);
  const state = engine.createState();
  const states: NetworkState[] = [state];
  try {
    for (const token of [folkCodec.startToken, ...left.slice(0, -1)]) engine.step([state], [token]);
    const after = state.snapshot();
    const lanes = Array.from(
      { length: settings.candidates },
      (_, candidate) => new Lane(slots, gap, { ...settings, branch: settings.branch + candidate }, sampler),
    );
    while (states.length < LANES) states.push(engine.createState());
    for (let first = 0; first < lanes.length; first += LANES) {
      let running = lanes.slice(first, first + LANES).map((lane, at) => ({ lane, state: states[at]! }));
      for (const { state } of running) state.restore(after);
      while (running.length > 0) {
        const logits = engine.step(
          running.map(({ state }) => state),
          running.map(({ lane }) => lane.next),
        );
        running.forEach(({ lane }, at) => {
          lane.hear(logits.subarray(at * classes, (at + 1) * classes));
        });
        running = running.filter(({ lane }) => !lane.done);
      }
    }
    return lanes.map((lane) => lane.filling());
  } finally {
    for (const state of states) state.free();
  }
}

/** A bar to be filled: the grammar at its beginning, what the network is told of it, and the signs that end it. */
interface Slot {
  readonly grammar: FolkGrammar;
  readonly told: readonly number[];
  readonly signs: readonly number[];
}

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

const LINE = folkCodec.read('|')[0]!;
const TIE = folkCodec.read('-')[0]!;
/** Random numbers that a gap has for its tokens. */
const INDICES = 65_536;

/** One candidate as it grows: bar by bar, then what is kept to its right. */
class Lane {
  readonly #tokens: number[] = [];
  readonly #heard: number[] = [];
  /** The tune up to here. */
  readonly #written: number[];
  /** Tokens that stand fast and come next. */
  #fixed: readonly number[] = [];
  #fixedAt = 0;
  #slot = 0;
  #grammar: FolkGrammar;
  #inside = 0;
  #right = 0;
  readonly #counter: DraftCounter;
  /** The token to be fed. */
  next: number;
  done = false;

  constructor(
    private readonly slots: readonly Slot[],
    private readonly gap: GapInTune,
    /** Of one candidate: its branch is its own. */
    private readonly settings: Omit<ReworkSettings, 'candidates'>,
    private readonly sampler: Sampler,
  ) {
    this.next = gap.left.at(-1)!;
    this.#grammar = slots[0]!.grammar.copy();
    this.#counter = new DraftCounter(sampler, settings.sampler.temperature);
    this.#fixed = slots[0]!.told;
    this.#written = withoutPlan(gap.left);
  }

  /** Takes what the network says after the token that was fed: (class), which it may change. */
  hear(logits: Float32Array): void {
    this.settings.notes?.apply(logits, this.#written);
    if (this.#fixedAt === this.#fixed.length) this.#draw(logits);
    else {
      this.next = this.#fixed[this.#fixedAt++]!;
      this.#count(logits, this.next);
      this.#signsEnd();
    }
    if (!isPlanToken(this.next)) this.#written.push(this.next);
  }

  get #past(): boolean {
    return this.#slot === this.slots.length;
  }

  #draw(logits: Float32Array): void {
    const { sampler, seed, branch } = this.settings;
    const mask = new Uint8Array(logits.length).fill(1);
    this.#grammar.forbid(mask);
    mask.fill(0, PLAN_FIRST);
    const { signs } = this.slots[this.#slot]!;
    const full = mask[LINE] === 1;
    mask[LINE] = 0;
    if (full) {
      mask[TIE] = 0;
      mask[signs[0]!] = 1;
    }
    const u = uniform(seed, branch, INDICES * this.gap.index + this.#tokens.length);
    const { token, surprise } = this.sampler.sample(logits, sampler, mask, u);
    this.next = token;
    this.#counter.add({ token, surprise }, this.#counter.taken(logits, mask));
    if (!full || token !== signs[0]) {
      this.#grammar.accept(token);
      this.#say(token);
      this.#inside += surprise;
      return;
    }
    this.#slot++;
    this.#fixed = this.#past ? signs : [...signs, ...this.slots[this.#slot]!.told];
    this.#fixedAt = 1;
    if (this.#past) this.#right += surprise;
    else {
      this.#inside += surprise;
      this.#say(token);
      this.#grammar = this.slots[this.#slot]!.grammar.copy();
    }
    this.#signsEnd();
  }

  #count(logits: Float32Array, token: number): void {
    // What it is told costs nothing.
    const nats = isPlanToken(token) ? 0 : this.sampler.crossEntropy(logits, token);
    if (this.#past) this.#right += nats;
    else {
      this.#inside += nats;
      this.#say(token);
    }
  }

  #say(token: number): void {
    this.#heard.push(token);
    if (!isPlanToken(token)) this.#tokens.push(token);
  }

  #signsEnd(): void {
    if (this.#past && this.#fixedAt === this.#fixed.length) this.done = true;
  }

  filling(): Filling {
    return {
      ...{ tokens: this.#tokens, heard: this.#heard },
      inside: this.#inside,
      right: this.#right,
      rightTokens: withoutPlan(this.gap.right).length,
      statistics: this.#counter.counts,
    };
  }
}
