import { describe, expect, it } from 'vitest';
import { benchOptions } from './options.js';

describe('options of the bench', () => {
  it('are numbers, and models', () => {
    expect(benchOptions([])).toEqual({ json: false, rounds: 40, jam: 60, models: [], sessions: null });
    expect(benchOptions(['--jam', '0', '--model', 'a', '--model=b', '--json'])).toEqual({
      json: true,
      rounds: 40,
      jam: 0,
      models: ['a', 'b'],
      sessions: null,
    });
    expect(benchOptions(['--sessions', '20', '--out', 'curve.svg'])!.sessions).toEqual({
      counts: [1, 2, 4, 8, 16, 20],
      seconds: 30,
      out: 'curve.svg',
    });
    expect(benchOptions(['--sessions', '1,32'])!.sessions!.counts).toEqual([1, 32]);
    expect(benchOptions(['--help'])).toBeNull();
  });

  it.each([
    [['--runs', '3'], 'OPTION_UNKNOWN'],
    [['folk'], 'OPTION_VALUE'],
    [['--rounds', 'many'], 'OPTION_VALUE'],
    [['--jam', '-1'], 'OPTION_VALUE'],
    [['--jam', '2'], 'OPTION_VALUE'],
    [['--jam=-1'], 'OPTION_VALUE'],
    [['--sessions', '0'], 'OPTION_VALUE'],
    [['--sessions', '1,'], 'OPTION_VALUE'],
    [['--sessions', '2', '--seconds', '3'], 'OPTION_VALUE'],
  ])('%j are refused', (args, code) => {
    expect(() => benchOptions(args)).toThrow(expect.objectContaining({ code }));
  });
});
