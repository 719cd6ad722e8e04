import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../../codec/codec.js';
import { GRIDS } from '../codec/grid.js';
import { BEGINNING, type DrumHead, headAfter, tickOf } from '../codec/head.js';
import { DRUMS } from '../codec/kit.js';
import { drumVocabulary, FIRST, START } from '../codec/vocabulary.js';
import { songOfPhrases } from '../testing/phrases.js';
import { Drawer, streamOf } from '../testing/play.js';
import type { DrumStream } from './stream.js';

const strikes = (events: readonly StreamEvent[]) =>
  events.filter((event) => event.type === 'noteOn') as Extract<StreamEvent, { type: 'noteOn' }>[];
const rangesOf = (tokens: readonly number[]) => tokens.map((token) => drumVocabulary.read(token).range);
const note = (stream: DrumStream, time: number, pitch = 60, velocity = 64) => {
  stream.feed({ type: 'noteOn', time, pitch, velocity });
  stream.feed({ type: 'noteOff', time: time + 0.1, pitch });
};
/** Quarters and eighths of a player who keeps a beat. */
function keepBeat(stream: DrumStream, from: number, beats: number, pace: number, velocity = 64) {
  for (let beat = 0; beat < beats; beat++) {
    note(stream, from + beat * pace, beat % 4 === 0 ? 36 : 64, velocity);
    note(stream, from + (beat + 0.5) * pace, 67, velocity);
  }
}

/** Each event no earlier than the one before; each drum that is struck is ended before it is struck again. */
function expectOrder(events: readonly StreamEvent[]) {
  const open = new Set<number>();
  let before = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    expect(event.time).toBeGreaterThanOrEqual(before - 1e-9);
    before = event.time;
    if (event.type === 'noteOn') {
      expect(open.has(event.pitch)).toBe(false);
      open.add(event.pitch);
    } else if (event.type === 'noteOff') expect(open.delete(event.pitch)).toBe(true);
  }
  return open;
}

