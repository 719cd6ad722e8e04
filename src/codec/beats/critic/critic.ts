import { FEATURE_NAMES, type FeatureName, featuresOf } from './features.js';
import type { ReadBar } from './reading.js';

/** How people's bars are in one feature, and what it says for people: its place among theirs, and that place squared. */
export interface FeatureWeight {
  readonly middle: number;
  readonly width: number;
  readonly slope: number;
  readonly bend: number;
}

/** What a model folder says of how people go on, against how its network does; training/torch/beat_critic.py fits it. */
export interface BeatCriticSpec {
  readonly bias: number;
  readonly features: Readonly<Record<FeatureName, FeatureWeight>>;
}

/** Beyond so many widths a place counts no more. */
const FARTHEST = 3;

/** Judges some bars by those before them. */
export class BeatCritic {
  constructor(private readonly spec: BeatCriticSpec) {}

  /** How likely people played `span` after `before`, as a logit. */
  judge(before: readonly ReadBar[], span: readonly ReadBar[]): number {
    const features = featuresOf(before, span);
    return FEATURE_NAMES.reduce((logit, name) => {
      const { middle, width, slope, bend } = this.spec.features[name];
      const place = Math.max(-FARTHEST, Math.min(FARTHEST, (features[name] - middle) / width));
      return logit + slope * place + bend * place * place;
    }, this.spec.bias);
  }
}
