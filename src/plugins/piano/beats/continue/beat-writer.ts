import { numberParam } from '../../../../codec/number-param.js';
import type { NetworkState, StepEngine } from '../../../../model/engine.js';
import type { Draw } from '../../../../model/sampler.js';
import { EARLY, TICKS_PER_BEAT } from '../../../../music/beats/beat-map.js';
import type { ParamValues } from '../../../../plugin/definition.js';
import {
  BEGINNING,
  type BeatHead,
  forbidPitch,
  headAfter,
  headAt,
  maskIllegalBeatTokens,
} from '../codec/head.js';
import { beatCodec } from '../codec/index.js';
import { beatVocabulary, KEYS } from '../codec/vocabulary.js';
import { ChordLoop, type ChordOdds } from '../memory/chord-loop.js';

/** Positions at most two ticks from the bar line. */
const ON_LINE = [-2, -1, 0, 1, 2].map((tick) =>
  beatVocabulary.token('POSITION', { slot: 0, micro: EARLY + tick }),
);

/** More tokens than any music has at one time. */
const TOKENS_AT_ONCE = 256;

/** Tokens that were written; `stuck`: the network produced no time-advancing token. */
export interface WrittenTokens {
  readonly tokens: readonly number[];
  readonly stuck: boolean;
}

/** A moment that {@link BeatWriter.restore} returns to. */
interface Mark {
  readonly snapshot: Float32Array;
  readonly logits: Float32Array;
  readonly head: BeatHead;
  readonly loop: ChordLoop | null;
  readonly bar: number;
}

/** Feeds a stream to a beat model and continues it, without a clock. */
export class BeatWriter {
  readonly #state: NetworkState;
  #head: BeatHead = BEGINNING;
  #loop: ChordLoop | null;
  /** Logits of the next token. (token) */
  readonly #logits: Float32Array;
  readonly #biased: Float32Array;
  readonly #mask: Uint8Array;
  /** Tick at which the present bar begins, from the first bar that is written in. */
  #bar = 0;

  constructor(
    private readonly engine: StepEngine,
    chordOdds: ChordOdds | null,
  ) {
    const { outputClasses } = engine.spec;
    this.#state = engine.createState();
    this.#loop = chordOdds && new ChordLoop(chordOdds);
    this.#logits = new Float32Array(outputClasses);
    this.#biased = new Float32Array(outputClasses);
    this.#mask = new Uint8Array(outputClasses);
    this.#step(beatCodec.startToken);
  }

  /** Feeds a token. */
  feed(token: number): void {
    this.#head = headAfter(this.#head, token);
    this.#loop?.push(token);
    this.#step(token);
  }

  /** Begins writing at this tick of the open bar. */
  begin(tick: number): void {
    this.#head = headAt(this.#head, tick + EARLY);
  }

  /** The first tick that may still be written, counted from the first bar that is written in. */
  get tick(): number {
    return this.#bar + this.#head.next - EARLY;
  }

  /**
   * Writes up to and including a bar line for which `ends` is true, given its tick and the number of bar lines so far; or until the
   * network produces no time-advancing token.
   */
  write(draw: Draw, params: ParamValues, ends: (tick: number, lines: number) => boolean): WrittenTokens {
    const tokens: number[] = [];
    let [lines, latest] = [0, this.tick];
    for (let atOnce = 0; atOnce < TOKENS_AT_ONCE; atOnce++) {
      const token = this.#draw(draw, params);
      const before = this.#head;
      this.feed(token);
      tokens.push(token);
      if (this.#head.number !== before.number) {
        this.#bar += TICKS_PER_BEAT * before.beats;
        if (ends(this.#bar, ++lines)) return { tokens, stuck: false };
      }
      if (this.tick > latest) atOnce = 0;
      latest = this.tick;
    }
    return { tokens, stuck: true };
  }

  /** Probability of some tokens among the legal ones. */
  probability(tokens: readonly number[], params: ParamValues): number {
    this.#prepare(params);
    const highest = this.#biased.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
    const weight = (token: number) => this.#mask[token]! * Math.exp(this.#biased[token]! - highest);
    const all = this.#biased.reduce((sum, _, token) => sum + weight(token), 0);
    return tokens.reduce((sum, token) => sum + weight(token), 0) / all;
  }

  /** After a bar line: writes one of the CHORD tokens `chords`, and the notes on the line. */
  writeLine(draw: Draw, params: ParamValues, chords: readonly number[]): readonly number[] {
    const tokens: number[] = [];
    for (let notes = 0; notes < KEYS; ) {
      this.#prepare(params);
      const { last } = this.#head;
      if (last === 'bar') keepOnly(this.#mask, (token) => chords.includes(token));
      else if (last === 'rest' && notes === 0) keepOnly(this.#mask, (token) => ON_LINE.includes(token));
      const token = draw(this.#biased, this.#mask);
      const { range } = beatVocabulary.read(token);
      if (last === 'rest' && notes > 0 && range !== 'NOTE') break;
      if (range === 'NOTE') notes++;
      this.feed(token);
      tokens.push(token);
    }
    return tokens;
  }

  #draw(draw: Draw, params: ParamValues): number {
    this.#prepare(params);
    return draw(this.#biased, this.#mask);
  }

  /** Computes mask and logits of the next token. */
  #prepare(params: ParamValues): void {
    this.#mask.fill(1);
    maskIllegalBeatTokens(this.#head, this.#mask);
    this.#mask[beatCodec.endToken] = 0;
    keepToRange(this.#mask, params);
    this.#biased.set(this.#logits);
    this.#loop?.apply(this.#biased);
  }

  #step(token: number): void {
    const logits = this.engine.step([this.#state], [token]);
    this.#logits.set(logits.subarray(0, this.#logits.length));
  }

  mark(): Mark {
    return {
      snapshot: this.#state.snapshot(),
      logits: this.#logits.slice(),
      head: this.#head,
      loop: this.#loop?.copy() ?? null,
      bar: this.#bar,
    };
  }

  restore({ snapshot, logits, head, loop, bar }: Mark): void {
    this.#state.restore(snapshot);
    this.#logits.set(logits);
    this.#head = head;
    this.#loop = loop?.copy() ?? null;
    this.#bar = bar;
  }

  free(): void {
    this.#state.free();
  }
}

function keepToRange(mask: Uint8Array, params: ParamValues): void {
  const lowest = numberParam(params, 'lowest', 0);
  const highest = Math.max(lowest, numberParam(params, 'highest', 127));
  for (let pitch = 0; pitch < 128; pitch++) if (pitch < lowest || pitch > highest) forbidPitch(mask, pitch);
}

function keepOnly(mask: Uint8Array, keeps: (token: number) => boolean): void {
  for (let token = 0; token < mask.length; token++) if (!keeps(token)) mask[token] = 0;
}
