import type { Meter } from '../../../music/abc/tune.js';
import { FolkGrammar } from '../codec/grammar.js';
import type { Placing } from '../codec/grammar-pitch.js';
import type { TuneGrammar, TuneRules } from '../codec/grammar-rules.js';
import { tokenRole } from '../codec/grammar-tokens.js';
import { folkSymbols } from '../codec/vocabulary.js';
import { GivenPlan } from './given.js';
import { toldBefore } from './interleave.js';
import { leanTo } from './lean.js';
import { type BarPlan, isPhraseEnd, NO_CADENCE, UNIT_BARS } from './plan.js';
import { isPlanToken, NOW, PLAN_FIRST, PLAN_SIGNS, UPBEAT } from './vocabulary.js';
import { barWorth, leapWorth } from './worth.js';

/**
 * What comes next: the header; bar lines and other signs, or the next bar; the plan of a unit; whether an upbeat
 * begins; the plan tokens before a bar; the bar's music.
 */
type Phase = 'header' | 'signs' | 'plan' | 'upbeat' | 'told' | 'music';

/**
 * Grammar of a tune that is planned before it is written: the {@link FolkGrammar} of its music, plus a plan before the
 * bars of each unit. Tokens that follow from the plan are forced rather than drawn: the plan tokens before a bar, and
 * the music of a bar that repeats an earlier one.
 */
export class PlannedGrammar implements TuneGrammar {
  readonly #music: FolkGrammar;
  #phase: Phase = 'header';
  /** Shape: (unit, bar). */
  #plans: BarPlan[][] = [];
  #written: number[][][] = [];
  #unitBegins = true;
  /** Completed bars of the unit, and its total. */
  #bar = 0;
  #bars = 0;
  /** The head token of the bar that is being planned. */
  #head: { readonly first: number; readonly register: number } | null = null;
  #known: number[] = [];
  /** Tokens of the current bar or its upbeat. */
  #barTokens: number[] = [];
  #upbeat = false;
  #givenAt = 0;
  #segments = 0;
  #meter: Meter | null = null;
  /** Tokens of the last completed bar. */
  #last: readonly number[] = [];
  /** Tokens of the bar before the last completed one. */
  #before: readonly number[] = [];

  /** @param given tokens of the tune's beginning, without a plan: the plan is derived from them */
  constructor(
    private readonly rules: TuneRules,
    private readonly given: GivenPlan = new GivenPlan([]),
    music?: FolkGrammar,
  ) {
    this.#music = music ?? new FolkGrammar(rules);
  }

