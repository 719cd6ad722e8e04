import { BarCounter, flags } from './bar-counter.js';
import type { Memory } from './memory-engine.js';
import {
  agreeingClass,
  LONGEST_BEFORE,
  placeOf,
  RecallOdds,
  type RecallSpec,
  relationOf,
  runClass,
  type ToldSpec,
} from './recall-odds.js';

/** Tokens that are remembered, and the bars that they are cut into, the present one among them: three tunes' worth. */
const TOKENS = 1024;
const BARS = 64;
/** A part with a bar of so many tokens is one; a header is none. */
const MUSIC = 4;
/** No probability counts as less. */
const LEAST = 1e-12;

/** What is the same for all streams of an engine. */
export class RecallRules {
  readonly boundary: Uint8Array; // (class)
  readonly counted: Uint8Array; // (class)
  readonly resets: Uint8Array; // (class)
  readonly odds: RecallOdds;
  readonly unheard: number;
  readonly #told: ToldSpec | undefined;

  constructor(spec: RecallSpec, classes: number) {
    this.boundary = flags(classes, [...spec.boundaries, ...spec.counted, ...spec.resets]);
    this.counted = flags(classes, spec.counted);
    this.resets = flags(classes, spec.resets);
    this.odds = new RecallOdds(spec);
    this.unheard = spec.unheard ?? Number.POSITIVE_INFINITY;
    this.#told = spec.told;
  }

  /** The class that a token tells a bar to be of; -1 where it tells nothing. */
  toldBy(token: number): number {
    return this.#told?.classes[token - this.#told.first] ?? -1;
  }
}

/**
 * The last tokens of one stream, cut into bars, and for each earlier bar the probability that the present one follows it: at the
 * bar's beginning by its odds, from then on by Bayes's rule. training/torch/recall.py fits the odds by the same steps.
 */
export class Past implements Memory {
  /** What comes next in the bars that may be followed, each token once: `heard` of them. */
  readonly next = new Int32Array(BARS);
  heard = 0;
  /** What those bars give each of them; not yet the network. (heard) */
  readonly weights = new Float64Array(BARS);

