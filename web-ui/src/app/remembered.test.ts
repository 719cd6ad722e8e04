import { describe, expect, it } from 'vitest';
import { Remembered } from './remembered.js';

const DEFAULTS = { volume: 0.8, hearKeyboard: false, base: 60, pieces: {} };

function storage(text: string | null = null) {
  const kept = { text };
  return {
    kept,
    getItem: () => kept.text,
    setItem(_: string, value: string) {
      kept.text = value;
    },
  };
}

describe('what the panel remembers', () => {
  it('is there again', () => {
    const place = storage();
    const first = new Remembered(place);
    expect(first.settings).toEqual(DEFAULTS);
    first.set({ volume: 0.25 });
    first.set({ base: 48, composer: 'songs', pieces: { songs: 7 } });
    expect(new Remembered(place).settings).toEqual({
      ...DEFAULTS,
      ...{ volume: 0.25, base: 48, composer: 'songs', pieces: { songs: 7 } },
    });
    first.set({ composer: undefined, pieces: {} });
    expect(new Remembered(place).settings).toEqual({ ...DEFAULTS, volume: 0.25, base: 48 });
  });

  it.each([
    ['nothing', null],
    ['no JSON', '{volume'],
    ['a list', '[1]'],
    ['a number', '5'],
    [
      'what makes no sense',
      '{"volume":9,"hearKeyboard":"yes","base":61,"composer":1,"pieces":{"songs":-1},"more":true}',
    ],
  ])('is as at first where the browser holds %s', (_, text) => {
    expect(new Remembered(storage(text)).settings).toEqual(DEFAULTS);
  });

  it('counts as far as it makes sense', () => {
    expect(new Remembered(storage('{"volume":0.5,"base":"high"}')).settings).toEqual({
      ...DEFAULTS,
      volume: 0.5,
    });
  });

  it('lasts as long as the page where the browser keeps nothing', () => {
    const refuses = () => {
      throw new DOMException('no', 'SecurityError');
    };
    for (const place of [undefined, { getItem: refuses, setItem: refuses }]) {
      const remembered = new Remembered(place);
      remembered.set({ volume: 0.1 });
      expect(remembered.settings.volume).toBe(0.1);
    }
  });
});
