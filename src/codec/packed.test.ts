import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Fields, packed } from './packed.js';

/** One to five fields, with two tuples of their digits. */
const tuples = fc
  .array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 })
  .chain((radices) =>
    fc.tuple(
      fc.constant(radices),
      fc.tuple(...radices.map((radix) => fc.nat(radix - 1))),
      fc.tuple(...radices.map((radix) => fc.nat(radix - 1))),
    ),
  );
const named = (numbers: readonly number[]) =>
  Object.fromEntries(numbers.map((number, index) => [`field${index}`, number]));

describe('packed', () => {
  it('gives back what was packed, within its size', () => {
    fc.assert(
      fc.property(tuples, ([radices, digits]) => {
        const codec = packed(named(radices));
        expect(codec.size).toBe(radices.reduce((product, radix) => product * radix, 1));
        const integer = codec.pack(named(digits));
        expect(integer).toBeLessThan(codec.size);
        expect(codec.unpack(integer)).toEqual(named(digits));
      }),
    );
  });

  it('sorts as its tuples do', () => {
    fc.assert(
      fc.property(tuples, ([radices, a, b]) => {
        const codec = packed(named(radices));
        const first = a.findIndex((digit, index) => digit !== b[index]);
        const wanted = first < 0 ? 0 : Math.sign(a[first]! - b[first]!);
        expect(Math.sign(codec.pack(named(a)) - codec.pack(named(b)))).toBe(wanted);
      }),
    );
  });

  it('unpacks every integer of a vocabulary to different values, in order', () => {
    const { size, pack, unpack } = packed({ pitch: 88, bin: 16 });
    for (let integer = 0; integer < size; integer++) expect(pack(unpack(integer))).toBe(integer);
    expect(Object.keys(unpack(35))).toEqual(['pitch', 'bin']);
    expect(unpack(35)).toEqual({ pitch: 2, bin: 3 });
  });

  it('infers the values from the fields', () => {
    const codec = packed({ pitch: 88, bin: 16 });
    expectTypeOf(codec.unpack(0)).toEqualTypeOf<{ readonly pitch: number; readonly bin: number }>();
    // @ts-expect-error: bin is missing
    expect(() => codec.pack({ pitch: 0 })).toThrow();
  });

  it('packs the drum grid: nine drums hit or not, 512 classes', () => {
    const drums = ['kick', 'snare', 'hihat', 'openHat', 'lowTom', 'midTom', 'highTom', 'crash', 'ride'];
    const grid = packed(Object.fromEntries(drums.toReversed().map((drum) => [drum, 2])) as Fields);
    expect(grid.size).toBe(512);
    const hits = (...names: string[]) =>
      Object.fromEntries(drums.map((drum) => [drum, names.includes(drum) ? 1 : 0]));
    // As a bit mask: the first drum is the lowest bit.
    expect(grid.pack(hits('kick', 'hihat'))).toBe(0b101);
    expect(grid.pack(hits(...drums))).toBe(511);
  });

  it('packs the performer as gesture-rnn does: the leader is the least significant digit', () => {
    const input = packed({ third: 9, second: 9, first: 9, leader: 9 });
    const output = packed({ third: 9, second: 9, first: 9 });
    expect([input.size, output.size]).toEqual([6561, 729]);
    expect(input.pack({ leader: 1, first: 2, second: 3, third: 4 })).toBe(1 + 2 * 9 + 3 * 81 + 4 * 729);
    expect(output.unpack(728)).toEqual({ third: 8, second: 8, first: 8 });
  });

  it.each([-1, 16, 0.5, Number.NaN])('names the field that is out of its range (%d)', (bin) => {
    expect(() => packed({ pitch: 88, bin: 16 }).pack({ pitch: 0, bin })).toThrow(
      expect.objectContaining({ code: 'PACK_RANGE', message: expect.stringContaining('bin') }),
    );
  });

  it.each([-1, 1408, 0.5])('refuses to unpack %d', (integer) => {
    expect(() => packed({ pitch: 88, bin: 16 }).unpack(integer)).toThrow(
      expect.objectContaining({ code: 'TOKEN_RANGE' }),
    );
  });

  it('holds 2^31 integers and no more', () => {
    const { size, pack, unpack } = packed({ high: 2 ** 16, low: 2 ** 15 });
    expect(size).toBe(2 ** 31);
    expect(unpack(pack({ high: 65535, low: 32767 }))).toEqual({ high: 65535, low: 32767 });
    expect(pack({ high: 65535, low: 32767 })).toBe(2 ** 31 - 1);
    for (const fields of [{ high: 2 ** 16, low: 2 ** 15 + 1 }, { none: 0 }, { half: 0.5 }, { '1': 2 }]) {
      expect(() => packed(fields)).toThrow(expect.objectContaining({ code: 'PACK_RADIX' }));
    }
  });
});
