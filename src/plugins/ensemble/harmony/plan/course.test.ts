import { describe, expect, it } from 'vitest';
import { bestCourse } from './course.js';
import { KINDS } from './tables.js';

const [C, F, G, AM, E] = [0, 15, 21, 28, 12];
/** Spans that say so much for one chord each. */
const spans = (chords: readonly number[], nats: number) =>
  chords.map((chord, at) => ({
    place: at % 8,
    said: Float64Array.from({ length: KINDS }, (_, kind) => (kind === chord ? nats : 0)),
  }));
const course = (chords: readonly number[], nats: number, after: number | null = null) =>
  bestCourse({ spans: spans(chords, nats), before: [], after, favoured: null }, 0).chords;

describe('the course of a phrase', () => {
  it('is what the melody says, where that is clear', () => {
    const clear = [C, C, AM, AM, F, F, G, G];
    expect(course(clear, 9)).toEqual(clear);
  });

  it('keeps to a favoured progression where nothing is said', () => {
    const favoured = [AM, AM, F, F, C, C, G, G];
    const wanted = { spans: spans(favoured, 0), before: [C], after: null, favoured };
    expect(bestCourse(wanted, 0).chords).toEqual(favoured);
  });

  it('has the dominant of another degree where that comes next alone', () => {
    const said = (next: number) => course([C, C, E, E, next, next, G, G], 2.2);
    expect(said(AM)).toContain(E);
    expect(said(C)).not.toContain(E);
  });
});
