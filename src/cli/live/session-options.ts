import { randomInt } from 'node:crypto';
import type { ArgsDef } from 'citty';
import { ContinuoError } from '../../errors.js';
import { chosenModel } from '../../host/models/chosen-model.js';
import type { Setup } from '../../host/models/open-host-performer.js';
import { findPlugin } from '../../host/plugins/plugins.js';
import { parseEngineName } from '../../model/open.js';
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import {
  checkParam,
  idOfRole,
  type ParamSpec,
  type ParamSpecs,
  type ParamValue,
} from '../../plugin/params.js';
import { choiceOption, integerOption } from '../options.js';

/** What computes a model. */
export const ENGINE_ARGS = {
  engine: {
    type: 'string',
    default: 'kernel',
    description: 'kernel, reference, tfjs or tfjs-node',
    valueHint: 'NAME',
  },
  precision: {
    type: 'string',
    default: 'int8',
    description: "The kernel's weights: int8 or float32",
    valueHint: 'FORMAT',
  },
  memory: {
    type: 'boolean',
    default: true,
    description: 'With what the model remembers of the music so far, where its folder says how',
    negativeDescription: 'The network alone, without a memory of its plugin or folder',
  },
} as const satisfies ArgsDef;

/** Options of every command that runs a model. */
export const SETUP_ARGS = {
  plugin: {
    type: 'string',
    default: 'piano',
    description: 'The plugin that plays: its id (continuo plugin list), or its folder',
    valueHint: 'ID|FOLDER',
  },
  model: {
    type: 'string',
    description: "A model's name, or its folder (default: the plugin's best)",
    valueHint: 'ID|FOLDER',
  },
  ...ENGINE_ARGS,
  seed: {
    type: 'string',
    description: 'A whole number: the same seed and input give the same notes (default: random)',
    valueHint: 'N',
  },
} as const satisfies ArgsDef;

/** Options that set parameters. */
export const PARAM_ARGS = {
  temperature: { type: 'string', description: 'Low is careful, high is adventurous', valueHint: 'T' },
  set: { type: 'string', description: 'Parameters by id, e.g. topP=0.9,lowest=48', valueHint: 'ID=VALUE,…' },
} as const satisfies ArgsDef;

export interface SetupOptions {
  readonly plugin: string;
  readonly model?: string | undefined;
  readonly engine: string;
  readonly precision: string;
  readonly memory?: boolean;
  readonly seed?: string | undefined;
}

/** Reads {@link ENGINE_ARGS}. Throws ENGINE_UNKNOWN, OPTION_VALUE. */
export function engineOf(
  options: Pick<SetupOptions, 'engine' | 'precision' | 'memory'>,
): Pick<Setup, 'engine' | 'precision' | 'memory'> {
  return {
    engine: parseEngineName(options.engine),
    precision: choiceOption('precision', options.precision, ['int8', 'float32']),
    // Only `false` is recorded in a take, so that takes from before the switch existed mean what they meant.
    ...(options.memory === false && { memory: false }),
  };
}

/** Warns of extensions of a plugin that this host does not know and leaves out. */
export function sayUnknown({ id, unknownExtensions }: PluginDescriptor): void {
  if (unknownExtensions.length === 0) return;
  process.stderr.write(
    `continuo: the plugin ${id} has extensions that this version does not know, and leaves out: ${unknownExtensions.join(', ')}\n`,
  );
}

/** Reads {@link SETUP_ARGS}. Throws PLUGIN_UNKNOWN, MODEL_NOT_FOUND, ENGINE_UNKNOWN, OPTION_VALUE. */
export async function setupOf(options: SetupOptions): Promise<Setup> {
  const { ref, descriptor } = await findPlugin(options.plugin);
  sayUnknown(descriptor);
  return {
    plugin: ref,
    model: chosenModel(descriptor, options.model),
    ...engineOf(options),
    seed:
      options.seed === undefined
        ? randomInt(2 ** 31)
        : integerOption('seed', options.seed, 0, Number.MAX_SAFE_INTEGER),
  };
}

/** Reads {@link PARAM_ARGS} against the declared parameters. Throws PARAM_UNKNOWN, PARAM_VALUE, OPTION_VALUE. */
export function paramsOf(
  options: { readonly temperature?: string | undefined; readonly set?: string | undefined },
  specs: ParamSpecs,
): Record<string, ParamValue> {
  const pairs = options.set === undefined ? [] : options.set.split(',').map(splitPair);
  if (options.temperature !== undefined)
    pairs.push([idOfRole(specs, 'temperature') ?? 'temperature', options.temperature]);
  const values: Record<string, ParamValue> = {};
  for (const [id, text] of pairs) {
    const value = readValue(text, Object.hasOwn(specs, id) ? specs[id] : undefined);
    checkParam(specs, id, value);
    values[id] = value;
  }
  return values;
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  if (at > 0) return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  throw new ContinuoError(
    'OPTION_VALUE',
    `--set takes ID=VALUE pairs joined by commas; it was given "${pair}".`,
  );
}

function readValue(text: string, spec: ParamSpec | undefined): ParamValue {
  if (spec?.type === 'toggle') return text === 'true' ? true : text === 'false' ? false : text;
  if (text === '' && spec?.default === null) return null;
  if (spec?.type === 'choice' || spec?.type === 'text' || text === '') return text;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}
