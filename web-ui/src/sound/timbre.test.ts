import { expect, it } from 'vitest';
import { toneOf } from '../../../src/synth/timbre.js';
import { timbreOf } from './timbre.js';

it('each program of General MIDI has a sound, by its family', () => {
  const of = (program: number) => toneOf({ program });
  expect([1, 5, 14, 25, 33, 34, 41, 49, 58, 72, 74, 81, 90, 128].map(of)).toEqual([
    ...['piano', 'keys', 'keys', 'keys', 'bass', 'bass', 'strings', 'strings'],
    ...['reed', 'reed', 'reed', 'reed', 'strings', 'keys'],
  ]);
  expect(toneOf({})).toBe('piano');
});

it('a note sounds as the instrument that plays it; the player has a piano', () => {
  const voices = [
    { id: 'counter', name: '', channel: 2, program: 72 },
    { id: 'bass', name: '', channel: 4, program: 34 },
    { id: 'kit', name: '', channel: 10, program: 1 },
  ];
  const description = { voices } as never;
  const by = (part?: string) => timbreOf(description, { voice: 'model', part });
  expect([by('counter'), by('bass'), by('kit'), by()]).toEqual(['reed', 'bass', 'drums', 'reed']);
  expect(timbreOf(description, { voice: 'player', part: 'bass' })).toBe('piano');
});
