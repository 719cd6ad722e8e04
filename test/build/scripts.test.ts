import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** `const { a, b } = await from('host/x.js')`: how the scripts import the built program. */
const IMPORT = /const \{([^}]*)\} = await (?:from|import)\(\s*'(?:\.\.\/dist\/)?([^']+\.js)'\s*,?\s*\)/g;

const scripts = readdirSync(join(root, 'scripts')).filter((name) => name.endsWith('.mjs'));
const imports = scripts.flatMap((script) =>
  [...readFileSync(join(root, 'scripts', script), 'utf8').matchAll(IMPORT)].map(
    ([, names, path]) => [script, path!, names!] as const,
  ),
);

it('scripts that import the program are found', () => {
  expect(new Set(imports.map(([script]) => script)).size).toBeGreaterThan(5);
});

it.each(imports)('%s: %s has what it imports', async (_, path, names) => {
  const module = (await import(pathToFileURL(join(root, 'dist', path)).href)) as object;
  const wanted = names.split(',').map((name) => name.split(':')[0]!.trim());
  expect(wanted.filter((name) => name !== '' && !(name in module))).toEqual([]);
});
