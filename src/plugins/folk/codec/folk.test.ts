import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tonicOfFifths } from '../../../music/abc/key.js';
import { readAbc } from '../../../music/abc/read.js';
import { COOLEYS, HORNPIPE, KESH } from '../../../music/abc/testing/tunes.js';
import { tuneTypeOf } from '../../../music/abc/tune-type.js';
import { writeAbc } from '../../../music/abc/write.js';
import { folkCodec } from './codec.js';

const { vocabulary } = folkCodec;

function tokensOf(abc: string): number[] {
  const [read] = readAbc(abc);
  expect(read?.refusal).toBeUndefined();
  expect(read?.warnings).toEqual([]);
  const { tokens, refusal } = folkCodec.encode(read!.tune!);
  expect(refusal).toBeUndefined();
  return tokens!;
}

const wordsOf = (music: string, head = 'M:4/4\nL:1/8\nK:C') =>
  folkCodec.write(tokensOf(`X:1\n${head}\n${music}\n`));

describe('the folk codec', () => {
  it('has folk-rnn’s 137 classes first, and each word once', () => {
    const words = Array.from({ length: vocabulary.size }, (_, token) => vocabulary.describe(token));
    expect(new Set(words).size).toBe(vocabulary.size);
    expect(words[137]).toBe('R:reel');
    expect(vocabulary.hash).toBe('4a8dcadef5e5cacd');
  });

  it('writes a tune in folk-rnn’s form on the tonic C', () => {
    expect(folkCodec.write(tokensOf(KESH))).toMatch(
      /^R:jig M:6\/8 K:Cmaj \|: c d c c d e \| d e d d e g \| a g g c' g g .* d c B c 3 :\| \|: .* c' 3 :\| <\/s>$/,
    );
  });

  it.each([
    ['A>B c2<d', 'A > B c 2< d'],
    ['A3>B c>>d', 'A 3 > B c >> d'],
    ['(3ABc d-d', '(3 A B c d - d'],
    ['[CE]2- [CE] z4', '[ C E ] 2 - [ C E ] z 4'],
    ['|:A|1B:|2c|]', '|: A |1 B :| |2 c |'],
    ['A||B[1c', 'A || B [1 c'],
    ['A [M:3/4]B [K:G]c [K:Cm]d', 'A M:3/4 B K:Gmaj c K:Cmin d'],
    ['(3:2:4ABcd', '(3:2:4 A B c d'],
    ['A7/4 B/ c/4', 'A 7/4 B /2 c /4'],
  ])('writes %s as %s', (music, words) => {
    expect(wordsOf(music)).toBe(`M:4/4 K:Cmaj ${words} </s>`);
  });

  it('transposes by the signature', () => {
    expect(wordsOf('D=c^G_B', 'L:1/8\nK:D')).toBe('M:none K:Cmaj C _B ^F _A </s>');
    expect(wordsOf('A^c_B', 'M:C|\nL:1/8\nK:Ador')).toBe('M:C| K:Cdor c =e _d </s>');
    expect(wordsOf('FcG', 'M:9/8\nL:1/8\nK:D =c')).toBe('M:9/8 K:Cmix E B F </s>');
  });

  it('says where there is no token', () => {
    const [read] = readAbc('X:1\nL:1/8\nK:C\nCD C37|\n');
    expect(folkCodec.encode(read!.tune!).refusal).toEqual({
      place: { line: 4, column: 4 },
      reason: 'there is no token for 37',
    });
  });

  it('gives a tune back in the key asked for', () => {
    const tokens = tokensOf(COOLEYS);
    const tune = folkCodec.decode(tokens, {
      tonic: { letter: 2, alter: 0 },
      number: '2',
      titles: ["Cooley's"],
    });
    expect(writeAbc(tune)).toBe(COOLEYS);
  });

  it('reads and writes words separated by blanks', () => {
    const words = "<s> M:4/4 K:Cdor |: G 2 _B /2 =A /2 > G 3/2 [ C E ] 2> c ' </s>".replace(" '", "'");
    expect(folkCodec.write(folkCodec.read(words))).toBe(words);
    expect(() => folkCodec.read('M:4/4 H')).toThrow(expect.objectContaining({ code: 'TOKEN_RANGE' }));
  });

  it.each([
    ['Reel', 'reel'],
    ['slipjig', 'slip-jig'],
    ['Double Jigs', 'jig'],
    ['hornpipe (set dance)', 'hornpipe'],
    ['walkaround', undefined],
    ['reel-like', undefined],
  ])('takes R:%s for %s', (rhythm, type) => {
    expect(tuneTypeOf(rhythm)).toBe(type);
  });
});

const token = fc.nat(vocabulary.size - 1);
const tonic = fc.integer({ min: -6, max: 6 }).map(tonicOfFifths);

it.each([
  ['a jig', KESH],
  ['a reel', COOLEYS],
  ['a hornpipe', HORNPIPE],
])('tokens, ABC in any key, tokens: %s is the same', (_, abc) => {
  const tokens = tokensOf(abc);
  fc.assert(
    fc.property(tonic, (tonic) => {
      expect(tokensOf(writeAbc(folkCodec.decode(tokens, { tonic })))).toEqual(tokens);
    }),
  );
});

it('makes a tune of any tokens, whose own tokens come back', () => {
  const common = folkCodec.read(
    'M:4/4 K:Cmaj | |: :| |1 |2 || (3 [ ] z C ^F g 2 > 2> /2 - K:Gmin M:6/8 </s>',
  );
  const any = fc.array(fc.oneof(token, fc.constantFrom(...common)), { maxLength: 80 });
  fc.assert(
    fc.property(any, tonic, fc.integer({ min: -1, max: 1 }), (tokens, tonic, octave) => {
      const tune = folkCodec.decode(tokens, { tonic });
      const [read] = readAbc(writeAbc(tune));
      writeAbc(folkCodec.decode(tokens, { tonic, octave }));
      if (!tune.body.some(({ kind }) => kind === 'note' || kind === 'chord')) return;
      expect(read!.refusal).toBeUndefined();
      const once = folkCodec.encode(tune);
      if (once.refusal) return;
      expect(folkCodec.encode(read!.tune!).tokens).toEqual(once.tokens);
      expect(folkCodec.encode(folkCodec.decode(once.tokens, { tonic })).tokens).toEqual(once.tokens);
    }),
    { numRuns: 1000 },
  );
});

it('refuses tokens outside the vocabulary', () => {
  for (const token of [-1, 0.5, vocabulary.size]) {
    expect(() => folkCodec.decode([token])).toThrow(expect.objectContaining({ code: 'TOKEN_RANGE' }));
  }
});
