import type { FolkGrammar } from '../codec/folk/grammar.js';
import type { Placing } from '../codec/folk/grammar-pitch.js';
import { folkCodec } from '../codec/folk/index.js';
import type { NetworkState, StepEngine } from '../model/engine.js';
import { uniform } from '../model/random.js';
import { createSampler, type Sampler, type SamplerSettings } from '../model/sampler.js';
import type { Key } from '../music/abc/key.js';
import type { Tune } from '../music/abc/tune.js';
import { DraftCounter, type DraftStatistics } from './generate-statistics.js';

export interface DraftSettings {
  /** A grammar for the tune of a branch. */
  readonly grammar: (branch: number) => FolkGrammar;
  readonly sampler: SamplerSettings;
  readonly seed: number;
  /** Tokens that it begins with, header included; the grammar allows them. */
  readonly prime: (branch: number) => readonly number[];
}

export interface Draft {
  /** Every repeat's sign is among them, whether the network said it or not. */
  readonly tokens: readonly number[];
  readonly placing: Placing;
  readonly statistics: DraftStatistics;
}

/** Tunes that grow side by side: the weights are read once for all of them. */
const LANES = 8;

/**
 * Drafts of tunes, one a branch, in the branches' order. Each depends on (weights, grammar, settings, prime, seed, branch) alone,
 * not on what grows beside it. `heard` gets the tokens so far as they come, which makes sense for one branch at a time.
 */
export function* makeDrafts(
  engine: StepEngine,
  settings: DraftSettings,
  branches: readonly number[],
  heard?: (tokens: readonly number[], grammar: FolkGrammar) => void,
): Generator<Draft> {
  const sampler = createSampler(folkCodec.vocabulary.size);
  const waiting = [...branches];
  const ready = new Map<number, Draft>();
  const lanes: Lane[] = [];
  let given = 0;
  try {
    while (given < branches.length) {
      while (lanes.length < LANES && waiting.length > 0)
        lanes.push(new Lane(engine.createState(), settings, sampler, waiting.shift()!));
      const logits = engine.step(
        lanes.map(({ state }) => state),
        lanes.map(({ next }) => next),
      );
      const classes = folkCodec.vocabulary.size;
      lanes.forEach((lane, index) => {
        lane.hear(logits.subarray(index * classes, (index + 1) * classes));
        heard?.(lane.written, lane.grammar);
      });
      for (let index = lanes.length - 1; index >= 0; index--) {
        const lane = lanes[index]!;
        if (!lane.grammar.done) continue;
        ready.set(lane.branch, lane.draft());
        lane.state.free();
        lanes.splice(index, 1);
      }
      for (let draft = ready.get(branches[given]!); draft; draft = ready.get(branches[given]!)) {
        ready.delete(branches[given]!);
        given++;
        yield draft;
      }
    }
  } finally {
    for (const { state } of lanes) state.free();
  }
}

/** One tune that grows. */
class Lane {
  readonly grammar: FolkGrammar;
  /** The tune so far, with the signs of repeats that the network left out. */
  readonly written: number[] = [];
  readonly #prime: readonly number[];
  /** Tokens said so far. */
  #heard = 0;
  readonly #mask = new Uint8Array(folkCodec.vocabulary.size);
  /** The token to be fed. */
  next = folkCodec.startToken;
  readonly #counter: DraftCounter;

  constructor(
    readonly state: NetworkState,
    private readonly settings: DraftSettings,
    private readonly sampler: Sampler,
    readonly branch: number,
  ) {
    this.grammar = settings.grammar(branch);
    this.#prime = settings.prime(branch);
    this.#counter = new DraftCounter(sampler, settings.sampler);
  }

  /** Takes what the network says after the token that was fed: (class). */
  hear(logits: Float32Array): void {
    const prime = this.#prime;
    const index = this.#heard;
    this.next = index < prime.length ? prime[index]! : this.#draw(logits, index);
    this.grammar.acceptWritten(this.next, this.written);
    this.#heard++;
  }

  #draw(logits: Float32Array, index: number): number {
    const { sampler, seed } = this.settings;
    const mask = this.#mask.fill(1);
    this.grammar.forbid(mask);
    const drawn = this.sampler.sample(logits, sampler, mask, uniform(seed, this.branch, index));
    this.#counter.add(drawn, logits, mask);
    return drawn.token;
  }

  draft(): Draft {
    return { tokens: this.written, placing: this.grammar.placing!, statistics: this.#counter.counts };
  }
}

/** A draft as a tune in its key. */
export function tuneOf(
  tokens: readonly number[],
  { key, octave }: { readonly key: Key; readonly octave: number },
  about: Partial<Pick<Tune, 'number' | 'titles' | 'fields' | 'type'>> = {},
): Tune {
  const { type, ...options } = about;
  const tune = folkCodec.decode(tokens, { tonic: key.tonic, octave, ...options });
  return type === undefined ? tune : { ...tune, type };
}
