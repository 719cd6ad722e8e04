import { expect, it } from 'vitest';
import { wavHeader, wavSamples } from './wav.js';

it('writes 16 bits of both ears in turn', () => {
  const samples = wavSamples({
    left: Float32Array.of(0, 0.25 / 0.7),
    right: Float32Array.of(-0.5 / 0.7, 0.5 / 0.7),
  });
  expect([...new Int16Array(samples.buffer)]).toEqual([0, -16384, 8192, 16384]);
});

it('bends what is too loud, and clips nothing', () => {
  const left = Float32Array.of(0.84, 0.9, 1, 1.1, -1.3).map((sample) => sample / 0.7);
  const [below, ...loud] = new Int16Array(wavSamples({ left, right: left }).buffer).filter(
    (_, at) => at % 2 === 0,
  );
  expect(below).toBe(Math.round(0.84 * 32_767));
  expect([...loud.slice(0, 3)]).toEqual([...loud.slice(0, 3)].sort((a, b) => a - b));
  expect(new Set(loud).size).toBe(4);
  for (const sample of loud) expect(Math.abs(sample)).toBeLessThan(32_767);
});

it('begins with a header that says how much comes', () => {
  const header = new DataView(wavHeader(44_100, 44_100).buffer);
  expect(new TextDecoder().decode(header.buffer).slice(0, 16)).toMatch(/^RIFF....WAVEfmt $/s);
  expect([header.getUint32(4, true), header.getUint32(40, true)]).toEqual([36 + 176_400, 176_400]);
  expect([header.getUint16(22, true), header.getUint32(24, true), header.getUint32(28, true)]).toEqual([
    ...[2, 44_100, 176_400],
  ]);
});
