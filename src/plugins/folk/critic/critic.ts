import type { Tune } from '../../../music/abc/tune.js';
import { type FeatureName, type Features, type Heard, heardIn } from './features.js';
import { inputOf } from './input.js';
import { CriticNetwork, type CriticWeights } from './network.js';
import { type Reading, readingOf } from './reading.js';
import { type FeatureCritic, featureLogit, type Spreads } from './spread.js';
import { type Remark, remarksOf } from './words.js';

/** A critic as stored in a model folder: how people's tunes differ from those of its network. */
export interface CriticSpec {
  /** By tune type; by meter for tunes without a type; OTHERS for the rest. */
  readonly spreads: Readonly<Record<string, Spreads>>;
  readonly features: FeatureCritic;
  readonly network: CriticWeights;
  /** Weights of the two critics in the overall logit. */
  readonly mix: { readonly features: number; readonly network: number; readonly bias: number };
}

/** Key for tunes whose type or meter has no spreads of its own. */
export const OTHERS = 'others';

export interface Verdict {
  /** Log-odds that people made the tune: overall, by features alone, by the network alone. */
  readonly logit: number;
  readonly byFeatures: number;
  readonly byNetwork: number;
  readonly features: Features;
  /** Share of bars repeated within their part, above the median of people's tunes. */
  readonly surplus: number;
  /** Faults that at most about one in a hundred tunes by people have. */
  readonly vetoes: readonly string[];
  readonly remarks: readonly Remark[];
}

/** Features with a veto, and the end of the spread: beyond 99 of 100 training tunes of the same kind. */
const VETOES: Readonly<Partial<Record<FeatureName, readonly [end: 'above' | 'below', text: string]>>> = {
  wideBarLeaps: ['above', 'leaps over an octave from bar to bar'],
  unrecovered: ['above', 'leaps that nothing takes back'],
  stutter: ['above', 'a bar again and again'],
  mostOfOne: ['above', 'one bar too often'],
  borrowed: ['above', "a later part of an earlier one's bars"],
  dithering: ['above', 'bars of two notes'],
  accidentals: ['above', 'stray accidentals'],
  oddLengths: ['above', 'odd note lengths'],
  range: ['below', 'no range'],
  chordsAPart: ['below', 'one chord all through'],
};

/** Judges complete tunes: how likely people made them, and what stands out. */
export class TuneCritic {
  readonly #network: CriticNetwork;

  constructor(private readonly spec: CriticSpec) {
    this.#network = new CriticNetwork(spec.network);
  }

  /** Returns null for a tune that cannot be judged: a free meter, or fewer than 8 notes. */
  judge(tune: Tune): Verdict | null {
    const reading = readingOf(tune);
    if (!reading) return null;
    const { features, mix } = this.spec;
    const spreads = this.#spreadsOf(reading);
    const heard = heardIn(reading);
    const byFeatures = featureLogit(heard.features, spreads, features).logit;
    const byNetwork = this.#network.logit(inputOf(reading));
    return {
      logit: mix.bias + mix.features * byFeatures + mix.network * byNetwork,
      ...{ byFeatures, byNetwork },
      features: heard.features,
      surplus: Math.max(0, heard.features.repeatedWithin - spreads.repeatedWithin.p50),
      vetoes: vetoesOf(heard, spreads),
      remarks: remarksOf(heard, spreads),
    };
  }

  #spreadsOf({ type, meter }: Reading): Spreads {
    const { spreads } = this.spec;
    return spreads[type ?? meter] ?? spreads[OTHERS]!;
  }
}

function vetoesOf({ features }: Heard, spreads: Spreads): string[] {
  return Object.entries(VETOES).flatMap(([name, [end, text]]) => {
    const value = features[name as FeatureName];
    const { p1, p99 } = spreads[name as FeatureName];
    return (end === 'above' ? value > p99 + 1e-9 : value < p1 - 1e-9) ? [text] : [];
  });
}
