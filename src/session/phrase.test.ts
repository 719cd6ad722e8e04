import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PhraseTracker } from './phrase.js';

/** A tracker that has heard short notes with these onsets; each key is up again after 10 ms. */
function played(...onsets: readonly number[]): PhraseTracker {
  const tracker = new PhraseTracker();
  for (const time of onsets) {
    tracker.add({ type: 'noteOn', time, pitch: 60, velocity: 64 });
    tracker.add({ type: 'noteOff', time: time + 0.01, pitch: 60 });
  }
  return tracker;
}

const every = (interval: number, count: number) =>
  Array.from({ length: count }, (_, index) => index * interval);

describe('PhraseTracker', () => {
  it('has no phrase before the first onset, and none after its end', () => {
    const tracker = new PhraseTracker();
    tracker.add({ type: 'pedal', time: 1, down: true });
    tracker.add({ type: 'noteOff', time: 2, pitch: 60 });
    expect([tracker.began, tracker.endsAt(1)]).toEqual([null, null]);
    tracker.add({ type: 'noteOn', time: 3, pitch: 60, velocity: 64 });
    expect(tracker.began).toBe(3);
    tracker.end();
    expect([tracker.began, tracker.endsAt(1)]).toEqual([null, null]);
  });

  it('waits a second after one note, since it knows no tempo yet', () => {
    expect(played(0).endsAt(1)).toBeCloseTo(0.01 + 1, 9);
  });

  it('waits three median intervals, within its bounds', () => {
    expect(played(...every(0.3, 5)).endsAt(1)).toBeCloseTo(1.21 + 0.9, 9);
    expect(played(...every(0.1, 5)).endsAt(1)).toBeCloseTo(0.41 + 0.4, 9);
    expect(played(...every(0.9, 5)).endsAt(1)).toBeCloseTo(3.61 + 1.6, 9);
    // One long interval among short ones moves the median little.
    expect(played(0, 0.3, 0.6, 1.4, 1.7).endsAt(1)).toBeCloseTo(1.71 + 0.9, 9);
  });

  it('scales the wait by patience', () => {
    const tracker = played(...every(0.3, 5));
    const wait = (patience: number) => tracker.endsAt(patience)! - tracker.lastEvent;
    expect(wait(2)).toBeCloseTo(2 * wait(1), 9);
    expect(wait(0.5)).toBeCloseTo(wait(1) / 2, 9);
  });

  it('waits twice as long while a key or the pedal is held', () => {
    const tracker = played(0);
    tracker.add({ type: 'pedal', time: 0.5, down: true });
    expect(tracker.endsAt(1)).toBeCloseTo(0.5 + 2, 9);
    tracker.add({ type: 'pedal', time: 0.6, down: false });
    expect(tracker.endsAt(1)).toBeCloseTo(0.6 + 1, 9);
    tracker.add({ type: 'noteOn', time: 0.7, pitch: 64, velocity: 64 });
    expect([...tracker.held]).toEqual([64]);
    // The interval of 0.7 s is the tempo now.
    expect(tracker.endsAt(1)).toBeCloseTo(0.7 + 2 * 1.6, 9);
  });

  it('takes a chord for one onset, however its notes are spread', () => {
    const chord = [0, 0.02, 0.039];
    const tracker = played(...chord, ...chord.map((time) => 0.3 + time));
    expect(tracker.endsAt(1)).toBeCloseTo(0.349 + 0.9, 9);
  });

  it('keeps the tempo of the last phrase, but not the rest between the phrases', () => {
    const tracker = played(...every(0.3, 5));
    tracker.end();
    tracker.add({ type: 'noteOn', time: 100, pitch: 60, velocity: 64 });
    tracker.add({ type: 'noteOff', time: 100.01, pitch: 60 });
    expect(tracker.endsAt(1)).toBeCloseTo(100.01 + 0.9, 9);
  });

  it('adapts to the last twelve intervals alone', () => {
    const slow = every(1, 30);
    const fast = every(0.2, 13).map((time) => 40 + time);
    const tracker = played(...slow);
    tracker.end();
    for (const time of fast) {
      tracker.add({ type: 'noteOn', time, pitch: 60, velocity: 64 });
      tracker.add({ type: 'noteOff', time: time + 0.01, pitch: 60 });
    }
    expect(tracker.endsAt(1)! - tracker.lastEvent).toBeCloseTo(0.6, 9);
  });

  it('waits 0.4 to 3.2 s after the last event, whatever was played', () => {
    const event = fc.oneof(
      fc.record({ type: fc.constant('noteOn' as const), pitch: fc.integer({ min: 0, max: 127 }) }),
      fc.record({ type: fc.constant('noteOff' as const), pitch: fc.integer({ min: 0, max: 127 }) }),
      fc.record({ type: fc.constant('pedal' as const), down: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.double({ min: 0, max: 3, noNaN: true }))), (events) => {
        const tracker = new PhraseTracker();
        let time = 0;
        for (const [event, wait] of events) {
          time += wait;
          tracker.add(event.type === 'noteOn' ? { ...event, time, velocity: 64 } : { ...event, time });
          const end = tracker.endsAt(1);
          if (end === null) continue;
          expect(end - time).toBeGreaterThan(0.4 - 1e-9);
          expect(end - time).toBeLessThan(3.2 + 1e-9);
        }
      }),
    );
  });
});
