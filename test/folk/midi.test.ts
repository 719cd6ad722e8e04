import { describe, expect, it } from 'vitest';
import { readAbc } from '../../src/music/abc/index.js';
import { midiTrackOf, playedTune } from '../../src/music/abc/to-midi/index.js';

/** Pitches and lengths in eighths, as played. */
function played(music: string): string {
  const [{ tune } = {}] = readAbc(`X:1\nT:x\nR:march\nM:2/4\nL:1/8\nK:G\n${music}`);
  const { track } = midiTrackOf(tune!);
  // A march has 240 eighths a minute.
  return track.events
    .map(({ pitch, start, end }) => `${pitch}:${Math.round((end - start) * 400) / 100}`)
    .join(' ');
}

describe('a tune as MIDI', () => {
  it('plays repeats, each ending in its turn', () => {
    expect(played('|:G4|1 A4:|2 B4||c4|]')).toBe('67:4 69:4 67:4 71:4 72:4');
    expect(played('|:G4:||:A4:|B4|]')).toBe('67:4 67:4 69:4 69:4 71:4');
    expect(played('G4||:A4||B4:|')).toBe('67:4 69:4 71:4 69:4 71:4');
  });

  it('ties, tuplets, broken rhythm, chords, the key and accidentals sound', () => {
    expect(played('F2- F2|^c>c (3ccc|[GB]2 z2|')).toBe(
      '66:4 73:1.5 73:0.5 73:0.67 73:0.67 73:0.67 67:2 71:2',
    );
  });

  it('sounds with the instrument that %%MIDI names, else with a fiddle', () => {
    const programs = (text: string) =>
      playedTune(readAbc(`X:1\nL:1/8\nK:G\n${text}`)[0]!.tune!).tracks.map(({ program }) => program);
    expect(programs('GA|\n')).toEqual([40]);
    expect(programs('%%MIDI program 73\nGA|\n')).toEqual([73]);
    expect(programs('V:1\nGA|\nV:2\n%%MIDI program 21\nGA|\n')).toEqual([40, 21]);
  });

  it('marks the first note of a bar, not a pickup', () => {
    const [{ tune } = {}] = readAbc('X:1\nT:x\nM:2/4\nL:1/8\nK:G\n|:D|G2 B2|G3:|');
    const loud = midiTrackOf(tune!).track.events.filter(({ velocity }) => velocity > 80);
    expect(loud.map(({ pitch }) => pitch)).toEqual([67, 67, 67, 67]);
  });
});
