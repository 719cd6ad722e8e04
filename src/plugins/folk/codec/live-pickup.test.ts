import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folkCodec } from './codec.js';
import { liveAbc } from './live-codec.js';
import { DEFAULTS, EIGHTH, expectFullBars, play, streamOf, token, words } from './testing/live.js';

describe('a pickup', () => {
  const params = { ...DEFAULTS, meter: '6/8', tempo: 80, pickup: 1 };

  it('comes before the first full bar, and where a phrase ends before the next one', () => {
    const stream = streamOf(params);
    const notes = [
      [71, 1],
      [67, 1],
      [64, 1],
      [62, 1],
      [64, 1],
      [66, 1],
      [67, 1],
      [69, 3],
      [69, 2],
    ] as const;
    const { tokens, end } = play(stream, notes);
    tokens.push(...stream.advance(end + 0.8));
    expect(words(tokens)).toBe('M:6/8 K:Cmaj B | G E D E ^F G | A 3 A 2');
    expect(stream.head).toBeCloseTo(end + 0.8, 9);
    // The turn begins two beats after the end of the phrase and ends where another pickup would begin.
    expect(stream.beginTurn!(end + 0.8 + 9 * EIGHTH, 'answer').end).toBeCloseTo(
      end + 6 * EIGHTH + 6 * EIGHTH,
      5,
    );
  });

  it('lets the model end a part before it, begin the next with it, and not play beyond the end of its turn', () => {
    const stream = streamOf(params);
    const may = () => {
      const mask = new Uint8Array(403).fill(1);
      stream.forbid(mask);
      return (word: string) => mask[token(word)] === 1;
    };
    const tokens = stream.advance(0);
    const until = stream.beginTurn!(13 * EIGHTH, 'answer').end!;
    expect(until).toBeCloseTo(12 * EIGHTH, 5);
    expect([may()('|:'), may()(':|'), may()('|')]).toEqual([true, false, false]);
    const write = (text: string) => {
      for (const next of folkCodec.read(text)) {
        expect(may()(folkCodec.write([next])), folkCodec.write([next])).toBe(true);
        stream.accept(next);
        tokens.push(next);
      }
    };
    write('|: B | c 3 A 2');
    expect([may()('|:'), may()(':|'), may()('||'), may()('|')]).toEqual([false, true, true, false]);
    write(':| |: B | c 3 A');
    // Two eighths are left in the turn.
    expect([may()('3'), may()('2'), may()('B'), may()('(3')]).toEqual([false, true, true, false]);
    write('2');
    expect(stream.head).toBeGreaterThan(until);
    expect(stream.head - until).toBeLessThan(1e-5);
    const abc = liveAbc(tokens, params, { unfinishedBar: true })!;
    expect(abc).toContain('K:C\nB|c3 A2||\nB|c3 A2|]\n');
    expectFullBars(tokens, params);
  });

  it('is where a turn of the model ends, whatever it plays', () => {
    const meters = fc.constantFrom('4/4', '2/4', '6/8', '9/8', 'C|');
    const length = fc.double({ min: 1, max: 8, noNaN: true });
    fc.assert(
      fc.property(
        meters,
        fc.nat(3),
        length,
        fc.infiniteStream(fc.nat(402)),
        (meter, pickup, length, picks) => {
          const stream = streamOf({ ...DEFAULTS, meter, pickup });
          const tokens = stream.advance(0);
          const until = stream.beginTurn!(length, 'answer').end!;
          let before = stream.snapshot();
          while (stream.head < until) {
            before = stream.snapshot();
            const mask = new Uint8Array(403).fill(1);
            stream.forbid(mask);
            const after = mask.indexOf(1, picks.next().value);
            const next = after >= 0 ? after : mask.indexOf(1);
            tokens.push(next);
            stream.accept(next);
          }
          // As a session does: discards a note that begins at the end of the turn.
          if (stream.openNotes('model').length > 0) {
            stream.restore(before);
            tokens.pop();
          }
          tokens.push(...stream.advance(until), ...stream.release().tokens);
          expect(Math.abs(stream.head - until)).toBeLessThan(1e-5);
          expectFullBars(tokens, { ...DEFAULTS, meter, pickup });
        },
      ),
      { numRuns: 200 },
    );
  });
});
