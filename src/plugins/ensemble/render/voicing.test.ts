import { describe, expect, it } from 'vitest';
import { overRoot } from './plan.js';
import { voicingOf } from './voicing.js';

const C = { tonic: 0, root: 0, triad: 0 };
const G = { tonic: 0, root: 7, triad: 0 };
const FREE = { size: 3, before: [], bass: 36, leader: [], ceiling: null };

describe('a voicing', () => {
  it('has each tone of a triad once, and the third and the seventh of a chord of four', () => {
    const classes = ({ pitches }: { readonly pitches: readonly number[] }) =>
      pitches.map((pitch) => pitch % 12).sort((a, b) => a - b);
    expect(classes(voicingOf(overRoot(C), FREE))).toEqual([0, 4, 7]);
    const seventh = { harmony: G, quality: '7', bass: 7 } as const;
    expect(classes(voicingOf(seventh, { ...FREE, size: 4 }))).toEqual([2, 5, 7, 11]);
    expect(classes(voicingOf(seventh, FREE))).toEqual(expect.arrayContaining([5, 11]));
  });

  it('goes to the next chord by little, with the tones that both have', () => {
    const before = voicingOf(overRoot(C), FREE).pitches;
    const { pitches } = voicingOf(overRoot(G), { ...FREE, before });
    expect(pitches.filter((pitch) => before.includes(pitch)).map((pitch) => pitch % 12)).toEqual([7]);
    for (const [index, pitch] of pitches.entries())
      expect(Math.abs(pitch - before[index]!)).toBeLessThanOrEqual(5);
  });

  it('stays below the leader, above the bass, and off the leader’s note', () => {
    const low = voicingOf(overRoot(C), { ...FREE, ceiling: 62, leader: [64] });
    expect(Math.max(...low.pitches)).toBeLessThanOrEqual(62);
    const high = voicingOf(overRoot(C), { ...FREE, bass: 55 });
    expect(Math.min(...high.pitches)).toBeGreaterThanOrEqual(60);
    expect(voicingOf(overRoot(C), { ...FREE, leader: [60] }).pitches).not.toContain(60);
  });
});
