import { describe, expect, it } from 'vitest';
import { codecs } from '../../codec/index.js';
import { uniform } from '../../model/random.js';
import type { PerformanceCodec, TokenStream } from '../../plugin/index.js';
import { leadBack } from './lead.js';

describe.each(codecs)('leading back over $id', (codec) => {
  const { lead, strays } = leadBack(codec.symbols);
  const token = (wanted: Partial<PerformanceCodec['symbols'][number]>) =>
    codec.symbols.findIndex((symbol) =>
      Object.entries(wanted).every(([key, value]) => symbol[key as keyof typeof symbol] === value),
    );
  const bins = 1 + Math.max(...codec.symbols.map((symbol) => ('bin' in symbol ? (symbol.bin ?? 0) : 0)));
  const inOnset = codec.symbols.some((symbol) => symbol.type === 'on' && symbol.bin !== undefined);

  /** A stream in which the player plays this many notes per second for 10 s. */
  function listened(perSecond = 5): TokenStream {
    const stream = codec.stream(0);
    for (let index = 0; index < 10 * perSecond; index++) {
      const [time, pitch] = [index / perSecond, 50 + ((index * index) % 23)];
      stream.feed({ type: 'noteOn', time, pitch, velocity: 64 });
      stream.feed({ type: 'noteOff', time: time + 0.1, pitch });
    }
    stream.advance(10);
    return stream;
  }

  /** The model plays notes, `steps` of 10 ms apart. */
  function play(stream: TokenStream, steps: number, pitches: readonly number[], velocity = 64): void {
    const bin = Math.floor((velocity - 1) / Math.ceil(127 / bins));
    for (const pitch of pitches) {
      if (!inOnset) stream.accept(token({ type: 'velocity', bin }));
      stream.accept(token(inOnset ? { type: 'on', pitch, bin } : { type: 'on', pitch }));
      stream.accept(token({ type: 'shift', steps }));
      stream.accept(token({ type: 'off', pitch }));
    }
  }

  const wandering = (count: number) =>
    Array.from({ length: count }, (_, index) => 40 + Math.floor(41 * uniform(1, 0, index)));

  /** The bias of each token; null if there is none. */
  function added(stream: TokenStream, firmness = 1): Float32Array | null {
    const logits = new Float32Array(codec.symbols.length);
    const led = lead(logits, stream.recent!, firmness);
    if (!led) expect(logits.every((nats) => nats === 0)).toBe(true);
    return led ? logits : null;
  }
  const onset = (nats: Float32Array, pitch: number) => nats[token({ type: 'on', pitch })]!;

  it('leaves alone what people play too', () => {
    const stream = listened();
    expect(added(stream)).toBeNull();
    play(stream, 18, wandering(60));
    expect(added(stream)).toBeNull();
  });

  it('takes from onsets what grows denser than was heard, and gives it nothing in a player as dense', () => {
    const stream = listened();
    play(stream, 7, wandering(150));
    const nats = added(stream)!;
    expect(onset(nats, 30)).toBeLessThan(-1);
    expect(nats[token({ type: 'shift', steps: 10 })]).toBe(0);
    expect(onset(added(stream, 2)!, 30)).toBeCloseTo(2 * onset(nats, 30), 4);
    expect(added(stream, 0)).toBeNull();
    const dense = listened(14);
    play(dense, 8, wandering(150));
    expect(added(dense)).toBeNull();
  });

  it('takes from the pitch that says a figure again, where most is said again', () => {
    const stream = listened();
    play(
      stream,
      20,
      Array.from({ length: 60 }, (_, index) => 60 + (index % 4)),
    );
    const nats = added(stream)!;
    expect(onset(nats, 60)).toBeLessThan(-4);
    expect(onset(nats, 61)).toBe(0);
    expect([strays(stream.recent!, 1), strays(stream.recent!, 0)]).toEqual([true, false]);
    stream.forgetModelOnsets!();
    expect(strays(stream.recent!, 1)).toBe(false);
  });

  it('leans to softer notes where the mean is much louder than was heard', () => {
    const stream = listened();
    play(stream, 20, wandering(45), 120);
    const nats = added(stream)!;
    const at = (bin: number) =>
      nats[token(inOnset ? { type: 'on', pitch: 30, bin } : { type: 'velocity', bin })]!;
    expect(at(bins >> 1) - at(bins - 1)).toBeGreaterThan(1);
  });

  it('asks for a note after a long rest', () => {
    const stream = listened();
    play(stream, 20, [60]);
    for (let second = 0; second < 4; second++) stream.accept(token({ type: 'shift', steps: 100 }));
    expect(onset(added(stream)!, 30)).toBeGreaterThan(1);
  });

  it('goes back with the stream', () => {
    const stream = listened();
    const before = stream.snapshot();
    play(stream, 5, wandering(200));
    const after = stream.snapshot();
    const nats = added(stream);
    stream.restore(before);
    expect(added(stream)).toBeNull();
    stream.restore(after);
    expect(added(stream)).toEqual(nats);
  });
});
