import { z } from 'zod';
import { ContinuoError } from '../errors.js';
import { API_VERSION, checkApiVersion } from './api-version.js';
import { checkedParam } from './checked-param.js';
import { type ComposeDescriptor, composeDescriptor } from './compose-descriptor.js';
import { type CorpusDescriptor, corpusDescriptor } from './corpus-descriptor.js';
import { type OfflineDescriptor, offlineDescriptor } from './offline-descriptor.js';
import { type ParamSpec, type ParamSpecs, RESERVED_PARAM_IDS, roleOf } from './params.js';

/** The extensions that this host knows. A plugin may name others; the host leaves them out and says so. */
export const EXTENSIONS = ['live', 'predictor', 'compose', 'corpus', 'offline', 'memory'] as const;
export type ExtensionName = (typeof EXTENSIONS)[number];

const isKnown = (name: string): name is ExtensionName => (EXTENSIONS as readonly string[]).includes(name);
const semantic = z.string().regex(/^\d+\.\d+\.\d+/, 'a semantic version');
const paramId = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]*$/, 'a camelCase id')
  .max(40);

const descriptorSchema = z.strictObject({
  /** For editors. */
  $schema: z.exactOptional(z.string()),
  apiVersion: z.string(),
  id: z
    .string()
    .max(64)
    .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'lower-case words joined by dots or hyphens'),
  name: z.string().min(1).max(40),
  version: semantic,
  description: z.exactOptional(z.string().max(400)),
  licence: z.exactOptional(z.string().min(1).max(80)),
  leastHostVersion: z.exactOptional(semantic),
  main: z.exactOptional(
    z
      .string()
      .max(200)
      .regex(
        /^(\.\/)?[\w-][\w.-]*(\/[\w-][\w.-]*)*\.(js|mjs|ts|mts)$/,
        'a .js or .ts file within the folder',
      ),
  ),
  extensions: z.array(z.string().min(1).max(64)).max(32).default([]),
  params: z.record(paramId, checkedParam).default({}),
  models: z.array(z.string().min(1).max(128)).max(64).default([]),
  compose: z.exactOptional(composeDescriptor),
  corpus: z.exactOptional(corpusDescriptor),
  offline: z.exactOptional(offlineDescriptor),
});

/** The content of plugin.json: data that the host reads without running the plugin's code. */
export interface PluginDescriptor {
  /** The {@link API_VERSION} that the plugin was written for. */
  readonly apiVersion: string;
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly licence?: string;
  /** The oldest Continuo that it runs in. */
  readonly leastHostVersion?: string;
  /** Its code, within its folder. Default: index.js, else index.ts. */
  readonly main?: string;
  readonly extensions: readonly ExtensionName[];
  /** Extensions that it names and this host does not know. */
  readonly unknownExtensions: readonly string[];
  readonly params: ParamSpecs;
  /** Ids of the models that it can use, best first; empty where it has a predictor. */
  readonly models: readonly string[];
  /** What pieces it makes, where it has the extension `compose`. */
  readonly compose?: ComposeDescriptor;
  /** Which files it makes training data of, where it has the extension `corpus`. */
  readonly corpus?: CorpusDescriptor;
  /** What it does with a whole file, where it has the extension `offline`. */
  readonly offline?: OfflineDescriptor;
}

/**
 * Reads a descriptor; `where` names the file in messages. Throws PLUGIN_API for another version of the contract (checked before
 * anything else), PARAM_RESERVED where a parameter has an id of the session, and PLUGIN_BROKEN where the descriptor does not follow the
 * contract.
 */
export function parseDescriptor(json: unknown, where: string): PluginDescriptor {
  checkApiVersion((json as { apiVersion?: unknown } | null)?.apiVersion, where);
  const read = descriptorSchema.safeParse(json);
  if (!read.success) {
    const [first] = read.error.issues;
    throw broken(`${where}: ${first?.path.join('.') || 'the whole'}: ${first?.message}`);
  }
  const { $schema: _, extensions: named, params, ...said } = read.data;
  checkIds(params, where);
  const extensions = named.filter(isKnown);
  if (extensions.includes('predictor') && !extensions.includes('live'))
    throw broken(`${where}: extensions: predictor needs live, which says what its tokens mean.`);
  if (extensions.includes('predictor') && said.models.length > 0)
    throw broken(`${where}: models: a plugin with a predictor uses no model.`, 'Leave models out.');
  if (extensions.includes('live') && said.models.length === 0 && !extensions.includes('predictor'))
    throw broken(
      `${where}: models: a plugin that plays live needs a model or a predictor, and this one names neither.`,
      'Name the models that it can use, or add the extension predictor.',
    );
  if (extensions.includes('memory') && said.models.length === 0)
    throw broken(`${where}: extensions: memory goes around a network, and models names none.`);
  for (const [name, hint] of Object.entries(DESCRIBED)) {
    const there = said[name as keyof typeof DESCRIBED] !== undefined;
    if (extensions.includes(name as ExtensionName) !== there)
      throw broken(
        `${where}: ${name}: ${there ? 'it is there, and extensions does not name it' : 'extensions names it, and it is not there'}.`,
        hint,
      );
  }
  return { ...said, extensions, unknownExtensions: named.filter((name) => !isKnown(name)), params };
}

/** The extensions that plugin.json describes under their name, and what it says there. */
const DESCRIBED = {
  compose: 'A plugin that makes whole pieces says in compose which options, exports and edits they have.',
  corpus:
    'A plugin that makes training data says in corpus which files that is made of, and in which codecs.',
  offline: 'A plugin that plays with a whole file says in offline whether it continues or accompanies it.',
} as const satisfies Partial<Record<ExtensionName, string>>;

function checkIds(params: Readonly<Record<string, ParamSpec>>, where: string): void {
  const reserved = RESERVED_PARAM_IDS.find((id) => Object.hasOwn(params, id));
  if (reserved !== undefined)
    throw new ContinuoError(
      'PARAM_RESERVED',
      `${where}: params.${reserved}: the session has a parameter of that id, as of ${RESERVED_PARAM_IDS.filter((id) => id !== reserved).join(', ')}.`,
      'Give the parameter another id.',
    );
  const roles = Object.values(params)
    .map(roleOf)
    .filter((role) => role !== undefined);
  const twice = roles.find((role, index) => roles.indexOf(role) !== index);
  if (twice !== undefined)
    throw broken(`${where}: params: two parameters have the role ${twice}; only one may.`);
}

function broken(message: string, hint?: string): ContinuoError {
  return new ContinuoError('PLUGIN_BROKEN', message, hint);
}
