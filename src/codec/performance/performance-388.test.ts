import { describe, expect, it } from 'vitest';
import type { Note } from '../../music/note.js';
import { describePerformanceCodec } from '../testing/codec-suite.js';
import { performance388 as codec } from './performance-388.js';

describePerformanceCodec(codec, { lowest: 0, highest: 127, velocityBins: 32 });

const note = (pitch: number, velocity: number, start: number, end: number): Note => ({
  pitch,
  velocity,
  start,
  end,
});

describe('performance-388', () => {
  it('has the classes of Performance RNN', () => {
    const { vocabulary } = codec;
    expect(vocabulary.size).toBe(388);
    expect(vocabulary.token('NOTE_OFF', { pitch: 0 })).toBe(128);
    expect(vocabulary.token('TIME_SHIFT', { steps: 0 })).toBe(256);
    expect(vocabulary.token('VELOCITY', { bin: 31 })).toBe(387);
    expect(codec.startToken).toBe(355);
    expect([60, 188, 256, 355, 356, 387].map((token) => vocabulary.describe(token))).toEqual([
      'C4 on',
      'C4 off',
      'wait 0.01 s',
      'wait 1.00 s',
      'velocity 1-4',
      'velocity 125-127',
    ]);
  });

  it('says velocity where its bin changes, and long times as hundreds and the rest', () => {
    const notes = [note(60, 64, 0, 0.5), note(64, 61, 0.5, 1), note(67, 65, 3.5, 4.5)];
    expect(codec.encode({ notes, pedal: [] }).tokens).toEqual([
      ...[356 + 15, 60, 255 + 50],
      ...[128 + 60, 64, 255 + 50],
      ...[128 + 64, 355, 355, 255 + 50],
      ...[356 + 16, 67, 355, 128 + 67],
    ]);
  });

  it('keeps the louder of two onsets in one step, and counts it', () => {
    const notes = [note(60, 90, 0, 0.1), note(60, 30, 0.003, 0.5)];
    const { tokens, merged } = codec.encode({ notes, pedal: [] });
    expect(merged).toBe(1);
    expect(codec.decode(tokens)).toEqual([note(60, 90, 0, 0.5)]);
  });

  it('ends a note where its pitch begins anew', () => {
    const notes = [note(60, 64, 0, 2), note(60, 64, 0.5, 1)];
    expect(codec.encode({ notes, pedal: [] }).tokens).toEqual([
      ...[356 + 15, 60, 255 + 50],
      ...[128 + 60, 60, 255 + 50, 128 + 60],
    ]);
  });
});
