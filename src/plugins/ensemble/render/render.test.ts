import { describe, expect, it } from 'vitest';
import type { FollowersStep } from '../codec/step.js';
import { gesture } from '../gestures/gesture.js';
import { NOTHING_PLAYED } from './memory.js';
import { overRoot } from './plan.js';
import { type Moment, type PlannedNote, renderStep } from './render.js';

const C = { tonic: 0, root: 0, triad: 0 };
const F = { tonic: 0, root: 5, triad: 0 };

function momentAt(beat: number, change: Partial<Moment['outlook']> = {}): Moment {
  return {
    outlook: {
      ...{ ...overRoot(C), next: null, ceiling: null, fullness: 0 },
      place: { section: 'A', at: beat % 16, bar: 4, free: false },
      ...change,
    },
    ...{ before: C, beat: beat % 4, bar: 4, leader: [], velocity: 72, sounding: [] },
    ...{ chance: { seed: 7919 * beat }, complexity: 0.3, last: false },
  };
}

const BASS: FollowersStep = { counter: gesture.silence, chords: gesture.silence, bass: gesture.broken };

describe('a beat of the band', () => {
  it('is played in a section as it was played there before', () => {
    let memory = NOTHING_PLAYED;
    const beats: string[] = [];
    for (let beat = 0; beat < 64; beat++) {
      const step = { ...BASS, chords: beat % 2 === 0 ? gesture.chord : gesture.broken };
      const played = renderStep(step, momentAt(beat), memory);
      memory = played.memory;
      beats.push(played.notes.map(({ part, at, length }) => `${part} ${at} ${length}`).join());
    }
    const again = beats.slice(16).filter((said, beat) => said === beats[beat]).length;
    expect(again).toBeGreaterThan(40);
    // Another section has figures of its own.
    const other = beats.map((_, beat) => {
      const place = { section: 'B', at: beat % 16, bar: 4, free: false };
      return renderStep(BASS, momentAt(beat, { place }), memory).notes.length;
    });
    expect(other.every((count) => count > 0)).toBe(true);
  });

  it('has the planned bass where a chord begins, and goes to the next one by step or in its own tones', () => {
    const firsts = new Set<number>();
    const lasts = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      const outlook = { ...overRoot(C), bass: 4 };
      const { notes } = renderStep(
        BASS,
        { ...momentAt(0, { ...outlook, next: overRoot(F) }), chance: { seed } },
        NOTHING_PLAYED,
      );
      const bass = notes.filter(({ part }: PlannedNote) => part === 'bass');
      firsts.add(bass[0]!.pitch % 12);
      lasts.add(bass.at(-1)!.pitch % 12);
    }
    expect([...firsts]).toEqual([4]);
    // E or G beside F, or F itself, struck early.
    expect([...lasts].some((pc) => pc === 5 || pc === 7)).toBe(true);
  });

  it('leaps by an octave at most in the bass', () => {
    let memory = NOTHING_PLAYED;
    let last: number | null = null;
    for (let beat = 0; beat < 200; beat++) {
      const harmony = [C, F, { tonic: 0, root: 7, triad: 0 }, { tonic: 0, root: 9, triad: 1 }][
        Math.floor(beat / 4) % 4
      ]!;
      const played = renderStep(BASS, momentAt(beat, overRoot(harmony)), memory);
      memory = played.memory;
      for (const { pitch } of played.notes) {
        if (last !== null) expect(Math.abs(pitch - last)).toBeLessThanOrEqual(12);
        last = pitch;
      }
    }
  });
});
