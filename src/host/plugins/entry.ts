import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { ContinuoError } from '../../errors.js';
import type { FoundPlugin } from './read-plugin.js';

const TYPESCRIPT = /\.m?ts$/;

/**
 * The entry file of a plugin that this Node can load: `main` of plugin.json, else index.js or index.ts. For TypeScript that Node
 * cannot load, its build is used: the same name with .js beside it, or in dist. Throws PLUGIN_FILE where there is none or it lies
 * outside the plugin's folder, PLUGIN_CODE where TypeScript must be built first.
 */
export function entryOf({ descriptor, folder }: Pick<FoundPlugin, 'descriptor' | 'folder'>): string {
  const names = descriptor.main === undefined ? ['index.js', 'index.ts'] : [descriptor.main];
  const main = names.map((name) => join(folder, name)).find((file) => existsSync(file));
  if (main === undefined) {
    throw new ContinuoError(
      'PLUGIN_FILE',
      `The plugin ${descriptor.id} has no code: ${names.map((name) => join(folder, name)).join(' or ')} is not there.`,
      'Its plugin.json says with "main" where the code is.',
    );
  }
  const file = TYPESCRIPT.test(main) && !loadsTypeScript(main) ? builtFrom(main, folder) : main;
  if (realpathSync(file).startsWith(folder + sep)) return file;
  throw new ContinuoError(
    'PLUGIN_FILE',
    `${file} leads outside the folder of the plugin, to ${realpathSync(file)}.`,
    'The code of a plugin lies in its folder.',
  );
}

/** Whether this Node loads TypeScript directly: since 22.18 and 23.6, but never from node_modules. */
function loadsTypeScript(file: string): boolean {
  const { typescript } = process.features as { typescript?: string | false };
  return Boolean(typescript) && !file.includes(`${sep}node_modules${sep}`);
}

function builtFrom(source: string, folder: string): string {
  const name = basename(source).replace(TYPESCRIPT, (ending) => ending.replace('t', 'j'));
  const built = [join(dirname(source), name), join(folder, 'dist', name)].find((file) => existsSync(file));
  const build =
    'Build it: npm run build in its folder, where its package.json has that script; else npx tsc. Node 22.18 and newer load it as it is, unless it lies in node_modules.';
  if (built === undefined)
    throw new ContinuoError(
      'PLUGIN_CODE',
      `${source} is TypeScript, which Node ${process.versions.node} does not load from there.`,
      build,
    );
  if (statSync(built).mtimeMs >= statSync(source).mtimeMs) return built;
  throw new ContinuoError(
    'PLUGIN_CODE',
    `${built} is older than ${source}, which Node ${process.versions.node} does not load itself.`,
    build,
  );
}
