import type { Placing } from '../codec/folk/grammar-pitch.js';
import type { TuneGrammar } from '../codec/folk/grammar-rules.js';
import { tokenRole } from '../codec/folk/grammar-tokens.js';
import type { NetworkState, StepEngine } from '../model/engine.js';
import { uniform } from '../model/random.js';
import type { Sample, Sampler, SamplerSettings } from '../model/sampler.js';
import { cadenceWeight } from '../plugin/odds/cadence-odds.js';
import { NoteWeights } from '../plugin/odds/note-odds.js';
import { type KindOdds, oddsOf, type TuneOdds } from '../plugin/odds/tune-odds.js';
import { chosen } from './generate-cadence.js';
import { Line } from './generate-line.js';
import { DraftCounter, type DraftStatistics } from './generate-statistics.js';

export interface DraftSettings {
  /** A grammar for the tune of a branch. */
  readonly grammar: (branch: number) => TuneGrammar;
  readonly sampler: SamplerSettings;
  readonly seed: number;
  /** Tokens that it begins with, header included; the grammar allows them. */
  readonly prime: (branch: number) => readonly number[];
  /** Particles that draw the end of each part; 1: it is drawn once, token by token. */
  readonly lookAhead: number;
  /** How much likelier things are among people than in what the network makes, where that is known. */
  readonly odds: TuneOdds | undefined;
}

export interface Draft {
  /** Every repeat's sign is among them, whether the network said it or not. */
  readonly tokens: readonly number[];
  readonly placing: Placing;
  readonly statistics: DraftStatistics;
}

/** Each stream has so many random numbers: more than a tune has tokens. */
const NUMBERS = 2 ** 20;
const BELOW_ONE = 1 - 2 ** -53;

/** Notes may be chosen more safely than people do, but not plans: a safe plan says the same bars over and over. */
function planSettings({ temperature, ...settings }: SamplerSettings): SamplerSettings {
  return { ...settings, topP: 1, temperature: Math.max(1, temperature) };
}

/** One tune that grows: in one line, or while a part comes to its end, in as many as its particles went different ways. */
export class Lane {
  #lines: Line[];
  /** Whether particles are out. */
  #ahead = false;
  /** Streams of random numbers that lines have had so far; each has its own. */
  #streams = 1;
  /** States of particles that were not kept: the next take them. */
  readonly #spare: NetworkState[] = [];
  readonly #mask: Uint8Array;
  readonly #prime: readonly number[];
  /** Of a tune of this kind: not there within the header, which says the kind. */
  #odds: KindOdds | undefined;
  #notes: NoteWeights | undefined;

  constructor(
    private readonly engine: StepEngine,
    private readonly settings: DraftSettings,
    private readonly sampler: Sampler,
    readonly branch: number,
  ) {
    this.#mask = new Uint8Array(engine.spec.outputClasses);
    this.#prime = settings.prime(branch);
    const counter = new DraftCounter(sampler, settings.sampler.temperature);
    this.#lines = [new Line(engine.createState(), settings.grammar(branch), counter)];
  }

  /** Lines to be stepped. */
  growing(): Line[] {
    return this.#lines.filter((line) => !line.over);
  }

  get done(): boolean {
    return !this.#ahead && this.#lines[0]!.grammar.done;
  }

  /** Takes what the network says after the token that was fed into a line: (class), which it may change. */
  hear(line: Line, logits: Float32Array): void {
    const prime = this.#prime;
    const inHeader = line.grammar.placing === null;
    const known = line.grammar.known ?? prime[line.heard];
    if (known !== undefined) line.accept(known);
    else {
      this.#notes?.apply(logits, line.written);
      line.grammar.lean(logits);
      this.#split(line, logits);
    }
    if (inHeader && line.grammar.placing !== null) this.#know(line.written);
  }

  /** The header is whole: what kind of tune it is, is known. */
  #know(header: readonly number[]): void {
    this.#odds = oddsOf(this.settings.odds, header);
    this.#notes = this.#odds && new NoteWeights(this.#odds.notes);
  }

  /** Its particles draw, and part where they go different ways. */
  #split(line: Line, logits: Float32Array): void {
    const mask = this.#mask.fill(1);
    line.grammar.forbid(mask);
    const taken = line.counter.taken(logits, mask);
    const ways = this.#ways(line, logits, mask);
    const lines = [line];
    while (lines.length < ways.length)
      lines.push(line.fork(this.#spare.pop() ?? this.engine.createState(), this.#streams++));
    this.#lines.push(...lines.slice(1));
    for (const [index, { drawn, particles }] of ways.entries()) {
      lines[index]!.particles = particles;
      lines[index]!.draw(drawn, taken);
    }
  }

  /**
   * Where its particles go. One random number decides for all of them, at even distances, so that each way gets its share of them to
   * within one (systematic sampling).
   */
  #ways(line: Line, logits: Float32Array, mask: Uint8Array): { drawn: Sample; particles: number }[] {
    const { particles } = line;
    const u = this.#uniform(line.stream, line.heard);
    const us = Array.from({ length: particles }, (_, index) => Math.min((index + u) / particles, BELOW_ONE));
    const ways: { drawn: Sample; particles: number }[] = [];
    const settings = line.grammar.planning ? planSettings(this.settings.sampler) : this.settings.sampler;
    for (const drawn of this.sampler.sampleEach(logits, settings, mask, us)) {
      const last = ways.at(-1);
      if (last?.drawn.token === drawn.token) last.particles++;
      else ways.push({ drawn, particles: 1 });
    }
    return ways;
  }

  /** To be called when every growing line was heard. Returns the tune so far, unless what is next is still open. */
  settle(): { readonly tokens: readonly number[]; readonly grammar: TuneGrammar } | null {
    if (this.#ahead) return this.growing().length === 0 ? this.#choose() : null;
    const [line] = this.#lines;
    const { written, grammar } = line!;
    line!.over = false;
    this.#lookAhead(line!);
    return line!.wrote ? { tokens: written, grammar } : null;
  }

  #lookAhead(line: Line): void {
    const { grammar, heard } = line;
    const { lookAhead } = this.settings;
    const given = heard < this.#prime.length || grammar.known !== undefined;
    if (lookAhead === 1 || given || grammar.ahead === 0) return;
    this.#ahead = true;
    line.weight = 1;
    line.closed = false;
    line.particles = Math.ceil(lookAhead * grammar.ahead);
    line.stream = this.#streams++;
  }

  #choose(): { readonly tokens: readonly number[]; readonly grammar: TuneGrammar } {
    const cadences = this.#odds?.cadences;
    for (const line of this.#lines) {
      line.weight *= line.grammar.worth();
      if (cadences) line.weight *= cadenceWeight(cadences, line.written);
    }
    const line = chosen(this.#lines, this.#uniform(this.#streams++, 0));
    for (const { state } of this.#lines) if (state !== line.state) this.#spare.push(state);
    this.#lines = [line];
    this.#ahead = false;
    line.over = false;
    line.particles = 1;
    line.stream = 0;
    const { written, grammar } = line;
    const tokens = written.slice(0, written.findLastIndex((token) => tokenRole(token) === 'bar') + 1);
    this.#lookAhead(line);
    return { tokens, grammar };
  }

  #uniform(stream: number, index: number): number {
    return uniform(this.settings.seed, this.branch, NUMBERS * stream + index);
  }

  draft(): Draft {
    const { written, grammar, counter } = this.#lines[0]!;
    return { tokens: written, placing: grammar.placing!, statistics: counter.counts };
  }

  free(): void {
    for (const { state } of this.#lines) state.free();
    for (const state of this.#spare) state.free();
  }
}
