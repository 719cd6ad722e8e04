import { describe, expect, it } from 'vitest';
import { codecs } from '../../codec/index.js';
import type { PerformanceCodec, PlayingStyle, RecentPlay } from '../../plugin/index.js';
import { asYouPlay } from './as-you-play.js';
import { strikesOf } from './lead.js';

const USUAL: PlayingStyle = { density: 6.9, velocity: 85, length: 0.84 };
const recent = (played: PlayingStyle | null, heard: PlayingStyle | null = USUAL): RecentPlay => ({
  ...{ modelOnsets: [], playerStyle: heard, modelStyle: played, silence: 0, now: 60 },
});

describe.each(codecs)('as you play, over $id', (codec) => {
  const steady = asYouPlay(codec.symbols, strikesOf(codec.symbols).velocities);
  const token = (wanted: Partial<PerformanceCodec['symbols'][number]>) =>
    codec.symbols.findIndex((symbol) =>
      Object.entries(wanted).every(([key, value]) => symbol[key as keyof typeof symbol] === value),
    );
  const bins = codec.symbols.flatMap((symbol, at) =>
    'bin' in symbol && symbol.bin !== undefined ? [at] : [],
  );

  function added(
    played: PlayingStyle | null,
    heard: PlayingStyle | null = USUAL,
    firmness = 1,
  ): Float32Array {
    const logits = new Float32Array(codec.symbols.length);
    const led = steady(logits, recent(played, heard), firmness);
    expect(led).toBe(played !== null && firmness > 0);
    return logits;
  }
  const [onset, end, shift] = [
    token({ type: 'on', pitch: 30 }),
    token({ type: 'off', pitch: 30 }),
    token({ type: 'shift', steps: 9 }),
  ];
  /** The extra loss of the loudest bin over the softest. */
  const louder = (nats: Float32Array) => nats[bins[0]!]! - nats[bins.at(-1)!]!;

  it('adds nothing where it plays as somebody would who goes on from there, and where it has hardly played', () => {
    expect(Math.max(...added(USUAL).map(Math.abs))).toBeCloseTo(0, 6);
    expect(Math.max(...added(null).map(Math.abs))).toBe(0);
    expect(Math.max(...added({ ...USUAL, density: 12 }, USUAL, 0).map(Math.abs))).toBe(0);
  });

  it('takes from onsets where it is denser, and gives where it is sparser, little either way', () => {
    const [dense, sparse] = [added({ ...USUAL, density: 12 }), added({ ...USUAL, density: 4 })];
    expect(dense[onset]! - dense[shift]!).toBeLessThan(-0.3);
    expect(sparse[onset]! - sparse[shift]!).toBeGreaterThan(0.3);
    expect(added({ ...USUAL, density: 500 })[onset]!).toBeGreaterThanOrEqual(-1.5);
  });

  it('lets more time pass where it is much denser, and where the model holds nothing and must strike', () => {
    const wait = (density: number, steps: number) =>
      added({ ...USUAL, density })[token({ type: 'shift', steps })]!;
    expect(wait(20, 40) - wait(20, 2)).toBeGreaterThan(3);
    expect(wait(9, 40)).toBe(0);
    expect(wait(3, 40)).toBe(0);
  });

  it('is near the player: what is too much beside one is not beside another', () => {
    const played = { ...USUAL, density: 8 };
    expect(added(played, { ...USUAL, density: 3 })[onset]!).toBeLessThan(-0.3);
    expect(added(played, { ...USUAL, density: 9.1 })[onset]!).toBeCloseTo(0, 2);
    expect(added(played, null)[onset]!).toBeLessThan(-0.1);
  });

  it('makes the ends of notes rarer where they are too short', () => {
    expect(added({ ...USUAL, length: 0.4 })[end]!).toBeLessThan(-0.3);
    expect(added({ ...USUAL, length: 1.6 })[end]!).toBeGreaterThan(0.3);
    expect(added({ ...USUAL, length: null })[end]!).toBe(0);
  });

  it('leans to softer notes where they are louder', () => {
    expect(louder(added({ ...USUAL, velocity: 110 }))).toBeGreaterThan(0.2);
    expect(louder(added({ ...USUAL, velocity: 60 }))).toBeLessThan(-0.2);
  });
});
