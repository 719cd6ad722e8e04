import { expect, it } from 'vitest';
import { readMidi } from '../../midi/index.js';
import { readAbc } from '../index.js';
import { playedTune, tuneMidi } from './index.js';

const tuneOf = (music: string, header = 'L:1/4\nK:C') => {
  const { tune, refusal } = readAbc(`X:1\nT:case\nM:4/4\n${header}\n${music}\n`)[0]!;
  expect(refusal).toBeUndefined();
  return tune!;
};
const pitches = (music: string, header?: string) =>
  playedTune(tuneOf(music, header), 0).tracks[0]!.events.map(({ pitch }) => pitch);

it.each([
  [
    'endings with gaps',
    '|:C4|D4|1,3 E4:|2 F4:|4 G4||A4|]',
    'L:1/4\nK:C',
    [60, 62, 64, 60, 62, 65, 60, 62, 64, 60, 62, 67, 69],
  ],
  [
    'a clef in the music',
    'F c F c|[K:clef=bass]F, C, F, C,|[K:treble]F c F c|]',
    'L:1/4\nK:D',
    [66, 73, 66, 73, 54, 49, 54, 49, 66, 73, 66, 73],
  ],
  ['a line that says a clef', 'K:clef=bass\nC D F G|]', 'L:1/4\nK:E', [61, 63, 66, 68]],
  ['octave=', 'c d e f|]', 'L:1/4\nK:C octave=-1', [60, 62, 64, 65]],
  ['treble-8', 'c d e f|]', 'L:1/4\nK:C treble-8', [60, 62, 64, 65]],
  ['a key that changes within a repeat', '|:C2[K:A]c2:|[K:Bb]B4|]', 'L:1/4\nK:C', [60, 73, 60, 73, 70]],
  ['a key that changes within an ending', '|:C4|1 [K:A]c4:|2 c4|]', 'L:1/4\nK:C', [60, 73, 60, 73]],
  ['a repeat of three', '|::C4::|D4|]', 'L:1/4\nK:C', [60, 60, 60, 62]],
])('plays %s', (_, music, header, expected) => {
  expect(pitches(music, header)).toEqual(expected);
});

it('plays all voices, each on a channel', () => {
  const { tracks } = playedTune(tuneOf('V:1\nGABc|G4 & E4|\nV:2\nG,4|F,4|', 'L:1/4\nK:G'), 0);
  expect(
    tracks.map(({ channel, events }) => [channel, events.map(({ pitch, start }) => [pitch, start])]),
  ).toEqual([
    [
      0,
      [
        [67, 0],
        [69, 0.4],
        [71, 0.8],
        [72, 1.2],
        [67, 1.6],
      ],
    ],
    [1, [[64, 1.6]]],
    [
      2,
      [
        [55, 0],
        [54, 1.6],
      ],
    ],
  ]);
});

it.each([
  ['Q:120', [[0, 120]], [0, 0.5, 1, 1.5, 2]],
  ['Q:1/4 3/8 1/4 3/8=40', [[0, 200]], [0, 0.3, 0.6, 0.9, 1.2]],
  ['Q:C=60', [[0, 60]], [0, 1, 2, 3, 4]],
])('plays %s', (tempo, tempos, times) => {
  const read = readMidi(tuneMidi(tuneOf('CDEF|G4|]', `L:1/4\n${tempo}\nK:C`), 0));
  expect(read.tempos.map(({ time, bpm }) => [time, Math.round(bpm)])).toEqual(tempos);
  expect(read.tracks.at(-1)!.notes.map(({ start }) => Number(start.toFixed(3)))).toEqual(times);
});

it('changes its tempo where it says so, in the file too, and for all voices', () => {
  const music = 'V:1\nCDEF|[Q:1/4=60]CDEF|]\nV:2\nC,4|D,2E,2|';
  const read = readMidi(tuneMidi(tuneOf(music, 'L:1/4\nQ:1/4=120\nK:C'), 0));
  expect(read.tempos.map(({ time, bpm }) => [time, Math.round(bpm)])).toEqual([
    [0, 120],
    [2, 60],
  ]);
  const starts = read.tracks.map(({ notes }) => notes.map(({ start }) => Number(start.toFixed(3))));
  expect(starts.filter((notes) => notes.length > 0)).toEqual([
    [0, 0.5, 1, 1.5, 2, 3, 4, 5],
    [0, 2, 4],
  ]);
});
