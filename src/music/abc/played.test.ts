import fc from 'fast-check';
import { expect, it } from 'vitest';
import { playedOrder } from './played.js';
import { readAbc } from './read.js';

function played(music: string): string {
  const [{ tune } = {}] = readAbc(`X:1\nT:x\nM:none\nL:1/4\nK:C\n${music}\n`);
  return playedOrder(tune!.body)
    .map((index) => tune!.body[index]!)
    .flatMap((element) => (element.kind === 'note' ? 'CDEFGAB'[element.pitch.step]! : []))
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
