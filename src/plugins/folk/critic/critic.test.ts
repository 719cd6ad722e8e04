import { describe, expect, it } from 'vitest';
import { readAbc } from '../../../music/abc/read.js';
import { chordsOf } from './chords.js';
import { heardIn } from './features.js';
import { inputOf } from './input.js';
import { readingOf } from './reading.js';
import type { Spreads } from './spread.js';
import { featureLogit, placeOf } from './spread.js';
import { remarksOf } from './words.js';

function read(music: string, { key = 'D', meter = '4/4', type = 'reel', length = '1/8' } = {}) {
  const text = `X:1\nT:x\nR:${type}\nM:${meter}\nL:${length}\nK:${key}\n${music}\n`;
  return readingOf(readAbc(text)[0]!.tune!)!;
}
const heard = (music: string, options = {}) => heardIn(read(music, options));

const REEL = [
  '|:D2FA DAFA|d2cB AGFD|G2BG DGBG|A2GF E2EA|D2FA DAFA|d2cB AGFD|G2BG AGFE|F2D2 D4:|',
  '|:d2fd adfd|g2fe dcBA|d2fd adfd|gfec A2Bc|d2fd adfd|g2fe dcBA|G2BG AGFE|F2D2 D4:|',
].join('\n');

describe('how a critic reads', () => {
  it('hears music, not key, octave, spelling, signs of repeats or the unit of length', () => {
    const rows = inputOf(read('|:D2FA DAFA|d3^c BAFD:|'));
    const same = [
      ['|:G2Bd GdBd|g3^f edBG:|', { key: 'G' }],
      ["|:d2fa dafa|d'3^c' bafd:|", { key: 'D' }],
      ['D2FA DAFA|d3c BAFD||', { key: 'D' }],
      ['|:D2^FA DA^FA|d3^c BA^FD:|', { key: 'D =f =c' }],
      ['|:DF/A/ D/A/F/A/|d3/c/ B/A/F/D/:|', { length: '1/4' }],
      ['|:D2FA DAFA|d>cBA/A/ :|', { key: 'D', other: true }],
    ] as const;
    for (const [music, options] of same.slice(0, 3)) expect(inputOf(read(music, options))).toEqual(rows);
    expect(inputOf(read(same[4][0], same[4][1]))).toEqual(rows);
    expect(inputOf(read(same[5][0]))).not.toEqual(rows);
    const broken = inputOf(read('|:D>FA>F D2F2:|D2D2 D2D2|'));
    expect(inputOf(read('|:D3/F/A3/F/ D2F2:|D2D2 D2D2|'))).toEqual(broken);
  });

  it('counts bars as --redo does, and takes of two endings the last', () => {
    const { parts } = read('|:DE|F2A2 d2A2|G2E2 A2F2|1E2C2 D2:|2E2C2 D4||:F2A2 d2A2|D8:|');
    expect(parts.map(({ pickup, bars }) => [pickup?.number, ...bars.map(({ number }) => number)])).toEqual([
      [0, 1, 2, 4],
      [undefined, 5, 6],
    ]);
  });

  it('is silent on what has no meter or hardly a note', () => {
    expect(readingOf(readAbc('X:1\nM:none\nK:D\nDEFG ABcd efga|\n')[0]!.tune!)).toBeNull();
    expect(readingOf(readAbc('X:1\nM:4/4\nK:D\nD4|\n')[0]!.tune!)).toBeNull();
  });
});

describe('implied chords', () => {
  it('are those that an accompanist would play', () => {
    const tune = read('D2FA DAFA|G2BG dGBG|A2ce aece|F2AF D4|');
    expect(chordsOf(tune, tune.parts[0]!.bars)).toEqual([
      [0, 0],
      [3, 3],
      [4, 4],
      [0, 0],
    ]);
    const dorian = read('|:A2eA cAeA|G2dG BGdG|A2eA cAeA|B2GB A4:|', { key: 'Ador' });
    expect(chordsOf(dorian, dorian.parts[0]!.bars).slice(0, 2)).toEqual([
      [0, 0],
      [6, 6],
    ]);
  });
});

