import type { Tune } from '../../../music/abc/tune.js';
import { type FeatureName, type Features, type Heard, heardIn } from './features.js';
import { inputOf } from './input.js';
import { CriticNetwork, type CriticWeights } from './network.js';
import { type Reading, readingOf } from './reading.js';
import { type FeatureCritic, featureLogit, type Spreads } from './spread.js';
import { type Remark, remarksOf } from './words.js';

/** What a model folder says of how people's tunes differ from those that its network makes. */
export interface CriticSpec {
  /** By type, or by meter where there is none, or OTHERS. */
  readonly spreads: Readonly<Record<string, Spreads>>;
  readonly features: FeatureCritic;
  readonly network: CriticWeights;
  /** What each counts for in the whole. */
  readonly mix: { readonly features: number; readonly network: number; readonly bias: number };
}

/** Kinds that have no spreads of their own. */
export const OTHERS = 'others';

export interface Verdict {
  /** How likely people made it, as a logit: of the whole, by its features, by the network. */
  readonly logit: number;
  readonly byFeatures: number;
  readonly byNetwork: number;
  readonly features: Features;
  /** Of the bars that are said again in their part, the share beyond what half of people's tunes have. */
  readonly surplus: number;
  /** What hardly one tune by people in a hundred has. */
  readonly vetoes: readonly string[];
  readonly remarks: readonly Remark[];
}

/** What hardly anybody wants: beyond 99 of 100 training tunes of its kind. */
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

/** Judges whole tunes. */
export class TuneCritic {
  readonly #network: CriticNetwork;

  constructor(private readonly spec: CriticSpec) {
    this.#network = new CriticNetwork(spec.network);
  }

  /** null where there is nothing to be said: a free meter, a few notes. */
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
