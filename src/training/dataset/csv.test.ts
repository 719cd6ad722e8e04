import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvFault, parseCsv } from './csv.js';

describe('CSV', () => {
  it.each<[string, [number, string[]][]]>([
    ['', []],
    ['a', [[1, ['a']]]],
    [
      'a,b\r\nc,d\r\n',
      [
        [1, ['a', 'b']],
        [2, ['c', 'd']],
      ],
    ],
    [
      'a,b\rc,\n\n,',
      [
        [1, ['a', 'b']],
        [2, ['c', '']],
        [4, ['', '']],
      ],
    ],
    [
      '"a,""b"""\n"two\r\nlines",x\ny',
      [
        [1, ['a,"b"']],
        [2, ['two\r\nlines', 'x']],
        [4, ['y']],
      ],
    ],
    ['a,', [[1, ['a', '']]]],
  ])('%j is read', (text, rows) => {
    expect(parseCsv(text).map(({ line, fields }) => [line, fields])).toEqual(rows);
  });

  it.each([
    ['a\n"b', 2],
    ['"a"b,c', 1],
    ['a"b', 1],
    ['x,"a\n\nb"\n"', 4],
  ])('%j is refused, with its line', (text, line) => {
    expect(() => parseCsv(text)).toThrow(expect.objectContaining({ name: 'CsvFault', line }));
  });

  it('is what was written, whatever it is', () => {
    const row = fc.array(fc.string(), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(row), fc.constantFrom('\n', '\r\n'), (table, end) => {
        const text = table
          .map((fields) => fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',') + end)
          .join('');
        expect(parseCsv(text).map(({ fields }) => fields)).toEqual(table);
      }),
    );
  });

  it('of any text comes back, or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a') }), (text) => {
        try {
          parseCsv(text);
        } catch (error) {
          expect(error).toBeInstanceOf(CsvFault);
        }
      }),
    );
  });
});