describe('a drummer alone', () => {
  it('counts a bar in, and plays bars in its tempo', () => {
    const stream = streamOf({ tempo: 120 });
    expect(stream.beginTurn(null, 'alone')).toEqual({ tokens: [], end: null });
    const { tokens, events } = new Drawer().play(stream, 10);
    expect(tokens.slice(0, 4)).toEqual([START, START, START, START]);
    const [a, b, c, d] = strikes(events);
    expect([a, b, c, d].map((strike) => strike!.time)).toEqual([0, 0.5, 1, 1.5]);
    expect([a, b, c, d].map((strike) => strike!.pitch)).toEqual([37, 37, 37, 37]);
    expect(rangesOf(tokens.slice(4, 7))).toEqual(['BAR', 'PLAN', 'BEAT']);
    expect(events.every((event) => event.part === 'drums')).toBe(true);
    expect([...expectOrder(events)].sort()).toEqual(stream.openNotes('model').sort());
  });

  it('plays each stroke at the time of its tick', () => {
    const stream = streamOf({ tempo: 100, countIn: false });
    stream.beginTurn(null, 'alone');
    const drawer = new Drawer(3);
    let head: DrumHead = BEGINNING;
    let struck = 0;
    while (stream.head < 30) {
      const token = drawer.token(stream);
      const events = strikes(stream.accept(token));
      const { range, values } = drumVocabulary.read(token);
      const [at, micro] = [tickOf(head), head.micro];
      head = headAfter(head, token);
      if (range !== 'TOUCH') continue;
      const tick = at + Math.max(micro, (values as Record<string, number>).micro! - 6);
      const own = events.filter(({ time }) => Math.abs(time - (tick / 48) * 0.6) < 1e-6);
      expect(own.map(({ pitch }) => pitch)).toContain(DRUMS[(values as Record<string, number>).drum!]!.pitch);
      struck++;
    }
    expect(struck).toBeGreaterThan(50);
  });

  it('says at each bar what the user wants of it', () => {
    const stream = streamOf({
      style: 'jazz',
      tempo: 170,
      beatsABar: 3,
      fillEvery: 4,
      density: 3,
      countIn: false,
    });
    stream.beginTurn(null, 'alone');
    const { tokens } = new Drawer().play(stream, 12);
    const read = tokens.map((token) => drumVocabulary.read(token));
    const bars = read.filter(({ range }) => range === 'BAR').map(({ values }) => values);
    expect(bars.length).toBeGreaterThan(8);
    expect(new Set(bars.map((bar) => JSON.stringify(bar)))).toEqual(
      new Set(['{"beats":1,"style":10,"tempo":7}']),
    );
    const plans = read
      .filter(({ range }) => range === 'PLAN')
      .map(({ values }) => values as Record<string, number>);
    expect(plans.slice(0, 8).map(({ fill }) => fill)).toEqual([0, 0, 0, 1, 0, 0, 0, 1]);
    expect(plans.every(({ density }) => density! >= 4)).toBe(true);
  });

  it('divides its beats as the user wants', () => {
    const grids = (feel: string) => {
      const stream = streamOf({ feel, countIn: false });
      stream.beginTurn(null, 'alone');
      const drawer = new Drawer();
      while (stream.position!.expects !== 'BEAT') stream.accept(drawer.token(stream));
      const mask = new Uint8Array(drumVocabulary.size).fill(1);
      stream.forbid(mask);
      return GRIDS.filter((_, grid) => mask[FIRST.BEAT + grid] === 1);
    };
    expect(grids('triplets')).toEqual([6, 12]);
    expect(grids('straight')).toEqual([4, 8]);
    expect(grids('any')).toEqual([4, 6, 8, 12]);
  });

  it('ends at the bar line that is nearest to where its turn should end', () => {
    const stream = streamOf({ tempo: 120, countIn: false });
    const { end } = stream.beginTurn(8.7, 'alone');
    expect(end).toBeCloseTo(8 - 6 / 96, 6);
    expect(stream.setTurnEnd(9.2)).toBeCloseTo(10 - 6 / 96, 6);
    expect(stream.setTurnEnd(0.3)).toBeCloseTo(2 - 6 / 96, 6);
    new Drawer().play(stream, 4.2);
    expect(stream.setTurnEnd(0.3)).toBeCloseTo(6 - 6 / 96, 6);
    const { events } = stream.release();
    expect(events.every((event) => event.type === 'noteOff')).toBe(true);
    expect(stream.openNotes('model')).toEqual([]);
  });
});

