import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { abc2midiComplaints } from '../../src/evaluation/folk/trial/abc2midi.js';
import { describeWith } from '../requires.js';
import { EIGHTH, expectFullBars, FolkJams, modelNotes, play, until } from './folk-jam.js';

const WILD_JAMS = 8;

let jams: FolkJams;
beforeAll(async () => {
  jams = await FolkJams.open();
});
afterAll(() => jams.close());

describe('a jam with the folk model', () => {
  it('answers on the beat, for whole bars, and the tune is there', () => {
    const { session, events, records, held } = jams.start('answer');
    let end = 1;
    for (let round = 0; round < 3; round++) {
      const before = modelNotes(events).length;
      end = until(session, play(session, end + 0.13), () => session.phase === 'playing');
      end = until(session, end, () => session.phase === 'waiting');
      expect(held.size).toBe(0);
      const answer = modelNotes(events).slice(before);
      expect(answer.length).toBeGreaterThan(0);
      const whole = jams.notation(records).shown(true);
      expect(jams.notation(records).shown(false)).toBe(whole);
      expect(whole.match(/DFAF dcBA/g)?.length).toBeGreaterThan(round);
      // Every note of an answer lies on sixteenths from its first, which is a beat of the player's.
      const lastOnset = events.findLast((event) => event.type === 'noteOn' && event.voice === 'player')!.time;
      const beats = (answer[0]!.time - lastOnset + EIGHTH) / (2 * EIGHTH);
      expect(beats).toBeCloseTo(Math.round(beats), 6);
      for (const { time } of answer) {
        const steps = (time - answer[0]!.time) / (EIGHTH / 2);
        expect(steps).toBeCloseTo(Math.round(steps), 6);
      }
    }
    const abc = jams.notation(records).shown(true);
    expect(abc).toContain('M:4/4\nL:1/8\nQ:1/4=100\nK:D\nDFAF dcBA|');
    expectFullBars(abc);
    session.command({ type: 'stop' }, end + 1);
  });

  it('goes on until the player comes in, and replays token for token', () => {
    const jam = jams.start('continue');
    const { session, events, records, held } = jam;
    session.command({ type: 'param', id: 'key', value: 'Ador' }, 0.1);
    session.command({ type: 'param', id: 'meter', value: '6/8' }, 0.2);
    session.command({ type: 'param', id: 'type', value: 'jig' }, 0.3);
    let end = until(
      session,
      play(session, 1, [69, 71, 72, 74, 76, 79]),
      () => modelNotes(events).length > 20,
    );
    session.command({ type: 'param', id: 'tempo', value: 140 }, end);
    end = until(session, end, () => modelNotes(events).length > 30);
    end = play(session, end + 0.07, [81, 79, 78, 76, 74, 72]);
    expect(held.size).toBe(0);
    end = until(session, end, () => modelNotes(events).length > 40);
    session.command({ type: 'again' }, end);
    end = until(session, end, () => modelNotes(events).length > 60);
    session.command({ type: 'takeBack' }, end);
    end = play(session, end + 1, [81, 79, 78, 76]);
    end = until(session, end, () => modelNotes(events).length > 80);
    session.command({ type: 'stop' }, end);
    records.push({ type: 'end', time: end });
    expect(held.size).toBe(0);

    const abc = jams.notation(records).book();
    expect(abc).toContain('R:jig\nN:a test\nM:6/8\nL:1/8\nQ:3/8=140\nK:Ador\n');
    expectFullBars(abc);
    jams.expectReplay(jam);
  });

  it('comes to a close at a bar line where the player stays silent, and plays on where it is not to', () => {
    const [closing, endless] = [jams.start('continue'), jams.start('continue')];
    for (const [jam, choice] of [
      [closing, '30 s'],
      [endless, 'never'],
    ] as const) {
      const { session, records } = jam;
      session.command({ type: 'param', id: 'closeAfter', value: '5 min' }, 0.5);
      const end = play(session, 1);
      session.advance(end + 10);
      session.command({ type: 'param', id: 'closeAfter', value: choice }, end + 10);
      for (let now = end + 10; now < end + 40; now += 0.05) session.advance(now);
      expect(session.phase).toBe(choice === 'never' ? 'playing' : 'waiting');
      session.command({ type: 'stop' }, end + 40);
      records.push({ type: 'end', time: end + 40 });
      jams.expectReplay(jam);
    }
    expectFullBars(jams.notation(closing.records).shown(true));
  });

  it('begins a new tune where the key changes, and keeps the one before', () => {
    const { session, events, records } = jams.start('answer');
    let end = until(session, play(session, 1), () => modelNotes(events).length > 4);
    session.command({ type: 'param', id: 'key', value: 'G' }, end);
    expect(session.phase).toBe('waiting');
    session.command({ type: 'param', id: 'key', value: 'G' }, end);
    end = until(session, play(session, end + 1, [67, 71, 74, 71]), () => session.phase === 'playing');
    end = until(session, end, () => session.phase === 'waiting');
    const book = jams.notation(records).book();
    expect(book.match(/^[XNK]:.*/gm)).toEqual(['X:1', 'N:a test', 'K:D', 'X:2', 'N:a test', 'K:G']);
    expect(jams.notation(records).shown(true)).toContain('K:G\nGB');
    expectFullBars(book);
  });

  it.each(['duet', 'solo', 'listen'] as const)('keeps whole bars in the mode %s', (mode) => {
    const { session, records, held } = jams.start(mode);
    let end = 1;
    for (let round = 0; round < 3; round++) {
      end = play(session, end);
      for (let time = end; time < end + 4; time += 0.01) session.advance(time);
      end += 4;
    }
    session.command({ type: 'stop' }, end);
    expect(held.size).toBe(0);
    const abc = jams.notation(records).book();
    if (mode !== 'listen') expect(abc).toContain('K:D');
    if (abc !== '') expectFullBars(abc);
  });
});

describeWith('abc2midi', 'what wild jams leave', () => {
  it('is ABC with full bars, to three readers', async () => {
    const modes = ['answer', 'continue', 'duet', 'solo'] as const;
    const tunes = Array.from({ length: WILD_JAMS }, (_, seed) =>
      jams.wild(seed, modes[seed % modes.length]!),
    );
    for (const abc of tunes) expectFullBars(abc);
    expect((await abc2midiComplaints(tunes)).flat()).toEqual([]);
  });
});
