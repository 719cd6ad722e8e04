import { describe, expect, it } from 'vitest';
import { type BeatMap, EARLY, TICKS_PER_BEAT } from '../../../../music/beats/beat-map.js';
import { BEGINNING, headAfter } from '../codec/head.js';
import { beatVocabulary } from '../codec/vocabulary.js';
import { acceptToken, beginBeatTurn, followClock, passTime, timeOf, withEnd } from './turn.js';

/** A bar of four beats of half a second. */
const open: BeatMap = { beats: [0, 0.5, 1, 1.5, 2], bars: [4] };
const bar = beatVocabulary.token('BAR', { beats: 2, number: 0 });
const position = (slot: number) => beatVocabulary.token('POSITION', { slot, micro: EARLY });
const note = (pitch: number) => beatVocabulary.token('NOTE', { pitch: pitch - 21, bin: 8 });
/** A beat long: 2^5 times the shortest length. */
const beat = beatVocabulary.token('LENGTH', { octave: 5, fine: 0 });

const head = headAfter(BEGINNING, bar);
const begin = (from = 0, until: number | null = null) =>
  beginBeatTurn({ tokens: [], open, head }, from, until);
const play = (tokens: readonly number[], longest = Number.POSITIVE_INFINITY) => {
  let turn = begin();
  const events = tokens.flatMap((token) => {
    const step = acceptToken(turn, token, longest);
    turn = step.turn;
    return step.events;
  });
  return { turn, events: events.map((event) => `${event.type} ${event.time.toFixed(3)}`) };
};

describe('a beat turn', () => {
  it('begins a note with its length, and ends it when the stream comes there', () => {
    const { events } = play([position(0), note(60), beat, position(4), note(62), beat, position(12)]);
    expect(events).toEqual(['noteOn 0.000', 'noteOff 0.500', 'noteOn 0.500', 'noteOff 1.000']);
  });

  it('ends a note after the longest length that is allowed', () => {
    const { events } = play([position(0), note(60), beat, position(12)], 0.2);
    expect(events).toEqual(['noteOn 0.000', 'noteOff 0.200']);
  });

  it('repeats no note on its own tick, and gives a length without a note no event', () => {
    const { events } = play([position(0), note(60), beat, note(60), beat, beat]);
    expect(events).toEqual(['noteOn 0.000']);
  });

  it('ends at the bar line nearest to the wanted end, half a bar from its beginning at least', () => {
    const endOf = (from: number, until: number | null) => {
      const turn = withEnd(begin(from), until);
      return turn.end === null ? null : Math.round(timeOf(turn, turn.end + EARLY) * 1000) / 1000;
    };
    expect([endOf(0, 3.2), endOf(0, 2.8), endOf(0, 0), endOf(1.5, 1.6), endOf(0, null)]).toEqual([
      ...[4, 2, 2, 4, null],
    ]);
  });

  it('moves on with the clock, and ends what is over', () => {
    const { turn } = play([position(0), note(60), beat]);
    const { turn: passed, events } = passTime(turn, 0.75);
    expect(events.map(({ time }) => time)).toEqual([0.5]);
    expect(passed.tick).toBe(1.5 * TICKS_PER_BEAT);
    // Nothing is legal before the time that has passed.
    expect(passed.head.next).toBe(1.5 * TICKS_PER_BEAT + EARLY);
    expect(passTime(passed, 0.2).turn.tick).toBe(passed.tick);
  });

  it('takes the beats of a clock from the next beat on, and stays where it is now', () => {
    const turn = followClock(begin(0.25), 0.25, 0.6, 0.4);
    expect(timeOf(turn, TICKS_PER_BEAT / 2)).toBeCloseTo(0.25, 9);
    expect([1, 2, 3].map((beats) => timeOf(turn, beats * TICKS_PER_BEAT).toFixed(3))).toEqual([
      ...['0.600', '1.000', '1.400'],
    ]);
  });

  it('stays where it is beside a clock that beats elsewhere, however near its next beat is, and meets it soon', () => {
    for (const off of [0.01, 0.13, 0.25, 0.37, 0.49])
      for (const now of [-0.7, -0.02, 0.02, 0.25, 0.49, 0.499999]) {
        const before = begin(now);
        const turn = followClock(before, now, now + off, 0.5);
        const reached = timeOf(before, before.tick);
        expect(timeOf(turn, before.tick)).toBeCloseTo(reached, 9);
        const beats = [0, 1, 2, 3, 4, 5].map((beat) => timeOf(turn, beat * TICKS_PER_BEAT));
        for (const [at, time] of beats.slice(1).entries()) {
          expect(time - beats[at]!).toBeGreaterThanOrEqual(0.2);
          expect(time - beats[at]!).toBeLessThanOrEqual(1.01);
        }
        const phase = (beats[4]! - now - off) / 0.5;
        expect(phase).toBeCloseTo(Math.round(phase), 6);
        // Later still it is the clock's.
        expect(beats[5]! - beats[4]!).toBeCloseTo(0.5, 9);
      }
  });
});