describe('a drummer who listens', () => {
  it('waits for a beat, and comes in on a bar line', () => {
    const stream = streamOf();
    stream.feed({ type: 'noteOn', time: 0, pitch: 36, velocity: 64 });
    stream.beginTurn(null, 'along');
    expect(new Drawer().play(stream, 5).events).toEqual([]);
    const other = streamOf();
    keepBeat(other, 1, 17, 0.6);
    const end = 1 + 17 * 0.6;
    other.advance(end - 0.2);
    other.beginTurn(null, 'along');
    const { tokens, events } = new Drawer().play(other, end + 8);
    expect(rangesOf(tokens)).toContain('BAR');
    const { time, at, beat } = other.pulse;
    expect(beat).toBeCloseTo(0.6, 2);
    const bars = (time - 1 - at * beat) / 2.4;
    expect(Math.abs(bars - Math.round(bars)) * 2.4).toBeLessThan(0.07);
    expect(strikes(events)[0]!.time).toBeGreaterThan(end - 0.3);
  });

  it('plays as densely and as loudly as the player', () => {
    const planAfter = (velocity: number, beats: number) => {
      const stream = streamOf({ fillEvery: 0 });
      keepBeat(stream, 0, beats, 0.5, velocity);
      stream.beginTurn(null, 'along');
      const read = new Drawer()
        .play(stream, stream.head + 4)
        .tokens.map((token) => drumVocabulary.read(token));
      return read.find(({ range }) => range === 'PLAN')!.values as Record<string, number>;
    };
    const [soft, loud] = [planAfter(30, 18), planAfter(110, 18)];
    expect(soft.density).toBe(loud.density);
    expect([soft.loudness, loud.loudness]).toEqual([0, 5]);
  });

  it('fills where phrases end that it hears, and every so many bars before it hears them, or where it is told not to', () => {
    const fillsIn = (params: object) => {
      const stream = streamOf({ fillEvery: 8, ...params });
      stream.setPulse({ beatAt: 0, period: 0.5, bar: true }, 0);
      stream.beginTurn(null, 'along');
      const drawer = new Drawer();
      const tokens: number[] = [];
      for (const { time, pitch, velocity } of songOfPhrases({ bars: 36, length: 6, pace: 0.5 })) {
        tokens.push(...drawer.play(stream, time - 0.01).tokens);
        stream.advance(time);
        stream.feed({ type: 'noteOn', time, pitch, velocity });
        stream.feed({ type: 'noteOff', time: time + 0.1, pitch });
      }
      return tokens
        .map((token) => drumVocabulary.read(token))
        .filter(({ range }) => range === 'PLAN')
        .flatMap(({ values }, bar) => ((values as Record<string, number>).fill === 1 ? [bar + 1] : []));
    };
    const fills = fillsIn({});
    expect(fills.slice(-3)).toEqual([24, 30, 36]);
    expect(fills[0]).toBe(8);
    expect(fillsIn({ fillAtPhrases: false })).toEqual([8, 16, 24, 32]);
  });

  it('goes by beats that are told, from the next beat on', () => {
    const stream = streamOf();
    stream.setPulse({ beatAt: 10, period: 0.5, bar: true }, 9);
    stream.advance(9.1);
    stream.beginTurn(null, 'along');
    const drawer = new Drawer();
    drawer.play(stream, 12);
    expect(stream.pulse.beat).toBeCloseTo(0.5);
    // Half a beat's way on, a slower clock.
    const here = stream.head;
    stream.setPulse({ beatAt: here + 0.4, period: 0.55 }, here);
    drawer.play(stream, here + 3);
    const { time, at, beat } = stream.pulse;
    expect(beat).toBeCloseTo(0.55);
    const off = (time - at * beat - (here + 0.4)) / 0.55;
    expect(Math.abs(off - Math.round(off))).toBeLessThan(1e-6);
  });

  it('follows a player who becomes faster', () => {
    const stream = streamOf();
    keepBeat(stream, 0, 17, 0.6);
    stream.beginTurn(null, 'along');
    const drawer = new Drawer();
    let time = 17 * 0.6;
    for (let pace = 0.6; pace > 0.55; pace *= 0.998)
      for (let beat = 0; beat < 2; beat++) {
        for (const half of [0, 0.5]) {
          // As a session does: what is not yet sounding is decided anew when the player strikes.
          drawer.play(stream, time + half * pace - 0.02);
          stream.advance(time + half * pace);
          note(stream, time + half * pace, beat === 0 ? 36 : 64);
        }
        time += pace;
      }
    const { beat } = stream.pulse;
    expect(beat).toBeLessThan(0.575);
    expect(beat).toBeGreaterThan(0.54);
  });
});

