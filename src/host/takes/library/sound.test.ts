import { describe, expect, it } from 'vitest';
import type { RenderedPart } from '../../../synth/render.js';
import { rendered } from '../../../synth/render.js';
import { powerAt } from '../../../synth/testing/spectrum.js';
import type { TakeTrack } from './music.js';
import { nodeAudio, SAMPLE_RATE, takeAsWav } from './sound.js';

const note = (pitch: number, start: number, end: number, velocity = 80) => ({ pitch, start, end, velocity });
const track = (change: Partial<TakeTrack>): TakeTrack => ({
  ...{ name: 'player', channel: 0, voice: 'player', events: [], pedal: [] },
  ...change,
});
const frequency = (pitch: number) => 440 * 2 ** ((pitch - 69) / 12);

/** The samples of both ears together, from a WAV. */
async function heard(tracks: readonly TakeTrack[]): Promise<Float32Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of takeAsWav({ tracks })) pieces.push(piece);
  const bytes = Buffer.concat(pieces).subarray(44);
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return Float32Array.from(
    { length: samples.length / 2 },
    (_, at) => (samples[2 * at]! + samples[2 * at + 1]!) / 65_534,
  );
}

const between = (samples: Float32Array, from: number, until: number) =>
  samples.subarray(from * SAMPLE_RATE, until * SAMPLE_RATE);
const loudness = (samples: Float32Array) =>
  20 * Math.log10(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));

describe('a take as WAV', () => {
  it('has the pitches that were played, at their time, and no others', async () => {
    const pitches = [60, 64, 67, 72];
    // The take begins with its first note, however late that came.
    const samples = await heard([
      track({ events: pitches.map((pitch, at) => note(pitch, 100 + at, 100.8 + at)) }),
    ]);
    for (const [at, pitch] of pitches.entries()) {
      const part = between(samples, at + 0.05, at + 0.75);
      const power = (other: number) => powerAt(part, frequency(other), SAMPLE_RATE);
      for (const other of [58, 59, 61, 62, 63, 65, 66, 69, 70])
        if (Math.abs(other - pitch) < 8 && !pitches.includes(other) && (other - pitch) % 12 !== 0)
          expect(power(pitch), `${pitch} beside ${other}`).toBeGreaterThan(20 * power(other));
    }
  });

  it('is as long as the music and its echo, and ends in silence', async () => {
    const samples = await heard([track({ events: [note(60, 3, 5)] })]);
    expect(samples.length / SAMPLE_RATE).toBeCloseTo(2 + 3, 2);
    expect(loudness(samples.subarray(-2000))).toBeLessThan(-60);
  });

  it('sounds as loud as music does, and clips nowhere, in a hard chord of ten with drums', async () => {
    const chord = [36, 43, 48, 52, 55, 60, 64, 67, 72, 76];
    const hard = track({
      events: chord.flatMap((pitch) => [note(pitch, 0, 1, 127), note(pitch, 1, 2, 127)]),
    });
    const drums = track({
      ...{ name: 'drums', voice: 'model', channel: 9, program: 0 },
      events: [0, 0.5, 1, 1.5].flatMap((at) => [
        note(36, at, at + 0.1, 120),
        note(38, at + 0.25, at + 0.3, 120),
      ]),
    });
    const samples = await heard([hard, drums]);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(peak).toBeLessThan(0.999);
    expect(loudness(between(samples, 0, 2))).toBeGreaterThan(-22);
    const usual = await heard([track({ events: [60, 64, 67].map((pitch) => note(pitch, 0, 2, 64)) })]);
    expect(loudness(between(usual, 0, 1))).toBeGreaterThan(-40);
    expect(loudness(between(usual, 0, 1))).toBeLessThan(-15);
  });

  it('holds with the pedal what was let go', async () => {
    const events = [note(60, 0, 0.2)];
    const pedal = [
      { time: 0.1, down: true },
      { time: 1.5, down: false },
    ];
    const [dry, held] = [await heard([track({ events })]), await heard([track({ events, pedal })])];
    const late = (samples: Float32Array) => loudness(between(samples, 0.9, 1.2));
    expect(late(held)).toBeGreaterThan(late(dry) + 20);
  });

  it('is the same whatever stretches it is rendered in', async () => {
    const contextOf = await nodeAudio();
    const parts: RenderedPart[] = [
      { voice: 'player', timbre: 'piano', notes: [note(60, 0, 4), note(64, 0.9, 3), note(67, 2.1, 2.5)] },
      { voice: 'model', timbre: 'strings', notes: [note(48, 0.5, 3.7)] },
      { voice: 'model', timbre: 'drums', notes: [note(49, 0.95, 1)] },
    ];
    const all = async (stretch: number) => {
      const left: number[] = [];
      for await (const samples of rendered(parts, { contextOf, stretch, sampleRate: SAMPLE_RATE }))
        for (const sample of samples.left) left.push(sample);
      return left;
    };
    const [whole, cut] = [await all(60), await all(1)];
    expect(cut).toHaveLength(whole.length);
    const apart = whole.reduce((most, sample, at) => Math.max(most, Math.abs(sample - cut[at]!)), 0);
    expect(apart).toBeLessThan(2e-3);
  });
});
