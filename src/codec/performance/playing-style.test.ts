import { expect, it } from 'vitest';
import { codecs } from '../index.js';

it.each(codecs)('a stream of $id tells how both play: density, velocity, length of notes', (codec) => {
  const stream = codec.stream(0);
  expect(stream.recent).toMatchObject({ playerStyle: null, modelStyle: null });
  for (let index = 0; index < 20; index++) {
    const [time, pitch] = [index / 4, 60 + (index % 2)];
    stream.feed({ type: 'noteOn', time, pitch, velocity: 64 });
    // The pedal holds half of them until the next onset.
    stream.feed({ type: 'pedal', time, down: index % 2 === 0 });
    stream.feed({ type: 'noteOff', time: time + 0.1, pitch });
  }
  stream.advance(5);
  const { playerStyle: heard, modelStyle: played } = stream.recent!;
  expect(heard!.density).toBeCloseTo(4, 0);
  expect(heard!.velocity).toBe(64);
  expect(heard!.length).toBeCloseTo((0.1 + 0.25) / 2, 1);
  expect(played).toBeNull();

  const token = (wanted: object) =>
    codec.symbols.findIndex((symbol) =>
      Object.entries(wanted).every(([key, value]) => symbol[key as keyof typeof symbol] === value),
    );
  const before = stream.snapshot();
  for (let index = 0; index < 30; index++) {
    stream.accept(token({ type: 'on', pitch: 70 }));
    stream.accept(token({ type: 'shift', steps: 20 }));
    stream.accept(token({ type: 'off', pitch: 70 }));
  }
  expect(stream.recent!.modelStyle!.density).toBeCloseTo(5, 0);
  expect(stream.recent!.modelStyle!.length).toBeCloseTo(0.2, 6);
  expect(stream.recent!.playerStyle).toEqual(heard);
  stream.forgetModelOnsets!();
  expect(stream.recent!.modelStyle).toBeNull();
  stream.restore(before);
  expect(stream.recent!.modelStyle).toBeNull();
});
