import { expect, it } from 'vitest';
import { folkTokenWords } from './token-words.js';
import { folkToken, folkVocabulary } from './vocabulary.js';

it('says each token of a tune in words, and each differently', () => {
  const said = (abc: string) => folkTokenWords(folkToken(abc)!);
  expect(
    ["c'", '^f', '3/2', '2>', '|', ':|', '|1', '(3', 'M:6/8', 'K:Cdor', 'R:jig', 'z', '-', '<s>'].map(said),
  ).toEqual([
    "note c'",
    'note ^f',
    'length 3/2',
    'length 2>',
    'bar line |',
    'repeat ends :|',
    'ending |1',
    'tuplet (3',
    'meter 6/8',
    'key Cdor',
    'type jig',
    'rest z',
    'tie -',
    'the tune begins',
  ]);
  const all = Array.from({ length: folkVocabulary.size }, (_, token) => folkTokenWords(token));
  expect(new Set(all).size).toBe(folkVocabulary.size);
  expect(() => folkTokenWords(folkVocabulary.size)).toThrow(expect.objectContaining({ code: 'TOKEN_RANGE' }));
});
