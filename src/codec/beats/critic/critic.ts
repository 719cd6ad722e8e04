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

/**
 * What a reader of continuations named as wrong, and on which side of people's middle: rests, what clashes or leaves the key, a bar line without
 * its bass, a figure that is dropped, one chord or pitch over and over. People have each of it at times, so the regression hardly minds;
 * beyond a width from their middle it costs so much a width.
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

/** A network that goes on for minutes hears itself alone, and says its bars again and again: 90 % of people's windows of so many bars repeat fewer figures. */
const LATELY = 10;
const REPEATED = 0.2;
const REPEAT_COST = 20;

/** Of the figures of four pitches in a row, those that were there before. */
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

/** Judges some bars by those before them. */
export class BeatCritic {
  constructor(private readonly spec: BeatCriticSpec) {}

  /** How likely people played `span` after `before`, as a logit, less what a reader would name. */
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
