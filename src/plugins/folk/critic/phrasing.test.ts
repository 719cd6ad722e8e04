import { describe, expect, it } from 'vitest';
import { readAbc } from '../../../music/abc/read.js';
import { heardIn } from './features.js';
import { readingOf } from './reading.js';
import { remarksOf } from './words.js';

const heard = (music: string, key = 'D') =>
  heardIn(readingOf(readAbc(`X:1\nT:x\nR:reel\nM:4/4\nL:1/8\nK:${key}\n${music}\n`)[0]!.tune!)!);

/** Different bars, combined into parts by letter; they include a close and a half close. */
const BARS: Readonly<Record<string, string>> = {
  a: 'D2FA DAFA',
  b: 'd2cB AGFE',
  c: 'G2BG DGBG',
  h: 'FDEF E2CA',
  x: 'e2fe dcBA',
  g: 'GABG EFGE',
  l: 'FAGF EDCE',
  z: 'D4 D4',
};
const part = (letters: string) => `|:${[...letters].map((letter) => BARS[letter]).join('|')}:|`;

describe('how a part is in step with itself', () => {
  it('is well where its second half takes up its first', () => {
    const { features, places } = heard(part('abchabgz'));
    expect(features).toMatchObject({ outOfStep: 0, restartsElsewhere: 0, takesUp: 1, closesTwice: 0 });
    expect(places).toMatchObject({ outOfStep: [], restartsElsewhere: [], closesTwice: [] });
  });

  it('is not where bars come a bar early, or over the half-way line', () => {
    expect(heard(part('abcabglz')).places.outOfStep).toEqual([4, 5]);
    expect(heard(part('abchhxgz')).places.outOfStep).toEqual([5]);
    // A repeated bar within a pair, or two or four bars later, is in step.
    expect(heard(part('aabcaabz')).places.outOfStep).toEqual([]);
    expect(heard(part('abacabgz')).places.outOfStep).toEqual([]);
    // A few changed notes do not hide the repetition.
    const varied = part('abcabglz').replace(`${BARS.b}|${BARS.g}`, 'd2cB AGFD|GABG EFGE');
    expect(heard(varied).places.outOfStep).toEqual([4, 5]);
  });

  it('is not where the second half begins as another bar than the first', () => {
    const { features, places } = heard(part('abchbxgz'));
    expect(places.restartsElsewhere).toEqual([{ bar: 5, as: 2 }]);
    expect(features).toMatchObject({ restartsElsewhere: 1 });
    expect(features.takesUp).toBeLessThan(0.3);
    expect(heard(part('abchxbgz')).places.restartsElsewhere).toEqual([]);
  });

  it('is not asked of parts of other lengths', () => {
    expect(heard(part('abcabz')).features).toMatchObject({ outOfStep: 0, takesUp: 0, midCloses: 0 });
    expect(heard(part('abcabzabcabz')).features.outOfStep).toBeGreaterThan(0);
  });
});

describe('where a part settles', () => {
  it('is at its end, and half-way, early or twice where it should not', () => {
    expect(heard(part('abchabgz')).features).toMatchObject({ midCloses: 0, earlyCloses: 0, closesTwice: 0 });
    expect(heard(part('abczabgz')).features).toMatchObject({ midCloses: 1, sameClose: 1 });
    expect(heard(part('abzhabgz')).features).toMatchObject({ earlyCloses: 1, closesTwice: 0 });
    const twice = heard(part('abchabzz'));
    expect(twice.features).toMatchObject({ closesTwice: 1, earlyCloses: 0 });
    expect(twice.places.closesTwice).toEqual([8]);
  });
});

describe('how a later part returns', () => {
  it('is by a leap and a fall to the bars that end an earlier one', () => {
    const low = heard(
      `${part('abchabgz')}\n${part('xbxcxbxc')
        .replaceAll('|:', '|:')
        .replace(/[^|]+\|[^|]+:\|$/, `${BARS.g}|${BARS.z}:|`)}`,
    );
    const high = heard(
      `${part('abchabgz')}\n|:d2fa dafa|f2af dfaf|g2ba gfed|e2ce a2ge|d2fa dafa|f2af d2fa|${BARS.g}|${BARS.z}:|`,
    );
    expect(high.features.returnDrop).toBeGreaterThan(low.features.returnDrop + 3);
    // The interval from a down to G.
    expect(high.features.returnLeap).toBe(14);
    expect(heard(`${part('abchabgz')}\n${part('xbxcxbxc')}`).features).toMatchObject({
      returnLeap: 0,
      returnDrop: 0,
    });
  });
});

describe('where a line leads', () => {
  it('is lost in leaps within bars, before the last note, and in turning about one place', () => {
    const { features, places } = heard('|:D2FA DAFA|e2ed AGFF|d2fe g2B,2|E2fe D4:|');
    expect(places.wideLeapsWithin).toEqual([3, 4]);
    expect(features.wideLeapsWithin).toBeCloseTo(3 / 19);
    expect(features.leapToClose).toBe(20);
    expect(heard('|:DEFG ABcd|efed cBAG|F2G2 A2B2|c2d2 e4:|').features.directness).toBeGreaterThan(0.9);
    expect(heard('|:DEDE DEDE|DEDE DEDE|DEDE DEDE|DEDE DEDE:|').features.directness).toBeLessThan(0.2);
  });
});

describe('words about phrases', () => {
  it('say which bar comes early, what a second half takes up, and what closes twice', () => {
    const wide = { p1: -1e9, p5: -1e9, p50: 0, p95: 1e9, p99: 1e9 };
    const texts = (music: string) => {
      const found = heard(music);
      const spreads = Object.fromEntries(Object.keys(found.features).map((name) => [name, wide]));
      return remarksOf(found, spreads as never).map(({ text }) => text);
    };
    expect(texts(part('abchbxzz'))).toEqual(
      expect.arrayContaining([
        'out of step: an earlier bar again in bar 5',
        'the second half takes up bar 2 in place of the first bar, in bar 5',
        'the bar before has closed already, and so does bar 8',
      ]),
    );
    expect(texts(part('abchabgz')).join()).not.toMatch(/step|takes up|already/);
  });
});
