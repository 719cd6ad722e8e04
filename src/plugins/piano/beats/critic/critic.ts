import { FEATURE_NAMES, type FeatureName, featuresOf } from './features.js';
import type { ReadBar } from './reading.js';

/**
 * A feature of the logistic regression: middle and width of its values in people's bars, and the coefficients of the
 * standardised value and of its square.
 */
export interface FeatureWeight {
  readonly middle: number;
  readonly width: number;
  readonly slope: number;
  readonly bend: number;
}

/**
 * A logistic regression that tells people's continuations from the network's. training/torch/beat_critic.py fits it, and
 * it is part of a model folder.
 */
export interface BeatCriticSpec {
  readonly bias: number;
  readonly features: Readonly<Record<FeatureName, FeatureWeight>>;
}

/** Standardised values of features are clamped to this absolute value. */
const FARTHEST = 3;

/**
 * Faults that a reader of continuations named, with the side of people's middle on which each lies: rests, dissonances
 * and notes outside the key, a bar line without bass, a dropped figure, one chord or pitch over and over. People's
 * playing has each at times, so the regression hardly punishes them. Beyond one width from the middle, each further width
 * costs {@link COST}, up to {@link FARTHEST_NAMED} widths.
 */
const NAMED: readonly (readonly [FeatureName, side: 1 | -1])[] = [
  ['hole', 1],
  ['lowHole', 1],
  ['lineHole', 1],
  ['density', -1],
  ['unevenness', 1],
  ['clashes', 1],
  ['clashesChange', 1],
  ['outside', 1],
  ['lowInChord', -1],
  ['linesChange', -1],
  ['figureKept', -1],
  ['offGrid', -1],
  ['loop1', 1],
  ['lineRepeats', 1],
  ['lineEntropy', -1],
];
const COST = 0.7;
const FARTHEST_NAMED = 6;

/**
 * A network that is fed its own output for minutes repeats its bars. In windows of {@link LATELY} bars, 90 % of people's
 * playing repeats a smaller share of figures than {@link REPEATED}; each unit of excess costs {@link REPEAT_COST}.
 */
const LATELY = 10;
const REPEATED = 0.2;
const REPEAT_COST = 20;

/** The share of figures, four consecutive pitches, that have occurred before. */
function repeatedShare(bars: readonly ReadBar[]): number {
  const pitches = bars.flatMap(({ notes }) =>
    notes.toSorted((a, b) => a.tick - b.tick || a.pitch - b.pitch).map(({ pitch }) => pitch),
  );
  const known = new Set<string>();
  let repeated = 0;
  for (let at = 3; at < pitches.length; at++) {
    const figure = pitches.slice(at - 3, at + 1).join();
    if (known.has(figure)) repeated++;
    known.add(figure);
  }
  return repeated / Math.max(1, pitches.length - 3);
}

/** Scores continuations by how likely people would have played them; higher is better. */
export class BeatCritic {
  constructor(private readonly spec: BeatCriticSpec) {}

  /** The logit that people played `span` after `before`, minus the costs of named faults. */
  judge(before: readonly ReadBar[], span: readonly ReadBar[]): number {
    const features = featuresOf(before, span);
    const placeOf = (name: FeatureName) => {
      const { middle, width } = this.spec.features[name];
      return (features[name] - middle) / width;
    };
    const logit = FEATURE_NAMES.reduce((logit, name) => {
      const { slope, bend } = this.spec.features[name];
      const place = Math.max(-FARTHEST, Math.min(FARTHEST, placeOf(name)));
      return logit + slope * place + bend * place * place;
    }, this.spec.bias);
    const repeated = Math.max(0, repeatedShare([...before.slice(-LATELY), ...span]) - REPEATED);
    return NAMED.reduce(
      (left, [name, side]) => left - COST * Math.max(0, Math.min(FARTHEST_NAMED, side * placeOf(name)) - 1),
      logit - REPEAT_COST * repeated,
    );
  }
}
