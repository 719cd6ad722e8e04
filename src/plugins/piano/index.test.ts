import { describe, expect, it } from 'vitest';
import { codecs } from '../../codec/index.js';
import piano from './index.js';

const defaults = {
  temperature: 1,
  topP: 1,
  lowest: 21,
  highest: 108,
  longest: 5,
  lead: 1,
  likeYou: 0,
  beatsABar: 4,
};

describe.each(codecs)('piano over $id', (codec) => {
  const symbols = codec.symbols;
  const grammar = piano.live!.grammar!(codec);
  const on = (pitch: number) => symbols.findIndex((symbol) => symbol.type === 'on' && symbol.pitch === pitch);
  const off = (pitch: number) =>
    symbols.findIndex((symbol) => symbol.type === 'off' && symbol.pitch === pitch);
  const shift = (steps: number) =>
    symbols.findIndex((symbol) => symbol.type === 'shift' && symbol.steps === steps);

  /** The symbols of the tokens that the grammar allows. */
  function allowed(stream: ReturnType<typeof codec.stream>, params: object = {}, ending = false) {
    const mask = new Uint8Array(codec.vocabulary.size).fill(1);
    grammar.forbid(mask, { params: { ...defaults, ...params }, stream, ending });
    stream.forbid(mask);
    return symbols.filter((_, token) => mask[token] === 1);
  }

  it('keeps to the range', () => {
    const pitches = allowed(codec.stream(0), { lowest: 60, highest: 64 }).flatMap((symbol) =>
      symbol.type === 'on' ? [symbol.pitch] : [],
    );
    expect([...new Set(pitches)].sort()).toEqual([60, 61, 62, 63, 64]);
  });

  it('begins nothing when the turn is to end', () => {
    const stream = codec.stream(0);
    stream.accept(on(60));
    stream.accept(shift(10));
    expect(allowed(stream, {}, true).filter(({ type }) => type === 'on')).toEqual([]);
    expect(allowed(stream, {}, true)).toContainEqual({ type: 'off', pitch: 60 });
  });

  it('ends what has sounded for too long before anything else', () => {
    const stream = codec.stream(0);
    stream.accept(on(60));
    stream.accept(shift(100));
    stream.accept(on(64));
    for (let second = 0; second < 4; second++) stream.accept(shift(100));
    expect(allowed(stream).length).toBeGreaterThan(10);
    stream.accept(shift(50));
    expect(allowed(stream)).toEqual([{ type: 'off', pitch: 60 }]);
    stream.accept(off(60));
    expect(allowed(stream).length).toBeGreaterThan(10);
  });

  it('does not strike again at once what it has ended so', () => {
    const stream = codec.stream(0);
    stream.accept(on(60));
    for (let second = 0; second < 5; second++) stream.accept(shift(100));
    stream.accept(shift(1));
    stream.accept(off(60));
    const strikes = (pitch: number, params: object = {}) =>
      allowed(stream, params).some((symbol) => symbol.type === 'on' && symbol.pitch === pitch);
    expect([strikes(60), strikes(61)]).toEqual([false, true]);
    expect(strikes(60, { longest: 6 })).toBe(true);
    stream.accept(shift(100));
    expect(strikes(60)).toBe(true);
  });

  it('lets time pass where range and stream leave nothing else', () => {
    const stream = codec.stream(0);
    stream.feed({ type: 'noteOn', time: 0.1, pitch: 60, velocity: 64 });
    stream.advance(0.5);
    const left = allowed(stream, { lowest: 60, highest: 60 });
    expect(left.length).toBeGreaterThan(0);
    expect(left.every(({ type }) => type !== 'on' && type !== 'off')).toBe(true);
  });
});
