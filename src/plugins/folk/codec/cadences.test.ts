import { describe, expect, it } from 'vitest';
import { cadencesOf } from './cadences.js';
import { folkCodec } from './codec.js';

/**
 * Letters for each cadence: l if an earlier part exists, e at the end of the tune, a if its last bar ends an earlier
 * part, t if its last note is the tonic.
 */
const ends = (words: string) =>
  cadencesOf(folkCodec.read(words)).map(({ later, last, again, tonic }) =>
    [last ? 'e' : later ? 'l' : '-', again ? 'a' : '-', tonic ? 't' : '-'].join(''),
  );

describe('how parts end', () => {
  it('on the tonic in any octave, or not; with the last bar of an earlier part, or not', () => {
    expect(
      ends('M:4/4 K:Cmaj |: c 4 e 4 | G 4 c 4 :| |: g 4 e 4 | G 4 c 4 :| |: c 4 c 4 | d 4 C 4 :| </s>'),
    ).toEqual(['--t', 'lat', 'e-t']);
    expect(ends('M:4/4 K:Cmaj c 4 e 4 | c 4 =c 4 || e 4 e 4 | g 4 ^c 4 | </s>')).toEqual(['--t', 'e--']);
  });

  it('a pickup is no part, nor what is between two repeats', () => {
    expect(ends('M:6/8 K:Cmaj G |: c 6 | c 3 c 2 G :| |: c 6 | c 3 c 2 G :| </s>')).toEqual(['---', 'ea-']);
  });

  it('two endings end one part', () => {
    const part = 'c 8 |1 d 8 :| |2 c 8';
    expect(ends(`M:4/4 K:Cmaj |: ${part} || e 8 | f 8 |1 e 8 :| |2 d 8 | </s>`)).toEqual([
      '---',
      '--t',
      'l--',
      'ea-',
    ]);
  });

  it('are known while the tune still grows', () => {
    expect(ends('M:4/4 K:Cmaj |: c 8 | c 8 :| |:')).toEqual(['--t']);
    expect(ends('M:4/4 K:Cmaj |: c 8 | c 8')).toEqual([]);
    expect(ends('')).toEqual([]);
  });
});
