import fc from 'fast-check';
import { expect, it } from 'vitest';
import { COOLEYS, HORNPIPE, KESH } from './testing/tunes.js';
import { abcTokens, joinTokens } from './tokens.js';

const SOURCE = [KESH, COOLEYS, HORNPIPE].join('\n');

function isWhole(text: string): void {
  const tokens = abcTokens(text);
  expect(joinTokens(tokens)).toBe(text);
  let start = 0;
  for (const token of tokens) {
    expect(token.text).not.toBe('');
    expect(token.start).toBe(start);
    start += token.text.length;
  }
}

const piece = fc.constantFrom(
  ...[
    '\r\n',
    '\n',
    '\r',
    '\n\n',
    '%',
    '%%begintext\n',
    '%%endtext\n',
    'X:1\n',
    'K:',
    '[K:',
    ']',
    '[',
    '{',
    '}',
    '"',
  ],
  ...[
    '!',
    '&',
    '\\',
    '(3',
    '[1',
    '["',
    'U:T=!x!\n',
    'V:2\n',
    '<br>',
    '</pre>\n',
    '\uFEFF',
    '\0',
    '/2',
    '^/c',
    'Z24',
  ],
);
const edit = fc.record({
  at: fc.nat(SOURCE.length),
  cut: fc.nat(30),
  put: fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 6 })),
});

it('gives any text back, character for character', { timeout: 120_000 }, () => {
  fc.assert(fc.property(fc.array(fc.oneof(piece, fc.string())), (parts) => isWhole(parts.join(''))));
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
      isWhole(
        edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), SOURCE),
      );
    }),
    { numRuns: 300 },
  );
});

it.each([
  [
    '"G"[^FA]2- {/ge}d/ z4',
    'quoted chord-open pitch pitch chord-close length tie blank graces-open pitch pitch graces-close pitch length blank rest length',
  ],
  [
    '|:!trill!A>B :|2 (3abc]',
    'bar decoration pitch broken pitch blank bar ending blank tuplet pitch pitch pitch bar',
  ],
  [
    '[K:D clef=bass]C&E y2 Z24 \\',
    'inline-field pitch overlay pitch blank spacer blank bar-rest blank continuation',
  ],
  [
    '["Am"CE] ["last"C | [1,3 c <br>',
    'chord-open quoted pitch pitch chord-close blank text-ending pitch blank bar blank ending blank pitch blank html',
  ],
  [
    'C:|[K:G]D:|[CE]:|[|[2 F',
    'pitch bar inline-field pitch bar chord-open pitch pitch chord-close bar ending blank pitch',
  ],
  ['A 2 B/2 (1:2:1C', 'pitch blank length blank pitch length blank tuplet pitch'],
])('cuts %s', (line, kinds) => {
  const tokens = abcTokens(`X:1\nK:C\n${line}\n`).filter(
    (token) => token.line === 3 && token.kind !== 'line-end',
  );
  expect(tokens.map(({ kind }) => kind).join(' ')).toBe(kinds);
});

it('tells music from what is none', () => {
  const text = 'a book\n\nX:1\nT:x\n%%begintext\nGABc|\n\n%%endtext\nK:C % c\nCD|\nw:la\n</html>\n\nGAB|\n';
  const kinds = abcTokens(text).flatMap(({ kind, tune, line }) =>
    kind === 'line-end' ? [] : [`${line} ${tune} ${kind}`],
  );
  expect(kinds).toEqual([
    ...[
      '1 -1 text',
      '3 0 field',
      '4 0 field',
      '5 0 block',
      '6 0 block',
      '8 0 block',
      '9 0 field',
      '9 0 comment',
    ],
    ...['10 0 pitch', '10 0 pitch', '10 0 bar', '11 0 field', '12 0 text', '14 -1 text'],
  ]);
});