describe('a drummer beside somebody who', () => {
  const plansOf = (tokens: readonly number[]) =>
    tokens
      .map((token) => drumVocabulary.read(token))
      .filter(({ range }) => range === 'PLAN')
      .map(({ values }) => values as Record<string, number>);

  it('falls silent for a minute keeps time, ever more softly, and is as loud as he is when he comes back', () => {
    const stream = streamOf({ fillEvery: 0 });
    keepBeat(stream, 0, 18, 0.5, 100);
    stream.beginTurn(null, 'along');
    const drawer = new Drawer();
    const plans = plansOf(drawer.play(stream, 69).tokens);
    expect(plans.slice(0, 1).map(({ loudness }) => loudness)).toEqual([5]);
    expect(plans.length).toBeGreaterThan(28);
    for (const { density, loudness } of plans.slice(8))
      expect({ density, loudness }).toEqual({ density: 0, loudness: 1 });
    expect(stream.pulse.beat).toBeCloseTo(0.5, 2);
    keepBeat(stream, 70, 10, 0.5, 100);
    expect(plansOf(drawer.play(stream, stream.head + 3).tokens)[0]!.loudness).toBe(5);
  });

  it('jumps in tempo by a clock goes with it within a bar, and keeps the tempo of a clock that stops', () => {
    const stream = streamOf();
    stream.setPulse({ beatAt: 0, period: 0.5, bar: true }, 0);
    stream.beginTurn(null, 'along');
    const drawer = new Drawer();
    drawer.play(stream, 5.1);
    const now = stream.head;
    stream.setPulse({ beatAt: now + 0.11, period: 0.3 }, now);
    drawer.play(stream, now + 1.5);
    const { time, at, beat } = stream.pulse;
    expect(beat).toBeCloseTo(0.3);
    const off = (time - at * beat - now - 0.11) / 0.3;
    expect(Math.abs(off - Math.round(off))).toBeLessThan(1e-6);
    stream.setPulse(null, stream.head);
    const { tokens } = drawer.play(stream, stream.head + 20);
    expect(plansOf(tokens).length).toBeGreaterThan(14);
    expect(stream.pulse.beat).toBeCloseTo(0.3);
  });
});

describe('the contract of streams', () => {
  it('makes nothing of tokens that make no sense, and ends what it holds', () => {
    const drawer = new Drawer(5);
    for (let seed = 0; seed < 20; seed++) {
      const stream = streamOf({ countIn: seed % 2 === 0 });
      if (seed > 0) stream.beginTurn(null, seed % 3 === 0 ? 'along' : 'alone');
      const events: StreamEvent[] = [];
      let head = stream.head;
      for (let count = 0; count < 2000; count++) {
        const token =
          drawer.next() < 0.3 ? drawer.token(stream) : Math.floor(drawer.next() * drumVocabulary.size);
        events.push(...stream.accept(token));
        expect(stream.head).toBeGreaterThanOrEqual(head);
        head = stream.head;
      }
      events.push(...stream.release().events);
      expect(expectOrder(events).size).toBe(0);
    }
    expect(() => streamOf().accept(drumVocabulary.size)).toThrow(
      expect.objectContaining({ code: 'TOKEN_RANGE' }),
    );
  });

  it('goes back to a snapshot exactly, and decides the rest of a step anew without playing anything twice', () => {
    const stream = streamOf({ tempo: 90, countIn: false });
    stream.beginTurn(null, 'alone');
    const drawer = new Drawer(9);
    const played: StreamEvent[] = [];
    /** What a session does: each moment before a token can be gone back to. */
    const marks: { head: number; snapshot: ReturnType<DrumStream['snapshot']> }[] = [];
    let planned: StreamEvent[] = [];
    for (let now = 0; now < 40; now += 0.137) {
      while (stream.head > now && marks.length > 0) stream.restore(marks.pop()!.snapshot);
      planned = planned.filter(({ time }) => time <= now);
      stream.advance(now);
      while (stream.head <= now + 0.4) {
        marks.push({ head: stream.head, snapshot: stream.snapshot() });
        planned.push(...stream.accept(drawer.token(stream)));
      }
      const next = now + 0.137;
      played.push(...planned.filter(({ time }) => time <= next));
      planned = planned.filter(({ time }) => time > next);
    }
    expect(strikes(played).length).toBeGreaterThan(100);
    expectOrder(played);
  });
});
