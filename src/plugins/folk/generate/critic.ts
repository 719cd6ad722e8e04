import { float16sAt } from '../../../model/base64-float16.js';
import { arrayAt, broken, numberAt, objectAt, sizeAt, stringAt } from '../../../model/json.js';
import type { ComposerModel } from '../../../plugin/composer.js';
import { type CriticSpec, OTHERS, TuneCritic } from '../critic/critic.js';
import { FEATURE_NAMES, type FeatureName } from '../critic/features.js';
import { INPUT_SIZES } from '../critic/input.js';
import type { CriticWeights } from '../critic/network.js';
import type { FeatureCritic, Spread, Spreads } from '../critic/spread.js';

/** In the model folder; written by training/torch/critic.py. */
const FILE = 'critic.json';
const MOST_BYTES = 16 * 2 ** 20;
const WIDEST = 512;

/** Loads the critic of a model; undefined if it has none. Throws MODEL_BROKEN, FILE_READ. */
export async function loadCritic(model: Pick<ComposerModel, 'file'>): Promise<TuneCritic | undefined> {
  const bytes = await criticFile(model);
  return bytes === null ? undefined : new TuneCritic(parseCritic(new TextDecoder().decode(bytes)));
}

/** The raw critic file; null if there is none. Throws MODEL_BROKEN, FILE_READ. */
export async function criticFile(model: Pick<ComposerModel, 'file'>): Promise<Uint8Array | null> {
  return model.file(FILE, MOST_BYTES);
}

/** Parses critic.json. Throws MODEL_BROKEN. */
export function parseCritic(text: string): CriticSpec {
  const said = objectAt(parsed(text), FILE);
  const spreads = Object.entries(objectAt(said.spreads, `${FILE}: spreads`)).map(
    ([kind, each]) => [kind, spreadsAt(each, `${FILE}: spreads.${kind}`)] as const,
  );
  const mix = objectAt(said.mix, `${FILE}: mix`);
  const share = (name: string) => numberAt(mix[name], `${FILE}: mix.${name}`);
  const spec = {
    spreads: Object.fromEntries(spreads),
    features: featuresAt(said.features, `${FILE}: features`),
    network: networkAt(said.network, `${FILE}: network`),
    mix: { features: share('features'), network: share('network'), bias: share('bias') },
  };
  if (spec.spreads[OTHERS]) return spec;
  throw broken(`${FILE}: spreads: expected one named ${OTHERS}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw broken(`${FILE}: expected JSON`);
  }
}

function eachFeature<T>(read: (name: FeatureName) => T): Record<FeatureName, T> {
  return Object.fromEntries(FEATURE_NAMES.map((name) => [name, read(name)])) as Record<FeatureName, T>;
}

function numbersAt(value: unknown, place: string, count: number): number[] {
  const list = arrayAt(value, place).map((each) => numberAt(each, place));
  if (list.length === count) return list;
  throw broken(`${place}: expected ${count} numbers, got ${list.length}`);
}

function spreadsAt(value: unknown, place: string): Spreads {
  const said = objectAt(value, place);
  return eachFeature((name): Spread => {
    const [p1, p5, p50, p95, p99] = numbersAt(said[name], `${place}.${name}`, 5);
    return { p1: p1!, p5: p5!, p50: p50!, p95: p95!, p99: p99! };
  });
}

function featuresAt(value: unknown, place: string): FeatureCritic {
  const said = objectAt(value, place);
  const weights = objectAt(said.weights, `${place}.weights`);
  return {
    bias: numberAt(said.bias, `${place}.bias`),
    weights: eachFeature((name) => {
      const [slope, bend, least] = numbersAt(weights[name], `${place}.weights.${name}`, 3);
      if (!(least! > 0))
        throw broken(`${place}.weights.${name}: expected a least width above 0, got ${least}`);
      return { slope: slope!, bend: bend!, least: least! };
    }),
  };
}

/** Reads the embedding tables, the weights of both directions and the output layer, in that order. */
function networkAt(value: unknown, place: string): CriticWeights {
  const said = objectAt(value, place);
  const width = sizeAt(said.width, `${place}.width`);
  const units = sizeAt(said.units, `${place}.units`);
  if (width > WIDEST || units > WIDEST) throw broken(`${place}: expected at most ${WIDEST} units`);
  const all = float16sAt(stringAt(said.weights, `${place}.weights`), `${place}.weights`);
  const gates = 3 * units;
  const direction = gates * (width + units + 2);
  const count = INPUT_SIZES.reduce((sum, size) => sum + size * width, 0) + 2 * direction + 4 * units + 1;
  if (all.length !== count || !all.every(Number.isFinite))
    throw broken(`${place}.weights: expected ${count} numbers, got ${all.length}`);
  let at = 0;
  const take = (length: number) => {
    at += length;
    return all.subarray(at - length, at);
  };
  const tables = INPUT_SIZES.map((size) => take(size * width));
  const read = () => ({
    input: take(gates * width),
    hidden: take(gates * units),
    inputBias: take(gates),
    hiddenBias: take(gates),
  });
  return { width, units, tables, ahead: read(), back: read(), out: take(4 * units), bias: take(1)[0]! };
}
