import { describe, expect, it } from 'vitest';
import { benchOptions } from './options.js';

describe('options of the bench', () => {
  it('are numbers, and models', () => {
    expect(benchOptions([])).toEqual({ json: false, rounds: 40, jam: 60, models: [] });
    expect(benchOptions(['--jam', '0', '--model', 'a', '--model=b', '--json'])).toEqual({
      json: true,
      rounds: 40,
      jam: 0,
      models: ['a', 'b'],
    });
    expect(benchOptions(['--help'])).toBeNull();
  });

  it.each([
    [['--runs', '3'], 'OPTION_UNKNOWN'],
    [['folk'], 'OPTION_VALUE'],
    [['--rounds', 'many'], 'OPTION_VALUE'],
    [['--jam', '-1'], 'OPTION_VALUE'],
    [['--jam', '2'], 'OPTION_VALUE'],
    [['--jam=-1'], 'OPTION_VALUE'],
  ])('%j are refused', (args, code) => {
    expect(() => benchOptions(args)).toThrow(expect.objectContaining({ code }));
  });
});
