import { describe, expect, expectTypeOf, it } from 'vitest';
import { fnv1a64 } from './hash.js';
import { range, vocabulary } from './vocabulary.js';

const end = range('END', {}, () => 'the end');
const beat = range('BEAT', { beat: 4, part: 3 }, ({ beat, part }) => `beat ${beat + 1}, part ${part + 1}`);
const classes = vocabulary('test', [end, beat]);

describe('vocabulary', () => {
  it('numbers its ranges one after another', () => {
    expect(classes.size).toBe(13);
    expect(classes.token('END', {})).toBe(0);
    expect(classes.token('BEAT', { beat: 3, part: 1 })).toBe(11);
    expect(classes.ranges).toEqual([
      { name: 'END', first: 0, size: 1, fields: {} },
      { name: 'BEAT', first: 1, size: 12, fields: { beat: 4, part: 3 } },
    ]);
  });

  it('reads tokens, typed by their range', () => {
    const reading = classes.read(11);
    expect(reading).toEqual({ range: 'BEAT', values: { beat: 3, part: 1 } });
    if (reading.range === 'BEAT') expectTypeOf(reading.values.part).toEqualTypeOf<number>();
    expect(classes.read(0)).toEqual({ range: 'END', values: {} });
    expect(classes.describe(11)).toBe('beat 4, part 2');
  });

  it('describes tokens by their fields where no words are given', () => {
    const own = vocabulary('own', [range('REST', {}), range('HIT', { drum: 4, level: 3 })]);
    expect([own.describe(0), own.describe(1), own.describe(12)]).toEqual([
      'REST',
      'HIT drum 0, level 0',
      'HIT drum 3, level 2',
    ]);
  });

  it('hashes what tokens mean: name, ranges, fields, radices and their order', () => {
    const words = () => '';
    const hashes = [
      classes,
      vocabulary('other', [end, beat]),
      vocabulary('test', [beat, end]),
      vocabulary('test', [end, range('PULSE', { beat: 4, part: 3 }, words)]),
      vocabulary('test', [end, range('BEAT', { part: 3, beat: 4 }, words)]),
      vocabulary('test', [end, range('BEAT', { beat: 3, part: 4 }, words)]),
      vocabulary('test', [end, range('BEAT', { beat: 4, third: 3 }, words)]),
    ].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(hashes.length);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(vocabulary('test', [end, range('BEAT', { beat: 4, part: 3 }, words)]).hash).toBe(classes.hash);
  });

  it('refuses ranges of one name, and no tokens at all', () => {
    expect(() => vocabulary('test', [end, end])).toThrow(expect.objectContaining({ code: 'PACK_RADIX' }));
    expect(() => vocabulary('test', [])).toThrow(expect.objectContaining({ code: 'PACK_RADIX' }));
  });
});

describe('fnv1a64', () => {
  // Test vectors of the FNV page, http://www.isthe.com/chongo/src/fnv/test_fnv.c
  it.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['foobar', '85944171f73967e8'],
  ])('hashes "%s"', (text, hash) => {
    expect(fnv1a64(text)).toBe(hash);
  });
});
