import { describe, expect, it } from 'vitest';
import { readAbc } from '../../../music/abc/read.js';
import { COOLEYS, HORNPIPE, KESH } from '../../../music/abc/testing/tunes.js';
import { askedLike } from './asked-like.js';

const askedOf = (abc: string) => askedLike(readAbc(abc)[0]!.tune!);
const untyped = (meter: string, music: string) => askedOf(`X:1\nT:x\nM:${meter}\nL:1/8\nK:G\n${music}\n`);
const bars = (count: number) => 'GABc|'.repeat(count - 1);

describe('what one would ask for to get a tune', () => {
  it.each([
    [KESH, { type: 'jig', key: 'Cmaj', meter: '6/8', form: 'AABB', bars: 8 }],
    [COOLEYS, { type: 'reel', key: 'Cdor', meter: '4/4', form: 'AABB', bars: 8 }],
    [HORNPIPE, { type: 'hornpipe', key: 'Cmaj', meter: '4/4', form: 'AA', bars: 8 }],
  ])('takes in pickups and endings', (abc, request) => {
    expect(askedOf(abc)).toMatchObject({ request });
  });

  it('says that it has no type', () => {
    const asked = untyped('2/4', `${bars(8)}G4||${bars(8)}G4|]`);
    expect(asked).toMatchObject({ request: { form: 'AB', bars: 8 }, rules: { types: [null] } });
  });

  it.each([
    ['2/4', `|:${bars(8)}G4:|:${bars(4)}G4:|`, 'parts of different lengths'],
    ['2/4', `|:${bars(8)}G4||${bars(8)}G4:|`, 'parts of different lengths'],
    ['none', `|:${bars(8)}G4:|`, 'the meter is free'],
    ['2/4', 'G4|]', 'A part has 2 to 64 bars, not 1.'],
  ])('or why one cannot: %s %s', (meter, music, not) => {
    expect(untyped(meter, music)).toEqual({ not });
  });

  it('a type in a meter that it is not danced in', () => {
    expect(askedOf(KESH.replace('M:6/8', 'M:3/4'))).toMatchObject({
      not: expect.stringMatching(/^A jig is not in 3\/4/),
    });
  });
});
