import { z } from 'zod';
import { ContinuoError } from '../errors.js';
import type { ParamSpecs } from './params.js';

/** The version of the contract that this host speaks. A plugin of another version is refused before anything else is read. */
const API_VERSION = 1;

const common = {
  label: z.string().min(1).max(40).optional(),
  help: z.string().max(200).optional(),
  restarts: z.boolean().optional(),
  since: z
    .strictObject({
      version: z.string().regex(/^\d+\.\d+\.\d+/, 'a semantic version'),
      before: z.union([z.number(), z.string(), z.boolean()]),
    })
    .optional(),
};
const range = { min: z.number(), max: z.number(), default: z.number() };

const paramSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      ...common,
      ...range,
      type: z.literal('float'),
      step: z.number().positive().optional(),
      unit: z.string().max(8).optional(),
    }),
    z.strictObject({
      ...common,
      type: z.literal('int'),
      min: z.int(),
      max: z.int(),
      default: z.int(),
      unit: z.string().max(8).optional(),
    }),
    z.strictObject({
      ...common,
      type: z.literal('pitch'),
      min: z.int().min(0),
      max: z.int().max(127),
      default: z.int(),
    }),
    z.strictObject({
      ...common,
      type: z.literal('choice'),
      choices: z.array(z.string()).min(1).max(64),
      default: z.string(),
    }),
    z.strictObject({ ...common, type: z.literal('toggle'), default: z.boolean() }),
  ])
  .refine(
    (param) => !('min' in param) || (param.min <= param.default && param.default <= param.max),
    'the default lies outside min to max',
  )
  .refine(
    (param) => param.type !== 'choice' || param.choices.includes(param.default),
    'the default is not among the choices',
  );

const descriptorSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  id: z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'lower-case words joined by dots or hyphens'),
  name: z.string().min(1).max(40),
  version: z.string().regex(/^\d+\.\d+\.\d+/, 'a semantic version'),
  description: z.string().max(400).optional(),
  features: z.array(z.string()).max(16).default([]),
  params: z.record(z.string().regex(/^[a-z][a-zA-Z0-9]*$/, 'a camelCase id'), paramSchema).default({}),
  /** Ids of the models that it can use, best first. */
  models: z.array(z.string()).min(1),
});

/** What plugin.json says: data that can be read without running the plugin's code. */
export type PluginDescriptor = Omit<z.infer<typeof descriptorSchema>, 'params'> & {
  readonly params: ParamSpecs;
};

/**
 * Reads a descriptor. Throws PLUGIN_API where it is for another version of the contract, PLUGIN_BROKEN where it is not
 * what the contract asks for; `where` names the file in the message.
 */
export function parseDescriptor(json: unknown, where: string): PluginDescriptor {
  const version = (json as { apiVersion?: unknown } | null)?.apiVersion;
  if (version !== API_VERSION) {
    throw new ContinuoError(
      'PLUGIN_API',
      `${where} is for version ${JSON.stringify(version)} of the plugin contract; this host speaks version ${API_VERSION}.`,
      'Install a version of the plugin, or of Continuo, that fits the other.',
    );
  }
  const read = descriptorSchema.safeParse(json);
  if (!read.success) {
    const [first] = read.error.issues;
    throw new ContinuoError(
      'PLUGIN_BROKEN',
      `${where}: ${first?.path.join('.') || 'the whole'}: ${first?.message}`,
    );
  }
  // zod says `| undefined` of its optional fields; JSON cannot hold undefined.
  return read.data as PluginDescriptor;
}
