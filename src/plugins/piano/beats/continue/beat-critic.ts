import { broken, numberAt, objectAt } from '../../../../model/json.js';
import { BeatCritic } from '../critic/critic.js';
import { FEATURE_NAMES } from '../critic/features.js';

/** Parses the critic of a model folder, `userDefinedMetadata.continuo.beatCritic` in its model.json; null where it has none. Throws MODEL_BROKEN. */
export function parseBeatCritic(value: unknown): BeatCritic | null {
  if (value === undefined) return null;
  const place = 'model.json: userDefinedMetadata.continuo.beatCritic';
  const said = objectAt(value, place);
  const features = objectAt(said.features, `${place}.features`);
  const weights = FEATURE_NAMES.map((name) => {
    const at = `${place}.features.${name}`;
    const weight = objectAt(features[name], at);
    const number = (key: string) => numberAt(weight[key], `${at}.${key}`);
    const width = number('width');
    if (!(width > 0)) throw broken(`${at}.width: expected a number above 0, got ${width}`);
    return [name, { middle: number('middle'), width, slope: number('slope'), bend: number('bend') }] as const;
  });
  return new BeatCritic({
    bias: numberAt(said.bias, `${place}.bias`),
    features: Object.fromEntries(weights) as Record<
      (typeof FEATURE_NAMES)[number],
      (typeof weights)[number][1]
    >,
  });
}
