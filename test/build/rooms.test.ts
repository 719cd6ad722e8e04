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
