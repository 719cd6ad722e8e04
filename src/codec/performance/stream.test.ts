import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PerformanceEvent } from '../../music/note.js';
import type { TokenStream } from '../codec.js';
import { performance388 as classic } from './performance-388.js';
import { performancePacked16 as packed } from './performance-packed.js';

const on = (pitch: number, time: number, velocity = 64): PerformanceEvent => ({
  type: 'noteOn',
  time,
  pitch,
  velocity,
});
const off = (pitch: number, time: number): PerformanceEvent => ({ type: 'noteOff', time, pitch });
const pedal = (down: boolean, time: number): PerformanceEvent => ({ type: 'pedal', time, down });

const NOTE_ON = (pitch: number) => pitch;
const NOTE_OFF = (pitch: number) => 128 + pitch;
const SHIFT = (steps: number) => 255 + steps;
const VELOCITY = (bin: number) => 355 + bin;

const feed = (stream: TokenStream, ...events: PerformanceEvent[]) =>
  events.flatMap((event) => stream.feed(event));
const accept = (stream: TokenStream, ...tokens: number[]) => tokens.flatMap((token) => stream.accept(token));
const mask = (stream: TokenStream) => {
  const mask = new Uint8Array(388).fill(1);
  stream.forbid(mask);
  return mask;
};

describe('what the player does', () => {
  it('is held back for a step, then written in order', () => {
    const stream = classic.stream(0);
    expect(feed(stream, on(64, 0.5), on(60, 0.501), on(67, 0.504))).toEqual([]);
    expect(stream.head).toBe(0);
    expect(feed(stream, off(64, 0.75))).toEqual([SHIFT(50), VELOCITY(16), ...[60, 64, 67].map(NOTE_ON)]);
    expect(stream.head).toBe(0.5);
    expect(stream.advance(0.8)).toEqual([SHIFT(25), NOTE_OFF(64), SHIFT(5)]);
    expect(stream.head).toBe(0.8);
    expect(stream.openNotes('player')).toEqual([60, 67]);
    expect(stream.openNotes('model')).toEqual([]);
  });

  it('is one step long at least', () => {
    const stream = classic.stream(0);
    feed(stream, on(60, 0.1), off(60, 0.1));
    expect(stream.advance(0.1)).toEqual([SHIFT(10), VELOCITY(16), NOTE_ON(60), SHIFT(1), NOTE_OFF(60)]);
    // The head is a step ahead now: events from before it count as at the head.
    feed(stream, on(62, 0.1), off(62, 0.11));
    expect(stream.advance(0.1)).toEqual([NOTE_ON(62), SHIFT(1), NOTE_OFF(62)]);
  });

  it('sounds on by the pedal until it comes up, or the key is struck again', () => {
    const stream = classic.stream(0);
    const first = feed(stream, pedal(true, 0), on(60, 0), on(64, 0), off(60, 0.1), off(64, 0.2));
    expect([...first, ...stream.advance(0.3)]).toEqual([VELOCITY(16), NOTE_ON(60), NOTE_ON(64), SHIFT(30)]);
    expect(stream.openNotes('player')).toEqual([60, 64]);
    feed(stream, on(60, 0.5));
    expect(stream.advance(0.5)).toEqual([SHIFT(20), NOTE_OFF(60), NOTE_ON(60)]);
    feed(stream, pedal(false, 0.6));
    expect(stream.advance(0.6)).toEqual([SHIFT(10), NOTE_OFF(64)]);
    expect(stream.openNotes('player')).toEqual([60]);
  });

  it('takes a note-on of velocity 0 as a note-off', () => {
    const stream = classic.stream(0);
    feed(stream, on(60, 0), on(60, 0.1, 0));
    expect(stream.advance(0.1)).toEqual([SHIFT(10), NOTE_OFF(60)]);
  });

  it('comes no earlier than the head, where the network let time pass meanwhile', () => {
    const stream = classic.stream(0);
    feed(stream, on(60, 0.1), off(60, 0.1), on(62, 0.1));
    accept(stream, SHIFT(20), SHIFT(20));
    expect(stream.advance(0.1)).toEqual([VELOCITY(16), NOTE_ON(60), NOTE_ON(62), SHIFT(1), NOTE_OFF(60)]);
    feed(stream, off(62, 0.45));
    accept(stream, SHIFT(20));
    expect(stream.advance(0.1)).toEqual([NOTE_OFF(62)]);
    expect(stream.head).toBe(0.61);
  });

  it('counts whole steps, which floating point may say a hair short', () => {
    const stream = classic.stream(0);
    for (let step = 1; step <= 300; step++)
      expect(stream.advance(step / 100).length).toBe(step <= 100 ? 1 : 0);
    expect(classic.stream(0).advance(0.29)).toEqual([SHIFT(29)]);
    expect(classic.stream(0).advance(0.2899)).toEqual([SHIFT(28)]);
  });

  it('does not drift: steps are counted from one anchor', () => {
    const stream = classic.stream(1 / 3, { silenceBound: Infinity });
    const tokens: number[] = [];
    for (let beat = 0; beat < 3000; beat++) {
      const time = 1 / 3 + beat / 3;
      tokens.push(...feed(stream, on(60, time), off(60, time + 0.1)));
    }
    tokens.push(...stream.advance(0));
    const steps = tokens.filter((token) => token >= 256 && token < 356).reduce((sum, t) => sum + t - 255, 0);
    expect(steps).toBe(Math.round((2999 / 3 + 0.1) * 100));
    expect(stream.head).toBeCloseTo(1 / 3 + steps / 100, 9);
  });
});