  readonly #tokens = new Int32Array(TOKENS);
  /** Of each bar: its first token, its part, how many bars of the part came before it (-1: an upbeat). */
  readonly #starts = new Int32Array(BARS);
  readonly #parts = new Int32Array(BARS);
  readonly #places = new Int32Array(BARS);
  /** Of each earlier bar: how it is related to the present one, and the class of how much agrees before. */
  readonly #relations = new Uint8Array(BARS);
  readonly #agreeing = new Uint8Array(BARS);
  /** How many tokens agreed in a row up to here, and whether one did not. */
  readonly #runs = new Int32Array(BARS);
  readonly #slipped = new Uint8Array(BARS);
  /**
   * That it is followed, freely or to the letter; what is missing from 1 is the network alone. Rounded to float32, so that a
   * snapshot loses nothing.
   */
  readonly #followed = new Float32Array(BARS);
  readonly #exact = new Float32Array(BARS);
  /** What the network gives each of `next`. */
  readonly #chances = new Float32Array(BARS);
  readonly #arrays = [
    this.#tokens,
    this.#starts,
    this.#parts,
    this.#places,
    this.#relations,
    this.#agreeing,
    this.#runs,
    this.#slipped,
    this.#followed,
    this.#exact,
    this.#chances,
  ] as const;
  readonly #ofBars = this.#arrays.slice(1, -1);
  readonly size = TOKENS + BARS * (this.#arrays.length - 1) + 6 + BarCounter.size;

  #count = 0;
  #bars = 1;
  #part = 0;
  /** Whether a part with music came before this one, and whether this one has any. */
  #later = false;
  #music = false;
  /** The class that the bar that begins was told to be of; -1: none. */
  #told = -1;
  readonly #counter: BarCounter;

  constructor(private readonly rules: RecallRules) {
    this.#counter = new BarCounter(rules.counted, rules.resets, rules.unheard);
  }

  /** Takes the next token, of which {@link chance} was told. */
  push(token: number): void {
    if (token >= this.rules.unheard) {
      this.#tell(this.rules.toldBy(token));
      return;
    }
    this.#told = -1;
    this.#weigh(token);
    if (this.#count === TOKENS) this.#makeRoom();
    this.#tokens[this.#count++] = token;
    const upbeat = this.#counter.push(token);
    if (this.rules.boundary[token]) this.#beginBar(token, upbeat);
    this.#look();
  }

  /** A bar that begins is told what it is to be. */
  #tell(told: number): void {
    if (told < 0) return;
    this.#told = told;
    this.#compare();
    this.#look();
  }

  /** What the network gives the i-th of `next`. */
  chance(i: number, probability: number): void {
    this.#chances[i] = Math.max(LEAST, probability);
  }

  /** Bayes's rule: a bar that went on like this is the likelier to be followed. */
  #weigh(token: number): void {
    const within = this.#count - this.#starts[this.#bars - 1]!;
    let chance = LEAST;
    for (let i = 0; i < this.heard; i++) if (this.next[i] === token) chance = this.#chances[i]!;
    let total = 1;
    for (let bar = 0; bar < this.#bars - 1; bar++) {
      const at = this.#starts[bar]! + within;
      const before = this.#followed[bar]! + this.#exact[bar]!;
      if (before === 0 || at >= this.#starts[bar + 1]!) continue;
      const agrees = this.#tokens[at] === token;
      this.#followed[bar]! *= weight(agrees, this.#slip(bar), chance);
      this.#exact[bar]! *= weight(agrees, this.#exactSlip(bar), chance);
      total += this.#followed[bar]! + this.#exact[bar]! - before;
      this.#runs[bar] = agrees ? this.#runs[bar]! + 1 : 0;
      if (!agrees) this.#slipped[bar] = 1;
    }
    this.#divide(total);
  }

  #divide(total: number): void {
    for (let bar = 0; bar < this.#bars - 1; bar++) {
      this.#followed[bar]! /= total;
      this.#exact[bar]! /= total;
    }
  }

  #exactSlip(bar: number): number {
    return this.rules.odds.exactSlip(this.#relations[bar]!);
  }

  #slip(bar: number): number {
    const run = runClass(this.#runs[bar]!, this.#slipped[bar] === 1);
    return this.rules.odds.slip(this.#relations[bar]!, run, this.#agreeing[bar]!);
  }

  #look(): void {
    this.heard = 0;
    const within = this.#count - this.#starts[this.#bars - 1]!;
    for (let bar = 0; bar < this.#bars - 1; bar++) {
      const at = this.#starts[bar]! + within;
      const followed = this.#followed[bar]!;
      const exact = this.#exact[bar]!;
      if (followed + exact === 0 || at >= this.#starts[bar + 1]!) continue;
      this.#add(this.#tokens[at]!, followed * (1 - this.#slip(bar)) + exact * (1 - this.#exactSlip(bar)));
    }
  }

  #add(token: number, weight: number): void {
    for (let i = 0; i < this.heard; i++) {
      if (this.next[i] !== token) continue;
      this.weights[i]! += weight;
      return;
    }
    this.next[this.heard] = token;
    this.weights[this.heard++] = weight;
  }

  #beginBar(last: number, upbeat: boolean): void {
    const now = this.#bars - 1;
    if (upbeat) {
      this.#places[now] = 0;
      if (now > 0) this.#places[now - 1] = -1;
    }
    if (this.#count - this.#starts[now]! >= MUSIC) this.#music = true;
    if (this.rules.resets[last]) {
      this.#part++;
      this.#later ||= this.#music;
      this.#music = false;
    }
    if (this.#bars === BARS) this.#forget();
    this.#starts[this.#bars] = this.#count;
    this.#parts[this.#bars] = this.#part;
    this.#places[this.#bars] = this.#counter.bars;
    this.#bars++;
    this.#compare();
  }

  /** The odds of each earlier bar, now that one begins. */
  #compare(): void {
    const now = this.#bars - 1;
    const { odds, resets } = this.rules;
    const place = placeOf(this.#counter.lines, this.#counter.bars);
    let total = 1;
    for (let bar = 0; bar < now; bar++) {
      const start = this.#starts[bar]!;
      this.#runs[bar] = 0;
      this.#slipped[bar] = 0;
      this.#followed[bar] = 0;
      this.#exact[bar] = 0;
      if (this.#starts[bar + 1] === start + 1 && resets[this.#tokens[start]!]) continue;
      const relation = relationOf(this.#parts[bar] === this.#part, this.#counter.bars - this.#places[bar]!);
      const agreeing = agreeingClass(this.#agree(start, this.#starts[now]!));
      this.#relations[bar] = relation;
      this.#agreeing[bar] = agreeing;
      this.#followed[bar] =
        odds.prior(relation, place, this.#later, agreeing) * odds.told(this.#told, relation);
      this.#exact[bar] = this.#followed[bar]! * odds.exact(relation);
      total += this.#followed[bar]! + this.#exact[bar]!;
    }
    this.#divide(total);
  }

  /** How many tokens before two places agree. */
  #agree(a: number, b: number): number {
    let count = 0;
    while (count < LONGEST_BEFORE && a > count && this.#tokens[a - 1 - count] === this.#tokens[b - 1 - count])
      count++;
    return count;
  }

  #makeRoom(): void {
    while (this.#bars > 1 && this.#count === TOKENS) this.#forget();
    if (this.#count === TOKENS) this.#count = 0;
  }

  /** Forgets the oldest bar. */
  #forget(): void {
    const length = this.#starts[1]!;
    this.#tokens.copyWithin(0, length, this.#count);
    for (const array of this.#ofBars) array.copyWithin(0, 1, this.#bars);
    this.#bars--;
    this.#count -= length;
    for (let bar = 0; bar < this.#bars; bar++) this.#starts[bar]! -= length;
  }

  clear(): void {
    this.#count = 0;
    this.#bars = 1;
    this.#part = 0;
    this.#later = false;
    this.#music = false;
    this.#told = -1;
    this.#starts[0] = 0;
    this.#parts[0] = 0;
    this.#places[0] = 0;
    this.heard = 0;
    this.#counter.clear();
  }

  /** Into `out` (size): floats hold all of it. */
  write(out: Float32Array): void {
    let at = 0;
    for (const array of this.#arrays) {
      out.set(array, at);
      at += array.length;
    }
    out[at++] = this.#count;
    out[at++] = this.#bars;
    out[at++] = this.#part;
    out[at++] = Number(this.#later);
    out[at++] = Number(this.#music);
    out[at++] = this.#told;
    this.#counter.write(out, at);
  }

  read(values: Float32Array): void {
    let at = 0;
    for (const array of this.#arrays) {
      array.set(values.subarray(at, at + array.length));
      at += array.length;
    }
    this.#count = values[at++]!;
    this.#bars = values[at++]!;
    this.#part = values[at++]!;
    this.#later = values[at++] === 1;
    this.#music = values[at++] === 1;
    this.#told = values[at++]!;
    this.#counter.read(values, at);
    this.#look();
  }
}

/** How much likelier a token is where a bar is followed with so much slip than where the network, which gives it `chance`, is alone. */
function weight(agrees: boolean, slip: number, chance: number): number {
  return agrees ? (1 - slip + slip * chance) / chance : slip;
}
