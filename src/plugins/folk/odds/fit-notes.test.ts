import { describe, expect, it } from 'vitest';
import { folkCodec } from '../codec/index.js';
import { WIDEST_LEAP } from '../codec/note-signs.js';
import { correctedNotes, noteShares } from './fit-notes.js';
import { NO_NOTE_ODDS } from './note-odds.js';

const token = (word: string) => folkCodec.read(word)[0]!;
const header = 'M:4/4 K:Cmaj |:';

describe('shares of notes', () => {
  const tunes = [`${header} c 2 d e :|`, `${header} c c :|`].map((words) => folkCodec.read(words));

  it('are means over tunes', () => {
    const { signs, leaps } = noteShares(tunes);
    expect(signs[token('c')]).toBeCloseTo((1 / 3 + 1) / 2);
    expect(signs[token('2')]).toBeCloseTo(1 / 6);
    expect(signs[token(':|')]).toBe(0);
    expect(leaps[WIDEST_LEAP]).toBeCloseTo(1 / 2);
    expect(leaps[WIDEST_LEAP + 1]).toBeCloseTo(1 / 2);
  });

  it('are held against what they were before, where tunes are few', () => {
    const prior = noteShares(tunes.slice(0, 1));
    // One tune, and 60 pseudo-tunes from the prior.
    expect(noteShares(tunes.slice(1), prior).signs[token('c')]).toBeCloseTo((1 + 60 / 3) / 61);
  });

  it('lead to odds that raise what is too rare, and leave notes together as likely as they were', () => {
    const [people, made] = [noteShares(tunes), noteShares([tunes[1]!], noteShares(tunes))];
    const { signs, leaps } = correctedNotes(NO_NOTE_ODDS, people, made, 1);
    expect(signs.d!).toBeGreaterThan(signs.c!);
    expect(signs.d! - signs.c!).toBeCloseTo(
      Math.log(people.signs[token('d')]! / made.signs[token('d')]!) -
        Math.log(people.signs[token('c')]! / made.signs[token('c')]!),
      2,
    );
    const weight = Object.entries(signs).flatMap(([word, odds]) =>
      /[cde]/.test(word) ? [people.signs[token(word)]! * Math.exp(-odds)] : [],
    );
    expect(weight.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 2);
    expect(signs['2']).toBeCloseTo(Math.log(people.signs[token('2')]! / made.signs[token('2')]!), 2);
    expect(leaps[WIDEST_LEAP + 1]!).toBeGreaterThan(leaps[WIDEST_LEAP]!);
    expect(leaps[0]).toBe(leaps[2]);
  });
});
