import { describe, expect, it } from 'vitest';
import type { Note } from '../../music/note.js';
import { describePerformanceCodec } from '../testing/codec-suite.js';
import { performancePacked8, performancePacked16, performancePacked32 } from './performance-packed.js';

describePerformanceCodec(performancePacked8, { lowest: 21, highest: 108, velocityBins: 8 });
describePerformanceCodec(performancePacked16, { lowest: 21, highest: 108, velocityBins: 16 });
describePerformanceCodec(performancePacked32, { lowest: 21, highest: 108, velocityBins: 32 });

const note = (pitch: number, start: number, end: number): Note => ({ pitch, velocity: 68, start, end });

describe('performance-packed', () => {
  it('says pitch and velocity in one token', () => {
    const codec = performancePacked16;
    expect(codec.vocabulary.size).toBe(88 * 16 + 88 + 100);
    const { tokens } = codec.encode({ notes: [note(21, 0, 1), note(60, 0, 1)], pedal: [] });
    expect(tokens.map((token) => codec.vocabulary.describe(token))).toEqual([
      'A0 on, velocity 65-72',
      'C4 on, velocity 65-72',
      'wait 1.00 s',
      'A0 off',
      'C4 off',
    ]);
    expect(tokens[1]).toBe((60 - 21) * 16 + 8);
  });

  it('moves notes outside the piano by octaves, and counts them', () => {
    const notes = [note(0, 0, 1), note(60, 0, 1), note(127, 0, 1)];
    const { tokens, folded } = performancePacked8.encode({ notes, pedal: [] });
    expect(folded).toBe(2);
    expect(performancePacked8.decode(tokens).map(({ pitch }) => pitch)).toEqual([24, 60, 103]);
  });
});
