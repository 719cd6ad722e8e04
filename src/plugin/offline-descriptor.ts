import { z } from 'zod';
import type { Agree } from './agree.js';
import { checkedParam } from './checked-param.js';
import type { ParamSpec } from './params.js';

/** An option of `continuo continue` with this plugin; `bestOf` is `--best-of`. */
export interface OfflineOption {
  readonly param: ParamSpec;
  /** Several values may be given, joined by commas. */
  readonly several?: boolean;
}

/** Options by id. */
export type OfflineOptions = Readonly<Record<string, OfflineOption>>;

/** `offline` of plugin.json: what the plugin does with a whole file, readable without running its code. */
export interface OfflineDescriptor {
  /** `continues`: what it plays begins at the end of the file. `accompanies`: it plays beside the file, from its beginning. */
  readonly does: 'continues' | 'accompanies';
  /** It can count in some bars before the file begins. */
  readonly countsIn?: boolean;
  /** By id, in the order in which a help names them. */
  readonly options: OfflineOptions;
}

/** Names of the command line that `continuo continue` has with every plugin. */
const COMMON_NAMES = [
  ...['input', 'out', 'output', 'seconds', 'countIn', 'replyOnly', 'json', 'plugin', 'model', 'engine'],
  ...['precision', 'memory', 'seed', 'temperature', 'set', 'help'],
];

const name = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]*$/, 'a camelCase id')
  .max(40);

/** The schema of an {@link OfflineDescriptor}. */
export const offlineDescriptor = z
  .strictObject({
    does: z.enum(['continues', 'accompanies']),
    countsIn: z.exactOptional(z.boolean()),
    options: z
      .record(name, z.strictObject({ param: checkedParam, several: z.exactOptional(z.boolean()) }))
      .default({}),
  })
  .refine(
    ({ does, countsIn }) => does === 'accompanies' || countsIn !== true,
    'countsIn: only a plugin that accompanies plays from the beginning of a file',
  )
  .refine(({ options }) => clashOf(options) === undefined, {
    error: ({ input }) =>
      `options.${clashOf((input as OfflineDescriptor).options)}: continuo continue has an option of that name already`,
  });

function clashOf(options: OfflineOptions): string | undefined {
  return Object.keys(options).find((id) => COMMON_NAMES.includes(id));
}

true satisfies Agree<z.infer<typeof offlineDescriptor>, OfflineDescriptor>;
