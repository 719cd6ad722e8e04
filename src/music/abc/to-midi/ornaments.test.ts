import { describe, expect, it } from 'vitest';
import { readMidi } from '../../midi/index.js';
import { readAbc } from '../index.js';
import { midiTrackOf, type Playing, playedTune, tuneMidi } from './index.js';

const tuneOf = (music: string, header: string) =>
  readAbc(`X:1\nT:t\n${header}\nL:1/8\nK:G\n${music}\n`)[0]!.tune!;
const JIG = 'R:jig\nM:6/8';
const REEL = 'R:reel\nM:4/4';

/** The played notes: pitch, beginning and end, in eighths. */
function heard(music: string, header: string, playing: Playing = {}) {
  const { tracks, bpm } = playedTune(tuneOf(music, header), 0, playing);
  const eighths = (seconds: number) => Math.round((seconds * bpm * 100) / 30) / 100;
  return tracks[0]!.events.map(({ pitch, start, end }) => [pitch, eighths(start), eighths(end)] as const);
}
const pitches = (music: string, header: string) => heard(music, header).map(([pitch]) => pitch);

describe('ornaments', () => {
  it('a roll in a jig is five notes in three thirds of a dotted quarter, a short roll on a quarter', () => {
    const roll = heard('~G3 ~B2A|', JIG);
    // The roll on G: G, a cut on A, G, a tap on F sharp, G; then a cut and a tap around B.
    expect(roll.map(([pitch]) => pitch)).toEqual([67, 69, 67, 66, 67, 72, 71, 69, 71, 69]);
    expect(roll.slice(0, 5).map(([, start]) => Math.floor(start))).toEqual([0, 1, 1, 2, 2]);
    expect([roll[1]![1], roll[3]![1], roll[4]![2]]).toEqual([1, 2, 3]);
    expect([roll[5]![1], roll[7]![1], roll[8]![2], roll[9]![1]]).toEqual([3, 4, 5, 5]);
  });

  it('a roll on a quarter of a reel likewise; on a long note it is held on, on a short one it is a cut', () => {
    const roll = heard('~G2AB ~c4|', REEL);
    expect(roll.slice(0, 5).map(([pitch]) => pitch)).toEqual([67, 69, 67, 66, 67]);
    expect([roll[1]![1], roll[3]![1], roll[4]![2]]).toEqual([0.67, 1.33, 2]);
    expect(roll.slice(7).map(([pitch]) => pitch)).toEqual([72, 74, 72, 71, 72]);
    expect([roll[8]![1], roll.at(-1)![2]]).toEqual([5, 8]);
    expect(pitches('~GA~Bc d4|', REEL)).toEqual([69, 67, 69, 72, 71, 72, 74]);
  });

  it.each([
    ['{A}G4 z4|', [69, 67]],
    ['{/A}G4 z4|', [69, 67]],
    ['{ABA}G4 z4|', [69, 71, 69, 67]],
    ['!mordent!G4 z4|', [67, 66, 67]],
    ['MG4 z4|', [67, 66, 67]],
    ['!pralltriller!G4 z4|', [67, 69, 67]],
    ['PG4 z4|', [67, 69, 67]],
    ['!turn!G4 z4|', [69, 67, 66, 67]],
    ['!invertedturn!G4 z4|', [66, 67, 69, 67]],
    ['!cut!G4 z4|', [69, 67]],
    // Graces before the ornament; an ornament whose neighbour has the bar's accidental.
    ['{c}!mordent!G4 z4|', [72, 67, 66, 67]],
    ['^A2 !pralltriller!G4 z2|', [70, 67, 70, 67]],
    ['!fermata!G4 vG4|', [67, 67]],
  ])('%s', (music, right) => {
    const sounds = heard(music, REEL);
    expect(sounds.map(([pitch]) => pitch)).toEqual(right);
    for (const [index, [, , end]] of sounds.slice(0, -1).entries())
      expect(sounds[index + 1]![1]).toBeCloseTo(end, 1);
  });

  it.each([
    // Graces take the time of a rest; a tie that ends on an ornament joins the note before.
    [
      'G4 {AB}z4|',
      [
        [67, 0, 4],
        [69, 4, 4.3],
        [71, 4.3, 4.6],
      ],
    ],
    [
      'G4-{A}G4|',
      [
        [67, 0, 4],
        [69, 4, 4.3],
        [67, 4.3, 8],
      ],
    ],
    ['G4-TG/4z15/4|', [[67, 0, 4.25]]],
    // A grace that the chord also holds is not struck separately.
    [
      '{[GB]}[Gd]4 z4|',
      [
        [67, 0, 4],
        [74, 0, 4],
      ],
    ],
    [
      '!turn![cd]4 z4|',
      [
        [72, 0, 4],
        [74, 0, 4],
      ],
    ],
  ])('within their time: %s', (music, right) => {
    expect(heard(music, 'Q:1/4=120\nM:4/4')).toEqual(right);
  });

  it('a trill goes to and fro, and ends on its note', () => {
    const trill = pitches('TG8|', REEL);
    expect(trill.length).toBeGreaterThan(8);
    expect(trill.length % 2).toBe(1);
    expect(new Set(trill.filter((_, at) => at % 2 === 0))).toEqual(new Set([67]));
    expect(new Set(trill.filter((_, at) => at % 2 === 1))).toEqual(new Set([69]));
    expect(pitches('U:n=!trill!\nnG8|'.replace('U:n=!trill!\n', ''), `${REEL}\nU:n=!trill!`)).toEqual(trill);
  });

  it('leave every bar and every other note where it is; --plain leaves them out', () => {
    const [music, plain] = ['{A}G2 ~A2 TB2 !turn!c2|{d}~d3 e- e4|', 'G2 A2 B2 c2|d3 e- e4|'];
    expect(heard(music, REEL, { plain: true })).toEqual(heard(plain, REEL));
    const starts = heard(music, REEL).map(([, start]) => start);
    expect(starts).toEqual(expect.arrayContaining([0, 2, 4, 6, 8, 11]));
    expect(heard(music, REEL).at(-1)).toEqual([76, 11, 16]);
    // A tie after an ornament lengthens its last note.
    expect(heard('~G4-|G4 z4|'.replace('|G4 z4', '|G4'), REEL).at(-1)![2]).toBe(8);
    expect(midiTrackOf(tuneOf('[GB~d]4 z4|', REEL), 0).track.events.map(({ pitch }) => pitch)).toEqual(
      expect.arrayContaining([67, 71, 74]),
    );
  });
});

