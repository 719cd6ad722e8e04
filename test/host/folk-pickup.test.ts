import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { abc2midiComplaints } from '../../src/evaluation/folk/trial/abc2midi.js';
import { readAbc } from '../../src/music/abc/index.js';
import { describeWith } from '../requires.js';
import { EIGHTH, expectFullBars, FolkJams, modelNotes, play, until } from './folk-jam.js';

const WILD_JAMS = 8;

let jams: FolkJams;
beforeAll(async () => {
  jams = await FolkJams.open();
});
afterAll(() => jams.close());

const music = (abc: string) => abc.slice(abc.indexOf('\n', abc.indexOf('K:')) + 1);

describe('a jam on tunes that begin with a pickup', () => {
  it.each([
    [0, [], 'GED EFG|A'],
    [1, [71], 'B|GED EFG|A'],
    [2, [71, 69], 'BA|GED EFG|A'],
    [3, [71, 69, 71], 'BAB|GED EFG|A'],
  ] as const)('of %i eighths in a jig', (pickup, upbeat, written) => {
    const jam = jams.start('listen', { key: 'Em', meter: '6/8', type: 'jig', pickup });
    // What is held back when the session stops is not written: the last note here.
    const end = play(jam.session, 1, [...upbeat, 67, 64, 62, 64, 66, 67, 69, 71], 0.2);
    jam.session.command({ type: 'stop' }, end);
    expect(music(jams.notation(jam.records).shown(true)).startsWith(written)).toBe(true);
    expectFullBars(jams.notation(jam.records).book(), pickup / 8);
  });

  it('counts sixteenths where notes are moved to those, and has none where it would fill the bar', () => {
    const sixteenths = jams.start('listen', { meter: '2/4', grid: 'sixteenths', pickup: 3 });
    play(sixteenths.session, 1, [62, 64, 66, 67, 69, 71, 73, 74, 76, 78, 79, 81], EIGHTH / 2);
    sixteenths.session.command({ type: 'stop' }, 5);
    expect(music(jams.notation(sixteenths.records).book())).toBe('D/E/F/|G/A/B/c/ d/e/f/g/|]\n');
    const none = jams.start('listen', { meter: '2/4', pickup: 4 });
    play(none.session, 1, [62, 64, 66, 67, 69, 71]);
    none.session.command({ type: 'stop' }, 5);
    expect(music(jams.notation(none.records).book())).toBe('DE FG|Az3|]\n');
  });

  it('leaves room for the next one, turn after turn, and keeps to the beat', () => {
    const jam = jams.start('answer', { pickup: 1 });
    const { session, events, records, held } = jam;
    let end = 1;
    for (let round = 0; round < 4; round++) {
      const before = modelNotes(events).length;
      // An upbeat, and a bar that wants for the next one.
      const melody = [69, 62, 66, 69, 66, 74, 73, 71];
      end = until(session, play(session, end + 0.13, melody), () => session.phase === 'playing');
      end = until(session, end, () => session.phase === 'waiting');
      expect(held.size).toBe(0);
      const lastOnset = events.findLast((event) => event.type === 'noteOn' && event.voice === 'player')!.time;
      const [first] = modelNotes(events).slice(before);
      const beats = (first!.time - lastOnset - EIGHTH) / (2 * EIGHTH);
      expect(beats).toBeCloseTo(Math.round(beats), 6);
      const abc = jams.notation(records).shown(true);
      const bars = music(abc).replace(/\n/g, '').split('|');
      // The player's upbeats stand before bar lines, and what was played after them begins bars.
      expect(bars.filter((bar) => bar.startsWith('DFAF dcB')).length, abc).toBe(round + 1);
      expect(abc).toContain('K:D\nA|DFAF dcB');
      expectFullBars(abc, 1 / 8);
      const [read] = readAbc(abc);
      expect(read!.tune!.body.at(-1)).toMatchObject({ kind: 'bar' });
    }
    session.command({ type: 'stop' }, end + 1);
    records.push({ type: 'end', time: end + 1 });
    jams.expectReplay(jam);
  });

  it('leaves room for the next one in another tempo, too', () => {
    for (const tempo of [70, 180]) {
      const jam = jams.start('answer', { pickup: 1 });
      const { session, records } = jam;
      const melody = [69, 62, 66, 69, 66, 74, 73, 71];
      let end = until(session, play(session, 1, melody), () => modelNotes(jam.events).length > 3);
      session.command({ type: 'param', id: 'tempo', value: tempo }, end);
      end = until(session, end, () => session.phase === 'waiting');
      const abc = jams.notation(records).shown(true);
      expect(abc).toMatch(/\|\]\n$/);
      // The last bar wants for the upbeat, and nothing was filled up with rests.
      expect(music(abc)).not.toContain('z');
      expectFullBars(abc, 1 / 8);
      session.command({ type: 'stop' }, end + 1);
      records.push({ type: 'end', time: end + 1 });
      jams.expectReplay(jam);
    }
  });

  it('is begun by the model, too', () => {
    const jam = jams.start('solo', { key: 'G', meter: '6/8', type: 'jig', pickup: 1 });
    const end = until(jam.session, 1, () => modelNotes(jam.events).length > 60);
    jam.session.command({ type: 'stop' }, end);
    jam.records.push({ type: 'end', time: end });
    expect(jam.held.size).toBe(0);
    expectFullBars(jams.notation(jam.records).book(), 1 / 8);
    jams.expectReplay(jam);
  });

  it('begins a new tune when it is changed', () => {
    const jam = jams.start('listen');
    const end = play(jam.session, 1);
    jam.session.command({ type: 'param', id: 'pickup', value: 2 }, end + 1);
    jam.session.command({ type: 'stop' }, play(jam.session, end + 2) + 1);
    const [first, second] = jams
      .notation(jam.records)
      .book()
      .split(/\n(?=X:)/);
    expect(music(first!)).toBe('DFAF dcBz|]\n');
    expect(music(second!)).toBe('DF|AFdc Bz|]\n');
  });
});

describeWith('abc2midi', 'what wild jams with pickups leave', () => {
  it('is ABC with full bars after the pickup, to three readers', async () => {
    const modes = ['answer', 'continue', 'duet', 'solo'] as const;
    const tunes = Array.from({ length: WILD_JAMS }, (_, seed) => {
      const pickup = 1 + (seed % 3);
      const grid = seed % 2 === 0 ? 'eighths' : 'sixteenths';
      const abc = jams.wild(seed, modes[seed % modes.length]!, { grid, pickup });
      expectFullBars(abc, pickup / (grid === 'eighths' ? 8 : 16));
      return abc;
    });
    expect((await abc2midiComplaints(tunes)).flat()).toEqual([]);
  });
});