describe('silence', () => {
  it('is fed up to its bound, and time goes on from there', () => {
    const stream = classic.stream(0);
    feed(stream, on(60, 0), off(60, 0.5));
    expect(stream.advance(60)).toEqual([SHIFT(50), NOTE_OFF(60), SHIFT(100)]);
    expect(stream.head).toBeCloseTo(60, 9);
    expect(stream.advance(70)).toEqual([]);
    feed(stream, on(62, 80));
    expect(stream.advance(80.25)).toEqual([NOTE_ON(62), SHIFT(25)]);
    expect(stream.head).toBeCloseTo(80.25, 9);
  });

  it('is bounded as the same where nobody advances', () => {
    const stream = classic.stream(0, { silenceBound: 0.4 });
    const tokens = feed(stream, on(60, 0), off(60, 0.5), on(62, 30.123), off(62, 30.223));
    expect([...tokens, ...stream.advance(0)]).toEqual([
      ...[VELOCITY(16), NOTE_ON(60), SHIFT(50), NOTE_OFF(60)],
      ...[SHIFT(40), NOTE_ON(62), SHIFT(10), NOTE_OFF(62)],
    ]);
    expect(stream.head).toBeCloseTo(30.223, 9);
  });

  it('does not shorten what is held, but for a key that nobody lifts', () => {
    const stream = classic.stream(0);
    feed(stream, on(60, 0));
    expect(stream.advance(4)).toEqual([VELOCITY(16), NOTE_ON(60), ...[100, 100, 100, 100].map(SHIFT)]);
    expect(stream.advance(3600)).toEqual(Array(6).fill(SHIFT(100)));
    expect(stream.head).toBeCloseTo(3600, 9);
  });

  it('is not cut short of what happened in it', () => {
    const stream = classic.stream(0);
    accept(stream, NOTE_ON(60), SHIFT(1));
    feed(stream, pedal(true, 5));
    accept(stream, NOTE_OFF(60));
    feed(stream, on(62, 5.1));
    expect(stream.advance(5.1).slice(-3)).toEqual([SHIFT(99), VELOCITY(16), NOTE_ON(62)]);
    expect(stream.head).toBeCloseTo(5.1, 9);
  });

  it('can be left out', () => {
    const stream = classic.stream(0);
    stream.advance(0.5);
    stream.seek(7.001);
    expect(stream.head).toBe(7.001);
    stream.seek(3);
    expect(stream.head).toBe(7.001);
    feed(stream, on(60, 7.101));
    expect(stream.advance(7.101)).toEqual([SHIFT(10), VELOCITY(16), NOTE_ON(60)]);
  });
});

