import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));

// The arrows are checked by dependency-cruiser; this is of words: what the folk plugin can do stands in its folder.
it.each(['host', 'server', 'session', 'generation', 'plugin', 'cli/generate'])(
  'src/%s names no plugin',
  (room) => {
    const files = readdirSync(join(src, room), { recursive: true, encoding: 'utf8' });
    const sources = files.filter((file) => file.endsWith('.ts') && !/\.test\.ts$|testing/.test(file));
    expect(sources.length).toBeGreaterThan(1);
    expect(sources.filter((file) => /folk/i.test(readFileSync(join(src, room, file), 'utf8')))).toEqual([]);
  },
);

/** The piano's music in beats: its tokens, codecs, memories and critic. */
const IN_BEATS =
  /beat-?(token|vocabulary|codec|head|critic|prompt|writer|performer)|performance-beats|beats-?or-?steps|bar-?recall|chord-?(loop|odds)/i;

it.each(['host', 'session', 'performer', 'server', 'cli', 'codec', 'plugin', 'generation', 'model'])(
  'src/%s knows nothing of the tokens in which the piano counts beats',
  (room) => {
    const files = readdirSync(join(src, room), { recursive: true, encoding: 'utf8' });
    const sources = files.filter((file) => file.endsWith('.ts') && !/\.test\.ts$|testing/.test(file));
    expect(sources.length).toBeGreaterThan(1);
    expect(sources.filter((file) => IN_BEATS.test(readFileSync(join(src, room, file), 'utf8')))).toEqual([]);
  },
);

// swc, which reads the imports for dependency-cruiser, does not say which are of types alone.
it('src/protocol imports only types of src/host', () => {
  const imports = readdirSync(join(src, 'protocol'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => readFileSync(join(src, 'protocol', file), 'utf8').match(/^(im|ex)port [^;]*;/gm) ?? [])
    .filter((line) => line.includes("'../host/"));
  expect(imports.length).toBeGreaterThan(2);
  expect(imports.filter((line) => !/^(im|ex)port type /.test(line))).toEqual([]);
});
