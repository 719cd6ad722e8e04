import { describe, expect, it } from 'vitest';
import { ContinuoError } from '../../errors.js';
import { placeExamples, type ReadExample, splitOfFamily } from './examples.js';

const split = { by: 'family', oneIn: 3, seed: 'a seed' } as const;
const example = (path: string, more: object = {}): ReadExample => ({ path, piece: null, ...more });
const place = (examples: readonly ReadExample[], file: object = {}) =>
  placeExamples(examples, { path: 'a', ...file }, { split, before: 0 });

describe('the part of a corpus that an example is of', () => {
  it('is that of its family, by its name alone', () => {
    const names = Array.from({ length: 3000 }, (_, index) => `family ${index}`);
    const held = names.filter((name) => splitOfFamily(name, split) === 'valid');
    expect(held.length).toBeGreaterThan(900);
    expect(held.length).toBeLessThan(1100);
    expect(splitOfFamily(held[0]!, split)).toBe('valid');
    expect(names.filter((name) => splitOfFamily(name, { ...split, seed: 'other' }) === 'valid')).not.toEqual(
      held,
    );
  });

  it('is of the family that is given, else of its title, else of itself', () => {
    const places = place([
      example('a:1', { title: 'The Kesh', family: 'x' }),
      example('a:2', { title: 'Another', family: 'x' }),
      example('a:3', { title: 'The Kesh' }),
      example('a:4', { title: 'KESH, the' }),
      example('a:5'),
      example('a:6'),
    ]).map(({ family }) => family);
    expect(places[0]).toBe(places[1]);
    expect(places[2]).toBe(places[3]);
    expect(new Set(places).size).toBe(4);
  });

  it('is what a list beside the file says, a line an example, those that are refused too', () => {
    const refused = { refused: new ContinuoError('FILE_READ', 'no') };
    const examples = [example('a:1'), { path: 'a:2', ...refused }, example('a:3')];
    const splits = ['valid', 'train', 'valid'] as const;
    expect(place(examples, { splits }).map(({ split }) => split)).toEqual(splits);
    expect(place(examples, { families: ['1', '2', '1'] }).map(({ family }) => family)).toEqual([
      '1',
      '2',
      '1',
    ]);
    expect(() => place(examples, { splits: ['train'] })).toThrow(
      expect.objectContaining({ code: 'CORPUS_SPLITS', message: expect.stringContaining('3 examples') }),
    );
  });

  it('is known as far as a file that breaks off was read', () => {
    const rest = { path: 'a', refused: new ContinuoError('FILE_READ', 'no'), rest: true } as const;
    expect(place([example('a:1'), rest], { splits: ['valid', 'train', 'train'] })[0]!.split).toBe('valid');
    expect(() => place([example('a:1'), example('a:2'), rest], { splits: ['valid'] })).toThrow();
  });

  it('is spread over all files, where the corpus is parted so', () => {
    const spread = { by: 'spread', oneIn: 4 } as const;
    const part = (before: number) =>
      placeExamples(
        [example('a:1'), example('a:2'), example('a:3')],
        { path: 'a' },
        { split: spread, before },
      );
    const all = [...part(0), ...part(3), ...part(6)].map(({ split }) => split);
    expect(all.flatMap((split, index) => (split === 'valid' ? [index] : []))).toEqual([2, 6]);
  });
});
