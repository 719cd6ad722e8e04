import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAbc } from '../../../music/abc/read.js';
import { COOLEYS, HORNPIPE, KESH } from '../../../music/abc/testing/tunes.js';
import { hashesOf, writeNoveltyIndex } from './novelty-file.js';
import { NoveltyIndex, SHORTEST_RUN } from './novelty-index.js';
import { melodyOf } from './novelty-melody.js';

const melody = (abc: string) => melodyOf(readAbc(abc)[0]!.tune!);
const head = 'X:1\nM:4/4\nL:1/8\nK:';

describe('a melody', () => {
  it('is what sounds: ties are one note, chords their highest, rests nothing, repeats as written', () => {
    expect(melody(`${head}D\n|:FA- A2 z2 [DFA]2|^G2 G=G- GA, z2:|\n`)).toEqual([66, 69, 69, 68, 68, 67, 57]);
  });

  it('keeps a note apart from the tied one before it where a rest or another pitch is between', () => {
    expect(melody(`${head}C\nC2- C2 C2 C2|C2- D2 C4|\n`)).toEqual([60, 60, 60, 60, 62, 60]);
  });
});

const BOOK = [KESH, COOLEYS, HORNPIPE].map((abc) => {
  const tune = readAbc(abc)[0]!.tune!;
  return { title: tune.titles[0]!, book: 'ours', melody: melodyOf(tune) };
});
const index = new NoveltyIndex(writeNoveltyIndex(BOOK, { tunes: 2, median: 8, p95: 11 }));

/** The longest common run of intervals, by brute force. */
function slow(query: readonly number[]): number {
  let longest = 0;
  for (const { melody } of BOOK) {
    for (let a = 0; a < query.length; a++) {
      for (let b = 0; b < melody.length; b++) {
        let n = 1;
        while (
          a + n < query.length &&
          b + n < melody.length &&
          query[a + n]! - query[a]! === melody[b + n]! - melody[b]!
        )
          n++;
        longest = Math.max(longest, n);
      }
    }
  }
  return longest;
}

describe('an index of tunes', () => {
  it('finds each of its tunes whole, at any transposition', () => {
    for (const { title, melody } of BOOK) {
      const run = index.longestRun(melody.map((pitch) => pitch - 5));
      expect(run).toEqual({ notes: melody.length, title, book: 'ours' });
    }
    expect(index.tunes).toBe(3);
    expect(index.heldOut).toEqual({ tunes: 2, median: 8, p95: 11 });
  });

  it('finds the run that a slow search finds, of melodies cut out and put together', () => {
    const piece = fc
      .tuple(fc.nat(2), fc.nat(120), fc.integer({ min: 1, max: 30 }), fc.integer({ min: -7, max: 7 }))
      .map(([tune, from, length, by]) =>
        BOOK[tune]!.melody.slice(from, from + length).map((pitch) => pitch + by),
      );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const query = pieces.flat();
        const longest = slow(query);
        expect(index.longestRun(query)?.notes ?? 0).toBe(longest < SHORTEST_RUN ? 0 : longest);
      }),
    );
  });

  it('does not run from one tune into the next', () => {
    const [kesh, cooleys] = BOOK.map(({ melody }) => melody) as [number[], number[]];
    const both = [...kesh.slice(-20), ...cooleys.slice(0, 25)];
    expect(index.longestRun(both)).toMatchObject({ title: "Cooley's" });
    expect(index.longestRun(both)!.notes).toBeLessThan(45);
  });

  it('tells nothing of tunes that are shorter than a run', () => {
    expect(hashesOf([60, 62, 64, 65, 67, 69])).toHaveLength(0);
    const short = new NoveltyIndex(
      writeNoveltyIndex([{ title: 'a', book: 'b', melody: [60, 62] }, ...BOOK], null),
    );
    expect(short.longestRun(BOOK[0]!.melody)).toMatchObject({ title: 'The Kesh' });
    expect(new NoveltyIndex(writeNoveltyIndex([], null)).longestRun(BOOK[0]!.melody)).toBeNull();
  });

  it('refuses what is no index, however it is cut or changed, or reads it', () => {
    const bytes = writeNoveltyIndex(BOOK, null);
    const refused = (changed: Uint8Array) => {
      try {
        new NoveltyIndex(changed);
        return '';
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    for (let length = 0; length < bytes.length; length += 13)
      expect(refused(bytes.slice(0, length))).toBe('MODEL_BROKEN');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        expect(['', 'MODEL_BROKEN']).toContain(refused(changed));
      }),
    );
  });
});
