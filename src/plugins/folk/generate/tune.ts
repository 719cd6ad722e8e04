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
import { saidTempo } from './tempo.js';
import { TuneBias } from './tune-bias.js';

export interface DraftSettings {
  /** Makes the grammar for a branch. */
  readonly grammar: (branch: number) => TuneGrammar;
  readonly sampler: SamplerSettings;
  readonly seed: number;
  /** The opening tokens, including the header; the grammar must allow them. */
  readonly prime: (branch: number) => readonly number[];
  /** Particles that draw the end of each part; 1 samples it once, token by token. */
  readonly lookAhead: number;
  /** Log odds that correct the network's output towards tunes by people, if known. */
  readonly odds: TuneOdds | undefined;
}

export interface Draft {
  /** The tokens, with every repeat sign, including those that the network did not sample. */
  readonly tokens: readonly number[];
  readonly placing: Placing;
  readonly statistics: DraftStatistics;
}

type DraftListener = (tokens: readonly number[], grammar: TuneGrammar) => void;

/**
 * Drafts one tune per branch, in the order of `branches`. Each depends only on (weights, grammar, settings, prime, seed,
 * branch), not on the other branches of the batch. `heard` gets the tokens so far, those of a part's end once they are chosen;
 * it makes sense for one branch at a time.
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

/** Notes may be sampled more conservatively than people play, but plans may not: conservative plans repeat the same bars. */
function planSettings({ temperature, ...settings }: SamplerSettings): SamplerSettings {
  return { ...settings, topP: 1, temperature: Math.max(1, temperature) };
}

/** Reports tokens drawn ahead only up to the last bar line, because one more token was drawn with them. */
function untilBar(heard: DraftListener) {
  return (tokens: readonly number[], grammar: TuneGrammar, drawnAhead: boolean) => {
    const end = tokens.findLastIndex((token) => tokenRole(token) === 'bar') + 1;
    heard(drawnAhead ? tokens.slice(0, end) : tokens, grammar);
  };
}

/** Decodes a draft as a tune in its key. */
export function tuneOf(
  tokens: readonly number[],
  { key, octave }: { readonly key: Key; readonly octave: number },
  about: Partial<Pick<Tune, 'number' | 'titles' | 'fields' | 'type' | 'tempo'>> = {},
): Tune {
  const { type, tempo, ...options } = about;
  const tune = folkCodec.decode(tokens, { tonic: key.tonic, octave, ...options });
  return { ...tune, ...(type === undefined ? {} : { type }), ...saidTempo(tempo) };
}
