import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';

/** The folder that package.json is in, whether this file runs from src/ or from dist/. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

const root = packageRoot();
const user = envPaths('continuo', { suffix: '' });

/** Where things are. The user's own folder follows the habits of the system (XDG, Application Support, %APPDATA%). */
export const FOLDERS = {
  root,
  bundledModels: join(root, 'models'),
  userModels: join(user.data, 'models'),
  /** Built-in plugins: code in dist/, or in src/ under a test runner that reads TypeScript. */
  bundledPlugins: join(dirname(dirname(fileURLToPath(import.meta.url))), 'plugins'),
  userPlugins: join(user.data, 'plugins'),
  takes: join(user.data, 'takes'),
  /** What continuo plugin new writes. */
  pluginTemplate: join(root, 'templates', 'plugin'),
  /** Manifests, and the corpora of our own. */
  datasets: join(root, 'datasets'),
  /** Corpora that were fetched. */
  corpora: join(user.data, 'corpora'),
  panel: join(root, 'dist', 'web-ui'),
} as const;

/** The version of this program. */
export function hostVersion(): string {
  const manifest = readFileSync(join(root, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
