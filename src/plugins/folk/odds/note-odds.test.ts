import { describe, expect, it } from 'vitest';
import { folkCodec } from '../codec/index.js';
import { WIDEST_LEAP } from '../codec/note-signs.js';
import { NO_NOTE_ODDS, NoteWeights } from './note-odds.js';

const token = (word: string) => folkCodec.read(word)[0]!;
const header = 'M:4/4 K:Cmaj |:';

describe('odds of notes', () => {
  const leaps = NO_NOTE_ODDS.leaps.map((_, index) => (index - WIDEST_LEAP) / 10);
  const weighed = (words: string) => {
    const logits = new Float32Array(folkCodec.vocabulary.size);
    new NoteWeights({ signs: { c: 1, '2': -0.5 }, leaps }).apply(
      logits,
      folkCodec.read(`${header} ${words}`),
    );
    return (word: string) => logits[token(word)];
  };

  it('weigh each sign, and each way from the note before', () => {
    const logit = weighed('e 2 |');
    expect(logit('c')).toBeCloseTo(1 - 0.2);
    expect(logit('g')).toBeCloseTo(0.2);
    expect(logit('^g')).toBeCloseTo(0.2);
    expect(logit('C')).toBeCloseTo(-0.8);
    expect(logit("b'")).toBeCloseTo(0.8);
    expect(logit('2')).toBe(-0.5);
    expect(logit('|')).toBe(0);
  });

  it('know no way to the first note', () => {
    const logit = weighed('');
    expect([logit('c'), logit('g')]).toEqual([1, 0]);
  });
});
