import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** The entry of the package that gives a stranger what a room has; the longest room counts. */
const ENTRIES: readonly (readonly [room: string, entry: string])[] = [
  ['plugin', 'continuo/plugin'],
  ['errors.js', 'continuo/plugin'],
  ['music/abc', 'continuo/abc'],
  ['music', 'continuo/music'],
  ['codec', 'continuo/codec'],
  ['generation', 'continuo/generation'],
  ['model', 'continuo/model'],
];

/** What the bundled plugins import of the rooms below them: names by the entry that a stranger has them from. */
export function pluginImports(src: string): ReadonlyMap<string, ReadonlySet<string>> {
  const imports = new Map<string, Set<string>>();
  const files = readdirSync(join(src, 'plugins'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => /\.ts$/.test(name) && !/\.test\.ts$|testing/.test(name))) {
    const path = join('plugins', file);
    const text = readFileSync(join(src, path), 'utf8');
    for (const [, typeOnly, names, from] of text.matchAll(IMPORT)) {
      const target = normalize(join(dirname(path), from!)).replaceAll('\\', '/');
      const entry = ENTRIES.find(([room]) => target === room || target.startsWith(`${room}/`))?.[1];
      if (entry === undefined) continue;
      const known = imports.get(entry) ?? new Set();
      imports.set(entry, known);
      for (const name of names!.split(',').map((name) => name.trim().replace(/ as .*/, '')))
        if (name !== '') known.add(typeOnly ? `type ${name}` : name);
    }
  }
  // Some are imported as types in one file and as values in another.
  for (const names of imports.values()) for (const name of names) names.delete(`type ${name}`);
  return imports;
}

const IMPORT = /^(?:import|export) (type )?\{([^}]*)\} from '(\.[^']+)'/gm;