describe('what the network samples', () => {
  it('happens at the head', () => {
    const stream = classic.stream(2);
    expect(accept(stream, SHIFT(50), VELOCITY(16), NOTE_ON(60), SHIFT(100), NOTE_OFF(60))).toEqual([
      on(60, 2.5, 62),
      off(60, 3.5),
    ]);
    expect(stream.head).toBe(3.5);
  });

  it('carries velocity in the packed form', () => {
    const token = packed.vocabulary.token('NOTE_ON', { pitch: 60 - 21, bin: 8 });
    expect(packed.stream(0).accept(token)).toEqual([on(60, 0, 68)]);
  });

  it('cannot end the player’s notes, nor sound them twice', () => {
    const stream = classic.stream(0);
    feed(stream, on(60, 0));
    stream.advance(0.1);
    expect(accept(stream, NOTE_OFF(60), NOTE_ON(60), NOTE_OFF(61))).toEqual([]);
    expect(stream.openNotes('player')).toEqual([60]);
    expect(stream.openNotes('model')).toEqual([]);
  });

  it('shares the velocity with the player, and gives way where the player strikes its note', () => {
    const stream = classic.stream(0);
    accept(stream, VELOCITY(16), NOTE_ON(60), SHIFT(10));
    expect(stream.openNotes('model')).toEqual([60]);
    feed(stream, on(60, 0.2));
    expect(stream.openNotes('model')).toEqual([]);
    expect(stream.advance(0.2)).toEqual([SHIFT(10), NOTE_OFF(60), NOTE_ON(60)]);
    expect(stream.openNotes('player')).toEqual([60]);
  });

  it('ends with the turn, each note a step long at least', () => {
    const stream = classic.stream(0);
    accept(stream, NOTE_ON(64), SHIFT(10), NOTE_ON(60), NOTE_ON(72));
    expect(stream.release()).toEqual({
      tokens: [NOTE_OFF(64), SHIFT(1), NOTE_OFF(60), NOTE_OFF(72)],
      events: [off(64, 0.1), off(60, 0.11), off(72, 0.11)],
    });
    expect(stream.openNotes('model')).toEqual([]);
    expect(stream.release()).toEqual({ tokens: [], events: [] });
  });
});

describe('forbid', () => {
  it('leaves the offs of the model’s notes, and the ons of silent ones', () => {
    const stream = classic.stream(0);
    feed(stream, on(60, 0));
    stream.advance(0);
    accept(stream, NOTE_ON(62));
    const atOnset = mask(stream);
    expect([60, 62, 64].map((pitch) => atOnset[NOTE_ON(pitch)])).toEqual([0, 0, 1]);
    expect([60, 62, 64].map((pitch) => atOnset[NOTE_OFF(pitch)])).toEqual([0, 0, 0]);
    accept(stream, SHIFT(100));
    const later = mask(stream);
    expect([60, 62, 64].map((pitch) => later[NOTE_OFF(pitch)])).toEqual([0, 1, 0]);
  });

  it('leaves no shift after a short one, and no velocity that changes nothing', () => {
    const stream = classic.stream(0);
    expect(mask(stream).slice(256)).toEqual(new Uint8Array(132).fill(1));
    accept(stream, SHIFT(99));
    expect(mask(stream).slice(256, 356)).toEqual(new Uint8Array(100));
    accept(stream, VELOCITY(16));
    expect(mask(stream).slice(356)).toEqual(new Uint8Array(32));
    accept(stream, NOTE_ON(60));
    expect(mask(stream)[VELOCITY(16)]).toBe(0);
    expect(mask(stream)[VELOCITY(17)]).toBe(1);
    expect(mask(stream)[SHIFT(1)]).toBe(1);
  });

  it('lets time pass where nothing else is left', () => {
    const stream = classic.stream(0);
    for (let pitch = 0; pitch < 128; pitch++) feed(stream, on(pitch, 0));
    stream.advance(0.5);
    const left = mask(stream);
    expect(left[SHIFT(1)]).toBe(0);
    expect(left.slice(356).filter((allowed) => allowed === 1).length).toBe(31);
    const silent = new Uint8Array(388).fill(1, 0, 356);
    stream.forbid(silent);
    expect(silent.slice(256, 356)).toEqual(new Uint8Array(100).fill(1));
  });

  it('never lets the network say two short shifts or two velocities running', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 200 }), (choices) => {
        const stream = classic.stream(0);
        let before = SHIFT(100);
        for (const choice of choices) {
          const allowed = [...mask(stream).entries()].flatMap(([token, allowed]) => (allowed ? [token] : []));
          const token = allowed[choice % allowed.length]!;
          const [shiftBefore, shift] = [before, token].map(
            (token) => token >= SHIFT(1) && token <= SHIFT(100),
          );
          if (shiftBefore && shift) expect(before).toBe(SHIFT(100));
          if (before > SHIFT(100)) expect(token).toBeLessThanOrEqual(SHIFT(100));
          stream.accept(token);
          before = token;
        }
      }),
      { numRuns: 50 },
    );
  });
});
