import { expect, it } from 'vitest';
import { isPlainData } from './plain-data.js';

it('data of states is plain; what is endless, has holes, or is code or of unknown kinds is not', () => {
  const shared = { a: [1, 2] };
  expect(
    isPlainData({ shared, again: shared, map: new Map([[1, new Set(['x'])]]), view: new Float32Array(3) }),
  ).toBe(true);
  expect(isPlainData([undefined, null, Number.NaN, -0, 'x', true])).toBe(true);
  const endless: unknown[] = [];
  endless.push(endless);
  let deep: unknown = 1;
  for (let level = 0; level < 1000; level++) deep = [deep];
  const sparse: number[] = [];
  sparse.length = 2 ** 32 - 1;
  for (const other of [
    endless,
    deep,
    sparse,
    Object.assign([], { 2: 1 }),
    /x/,
    new Date(),
    1n,
    Object(1),
    new URL('http://a/'),
  ])
    expect(isPlainData({ other })).toBe(false);
});
