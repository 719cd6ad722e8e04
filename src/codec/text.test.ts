import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charactersOf, plainText, textCodec } from './text.js';

const poem = 'Es war ein König in Thule,\nGar treu bis an das Grab 🎻';

describe('the text codec', () => {
  it('gives back what it was given, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const plain = plainText(text);
        fc.pre(plain !== '');
        const codec = textCodec(charactersOf(plain));
        expect(codec.decode(codec.encode(text))).toBe(plain);
      }),
    );
  });

  it('has a token for each character, one beyond the basic plane too', () => {
    const codec = textCodec(charactersOf(poem));
    expect(codec.vocabulary.size).toBe(new Set(poem).size + 1);
    expect(codec.vocabulary.describe(codec.encode('🎻')[0]!)).toBe('"🎻"');
  });

  it('takes the two ways to write ö, and the three to end a line, as one', () => {
    const codec = textCodec(charactersOf('ö\n'));
    expect(codec.encode('\uFEFFo\u0308\r\n\r\n')).toEqual(codec.encode('ö\n\n'));
  });

  it('says where a character is that it does not know', () => {
    const codec = textCodec(charactersOf(poem));
    expect(() => codec.encode('an\ndas?')).toThrow(/line 2, column 4.*"\?"/);
  });

  it('tells vocabularies apart by their hash, and knows one again', () => {
    const [a, b] = ['abc', 'abd'].map((text) => textCodec(text).vocabulary.hash);
    expect(a).not.toBe(b);
    expect(textCodec(charactersOf('cabbac')).vocabulary.hash).toBe(a);
  });

  it.each([[''], ['aba']])('refuses %j as a list of characters', (characters) => {
    expect(() => textCodec(characters)).toThrow(expect.objectContaining({ code: 'PACK_RADIX' }));
  });
});
