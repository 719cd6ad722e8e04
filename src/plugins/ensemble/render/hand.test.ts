import { describe, expect, it } from 'vitest';
import { gesture } from '../gestures/gesture.js';
import { mod12 } from '../harmony/chord.js';
import { figuresOf } from '../material/figures.js';
import { fitHand } from './hand.js';
import { overRoot, tonesOfChord } from './plan.js';
import { voicingOf } from './voicing.js';

const CHORD = overRoot({ tonic: 0, root: 0, triad: 0 });

describe('a hand beside the leader', () => {
  it('strikes neither his note nor its octaves above, and strikes something', () => {
    const free = { size: 3, before: [], bass: 36, leader: [], ceiling: null };
    const voicing = voicingOf(CHORD, free);
    for (const led of voicing.pitches.flatMap((pitch) => [pitch, pitch - 12]))
      for (const doing of [gesture.chord, gesture.broken])
        for (const figure of figuresOf('chords', doing).filter(({ hand }) => hand > 0)) {
          const around = { tones: tonesOfChord(CHORD), strong: true, leader: [led], others: [36] };
          const { pitches } = fitHand(figure, { ...around, voicing, next: null, last: [], window: null });
          for (const attack of pitches) {
            expect(attack.length).toBeGreaterThan(0);
            expect(attack.filter((pitch) => pitch >= led && mod12(pitch - led) === 0)).toEqual([]);
          }
        }
  });
});
