import { describe, expect, it } from 'vitest';
import type { StreamEvent, StreamSnapshot } from '../../../codec/codec.js';
import { ensembleVocabulary } from '../codec/vocabulary.js';
import { Drawer, streamOf } from '../testing/play.js';
import type { EnsembleStream } from './stream.js';

const strikes = (events: readonly StreamEvent[]) =>
  events.filter((event) => event.type === 'noteOn') as Extract<StreamEvent, { type: 'noteOn' }>[];

/** Each event no earlier than the one before, each note ended before its part strikes it again. Returns what is left open. */
function expectOrder(events: readonly StreamEvent[]): Set<string> {
  const open = new Set<string>();
  let before = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    if (event.type === 'pedal') continue;
    expect(event.time).toBeGreaterThanOrEqual(before - 1e-9);
    before = event.time;
    const key = `${event.part} ${event.pitch}`;
    if (event.type === 'noteOff') expect(open.delete(key)).toBe(true);
    else {
      expect(open.has(key)).toBe(false);
      open.add(key);
    }
  }
  return open;
}

const CHORDS = [
  [48, 64, 67],
  [45, 64, 69],
  [41, 65, 69],
  [43, 62, 67],
];

/** A bar of a chord at 60 beats a minute, of which the stream has already heard all before. */
function chord(stream: EnsembleStream, bar: number): void {
  for (const pitch of CHORDS[bar % 4]!) stream.feed({ type: 'noteOn', time: 4 * bar, pitch, velocity: 70 });
}
function release(stream: EnsembleStream, bar: number): void {
  for (const pitch of CHORDS[bar % 4]!) stream.feed({ type: 'noteOff', time: 4 * bar + 3.9, pitch });
}

/** Plays along with chords for some bars, then lets the band play on until `until`. */
function duet(bars: number, until: number, params = {}) {
  const stream = streamOf({ tempo: 60, followBeats: false, ...params });
  const drawer = new Drawer(3);
  const events: StreamEvent[] = [];
  chord(stream, 0);
  stream.beginTurn(null, 'along');
  for (let bar = 0; bar < bars; bar++) {
    if (bar > 0) chord(stream, bar);
    events.push(...drawer.play(stream, 4 * bar + 3.95));
    release(stream, bar);
  }
  events.push(...drawer.play(stream, until));
  return { stream, events };
}

describe('a band with a leader', () => {
  it('comes in at the next bar, or at the next beat', () => {
    expect(strikes(duet(4, 16).events)[0]!.time).toBeGreaterThanOrEqual(4);
    const early = strikes(duet(4, 16, { comeIn: 'next beat' }).events)[0]!.time;
    expect(early).toBeGreaterThanOrEqual(1);
    expect(early).toBeLessThan(4);
  });

  it('plays the roots of his chords as they begin, each part within its range', () => {
    const { events } = duet(12, 48);
    const bass = strikes(events).filter(({ part }) => part === 'bass');
    const onBars = bass.filter(({ time }) => Math.abs(time % 4) < 0.01);
    const roots = onBars.filter(
      ({ time, pitch }) => pitch % 12 === CHORDS[Math.round(time / 4) % 4]![0]! % 12,
    );
    expect(onBars.length).toBeGreaterThan(4);
    expect(roots.length).toBeGreaterThan(0.7 * onBars.length);
    expect(bass.every(({ pitch }) => pitch >= 28 && pitch <= 55)).toBe(true);
    expectOrder(events);
  });

  it('ends on a chord where he falls silent, and is silent until he plays again', () => {
    const { stream, events } = duet(4, 60);
    const last = strikes(events).at(-1)!.time;
    expect(last).toBeGreaterThan(20);
    expect(last).toBeLessThan(30);
    expect(expectOrder(events).size).toBe(0);
    const drawer = new Drawer(8);
    for (const pitch of [48, 64, 67]) stream.feed({ type: 'noteOn', time: stream.head, pitch, velocity: 60 });
    expect(strikes(drawer.play(stream, stream.head + 8)).length).toBeGreaterThan(3);
  });

  it('leaves out who is not to play', () => {
    const parts = new Set(
      strikes(duet(6, 24, { bass: false, counter: false }).events).map(({ part }) => part),
    );
    expect(parts).toEqual(new Set(['chords']));
  });

  it('goes to a chord that he strikes where another was expected', () => {
    const stream = streamOf({ tempo: 60, followBeats: false, comeIn: 'next beat', counter: false });
    const drawer = new Drawer(3);
    for (let bar = 0; bar < 4; bar++) {
      for (const pitch of [48, 64, 67])
        stream.feed({ type: 'noteOn', time: 4 * bar + 0.001, pitch, velocity: 70 });
      if (bar === 0) stream.beginTurn(null, 'along');
      drawer.play(stream, 4 * bar + 3.8);
      for (const pitch of [48, 64, 67]) stream.feed({ type: 'noteOff', time: 4 * bar + 3.85, pitch });
      drawer.play(stream, 4 * bar + 3.95);
    }
    // The band has begun the beat in C; as the leader strikes E major, a quarter of a beat later C and G are gone.
    while (stream.decides) stream.accept(drawer.token(stream));
    for (const pitch of [40, 64, 68, 71]) stream.feed({ type: 'noteOn', time: 16.02, pitch, velocity: 90 });
    drawer.play(stream, 16.3);
    const sounding = stream.openNotes('model').map((pitch) => pitch % 12);
    expect(sounding.filter((pitch) => pitch === 0 || pitch === 7)).toEqual([]);
  });
});