  fork(): PlannedGrammar {
    const fork = new PlannedGrammar(this.rules, this.given, this.#music.fork());
    fork.#phase = this.#phase;
    fork.#plans = this.#plans.map((unit) => [...unit]);
    fork.#written = this.#written.map((unit) => [...unit]);
    fork.#unitBegins = this.#unitBegins;
    fork.#bar = this.#bar;
    fork.#bars = this.#bars;
    fork.#head = this.#head;
    fork.#known = [...this.#known];
    fork.#barTokens = [...this.#barTokens];
    fork.#upbeat = this.#upbeat;
    fork.#givenAt = this.#givenAt;
    fork.#segments = this.#segments;
    fork.#last = this.#last;
    fork.#before = this.#before;
    fork.#meter = this.#meter;
    return fork;
  }

  get done(): boolean {
    return this.#music.done;
  }

  get placing(): Placing | null {
    return this.#music.placing;
  }

  get barsLeft(): number {
    return this.#music.barsLeft;
  }

  /** Plans of the units so far. Shape: (unit, bar). */
  get plans(): readonly (readonly BarPlan[])[] {
    return this.#plans;
  }

  /** Greater than 0 for each bar that does not repeat an earlier one; highest at the end of a phrase. */
  get lookAhead(): number {
    const begins = this.#phase === 'music' && this.#barTokens.length === 0 && !this.#upbeat;
    if (!begins || this.#known.length > 0) return 0;
    return isPhraseEnd(this.#bar, this.#bars) ? PHRASE_END : WITHIN_PHRASE;
  }

  get segments(): number {
    return this.#segments;
  }

  /** How well the last bar matches its plan. */
  segmentWeight(): number {
    const bar = this.#unitBegins ? this.#bars - 1 : this.#bar - 1;
    const plan = this.#plans.at(-1)?.[bar];
    if (plan === undefined || this.#last.length === 0) return 1;
    const others = this.#written.flat().filter((music) => music !== this.#last);
    const next = this.#plans.at(-1)![bar + 1]?.again;
    const follows = next && this.#written[this.#unitOf(next.unit)]?.[next.bar];
    const worth =
      barWorth(this.#last, plan, { meter: this.#meter, mode: this.placing!.key.mode }, others) *
      leapWorth(this.#before, this.#last);
    return follows ? worth * leapWorth(this.#last, follows) : worth;
  }

  bias(logits: Float32Array): void {
    const at = this.#music.at;
    if (this.#phase !== 'music' || this.#upbeat || at === undefined) return;
    leanTo(logits, this.#plans.at(-1)![this.#bar]!, at, this.#meter);
  }

  get planning(): boolean {
    return this.#phase === 'plan' || this.#phase === 'signs';
  }

  get forcedToken(): number | undefined {
    const [known] = this.#known;
    if (known !== undefined) {
      if (isPlanToken(known) || this.#music.allows(known)) return known;
      // The repeated bar is not legal here.
      this.#known = [];
    }
    const free = this.#phase === 'plan' || this.#phase === 'upbeat' || this.#phase === 'told';
    return free ? undefined : this.given.tokens[this.#givenAt];
  }

  forbid(mask: Uint8Array): void {
    if (this.#phase === 'plan' || this.#phase === 'upbeat' || this.#phase === 'told') {
      const keep = this.#phase === 'plan' ? (token: number) => this.#mayPlan(token) : isBeginning;
      for (let token = 0; token < mask.length; token++) if (!keep(token)) mask[token] = 0;
      return;
    }
    this.#music.forbid(mask);
    const music = this.#phase === 'signs' && forbidMusic(mask);
    for (let token = PLAN_FIRST; token < mask.length; token++)
      if (!(music && this.#mayPlan(token))) mask[token] = 0;
    // No upbeat was announced, so the bar must be full before its bar line.
    if (this.#phase === 'music' && !this.#upbeat && this.#music.upbeat === 'open' && !this.#music.barFull)
      for (const token of BAR_TOKENS) mask[token] = 0;
  }

  /** Whether a token may come next in a plan. */
  #mayPlan(token: number): boolean {
    const sign = PLAN_SIGNS[token - PLAN_FIRST];
    if (sign === undefined) return false;
    const plan = this.#unitBegins ? [] : this.#plans.at(-1)!;
    if (sign.kind === 'head') return this.#head === null;
    if (sign.kind === 'body') {
      if (this.#head === null) return false;
      return isPhraseEnd(plan.length, this.#bars) === (sign.cadence !== NO_CADENCE);
    }
    if (sign.kind !== 'again' || this.#head !== null) return false;
    return this.#source(sign.again) !== undefined;
  }

  /** The plan of an earlier bar, if it exists. */
  #source({ unit, bar }: { readonly unit: number; readonly bar: number }): BarPlan | undefined {
    return this.#plans[this.#unitOf(unit)]?.[bar];
  }

  #unitOf(unit: number): number {
    const now = this.#unitBegins ? this.#plans.length : this.#plans.length - 1;
    if (unit === 0) return now;
    return unit === 1 ? now - 1 : now > 1 ? 0 : -1;
  }

  advance(token: number, written: number[]): number {
    const heard = isPlanToken(token) ? this.#acceptPlan(token) : this.#acceptMusic(token, written);
    this.#goOn();
    return heard;
  }

  #acceptMusic(token: number, written: number[]): number {
    if (this.#known.length > 0) this.#known.shift();
    if (token === this.given.tokens[this.#givenAt]) this.#givenAt++;
    const before = this.#music.barsLeft;
    this.#music.advance(token, written);
    const role = tokenRole(token);
    if (role === 'bar') this.#endBar(token, before);
    else if (role === 'music') this.#barTokens.push(token);
    const symbol = folkSymbols[token]!;
    if (symbol.kind === 'meter') this.#meter = symbol.meter;
    if (this.#phase === 'header' && this.#music.placing !== null) this.#phase = 'signs';
    return token;
  }

  #endBar(token: number, before: number): void {
    const symbol = folkSymbols[token]!;
    const line = symbol.kind === 'bar' ? symbol.line : '';
    if (this.#barTokens.length > 0) {
      const upbeat = line === '|' && this.#music.barsLeft === before;
      if (!upbeat) {
        this.#written.at(-1)![this.#bar++] = this.#barTokens;
        this.#before = this.#last;
        this.#last = this.#barTokens;
        this.#segments++;
        this.#unitBegins = this.#bar >= this.#bars || (line !== '' && line !== '|');
      }
    }
    if (symbol.kind === 'volta' && symbol.ending !== '1') this.#unitBegins = true;
    this.#barTokens = [];
    this.#known = [];
    this.#upbeat = false;
    this.#phase = 'signs';
  }

  /** Begins a bar once nothing but music can come. */
  #goOn(): void {
    if (this.#phase !== 'signs' || this.#music.done) return;
    const next = this.given.tokens[this.#givenAt];
    if (next === undefined ? !this.#onlyMusic() : tokenRole(next) !== 'music') return;
    this.#beginBar();
  }

  #onlyMusic(): boolean {
    return BAR_TOKENS.every((token) => !this.#music.allows(token));
  }

  #beginBar(): void {
    if (this.#unitBegins) this.#beginUnit();
    if (this.#phase !== 'plan') this.#tell();
  }

  #beginUnit(): void {
    this.#bar = 0;
    this.#bars = Math.min(UNIT_BARS, this.#music.barsLeft);
    this.#known = this.given.planOf(this.#plans.length, this.#bars);
    this.#plans.push([]);
    this.#written.push([]);
    this.#unitBegins = false;
    this.#phase = 'plan';
  }

  #acceptPlan(token: number): number {
    if (this.#phase === 'signs') this.#beginUnit();
    if (this.#known.length > 0) this.#known.shift();
    if (this.#phase === 'plan') {
      this.#plan(token);
      return token;
    }
    const plan = this.#plans.at(-1)!;
    if (this.#phase === 'upbeat') {
      this.#upbeat = token === UPBEAT;
      this.#known = toldBefore(plan, this.#upbeat ? -1 : this.#bar);
      this.#phase = 'told';
      return this.#known.shift()!;
    }
    if (this.#known.length === 0) this.#write();
    return token;
  }

  #plan(token: number): void {
    const plan = this.#plans.at(-1)!;
    const sign = PLAN_SIGNS[token - PLAN_FIRST]!;
    if (sign.kind === 'head') {
      this.#head = sign;
      return;
    }
    if (sign.kind === 'again') plan.push({ ...this.#source(sign.again)!, again: sign.again });
    else if (sign.kind === 'body') {
      const { first, register } = this.#head!;
      const { second, relation, cadence } = sign;
      plan.push({ first, register, second, relation, cadence });
    }
    this.#head = null;
    if (plan.length === this.#bars) this.#tell();
  }

  /** Prepares the plan tokens that are fed before the bar. */
  #tell(): void {
    const plan = this.#plans.at(-1)!;
    const said = this.#music.upbeat === 'open' ? this.given.upbeat : this.#music.upbeat === 'yes';
    if (said === undefined) {
      this.#phase = 'upbeat';
      return;
    }
    this.#upbeat = said;
    this.#known = toldBefore(plan, said ? -1 : this.#bar);
    this.#phase = 'told';
  }

  /** Begins the music of the bar. */
  #write(): void {
    this.#phase = 'music';
    const again = this.#upbeat ? undefined : this.#plans.at(-1)![this.#bar]!.again;
    if (again === undefined || this.#givenAt < this.given.tokens.length) return;
    this.#known = [...(this.#written[this.#unitOf(again.unit)]?.[again.bar] ?? [])];
  }
}

/**
 * Values of `lookAhead`. Bars within a phrase matter less than its end. Few particles are enough, since the bias
 * already favours planned notes.
 */
const [PHRASE_END, WITHIN_PHRASE] = [0.25, 0.125];

const BAR_TOKENS: readonly number[] = folkSymbols.flatMap((_, token) =>
  tokenRole(token) === 'bar' ? [token] : [],
);
const MUSIC_TOKENS: readonly number[] = folkSymbols.flatMap((_, token) =>
  tokenRole(token) === 'music' ? [token] : [],
);

function isBeginning(token: number): boolean {
  return token === NOW || token === UPBEAT;
}

/** Sets `mask` to 0 for music tokens: a plan or the start of a bar comes instead. Returns whether any was allowed. */
function forbidMusic(mask: Uint8Array): boolean {
  let allowed = false;
  for (const token of MUSIC_TOKENS) {
    allowed ||= mask[token] === 1;
    mask[token] = 0;
  }
  return allowed;
}
