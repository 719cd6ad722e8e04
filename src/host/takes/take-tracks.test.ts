import { expect, it } from 'vitest';
import { modelTracks } from './take-tracks.js';

const note = (pitch: number, part?: string) => ({
  pitch,
  velocity: 80,
  start: 0,
  end: 1,
  ...(part && { part }),
});
const kit = { id: 'drums', name: 'Drums', channel: 10 };
const voice = (id: string, channel: number, program?: number) => ({
  ...{ id, name: id.toUpperCase(), channel },
  ...(program && { program }),
});
const seen = (tracks: ReturnType<typeof modelTracks>) =>
  tracks.map(({ name, channel, program, events }) => [
    name,
    channel,
    program,
    events.map(({ pitch }) => pitch),
  ]);

it('gives a model without voices the second channel', () => {
  expect(seen(modelTracks({}, () => [note(60)]))).toEqual([['model', 1, undefined, [60]]]);
});

it('keeps a lone drummer on the channel of percussion, and each voice of a band of one plugin apart, with its program', () => {
  expect(seen(modelTracks({ voices: [kit] }, () => [note(36, 'drums'), note(38)]))).toEqual([
    ['model', 9, undefined, [36, 38]],
  ]);
  const voices = [voice('counter', 2, 72), voice('chords', 3, 5), voice('bass', 4, 34)];
  const notes = [note(72, 'counter'), note(48, 'bass'), note(60, 'chords'), note(74)];
  expect(seen(modelTracks({ voices }, () => notes))).toEqual([
    ['COUNTER', 1, 71, [72, 74]],
    ['CHORDS', 2, 4, [60]],
    ['BASS', 3, 33, [48]],
  ]);
});

it('gives the members of a band channels of their own', () => {
  const member = (id: string, ...voices: ReturnType<typeof voice>[]) => ({
    ...{ id, pluginVersion: '1.0.0', modelHash: '0', mode: 'duet' as const, channel: 1, voices },
  });
  const members = [
    member('drums', kit),
    member('piano-2', voice('piano', 1)),
    member('ensemble', voice('a', 2), voice('b', 3)),
  ];
  const tracks = modelTracks({ members }, (id) => (id === 'ensemble' ? [note(50, 'b')] : [note(60)]));
  expect(seen(tracks)).toEqual([
    ['model', 1, undefined, [60]],
    ['drums', 9, undefined, [60]],
    ['piano-2', 2, undefined, [60]],
    ['ensemble: A', 3, undefined, []],
    ['ensemble: B', 4, undefined, [50]],
  ]);
  expect(new Set(tracks.map(({ channel }) => channel)).size).toBe(tracks.length);
});
