import { describe, expect, it } from 'vitest';
import type { TokenStream } from '../../../../codec/codec.js';
import { codecById } from '../../../../codec/index.js';
import type { PerformanceEvent } from '../../../../music/note.js';
import type { Seconds } from '../../../../music/units.js';
import { beatCodec } from '../codec/index.js';
import { beatVocabulary } from '../codec/vocabulary.js';
import { accompaniment } from '../testing/accompaniment.js';
import { beatsOrSteps } from './pulse-or-steps.js';

const steps = codecById('performance-packed-16');
const codec = beatsOrSteps(steps);
const FIRST = steps.vocabulary.size;
const PARAMS = { lowest: 21, highest: 108, longest: 5, beatsABar: 4 };

function newStream(params: Record<string, number> = {}): TokenStream {
  const stream = codec.stream(0);
  stream.setParams!({ ...PARAMS, ...params });
  return stream;
}

function feed(stream: TokenStream, events: readonly PerformanceEvent[]): number[] {
  return events.flatMap((event) => stream.feed(event));
}

const token = (said: string): number => {
  for (let token = 0; token < beatVocabulary.size; token++)
    if (beatVocabulary.describe(token) === said) return FIRST + token;
  throw new Error(said);
};

/** What may be said next: beat tokens, or step tokens. */
function spoken(stream: TokenStream): 'beats' | 'steps' {
  const mask = new Uint8Array(codec.vocabulary.size).fill(1);
  stream.forbid(mask);
  const [inSteps, inBeats] = [mask.subarray(0, FIRST).includes(1), mask.subarray(FIRST).includes(1)];
  expect(inSteps).not.toBe(inBeats);
  return inBeats ? 'beats' : 'steps';
}