describe('an accompaniment', () => {
  const track = (music: string, header: string) => {
    const { tracks, bpm } = playedTune(tuneOf(music, header), 0, { chords: true });
    const eighths = (seconds: number) => Math.round((seconds * bpm * 100) / 30) / 100;
    return tracks[1]?.events.map(({ pitch, start }) => `${pitch}@${eighths(start)}`).join(' ');
  };

  it.each([
    // G: bass on 43, fifth on 50, chord 55 59 62 (as 55 59 62 in the octave from 52).
    ['a jig', '"G"G3 B3|', JIG, '43@0 55@2 59@2 62@2 50@3 55@5 59@5 62@5'],
    ['a reel', '"G"G8|', REEL, '43@0 55@2 59@2 62@2 50@4 55@6 59@6 62@6'],
    ['a polka', '"G"G4|', 'R:polka\nM:2/4', '43@0 55@1 59@1 62@1 50@2 55@3 59@3 62@3'],
    ['a waltz', '"G"G6|', 'R:waltz\nM:3/4', '43@0 55@2 59@2 62@2 55@4 59@4 62@4'],
    ['a change in a bar', '"G"G4 "D7/F#"A4|', REEL, '43@0 55@2 59@2 62@2 42@4 54@6 57@6 60@6 62@6'],
    [
      'N.C.',
      '"G"G4 "N.C."A4|"Am"A8|',
      REEL,
      '43@0 55@2 59@2 62@2 45@8 52@10 57@10 60@10 40@12 52@14 57@14 60@14',
    ],
    ['a pickup', 'D|"G"G3 B2|', JIG, '43@1 55@3 59@3 62@3 50@4'],
  ])('plays %s', (_, music, header, right) => {
    expect(track(music, header)).toBe(right);
  });

  it('is held until the next chord, over repeats too, on a track and channel of its own, if it is asked for', () => {
    const tune = tuneOf('|:"G"G8|A8:|', REEL);
    const { tracks } = readMidi(tuneMidi(tune, 0, 't', { chords: true }));
    expect(tracks.map(({ name, channel, program }) => [name, channel, program])).toEqual([
      ['t', 0, 40],
      ['chords', 1, 25],
    ]);
    expect(tracks[1]!.notes.filter(({ pitch }) => pitch < 52)).toHaveLength(8);
    expect(readMidi(tuneMidi(tune)).tracks).toHaveLength(1);
    expect(readMidi(tuneMidi(tuneOf('G8|', REEL), 0, 't', { chords: true })).tracks).toHaveLength(1);
  });
});
