import { describe, expect, it } from 'vitest';
import type { TakeRecord } from '../../../session/take.js';
import type { Take } from '../read-take.js';
import type { TakeTrack } from './music.js';
import { tempoOf } from './tempo.js';

const track = (starts: readonly number[]): TakeTrack => ({
  ...{ name: 'player', channel: 0, voice: 'player', pedal: [] },
  events: starts.map((start, index) => ({ pitch: 60 + (index % 5), velocity: 80, start, end: start + 0.2 })),
});
const take = (...records: TakeRecord[]) =>
  ({ header: { setup: { plugin: 'piano' } }, records }) as unknown as Take;
const pulse = (time: number, beat: number): TakeRecord => ({
  ...{ type: 'command', time, command: { type: 'pulse', beat, bar: false, tapped: true } },
});

describe('tempoOf', () => {
  it('takes the beats that were given, and begins on one', async () => {
    const found = await tempoOf(take(pulse(2, 0.6), pulse(2.6, 0.6), pulse(20, 0.5)), [track([10.7])]);
    expect(found).toMatchObject({
      beats: 'given',
      timeSignatures: [{ time: 0, numerator: 4, denominator: 4 }],
    });
    expect(found.origin).toBeCloseTo(10.4);
    expect(found.tempos).toEqual([
      { time: 0, bpm: 100 },
      { time: expect.closeTo(9.6, 9), bpm: 120 },
    ]);
  });

  it('hears the beats where none were given', async () => {
    const beat = 60 / 96;
    const bass = Array.from({ length: 32 }, (_, at) => ({
      pitch: at % 2 ? 43 : 36,
      start: 5 + 2 * at * beat,
    }));
    const tune = Array.from({ length: 128 }, (_, at) => ({
      pitch: 60 + ((at * 5) % 12),
      start: 5 + (at * beat) / 2,
    }));
    const events = [...bass, ...tune.filter((_, at) => at % 8 !== 7)]
      .sort((a, b) => a.start - b.start || a.pitch - b.pitch)
      .map((note) => ({ ...note, velocity: 80, end: note.start + 0.2 }));
    const found = await tempoOf(null, [{ ...track([]), events }]);
    expect(found.beats).toBe('heard');
    expect(Math.abs(found.tempos![0]!.bpm / 96 - 1)).toBeLessThan(0.03);
    expect(found.origin).toBeGreaterThan(5 - 2 * beat);
    expect(found.origin).toBeLessThanOrEqual(5);
  });

  it('begins with the first note where there is no pulse', async () => {
    expect(await tempoOf(null, [track([7.25])])).toEqual({ origin: 7.25, beats: 'none' });
  });

  it('follows the meter that the player sets', async () => {
    const { timeSignatures } = await tempoOf(
      take({ type: 'command', time: 30, command: { type: 'param', id: 'beatsABar', value: 3 } }),
      [track([10])],
    );
    expect(timeSignatures).toEqual([
      { time: 0, numerator: 4, denominator: 4 },
      { time: 20, numerator: 3, denominator: 4 },
    ]);
  });
});
