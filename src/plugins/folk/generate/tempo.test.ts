import { describe, expect, it } from 'vitest';
import { requireTempo, tempoText } from './tempo.js';

describe('a tempo that is asked for', () => {
  it.each([
    ['110', { num: 6, den: 8 }, '3/8=110'],
    ['110', { num: 6, den: 4 }, '3/4=110'],
    ['96', { num: 4, den: 4 }, '1/4=96'],
    ['96', { num: 2, den: 2 }, '1/2=96'],
    ['150', { num: 3, den: 8 }, '1/8=150'],
    ['150', null, '1/4=150'],
    [' 1/2 = 112 ', { num: 4, den: 4 }, '1/2=112'],
  ])('%s in %j is %s', (text, meter, said) => {
    requireTempo(text);
    expect(tempoText(text, meter)).toBe(said);
  });

  it.each(['', 'allegro', '0', '1/4=0', '1/3=60', '1/4=', '4/1=999', '1/16=30', '1e2', '-5'])(
    '%j is none',
    (text) => {
      expect(() => requireTempo(text)).toThrow(expect.objectContaining({ code: 'OPTION_VALUE' }));
    },
  );
});
