import { describe, expect, it } from 'vitest';
import type { RollNote } from '../roll/note-store.js';
import { Playback } from './playback.js';

function played(notes: readonly Partial<RollNote>[], from: number, now: number) {
  const heard: { at: number; end?: number; cancelled: boolean }[] = [];
  const playback = new Playback({
    noteOn(_note, at) {
      const note: (typeof heard)[number] = { at, cancelled: false };
      heard.push(note);
      return {
        release: (time) => {
          note.end = time;
        },
        hold() {},
        cancel: () => {
          note.cancelled = true;
        },
      };
    },
    silence() {},
  });
  const whole = notes.map((note, id) => ({
    id,
    voice: 'model' as const,
    pitch: 60,
    velocity: 80,
    start: 0,
    end: undefined,
    ...note,
  }));
  playback.start(whole, from, now);
  return { playback, heard };
}

describe('Playback', () => {
  it('plays the past from a moment on, as it was, and nothing that is still planned', () => {
    const notes = [
      { start: 0, end: 1 },
      { start: 1, end: 3 },
      { start: 4, end: 5 },
      { start: 9, end: undefined },
      { start: 11, end: 12 },
    ];
    const { heard } = played(notes, 2, 10);
    expect(heard.map(({ at, end }) => [at, end])).toEqual([
      [10, 11],
      [12, 13],
      [17, 18],
    ]);
  });

  it('knows where it is, and when it is over', () => {
    const { playback } = played([{ start: 1, end: 3 }], 2, 10);
    expect([playback.position(10), playback.position(10.5), playback.position(11.5)]).toEqual([
      2,
      2.5,
      undefined,
    ]);
  });

  it('falls silent at once when stopped', () => {
    const { playback, heard } = played([{ start: 1, end: 3 }], 0, 10);
    playback.stop();
    expect([heard[0]?.cancelled, playback.position(10.1)]).toEqual([true, undefined]);
  });
});
