import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ERROR_CODES } from './errors.js';

it('docs/ERRORS.md has a paragraph on each code, in the same order', () => {
  const docs = readFileSync(new URL('../docs/ERRORS.md', import.meta.url), 'utf8');
  const sections = docs.split(/^## /m).slice(1);
  expect(sections.map((section) => section.split('\n')[0])).toEqual(Object.keys(ERROR_CODES));
  for (const section of sections) expect(section.split('\n\n')[1]!.length).toBeGreaterThan(40);
});
