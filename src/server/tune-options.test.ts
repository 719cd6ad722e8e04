import { describe, expect, it } from 'vitest';
import { TUNE_OPTIONS, type TuneOptionId, tuneSettings } from '../plugins/folk/compose/tune-options.js';
import { unsaid } from '../plugins/folk/testing/tune-settings.js';
import { clientMessage } from './protocol.js';

const message = (settings: object) => ({
  type: 'generateTune',
  request: 1,
  task: { type: 'make', settings },
});
const typed = (texts: Partial<Record<TuneOptionId, string>>) => tuneSettings((id) => texts[id] ?? '');

describe('tuneSettings', () => {
  it('leaves out what was not said, and takes the defaults', () => {
    expect(typed({})).toEqual(unsaid);
    expect(clientMessage.parse(message(unsaid))).toEqual(message(unsaid));
  });

  it('reads what was typed', () => {
    const texts = { type: 'slip-jig', key: ' Em ', meter: '9/8', form: 'AB', bars: '4', range: 'flute' };
    const settings = typed({
      ...texts,
      temperature: '0.8',
      topP: '0.9',
      seed: '0',
      bestOf: '8',
      novel: 'on',
      title: " Biddy's ",
      tempo: '3/8=110',
    });
    const numbers = { bars: 4, temperature: 0.8, topP: 0.9, seed: 0, bestOf: 8 };
    const named = { title: "Biddy's", tempo: '3/8=110' };
    expect(settings).toEqual({ ...texts, ...numbers, ...named, key: 'Em', novel: true });
    expect(clientMessage.parse(message(settings))).toEqual(message(settings));
  });

  it('has defaults within the bounds', () => {
    for (const option of Object.values(TUNE_OPTIONS)) {
      if (!('min' in option) || option.default === null) continue;
      expect(option.default).toBeGreaterThanOrEqual(option.min);
      expect(option.default).toBeLessThanOrEqual(option.max);
    }
  });
});
