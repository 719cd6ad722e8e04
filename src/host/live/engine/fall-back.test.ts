import { expect, it } from 'vitest';
import { FallBack } from './fall-back.js';

it('goes back to the one before where one dies soon, and to nothing where that dies too', () => {
  const fallBack = new FallBack<string>(Object.is);
  fallBack.taken('good', 0);
  fallBack.taken('bad', 3);
  expect(fallBack.died('bad', 4)).toBe('good');
  fallBack.taken('good', 4);
  expect(fallBack.died('good', 5)).toBeNull();
  fallBack.taken('good', 5);
  expect(fallBack.died('good', 6)).toBeNull();
});

it('goes back once for each time that one is asked for', () => {
  const fallBack = new FallBack<string>(Object.is);
  fallBack.taken('good', 0);
  for (const asked of [10, 20]) {
    fallBack.taken('bad', asked);
    expect(fallBack.died('bad', asked + 1)).toBe('good');
    fallBack.taken('good', asked + 1);
  }
});

it('prefers what has played for long, and never what died', () => {
  const fallBack = new FallBack<string>(Object.is);
  fallBack.taken('good', 0);
  fallBack.taken('short', 60);
  fallBack.taken('bad', 61);
  expect(fallBack.died('bad', 62)).toBe('good');
  fallBack.taken('other', 63);
  expect(fallBack.died('other', 64)).toBeNull();
});

it('leaves what has played for long, or died before it is the one that dies', () => {
  const fallBack = new FallBack<string>(Object.is);
  expect(fallBack.died('none', 0)).toBeNull();
  fallBack.taken('before', 0);
  fallBack.taken('old', 20);
  expect(fallBack.died('before', 21)).toBeNull();
  expect(fallBack.died('old', 40)).toBeNull();
});

it('has nothing to go back to where new weights take the place of the same ones', () => {
  const fallBack = new FallBack<string>(Object.is);
  fallBack.taken('other', 0);
  fallBack.taken('mine', 20);
  fallBack.taken('mine', 40);
  expect(fallBack.died('mine', 41)).toBeNull();
});