describe('what a musician reads', () => {
  it('is where a tune closes and half closes', () => {
    const { features, places } = heard(REEL);
    expect(features).toMatchObject({ halfCloses: 1, finalIsTonic: 1, repeatedWithin: 5 / 16, closes: 1 });
    expect(places.halfCloses).toEqual([4, 12]);
    expect(places.closes).toEqual([8, 16]);
    expect(heard(REEL.replaceAll('G2BG AGFE|F2D2 D4', 'FDFA FDFA|F2D2 D4')).places.weakCloses).toEqual([
      8, 16,
    ]);
    const off = heard(REEL.replaceAll('AGFE|F2D2 D4', 'FGAB|d2B2 B4'));
    expect(off.features).toMatchObject({ closes: 0, lastCloses: 0, finalIsTonic: 0 });
    expect(off.places.weakCloses).toEqual([8, 16]);
  });

  it('is how the second part stands to the first', () => {
    expect(heard(REEL).features.lift).toBeGreaterThan(3);
    const [a, b] = REEL.split('\n');
    expect(heard(`${b}\n${a}`).features.lift).toBeLessThan(-3);
    expect(heard(`${a}\n${a}`).features).toMatchObject({ borrowed: 1, sameEnd: 1, lift: 0 });
  });

  it('is leaps, dithering, stutter and stray notes, and where', () => {
    const { features, places } = heard(
      '|:DFDF DFDF|DFDF DFDF|d2cB AGFD|A,2B,C D2b2|D2^GB, ^A2B2|B2AG F2D2:|',
    );
    expect(places).toMatchObject({ dithering: [1, 2], stutter: [2], wideLeaps: [4] });
    expect(features.accidentals).toBeGreaterThan(0);
    expect(features.wideBarLeaps).toBeCloseTo(1 / 5);
    expect(heard(REEL).features).toMatchObject({ wideBarLeaps: 0, accidentals: 0, stutter: 0 });
  });

  it('is a bar taken up on other steps', () => {
    expect(heard('|:D2FD EDFD|E2GE FEGE|F2AF GFAF|D2E2 D4:|').features.sequences).toBeGreaterThanOrEqual(0.5);
  });
});

describe('features beside those of people', () => {
  const spread = { p1: 0, p5: 1, p50: 5, p95: 9, p99: 10 };

  it('are placed among them, and weighed', () => {
    expect(placeOf(5, spread, 0.1)).toBe(0);
    expect(placeOf(9, spread, 0.1)).toBeCloseTo(4 / (8 / 3.29));
    expect(placeOf(1000, spread, 0.1)).toBe(4);
    const { features } = heard(REEL);
    const all = <T>(value: T) => Object.fromEntries(Object.keys(features).map((name) => [name, value]));
    const spreads = { ...all({ p1: 0, p5: 0, p50: 0, p95: 0, p99: 0 }), lift: spread } as unknown as Spreads;
    const none = { slope: 0, bend: 0, least: 1 };
    const weights = { ...all(none), lift: { slope: 2, bend: 1, least: 1 } } as never;
    const place = placeOf(features.lift, spread, 1);
    const { logit, shares } = featureLogit(features, spreads, { weights, bias: 0.5 });
    expect(logit).toBeCloseTo(0.5 + 2 * place + (place * place) / 2);
    expect(shares.get('lift')).toBeCloseTo(logit - 0.5);
  });

  it('are said where they stand out', () => {
    const wide = { p1: -1e9, p5: -1e9, p50: 0, p95: 1e9, p99: 1e9 };
    const found = heard(REEL.replace('AGFE|F2D2 D4', 'FGAB|d2B2 B4'));
    const spreads = Object.fromEntries(
      Object.keys(found.features).map((name) => [name, wide]),
    ) as unknown as Spreads;
    const narrow = { ...spreads, range: { ...wide, p5: 30 } };
    expect(remarksOf(found, narrow)).toEqual([
      { good: true, text: 'half close in bars 4 and 12' },
      { good: true, text: 'close in bar 16' },
      { good: false, text: 'weak close in bar 8' },
      { good: false, text: 'narrow range' },
    ]);
  });
});