describe('the contract of streams', () => {
  it('makes nothing of tokens that make no sense, and ends what it holds', () => {
    const drawer = new Drawer(5);
    for (let seed = 0; seed < 12; seed++) {
      const stream = streamOf({ tempo: 60 + 10 * seed });
      if (seed > 0)
        stream.beginTurn(seed % 2 === 0 ? 20 : null, (['along', 'alone', 'answer'] as const)[seed % 3]!);
      const events: StreamEvent[] = [];
      let head = stream.head;
      for (let count = 0; count < 600; count++) {
        const any = drawer.next() < 0.3 || seed === 0;
        const token = any ? Math.floor(drawer.next() * ensembleVocabulary.size) : drawer.token(stream);
        events.push(...stream.accept(token));
        expect(stream.head).toBeGreaterThanOrEqual(head);
        head = stream.head;
      }
      events.push(...stream.release().events);
      expect(expectOrder(events).size).toBe(0);
    }
    expect(() => streamOf().accept(ensembleVocabulary.size)).toThrow(
      expect.objectContaining({ code: 'TOKEN_RANGE' }),
    );
  });

  it('goes back to a snapshot exactly, and decides the rest of a beat anew without playing anything twice', () => {
    const stream = streamOf({ tempo: 97, followBeats: false });
    chord(stream, 0);
    stream.beginTurn(null, 'along');
    const drawer = new Drawer(9);
    const marks: { head: number; snapshot: StreamSnapshot }[] = [];
    const played: StreamEvent[] = [];
    let planned: StreamEvent[] = [];
    for (let now = 0; now < 40; now += 0.137) {
      while (stream.head > now && marks.length > 0) stream.restore(marks.pop()!.snapshot);
      planned = planned.filter(({ time }) => time <= now);
      stream.advance(now);
      marks.length = 0;
      while (stream.head <= now + 0.4) {
        marks.push({ head: stream.head, snapshot: stream.snapshot() });
        planned.push(...stream.accept(drawer.token(stream)));
      }
      played.push(...planned.filter(({ time }) => time <= now + 0.137));
      planned = planned.filter(({ time }) => time > now + 0.137);
      if (Math.round(now / 0.137) % 9 === 0)
        stream.feed({ type: 'noteOn', time: now, pitch: 60, velocity: 60 });
    }
    expect(strikes(played).length).toBeGreaterThan(60);
  });

  it('ends at the bar line that is nearest to where its turn should end', () => {
    const stream = streamOf({ tempo: 120, followBeats: false });
    expect(stream.beginTurn(8.7, 'alone').end).toBeCloseTo(8, 6);
    expect(stream.setTurnEnd(9.2)).toBeCloseTo(10, 6);
    const drawer = new Drawer();
    const events = drawer.play(stream, 9.99);
    expect(strikes(events).filter(({ time }) => time > 8.01)).toEqual([]);
    expect(strikes(events).filter(({ time }) => Math.abs(time - 8) < 0.01).length).toBeGreaterThan(0);
  });
});
