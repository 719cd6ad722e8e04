import { describe, expect, it } from 'vitest';
import { uniform } from '../../../model/random.js';
import { songOfPhrases } from '../testing/phrases.js';
import { heardBar, isUpper, topNotes } from './heard-bar.js';
import { isLastOfPhrase, phraseStarts } from './phrases.js';

const BEATS = 4;

/** The bars of a song, a beat a second. */
function barsOf(notes: ReturnType<typeof songOfPhrases>, bars: number) {
  const tops = topNotes(notes);
  const upper = tops.filter(isUpper(tops.map(({ pitch }) => pitch)));
  return Array.from({ length: bars }, (_, bar) => {
    const times = Array.from({ length: BEATS + 1 }, (_, beat) => bar * BEATS + beat);
    const isOwn = ({ time }: { time: number }) => time >= bar * BEATS - 0.1 && time < (bar + 1) * BEATS - 0.1;
    return heardBar(times, notes.filter(isOwn), upper.filter(isOwn));
  });
}

describe('phrases', () => {
  it.each([4, 6, 8])(
    'of %i bars are heard by rests of the upper voice over an accompaniment that goes on',
    (length) => {
      const bars = 4 * length;
      expect(phraseStarts(barsOf(songOfPhrases({ bars, length }), bars), BEATS)).toEqual([
        0,
        length,
        2 * length,
        3 * length,
      ]);
    },
  );

  it('are not heard where nothing rests, changes or comes again', () => {
    const bars = 24;
    const notes = Array.from({ length: bars * 8 }, (_, at) => ({
      ...{ time: at / 2, velocity: 70 },
      pitch: 60 + Math.floor(13 * uniform(1, 0, at)),
    }));
    expect(phraseStarts(barsOf(notes, bars), BEATS)).toEqual([0]);
    expect(isLastOfPhrase(barsOf(notes, bars), BEATS)).toBeNull();
  });

  it('end where they have ended before, as far as has been heard', () => {
    const all = barsOf(songOfPhrases({ bars: 24, length: 6 }), 24);
    const last = (heard: number, ahead: number) => isLastOfPhrase(all.slice(0, heard), BEATS, ahead);
    expect(last(3, 0)).toBeNull();
    // Heard until two bars into the third phrase; its last bar is the third one after these.
    expect([0, 1, 2, 3, 4].map((ahead) => last(14, ahead))).toEqual([false, false, false, true, false]);
  });
});
