import fc from 'fast-check';
import { expect, it } from 'vitest';
import { playedOrder, playedVoices } from './played.js';
import { readAbc } from './read.js';
import type { TuneElement } from './tune.js';

function played(music: string): string {
  const [{ tune } = {}] = readAbc(`X:1\nT:x\nM:none\nL:1/4\nK:C\n${music}\n`);
  return letters(tune!.body, playedOrder(tune!.body));
}

function letters(body: readonly TuneElement[], order: readonly number[]): string {
  return order
    .map((index) => body[index]!)
    .flatMap((element) => (element.kind === 'note' ? 'CDEFGAB'[element.pitch.step % 7]! : []))
    .join('');
}

it('plays parts twice that say so, from where they begin', () => {
  expect(played('C|D||E|F|]')).toBe('CDEF');
  expect(played('|:C|D:|E|F:|G|]')).toBe('CDCDEFEFG');
  expect(played('C|D:||:E|F:|')).toBe('CDCDEFEF');
  expect(played('C||D|E:|')).toBe('CDECDE');
});

it('plays each ending in its turn', () => {
  expect(played('|:C|1 D:|2 E|]')).toBe('CDCE');
  expect(played('|:C|1 D:|2 E:|F|G:|')).toBe('CDCEFGFG');
  expect(played('|:C|1 D:|2 E||F|G:|')).toBe('CDCEFGFG');
  expect(played('C|D:|E|1 F:|2 G|]')).toBe('CDCDEFEG');
  expect(played('|:C|1 D:|2 E||F|1 G:|2 A|]')).toBe('CDCEFGFA');
  expect(played('|:C|1 D:|2 E:|3 F|]')).toBe('CDCECF');
  expect(played('|:C|1,3 D:|2,4 E:|F|]')).toBe('CDCECDCEF');
  expect(played('|:C|1-3 D:|4 E|]')).toBe('CDCDCDCE');
});

it('plays on where endings are not whole', () => {
  expect(played('|:C|1 D:|E|]')).toBe('CDCE');
  expect(played('|:C|1 D|2 E|')).toBe('CDE');
  expect(played('|:C|2 D|E:|F')).toBe('CDECDEF');
});

it('plays lists of endings with gaps', () => {
  expect(played('|:C|D|1,3 E:|2 F:|4 G||A|]')).toBe('CDECDFCDECDGA');
  expect(played('|:C|1 D:|2-4 E:|5 F|G|]')).toBe('CDCECECECFG');
  expect(played('|:C|1-2,4 D:|3 E:|5 F|]')).toBe('CDCDCECDCF');
  expect(played('|:C|1,3 D:|4 E|]')).toBe('CDCCDCE');
  expect(played('C|D:|E|1 F:|2 G:|3 A|]')).toBe('CDCDEFEGEA');
});

it('plays on behind endings that the last time does not take', () => {
  expect(played('|:C|1,3 D:|2 E:|F|]')).toBe('CDCECDF');
  expect(played('|:C|1-2,4 D:|3 E:|F|G:|')).toBe('CDCDCECDFGFG');
  expect(played('|:C|1,4 D:|2 E:|3 F:|G|1 A:|2 B|]')).toBe('CDCECFCDGAGB');
  expect(played('|:C|1 D:|2 E:|1 F:|')).toBe('CDCEF');
});

it('plays as often as the colons say', () => {
  expect(played('|::C::|D|]')).toBe('CCCD');
  expect(played('|:::C:::|D|]')).toBe('CCCCD');
  expect(played('|::C|1 D::|2 E|]')).toBe('CDCE');
  expect(played('C::|D|]')).toBe('CCCD');
  expect(played('|::C::|::D::|E|]')).toBe('CCCDDDE');
});

const ordered = (parts: string, music: string) => {
  const [{ tune } = {}] = readAbc(`X:1\nT:x\nP:${parts}\nM:none\nL:1/4\nK:C\n${music}\n`);
  return letters(tune!.body, playedOrder(tune!.body, tune!));
};

it.each([
  ['AABB', 'P:A\nC|\nP:B\nD|', 'CCDD'],
  ['A2B2', 'P:A\nC|[P:B]D|', 'CCDD'],
  ['(AB)2', 'P:A\n|:C:|\nP:B\n|:D|1 E:|2 F|]', 'CCDEDFCCDEDF'],
  ['((AB)2.C)2', 'P:A\nC|\nP:B\nD|\nP:C\nE|', 'CDCDECDCDE'],
  ['BA', 'G|\nP:A\nC|\nP:B\nD|', 'GDC'],
  ['AXB', 'P:A\nC|\nP:B\nD|', 'CD'],
  ['AB', 'C|D|', 'CD'],
  ['A(', 'P:A\nC|\nP:B\nD|', 'CD'],
])('plays parts in the order %s', (parts, music, expected) => {
  expect(ordered(parts, music)).toBe(expected);
});

it.each([
  ['C|D !fine!|E|F !D.C.!|]', 'CDEFCD'],
  ['C|D "^Fine"|E|F "^D.C. al Fine"|]', 'CDEFCD'],
  ['|:C|D !fine!:|E|F !dacapo!|]', 'CDCDEFCD'],
  ['|:C|1 D:|2 E !fine!|]F|G !D.C.!|]', 'CDCEFGCE'],
  ['C|!segno!D|E !D.S.!|]', 'CDEDE'],
  ['C|!segno!D|E !dacoda!|F !D.S.alcoda!|!coda!G|]', 'CDEFDEG'],
  ['C|!segno!D|E !coda!|F "D.S. al Coda"|!coda!G|]', 'CDEFDEG'],
  ['C|D|E|"D.C."', 'CDECDE'],
  ['C|D !fine!|E|F|]', 'CDEF'],
])('goes back and ends as %s says', (music, expected) => {
  expect(played(music)).toBe(expected);
});

it('plays the bars of all voices in the order of the first', () => {
  const text = 'X:1\nT:x\nP:AAB\nM:4/4\nL:1/1\nK:C\nP:A\nV:1\n|:C|1 D:|2 E|]\n[P:B]F|\nV:2\nG|A|B|c|\n';
  const [{ tune } = {}] = readAbc(text);
  const orders = playedVoices(tune!);
  expect(tune!.voices!.map(({ body }, at) => letters(body, orders[at]!))).toEqual(['CDCECDCEF', 'GAGBGAGBC']);
});

it('ends, and plays every note of a tune without endings, whatever the bar lines', () => {
  const signs = fc.array(
    fc.constantFrom('C', 'D', '|', '||', '|:', ':|', '|1', '|2', '|1,2', '|1-99', '|3'),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(signs, (signs) => {
      const [{ tune } = {}] = readAbc(`X:1\nT:x\nM:none\nL:1/4\nK:C\n${signs.join(' ')}C|\n`);
      if (!tune) return;
      const order = playedOrder(tune.body);
      expect(order.length).toBeLessThanOrEqual(16 * tune.body.length);
      if (tune.body.every(({ kind }) => kind !== 'volta')) expect(new Set(order).size).toBe(tune.body.length);
    }),
  );
});
