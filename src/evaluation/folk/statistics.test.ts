import { describe, expect, it } from 'vitest';
import { readAbc } from '../../music/abc/read.js';
import { MEASURE_NAMES, MEASURES, measuresOf } from './statistics.js';

const tuneOf = (meter: string, music: string) =>
  readAbc(`X:1\nT:x\nM:${meter}\nL:1/8\nK:G\n${music}\n`)[0]!.tune!;

/** The non-empty categories of a histogram with their shares. */
function shares(measure: 'pitchClasses' | 'intervals' | 'durations', values: readonly number[]) {
  const names = MEASURES[measure].categories!;
  return Object.fromEntries(
    values.flatMap((value, index) => (value > 0 ? [[names[index], Number(value.toFixed(6))]] : [])),
  );
}

describe('measures of a tune', () => {
  const found = measuresOf(tuneOf('2/4', 'GABc|G2-G2|z|GABc|[DG]4|]'))!;

  it('counts tied notes once, and a chord as its highest note', () => {
    expect(shares('pitchClasses', found.pitchClasses)).toEqual({ 0: 0.4, 2: 0.2, 4: 0.2, 5: 0.2 });
    expect(shares('durations', found.durations)).toEqual({ 1: 0.8, 4: 0.2 });
    expect(shares('intervals', found.intervals)).toEqual({
      '−5': 0.222222,
      0: 0.111111,
      '+1': 0.222222,
      '+2': 0.444444,
    });
  });

  it('counts bars by their time, and what repeats', () => {
    // 17 eighths are 4 1/4 bars of 2/4.
    expect(found.notesABar[0]).toBeCloseTo(10 / (17 / 4), 9);
    expect(found.repeatedWithin).toEqual([1 / 5]);
    expect(found.repeatedBetween).toEqual([0]);
    expect(found.endsOnTonic).toEqual([1]);
    expect(measuresOf(tuneOf('2/4', '|:GABc|A4:|:GABc|A4:|'))).toMatchObject({
      repeatedWithin: [0],
      repeatedBetween: [1],
      endsOnTonic: [0],
    });
  });

  it('counts wide leaps with an octave, and odd lengths together', () => {
    const wide = measuresOf(tuneOf('4/4', "G,g'/8"))!;
    expect(shares('intervals', wide.intervals)).toEqual({ '+12': 1 });
    expect(shares('durations', wide.durations)).toEqual({ 1: 0.5, other: 0.5 });
  });

  it('are the same in every key', () => {
    const [inG, inA] = ['K:G\n|:GABc d2B2:|', 'K:A\n|:ABcd e2c2:|'].map((rest) =>
      measuresOf(readAbc(`X:1\nT:x\nM:4/4\nL:1/8\n${rest}\n`)[0]!.tune!),
    );
    for (const measure of MEASURE_NAMES) expect(inA![measure]).toEqual(inG![measure]);
  });

  it('are none where there is too little', () => {
    expect(measuresOf(tuneOf('2/4', 'G4|]'))).toBeNull();
    expect(measuresOf(tuneOf('none', 'GABc|]'))).toBeNull();
  });
});
