import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlayedNotes } from '../../src/session/played-notes.js';
import { survivingTokens } from '../../src/session/take.js';
import { EIGHTH, FolkJams, type Jam, modelNotes, play, until } from './folk-jam.js';

let jams: FolkJams;
beforeAll(async () => {
  jams = await FolkJams.open();
});
afterAll(() => jams.close());

const clicks = ({ events }: Jam) => events.flatMap((event) => (event.type === 'click' ? [event] : []));

/** Lets time pass, as a clock does. */
function pass({ session }: Jam, from: number, to: number): void {
  for (let time = from; time < to; time += 0.01) session.advance(time);
}

describe('a jam with the metronome', () => {
  it('clicks in tempo before anybody plays, on the beat of each turn, higher where a bar begins', () => {
    const jam = jams.start('answer', { click: true });
    const { session, events } = jam;
    pass(jam, 0, 3);
    expect(clicks(jam).map(({ time }) => time)).toEqual(
      [0, 0.6, 1.2, 1.8, 2.4, 3].map((time) => expect.closeTo(time, 9)),
    );
    expect(clicks(jam).map(({ accent }) => accent)).toEqual([true, false, false, false, true, false]);
    const before = clicks(jam).length;
    let end = until(session, play(session, 3.3), () => session.phase === 'playing');
    const phrase = clicks(jam)
      .slice(before)
      .filter(({ time }) => time < 3.3 + 7.5 * EIGHTH);
    expect(phrase.map(({ time, accent }) => [time, accent])).toEqual(
      [3.3, 3.9, 4.5, 5.1].map((time) => [expect.closeTo(time, 9), time === 3.3]),
    );
    end = until(session, end, () => session.phase === 'waiting');
    // Whatever the model begins on a beat begins with a click, a bar with an accent.
    const [first] = modelNotes(events);
    const told = clicks(jam).filter(({ time }) => time > first!.time - 0.01);
    expect(told[0]).toMatchObject({ time: expect.closeTo(first!.time, 6) });
    for (const { time } of told) {
      const beats = (time - first!.time) / (2 * EIGHTH);
      expect(beats).toBeCloseTo(Math.round(beats), 6);
    }
    session.command({ type: 'stop' }, end);
    const last = clicks(jam).length;
    pass(jam, end, end + 3);
    expect(clicks(jam).length).toBe(last);
  });

  it('accents the first full bar after a pickup', () => {
    const jam = jams.start('listen', { click: true, meter: '6/8', pickup: 1 });
    play(jam.session, 1, [71, 67, 64, 62, 64, 66, 67, 69], 0.2);
    const accents = clicks(jam).filter(({ accent, time }) => accent && time >= 1);
    expect(accents.map(({ time }) => time)).toEqual([1.2, 2.4].map((time) => expect.closeTo(time, 9)));
  });

  it('changes nothing of the music, and is no part of the take', () => {
    const [silent, clicking] = [false, true].map((click) => {
      const jam = jams.start('continue', { click, pickup: 1 });
      const { session, records } = jam;
      let end = until(session, play(session, 1), () => modelNotes(jam.events).length > 8);
      if (click) session.command({ type: 'param', id: 'click', value: false }, end);
      end = until(session, end, () => modelNotes(jam.events).length > 12);
      session.command({ type: 'stop' }, end);
      records.push({ type: 'end', time: end });
      jams.expectReplay(jam);
      return jam;
    });
    expect(clicks(silent!)).toEqual([]);
    expect(clicks(clicking!).length).toBeGreaterThan(8);
    const tokens = ({ records }: Jam) => survivingTokens(records, jams.performer.codec.startToken);
    expect(tokens(clicking!)).toEqual(tokens(silent!));
    const notes = ({ events }: Jam) => {
      const playedNotes = new PlayedNotes();
      for (const event of events) playedNotes.add(event);
      return [...playedNotes.notes('player', 99), ...playedNotes.notes('model', 99)];
    };
    expect(notes(clicking!)).toEqual(notes(silent!));
    expect(jams.notation(clicking!.records).book()).toBe(jams.notation(silent!.records).book());
  });

  it.each(['stop', 'allOff'] as const)('sounds nothing after %s, wherever it comes in a beat', (type) => {
    for (let at = 0; at < 1.2; at += 0.017) {
      const jam = jams.start('listen', { click: true });
      pass(jam, 0, at);
      jam.session.command({ type }, at);
      expect([jam.percussion.faults, jam.percussion.sounding.size]).toEqual([[], 0]);
    }
  });

  it('is set while the session runs, and keeps up with the tempo', () => {
    const jam = jams.start('solo');
    const { session } = jam;
    const set = (id: string, value: number | boolean, time: number) =>
      session.command({ type: 'param', id, value }, time);
    pass(jam, 0, 2);
    expect(clicks(jam)).toEqual([]);
    set('click', true, 2);
    pass(jam, 2, 5);
    expect(clicks(jam).map(({ time }) => Math.round(time * 100) / 100)).toEqual([2.4, 3, 3.6, 4.2, 4.8]);
    set('tempo', 200, 5);
    pass(jam, 5, 8);
    const faster = clicks(jam)
      .slice(6)
      .map(({ time }) => time);
    faster.forEach((time, index) => {
      expect(time - faster[0]!).toBeCloseTo(0.3 * index, 6);
    });
    expect(faster.length).toBeGreaterThan(7);
    set('click', false, 8);
    const last = clicks(jam).length;
    pass(jam, 8, 10);
    expect(clicks(jam).length).toBe(last);
  });

  it('in wild jams too', () => {
    for (const [seed, mode] of (['answer', 'continue', 'duet', 'solo'] as const).entries())
      jams.wild(seed, mode, { click: true, pickup: seed % 2 });
  });
});
