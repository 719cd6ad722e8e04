import { type CommandDef, defineCommand } from 'citty';
import { ContinuoError } from '../../errors.js';
import { type FoundPlugin, findPlugin, findPlugins } from '../../host/plugins/plugins.js';
import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';
import { pluginIn } from '../plugin-in.js';
import type { FlagArgs } from './flag-names.js';
import { argsOf } from './flags.js';
import { generate } from './make.js';

/** `continuo generate`, with a subcommand for each plugin that composes, including the one given by --plugin. */
export async function generateCommand(args: readonly string[] = []): Promise<CommandDef> {
  const path = pluginIn(args);
  const given = path === undefined ? undefined : await findPlugin(path);
  const { plugins } = await findPlugins();
  const others = plugins.filter(({ descriptor }) => descriptor.id !== given?.descriptor.id);
  const all = given ? [...others, given] : others;
  if (given) requireSame(args[0], given, path!);
  return defineCommand({
    meta: { name: 'generate', description: 'Make whole pieces with a plugin.' },
    subCommands: Object.fromEntries(
      all.flatMap((plugin) => {
        const { id, compose } = plugin.descriptor;
        return compose ? [[id, commandOf(plugin, compose)] as const] : [];
      }),
    ),
  });
}

function commandOf(plugin: FoundPlugin, compose: ComposeDescriptor): CommandDef {
  const { descriptor } = plugin;
  return defineCommand({
    meta: {
      name: descriptor.id,
      description:
        compose.help ?? `Make ${compose.piece.many}: ${descriptor.description ?? `${descriptor.name}.`}`,
    },
    args: argsOf(descriptor, compose),
    run: ({ args }) => generate(plugin, compose, args as FlagArgs),
  });
}

/** Throws OPTION_VALUE if the plugin of --plugin is not the one named by the subcommand, or does not compose. */
function requireSame(
  named: string | undefined,
  { descriptor: { id, compose } }: FoundPlugin,
  path: string,
): void {
  if (compose === undefined)
    throw new ContinuoError(
      'OPTION_VALUE',
      `The plugin ${id} makes no pieces: it has no extension compose.`,
      'continuo generate --help lists the plugins that do.',
    );
  if (named === undefined || named.startsWith('-') || named === id) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    `--plugin ${path} is the plugin ${id}, and ${named} is another.`,
    `continuo generate ${id} --plugin ${path} makes its pieces.`,
  );
}