describe('a stream in beats or in steps', () => {
  it('answers on the grid of the player, and ends at a bar line', () => {
    const stream = newStream();
    const pace = 0.6;
    // Seven bars and a beat.
    feed(stream, accompaniment(0.4, pace, 29));
    stream.advance(18.6);
    const { tokens, end } = stream.beginTurn!(18.6 + 8, 'answer');
    expect(tokens.some((token) => token >= FIRST)).toBe(true);
    expect(spoken(stream)).toBe('beats');
    stream.accept(token('sixteenth 13'));
    stream.accept(token('C4, velocity 65-72'));
    const [on] = stream.accept(token('for 1.000 beats'));
    // The fourth beat of the bar that is open.
    expect(on).toMatchObject({ type: 'noteOn', pitch: 60 });
    expect(on!.time).toBeCloseTo(0.4 + 31 * pace, 1);
    const [off] = stream.accept(token('bar 1 of 8, 4 beats'));
    expect(off).toBeUndefined();
    const events = stream.accept(token('C on beat 1'));
    expect(events).toEqual([]);
    const ends = stream.accept(token('sixteenth 5'));
    expect(ends).toMatchObject([{ type: 'noteOff', pitch: 60 }]);
    expect(ends[0]!.time).toBeCloseTo(on!.time + pace, 5);
    // What is a little early belongs to the bar that the player begins.
    const bars = (end! + pace / 8 - 0.4) / (4 * pace);
    expect(Math.abs(bars - Math.round(bars))).toBeLessThan(0.05);
    expect(Math.abs(end! - 26.6)).toBeLessThan(2 * pace + 0.1);
  });

  it('plays in steps where nobody keeps to a pulse, and beside a player', () => {
    const free = Array.from({ length: 80 }, (_, at): PerformanceEvent[] => {
      const time = 0.31 * at + 0.15 * Math.sin(at * at);
      const pitch = 60 + (at % 5);
      return [
        { type: 'noteOn', time, pitch, velocity: 70 },
        { type: 'noteOff', time: time + 0.1, pitch },
      ];
    })
      .flat()
      .sort((a, b) => a.time - b.time);
    const stream = newStream();
    feed(stream, free);
    stream.advance(26);
    expect(stream.beginTurn!(34, 'answer').end).toBeNull();
    expect(spoken(stream)).toBe('steps');
    const steady = newStream();
    feed(steady, accompaniment(0, 0.6, 32));
    steady.advance(19.5);
    steady.beginTurn!(null, 'along');
    expect(spoken(steady)).toBe('steps');
  });

  it('writes what the player did in steps just as a stream in steps does', () => {
    const events = accompaniment(0.3, 0.55, 24);
    const pedal: PerformanceEvent[] = events.flatMap((event, at) =>
      at % 20 === 0 ? [event, { type: 'pedal' as const, time: event.time, down: at % 40 === 0 }] : [event],
    );
    const [stream, alone] = [newStream(), steps.stream(0)];
    const written = [...feed(stream, pedal), ...stream.advance(16)].filter((token) => token < FIRST);
    expect(written).toEqual([...feed(alone, pedal), ...alone.advance(16)]);
    expect(stream.openNotes('player')).toEqual(alone.openNotes('player'));
  });

  it('writes what the model played by beats in steps afterwards, in its order', () => {
    const stream = newStream();
    const fed = feed(stream, accompaniment(0.4, 0.6, 28));
    stream.advance(18);
    stream.beginTurn!(null, 'answer');
    for (const said of ['bar 8 of 8, 4 beats', 'C on beat 1', 'sixteenth 1', 'C4, velocity 65-72'])
      if (!said.startsWith('bar') || spoken(stream) === 'beats') stream.accept(token(said));
    stream.accept(token('for 1.000 beats'));
    stream.accept(token('sixteenth 9'));
    stream.advance(stream.head + 1);
    expect(stream.openNotes('model')).toEqual([]);
    stream.release();
    const later: number[] = [];
    for (let at = 0; at < 40; at++)
      later.push(...stream.feed({ type: 'pedal', time: 30, down: at % 2 === 0 }));
    later.push(...stream.advance(31));
    const inSteps = [...fed, ...later].filter((token) => token < FIRST);
    const { symbols } = steps;
    const c4 = inSteps.filter((token) => {
      const symbol = symbols[token]!;
      return symbol.type === 'on' && symbol.pitch === 60 && symbol.bin === 8;
    });
    expect(c4.length).toBeGreaterThan(0);
  });

  it('takes a clock at its word, and a tapped tempo nearly', () => {
    const clocked = newStream();
    clocked.setPulse!({ period: 0.5, beatAt: 0.2, bar: true }, 0.2);
    feed(clocked, accompaniment(0.33, 0.61, 20));
    clocked.advance(13);
    const { end } = clocked.beginTurn!(20, 'answer');
    const bars = (end! + 0.5 / 8 - 0.2) / 2;
    expect(bars).toBeCloseTo(Math.round(bars), 6);

    const tapped = newStream();
    // Twice as slow as the tracker hears it by itself.
    tapped.setPulse!({ period: 0.9, beatAt: 0.4, bar: false, tapped: true }, 0.4);
    feed(tapped, accompaniment(0.4, 0.45, 40));
    tapped.advance(19);
    tapped.beginTurn!(null, 'answer');
    const one = timeOf(tapped, 'sixteenth 15');
    const next = timeOf(tapped, 'sixteenth 16');
    expect(4 * (next - one)).toBeCloseTo(0.9, 1);
  });

  it('follows a clock that changes while it plays', () => {
    const stream = newStream();
    stream.setPulse!({ period: 0.5, beatAt: 0, bar: true }, 0);
    feed(stream, accompaniment(0, 0.5, 16));
    stream.advance(8.1);
    stream.beginTurn!(null, 'answer');
    stream.setPulse!({ period: 0.6, beatAt: 8.5, bar: false }, 8.5);
    const [nine, thirteen] = [timeOf(stream, 'sixteenth 9'), timeOf(stream, 'sixteenth 13')];
    expect(thirteen - nine).toBeCloseTo(0.6, 6);
    expect((nine - 8.5) / 0.6).toBeCloseTo(Math.round((nine - 8.5) / 0.6), 6);
  });

  it('counts bars of three where it is told so', () => {
    const stream = newStream({ beatsABar: 3 });
    feed(stream, accompaniment(0.4, 0.6, 24, 3));
    stream.advance(15);
    const { end } = stream.beginTurn!(22, 'answer');
    const bars = (end! + 0.6 / 8 - 0.4) / 1.8;
    expect(Math.abs(bars - Math.round(bars))).toBeLessThan(0.06);
    stream.accept(token('sixteenth 12'));
    expect(() => stream.accept(FIRST + beatCodec.vocabulary.size)).toThrow(
      expect.objectContaining({ code: 'TOKEN_RANGE' }),
    );
  });

  it('leaves of a long silence two bars, and of hours no more than the last bars', () => {
    const stream = newStream();
    for (let minute = 0; minute < 8; minute++) feed(stream, accompaniment(60 * minute, 0.6, 40));
    stream.advance(8 * 60 - 34);
    const { tokens } = stream.beginTurn!(null, 'answer');
    expect(tokens.length).toBeLessThan(400);
    const state = stream.snapshot() as unknown as { played: { music: { notes: unknown[] }; fed: unknown[] } };
    expect(state.played.music.notes.length).toBeLessThan(34 * 24);
    expect(state.played.fed.length).toBeLessThan(34 * 70);
  });

  it('makes nothing happen of a token in beats where there are none, and refuses one that there is not', () => {
    const stream = newStream();
    expect(stream.accept(token('sixteenth 15'))).toEqual([]);
    expect(stream.accept(token('C4, velocity 65-72'))).toEqual([]);
    expect(() => stream.accept(codec.vocabulary.size)).toThrow(
      expect.objectContaining({ code: 'TOKEN_RANGE' }),
    );
  });

  it('does not strike what the player holds, nor beyond the range', () => {
    const stream = newStream({ lowest: 48, highest: 84 });
    feed(stream, accompaniment(0.4, 0.6, 28));
    stream.feed({ type: 'noteOn', time: 17.3, pitch: 60, velocity: 70 });
    stream.advance(18.5);
    stream.beginTurn!(null, 'answer');
    stream.accept(token('sixteenth 15'));
    const mask = new Uint8Array(codec.vocabulary.size).fill(1);
    stream.forbid(mask);
    expect(stream.openNotes('player')).toEqual([60]);
    for (const [said, may] of [
      ['C4', 0],
      ['C#4', 1],
      ['B2', 0],
      ['C#6', 0],
    ] as const)
      expect(mask[token(`${said}, velocity 65-72`)], said).toBe(may);
  });
});

/** When a note would begin there. */
function timeOf(stream: TokenStream, position: string): Seconds {
  stream.accept(token(position));
  stream.accept(token('C4, velocity 65-72'));
  const on = stream.accept(token('for 0.125 beats')).find(({ type }) => type === 'noteOn');
  return on!.time;
}
