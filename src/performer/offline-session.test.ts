import { describe, expect, it } from 'vitest';
import type { Note } from '../music/note.js';
import { performer } from '../session/testing/jam.js';
import { answerPhrases, playAlone, playAlong } from './offline-session.js';
import type { Performer } from './performer.js';

const played = () => ({ ...performer(), descriptor: { params: {} } }) as unknown as Performer;
const phrase = (seconds: number): Note[] =>
  Array.from({ length: 4 * seconds }, (_, index) => ({
    ...{ pitch: 60 + (index % 8), velocity: 80, start: index / 4, end: index / 4 + 0.2 },
  }));

describe('a jam without a clock', () => {
  it('answers each phrase, for about as long, with notes of that turn alone', () => {
    const shares: number[] = [];
    const replies = answerPhrases(played(), [phrase(4), phrase(6), phrase(4)], {
      params: {},
      progress: (share) => shares.push(share),
    });
    expect(replies).toHaveLength(3);
    expect(shares).toEqual([0, 1 / 3, 2 / 3]);
    for (const [index, { notes, seconds }] of replies.entries()) {
      const length = index === 1 ? 6 : 4;
      expect(seconds).toBeGreaterThan(length - 0.6);
      expect(seconds).toBeLessThan(length + 2);
      expect(notes.length).toBeGreaterThan(0);
      for (const { start, end } of notes) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(seconds + 0.05);
      }
    }
  });

  it('plays along, and alone', () => {
    const along = playAlong(played(), phrase(30), 30, { params: {} });
    const alone = playAlone(played(), 30, { params: {} });
    for (const notes of [along, alone]) {
      expect(notes.length).toBeGreaterThan(10);
      expect(Math.max(...notes.map(({ end }) => end))).toBeLessThanOrEqual(30);
      expect(notes.some(({ start }) => start > 25)).toBe(true);
    }
  });
});
