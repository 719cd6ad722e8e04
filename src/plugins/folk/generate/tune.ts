import { decode } from '../../../generation/decode.js';
import { ParticleDecoding } from '../../../generation/particles.js';
import type { StepEngine } from '../../../model/engine.js';
import { createSampler, type SamplerSettings } from '../../../model/sampler.js';
import type { Key } from '../../../music/abc/key.js';
import type { Tune } from '../../../music/abc/tune.js';
import type { Placing } from '../codec/grammar-pitch.js';
import type { TuneGrammar } from '../codec/grammar-rules.js';
import { tokenRole } from '../codec/grammar-tokens.js';
import { folkCodec } from '../codec/index.js';
import type { TuneOdds } from '../odds/tune-odds.js';
import { DraftCounter, type DraftStatistics } from './statistics.js';
import { saidTempo } from './tempo-wish.js';
import { TuneBias } from './tune-bias.js';

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

type DraftListener = (tokens: readonly number[], grammar: TuneGrammar) => void;

/**
 * Drafts of tunes, one a branch, in the branches' order. Each depends on (weights, grammar, settings, prime, seed, branch) alone,
 * not on what grows beside it. `heard` gets the tokens so far as they come, those of a part's end when they are chosen, which makes
 * sense for one branch at a time.
 */
export function makeDrafts(
  engine: StepEngine,
  { grammar, sampler: drawn, seed, prime, lookAhead, odds }: DraftSettings,
  branches: readonly number[],
  heard?: DraftListener,
): Generator<Draft> {
  const classes = engine.spec.outputClasses;
  const sampler = createSampler(classes);
  return decode(engine, branches.length, (index, states) => {
    const branch = branches[index]!;
    return new ParticleDecoding<TuneGrammar, DraftCounter, Draft>(
      {
        constraint: grammar(branch),
        startToken: folkCodec.startToken,
        prompt: prime(branch),
        bias: new TuneBias(odds),
        tally: new DraftCounter(),
        sampling: ({ planning }) => (planning ? planSettings(drawn) : drawn),
        temperature: drawn.temperature,
        ...{ lookAhead, seed, branch },
        onOutput: heard && untilBar(heard),
        result: (tokens, { placing }, { counts }) => ({ tokens, placing: placing!, statistics: counts }),
      },
      sampler,
      classes,
      states,
    );
  });
}

/** Notes may be chosen more safely than people do, but not plans: a safe plan says the same bars over and over. */
function planSettings({ temperature, ...settings }: SamplerSettings): SamplerSettings {
  return { ...settings, topP: 1, temperature: Math.max(1, temperature) };
}

/** What was drawn ahead is said up to its last bar line: one more token was drawn with it. */
function untilBar(heard: DraftListener) {
  return (tokens: readonly number[], grammar: TuneGrammar, drawnAhead: boolean) => {
    const end = tokens.findLastIndex((token) => tokenRole(token) === 'bar') + 1;
    heard(drawnAhead ? tokens.slice(0, end) : tokens, grammar);
  };
}

/** A draft as a tune in its key. */
export function tuneOf(
  tokens: readonly number[],
  { key, octave }: { readonly key: Key; readonly octave: number },
  about: Partial<Pick<Tune, 'number' | 'titles' | 'fields' | 'type' | 'tempo'>> = {},
): Tune {
  const { type, tempo, ...options } = about;
  const tune = folkCodec.decode(tokens, { tonic: key.tonic, octave, ...options });
  return { ...tune, ...(type === undefined ? {} : { type }), ...saidTempo(tempo) };
}
