import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { directions } from '../../src/protocol/asyncapi/document.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = join(root, 'docs/asyncapi.yaml');

/** All values under the key `$ref`, anywhere. */
function refs(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : refs(inner),
  );
}

describe('docs/asyncapi.yaml', () => {
  it('is what the schemas give (node scripts/asyncapi.mjs writes it)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-asyncapi-'));
    try {
      const out = join(folder, 'asyncapi.yaml');
      execFileSync(process.execPath, [join(root, 'scripts/asyncapi.mjs'), '--out', out]);
      expect(readFileSync(file, 'utf8')).toBe(readFileSync(out, 'utf8'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('points only to what is in it', () => {
    const document = parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const all = new Set(refs(document));
    expect(all.size).toBeGreaterThan(60);
    for (const ref of all) {
      const at = ref
        .slice('#/'.length)
        .split('/')
        .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
      expect(at, ref).toBeDefined();
    }
  });

  it.each(directions.map((direction) => [direction.prefix, direction] as const))(
    'describes each message %s, with an example that its schema accepts',
    (_, { schemas, says }) => {
      expect(schemas.map((schema) => schema.shape.type.value).sort()).toEqual(Object.keys(says).sort());
      for (const schema of schemas) {
        const { says: text, example } = says[schema.shape.type.value]!;
        expect(text).toMatch(/^[A-Z].*\.$/);
        // What a client reads it reads loosely, so an example may not say more than the schema.
        expect(schema.strict().parse(example)).toEqual(example);
      }
    },
  );
});
